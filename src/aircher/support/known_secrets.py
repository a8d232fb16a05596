"""Finds the secrets of this run in a text, whichever way they were written.

Invariant: pure. A value is found as it is, in Base64 (also inside of a longer encoded text), in percent-encoding, in
hexadecimal, with the escapes of JSON and HTML, and when it is split across lines.
"""

import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from functools import cached_property
from json import dumps

SHORTEST_CHARS = 6  # shorter values would blank out ordinary words
_SHORTEST_ENCODED_CHARS = 8
_LONGEST_SPLIT_CHARS = 512
_JOINTS = ("\\n", "\\", '"', "'", "+")  # besides space: between the parts of a text that goes over several lines
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"  # never percent-encoded
_NEIGHBOURS_CHARS = 256  # of Base64 around a value that are hidden with it: who logs in is encoded together with a key


class KnownSecrets:
    """Values that must not be seen."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = tuple(sorted({value for value in values if len(value) >= SHORTEST_CHARS}, key=_longest_first))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a value begins and ends in the text."""
        if not self._values:
            return
        for literal in self._literals:
            if literal in text:
                yield from _each(literal, text)
        for encoded in (encoded for encoded in self._encoded if encoded in text):
            for start, end in _each(encoded, text):
                before, after = text[max(0, start - _NEIGHBOURS_CHARS) : start], text[end : end + _NEIGHBOURS_CHARS]
                left, right = len(before.rstrip(_BASE64)), len(after.lstrip(_BASE64))
                yield start - len(before) + left, end + len(after) - right
        yield from self._split(text)

    @cached_property
    def _literals(self) -> tuple[str, ...]:
        """Every value in every writing that is a text of its own."""
        found = dict.fromkeys(self._values)
        for value in self._values:
            data = value.encode("utf-8", "surrogatepass")
            percent = "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in data)
            escaped = dumps(value)[1:-1]
            markup = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            others = (
                percent, percent.lower(), percent.replace("%2F", "/"), percent.replace("%20", "+"),
                escaped, escaped.replace("/", "\\/"), dumps(value, ensure_ascii=False)[1:-1],
                markup, markup.replace('"', "&quot;").replace("'", "&#x27;"), markup.replace('"', "&#34;"),
                data.hex(), data.hex().upper(),
            )  # fmt: skip
            found.update(dict.fromkeys(others))
        return tuple(found)

    @cached_property
    def _encoded(self) -> tuple[str, ...]:
        """What is certain of a value in Base64, for each of the three places in which it may begin."""
        found: dict[str, None] = {}
        for value in self._values:
            data = value.encode("utf-8", "surrogatepass")
            for before in range(3):
                text = b2a_base64(b"\0" * before + data, newline=False).decode()
                certain = text[(0, 2, 3)[before] : len(text.rstrip("=")) - bool((before + len(data)) % 3)]
                if len(certain) >= _SHORTEST_ENCODED_CHARS:
                    found[certain] = None
                    found[certain.replace("+", "-").replace("/", "_")] = None
        return tuple(found)

    @cached_property
    def _solids(self) -> tuple[str, ...]:
        solids = map(_solid, (*self._values, *self._encoded))
        return tuple(dict.fromkeys(item for item in solids if SHORTEST_CHARS < len(item) <= _LONGEST_SPLIT_CHARS))

    def _split(self, text: str) -> Iterator[tuple[int, int]]:
        if not any(joint in text for joint in ("\n", "\\n", "\r")):
            return
        joined = _solid(text)
        for solid in self._solids:
            if solid in joined:
                for found in re.finditer(r"(?:[ \t\r\n\"'+]|\\n?)*".join(map(re.escape, solid)), text):
                    yield found.span()


def _each(needle: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(needle)
    while at >= 0:
        yield at, at + len(needle)
        at = text.find(needle, at + 1)


def _solid(text: str) -> str:
    """Return the text as if it went on one line: without line ends, escaped ones too, and what joins its parts."""
    for joint in _JOINTS:
        text = text.replace(joint, "")
    return "".join(text.split())


def _longest_first(value: str) -> tuple[int, str]:
    return -len(value), value
