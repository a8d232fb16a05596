"""Takes keys out of whatever is written down.

Invariant: a text that went through `Redactor.clean` holds neither a secret it was told of nor anything shaped like one.
"""

import re
from collections.abc import Iterable

from aircher.support.secret_shapes import HIDDEN, URL_LOGIN, VENDOR_KEY

_SHORTEST_SECRET = 6  # shorter values would blank out ordinary words

_SHAPES = re.compile(
    rf"{VENDOR_KEY}|{URL_LOGIN}"
    r"|(?i:(?<=bearer\s))[A-Za-z0-9._~+/=-]{6,}"
    r"|(?i:(?<=api-key:\s)|(?<=api_key=)|(?<=apikey=)|(?<=token=)|(?<=password=)|(?<=secret=))[^\s\"'&,;]{4,}"
)


class Redactor:
    """Knows the secrets of this run."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted((item for item in secrets if len(item) >= _SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def clean(self, text: str) -> str:
        """Return the text with every secret replaced."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _SHAPES.sub(HIDDEN, text)
