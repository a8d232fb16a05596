"""The name somebody probably meant."""

from collections.abc import Iterable

_CUTOFF = 0.6  # difflib's own default; below it suggestions for short keys become noise


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, or ``None`` if none is close."""
    from difflib import get_close_matches  # most runs misspell nothing

    matches = get_close_matches(name, list(known), n=1, cutoff=_CUTOFF)
    return matches[0] if matches else None
