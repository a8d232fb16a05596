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


def visible_name(name: str) -> str:
    r"""Return a file's name on one line: control characters and bytes that are no text become ``\x1b``.

    A name is foreign text too: with a newline in it, it could pass for a line of its own in a listing.
    """
    if name.isascii() and name.isprintable():
        return name
    return "".join(map(_visible, name))


def _visible(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    is_told = _CONTROL.match(char) or "\ud800" <= char <= "\udfff" or (char.isspace() and char != " ")
    return char.encode("unicode_escape").decode("ascii") if is_told else char


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
