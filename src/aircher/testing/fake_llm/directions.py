"""How to point Aircher, and other programs, at the server.

Invariant: what is printed can be pasted into a shell as it stands.
"""

from collections.abc import Sequence

_SECTIONS = (
    ("openai-chat", "openai-compatible", "/v1"),
    ("openai-responses", "openai", "/v1"),
    ("anthropic", "anthropic", "/v1"),
    ("gemini", "gemini", "/v1beta"),
    ("openrouter", "openrouter", "/api/v1"),
    ("ollama", "ollama", ""),
)
"""Wire, kind of the provider's section, and where its paths begin."""

_KEYED = frozenset({"openai", "anthropic", "gemini", "openrouter"})
KEY = "fake-key"
"""Any key will do; none is checked."""


def aircher_command(url: str, *, kind: str, path: str, model: str) -> str:
    """Return a command that asks the server through a provider of this kind."""
    settings = {"kind": kind, "base_url": f"{url}{path}", "model": model}
    before = ""
    if kind in _KEYED:
        settings["api_key_env"] = "FAKE_KEY"
        before = f"FAKE_KEY={KEY} "
    flags = " ".join(f"--config providers.fake.{key}={value}" for key, value in settings.items())
    return f"{before}aircher -p hello --provider fake {flags}"


def directions(url: str, models: Sequence[str]) -> str:
    """Return what a person needs to know, a line each."""
    commands = [
        f"  {wire}:\n    {aircher_command(url, kind=kind, path=path, model=models[0])}"
        for wire, kind, path in _SECTIONS
    ]
    variables = [
        f"  export OPENAI_BASE_URL={url}/v1 OPENAI_API_KEY={KEY}",
        f"  export ANTHROPIC_BASE_URL={url} ANTHROPIC_API_KEY={KEY}",
        f"  export GOOGLE_GEMINI_BASE_URL={url} GEMINI_API_KEY={KEY}",
        f"  export OLLAMA_HOST={url}",
    ]
    return "\n".join(
        ["ask it with Aircher, by wire:", *commands, "or with programs that use the official SDKs:", *variables]
    )
