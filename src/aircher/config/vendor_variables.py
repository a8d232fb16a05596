"""Variables of the vendors' own clients: what was set up for those holds here too, unless the configuration differs.

Invariant: they reach the built-in sections alone, below every file; a key's value never gets into the configuration,
only the name of the variable that holds it.
Source: the official Python clients of OpenAI, Anthropic and Google.
"""

from collections.abc import Iterator, Mapping

_TAKEN_OVER = (
    ("OPENAI_BASE_URL", "openai", "base_url"),
    ("OPENAI_ORG_ID", "openai", "org_id"),
    ("OPENAI_PROJECT_ID", "openai", "project"),
    ("ANTHROPIC_BASE_URL", "anthropic", "base_url"),
)
_KEYS = (
    ("ANTHROPIC_AUTH_TOKEN", "anthropic", "ANTHROPIC_API_KEY"),
    ("GOOGLE_API_KEY", "gemini", ""),
)
"""Variables of keys, each with the one that wins over it; Google's clients give way to none."""
VENDOR_VARIABLES = frozenset(variable for variable, _, _ in (*_TAKEN_OVER, *_KEYS))


def vendor_values(environ: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Yield variable, key of the configuration and value of everything that is set; an empty one counts as unset."""
    for variable, section, key in _TAKEN_OVER:
        if value := environ.get(variable, "").strip():
            yield variable, ("providers", section, key), _versioned(value) if section == "anthropic" else value
    for variable, section, stronger in _KEYS:
        if environ.get(variable, "").strip() and not environ.get(stronger, "").strip():
            yield variable, ("providers", section, "api_key_env"), variable


def _versioned(url: str) -> str:
    """Return the address with the version path, which Anthropic's clients append themselves, whatever comes before."""
    return url if "/v1" in url else f"{url.rstrip('/')}/v1"
