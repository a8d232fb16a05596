"""Which variables hold secrets, so that their values can be kept out of logs and reports.

Invariant: never fails and reads no file. Not its job: replacing the values, or finding keys that are in no variable.
"""

from collections.abc import Mapping

from aircher.config.loaded import Config

TELLING_WORDS = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")
"""A variable with one of these in its name is taken for a secret, in whatever case."""


def secret_values(config: Config | None, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the variables hold that carry secrets: without surrounding space, each once, longest first.

    They are the variables that the configuration names as places of keys, whatever they are called, and all whose
    name says so. The longest comes first, so that replacing one in a text never leaves the rest of another standing.

    Args:
        config: The configuration in effect; ``None`` if there is none, because it has mistakes.
        environ: Variables.
    """
    named = set() if config is None else {section.api_key_env for section in config.providers.named.values()}
    if config is not None:
        named.add(config.search.brave_api_key_env)
    held = {
        value.strip()
        for name, value in environ.items()
        if name in named or any(word in name.upper() for word in TELLING_WORDS)
    }
    return tuple(sorted(held - {""}, key=lambda value: (-len(value), value)))
