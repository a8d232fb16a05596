"""Vectors of texts, as every wire that makes them lists them. Pure."""

from collections.abc import Sequence

from aircher.domain.messages import JsonValue
from aircher.providers._wire import Vectors


def vectors(values: Sequence[JsonValue], *, count: int) -> Vectors | None:
    """Return the vectors, ``None`` unless there are ``count`` of them, none of them empty."""
    found = [
        [float(number) for number in value if isinstance(number, int | float) and not isinstance(number, bool)]
        for value in values
        if isinstance(value, list)
    ]
    return found if len(found) == count and all(found) else None
