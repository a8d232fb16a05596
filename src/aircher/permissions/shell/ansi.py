r"""Decodes what stands between ``$'`` and ``'``.

Invariant: an escape that bash versions read differently is `Unreadable`. Not its job: other quotes.
"""

import re

from aircher.permissions.shell.nodes import Unreadable

_ESCAPE = re.compile(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|(.))", re.DOTALL
)
_LETTERS = dict(zip("abeEfnrtv\\'\"?", "\a\b\x1b\x1b\f\n\r\t\v\\'\"?", strict=True))
_BODY = re.compile(r"(?:[^'\\]|\\.)*", re.DOTALL)


def decode(text: str, at: int, end: int) -> tuple[str, int]:
    """Return the letters between ``at`` and the closing quote, and the position behind that quote.

    The letters are UTF-8 seen as Latin-1, like the text.
    """
    match = _BODY.match(text, at, end)
    if match is None or match.end() >= end:
        raise Unreadable("has a quote that does not end")
    return _ESCAPE.sub(_letter, match[0]), match.end() + 1


def _letter(match: re.Match[str]) -> str:
    named, octal, byte, short, long, other = match.groups()
    if other is not None:  # \c and whatever is no escape
        raise Unreadable("has an escape that cannot be read with certainty")
    if named is not None:
        return _LETTERS[named]
    if octal is not None or byte is not None:
        code = int(octal, 8) & 0xFF if octal is not None else int(byte, 16)
        return _letters(code, chr(code))
    code = int(short or long, 16)
    if not (0 < code < 0xD800 or 0xE000 <= code < 0x110000):
        raise Unreadable("has an escape that names no character")
    return _letters(code, chr(code).encode().decode("latin-1"))


def _letters(code: int, text: str) -> str:
    if code == 0:  # ends the string early
        raise Unreadable("has an escape that ends the word early")
    return text
