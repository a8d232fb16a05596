"""Foreign Markdown as the parser gets it, and what its lines say to those who cut it into blocks.

Invariant: control characters are gone, every line ends with a newline alone, and nothing in it defines an address for
references elsewhere in the text. Such definitions stay text that a reader sees, and so do the references: a line far
below could change what stands above otherwise, which may have scrolled away.
"""

import re
from functools import lru_cache

from aircher.support.text import without_controls

NO_DEFINITION = "]\x1f:"
"""Means no definition to the parser, and the same to a reader: `rows.clean` takes the sign in the middle out."""


def normalized(text: str) -> str:
    """Return foreign text with newlines alone at the ends of lines, and nothing that cannot be shown or sent."""
    text = without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        text.encode()
    except UnicodeEncodeError:  # halves of characters
        return text.encode("utf-8", "replace").decode()
    return text


class Intake:
    """Takes pieces of foreign text however they are cut, and gives the text as the parser gets it."""

    def __init__(self) -> None:
        """Begin at the beginning of a text."""
        self._return = ""
        self._bracket = ""

    def take(self, text: str, *, is_last: bool) -> str:
        """Return what is certain so far: whether a carriage return or ``]`` at the end stands alone is not yet."""
        if text.isascii() and text.isprintable() and "]" not in text and not self._return and not self._bracket:
            return text
        text = self._return + text
        self._return = ""
        if text.endswith("\r") and not is_last:
            text, self._return = text[:-1], "\r"
        text = self._bracket + normalized(text)
        self._bracket = ""
        if text.endswith("]") and not is_last:
            text, self._bracket = text[:-1], "]"
        return without_definitions(text)


def without_definitions(text: str) -> str:
    """Return normalized text in which nothing is defined for the rest of it."""
    return text.replace("]:", NO_DEFINITION)


class Source:
    """A piece of normalized Markdown whose parts are asked for in bytes, as the parser counts."""

    def __init__(self, text: str, *, is_after_blank: bool = True) -> None:
        """Take the text; ``is_after_blank`` tells of the line before its first."""
        self.text = text
        self.data = text.encode()
        self._is_after_blank = is_after_blank

    def line_start(self, at: int) -> int:
        """Return where the line begins that this byte is in."""
        return self.data.rfind(b"\n", 0, at) + 1

    def line(self, at: int) -> bytes:
        """Return the line from this byte on, its newline too if it has one."""
        end = self.data.find(b"\n", at)
        return self.data[at:] if end < 0 else self.data[at : end + 1]

    def is_after_blank(self, at: int) -> bool:
        """Return whether the line before that of this byte is blank, apart from signs of quotes."""
        start = self.line_start(at)
        if not start:
            return self._is_after_blank
        return not self.data[self.data.rfind(b"\n", 0, start - 1) + 1 : start].strip(b" \t\n>")

    def before(self, at: int) -> str:
        """Return the text up to this byte."""
        return self.text[:at] if len(self.data) == len(self.text) else self.data[:at].decode()

    def after(self, at: int) -> str:
        """Return the text from this byte on."""
        return self.text[at:] if len(self.data) == len(self.text) else self.data[at:].decode()


class Fence:
    """What closes an open fence, and how far its lines are indented."""

    def __init__(self, opening: str) -> None:
        """Take the line that opens it."""
        bare = opening.lstrip(" ")
        self._indent = len(opening) - len(bare)
        self._sign = bare[0]
        self._length = len(bare) - len(bare.lstrip(self._sign))

    def closes(self, line: str) -> bool:
        """Return whether this finished line ends the block."""
        bare = line.lstrip(" ")
        rest = bare.lstrip(self._sign)
        return len(line) - len(bare) < 4 and len(bare) - len(rest) >= self._length and not rest.strip(" \t")

    def may_close(self, line: str) -> bool:
        """Return whether this unfinished line may still become the one that ends the block."""
        bare = line.strip(" \t")
        return not bare.strip(self._sign) and len(line) - len(line.lstrip(" ")) < 4

    def content(self, line: str) -> str:
        """Return the line without the indentation of the block."""
        return line[min(self._indent, len(line) - len(line.lstrip(" "))) :]


def is_undecided(line: bytes) -> bool:
    """Return whether a line is unfinished and no more than a marker: nobody knows yet of what."""
    return not line.endswith(b"\n") and _markers().fullmatch(line) is not None


@lru_cache(maxsize=1)
def _markers() -> re.Pattern[bytes]:
    return re.compile(rb"[ \t>]*(?:\d{1,9}[.)]?|[-*+_ \t]*|[=#`~|]*)[ \t]*")
