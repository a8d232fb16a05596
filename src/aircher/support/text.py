"""How wide text is on a terminal, and what of it is safe to send there."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def without_controls(text: str) -> str:
    """Return the text without control characters and direction overrides; tabs and newlines stay.

    A model's answer is foreign text: an escape sequence in it could move the cursor, set the title or paste.
    """
    return _CONTROL.sub("", text)


def display_width(text: str) -> int:
    """Return the number of terminal cells the text takes; ANSI styles take none."""
    if text.isascii() and "\x1b" not in text:
        return len(text)
    width = 0
    for char in _STYLE.sub("", text):
        if unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Mn", "Me"}:
            continue
        width += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return width
