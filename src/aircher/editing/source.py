"""The text of a file as the engine sees it: lines with one kind of line end, and the way back to the bytes.

Invariant: ``patched`` changes nothing outside the patches, not a byte.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate

from aircher.domain.records import dataclass
from aircher.editing.languages import Syntax, syntax_of
from aircher.editing.quote import indentation
from aircher.editing.windows import LineIndex
from aircher.support.encodings import Encoding


@dataclass(frozen=True, slots=True)
class Patch:
    """``text``, with the file's line ends, instead of the characters from ``start`` to ``end`` of `Source.plain`."""

    start: int
    end: int
    text: str


class Source:
    """One text file.

    Attributes:
        lines: Its lines without their ends.
        ends: The end of each line; empty only at the last one.
        plain: The text with a line feed for every line end.
        line_end: The one that most lines have.
    """

    def __init__(self, data: bytes, encoding: Encoding, path: str) -> None:
        self.data = data
        self.encoding = encoding
        self.path = path
        self.syntax: Syntax = syntax_of(path)
        text = encoding.decode(data)
        self.lines, self.ends = _split(text)
        self.plain = "".join(f"{line}\n" if end else line for line, end in zip(self.lines, self.ends, strict=True))
        self.starts = [0, *accumulate(len(line) + bool(end) for line, end in zip(self.lines, self.ends, strict=True))]
        self._indexes: dict[str, LineIndex] = {}
        self.line_end = next((end for end, _ in Counter(filter(None, self.ends)).most_common(1)), "\n")

    def index(self, name: str, key: Callable[[str], str]) -> LineIndex:
        """Return the lines by this key, which always has this name."""
        if name not in self._indexes:
            self._indexes[name] = LineIndex(self.lines, key)
        return self._indexes[name]

    @cached_property
    def indent_unit(self) -> str:
        """One level of indentation if no line of the file is indented with a tab, else empty."""
        fronts = [indentation(line) for line in self.lines if line[:1] in (" ", "\t") and line.strip()]
        if not fronts or any("\t" in front for front in fronts):
            return ""
        return " " * min((len(front) for front in fronts if len(front) > 1), default=4)

    def line_at(self, offset: int) -> int:
        """Return the index of the line in which this offset of `plain` lies."""
        return max(0, min(bisect_right(self.starts, offset) - 1, len(self.lines) - 1))

    def end_near(self, line: int) -> str:
        """Return the line end that new lines at this place take."""
        around = (self.ends[place] for place in (line, line - 1) if 0 <= place < len(self.ends))
        return next((end for end in around if end), self.line_end)

    def fitted(self, text: str) -> str:
        """Return a quote with the line ends of `plain`."""
        plain = text.replace("\r\n", "\n")
        return plain.replace("\r", "\n") if self.line_end == "\r" else plain

    def lines_from(self, first: int, last: int, text: str) -> Patch:
        """Return the patch that puts ``text`` in place of the lines from ``first`` up to, not including, ``last``."""
        return Patch(self.starts[first], self.starts[last], text)

    def patched(self, patches: Sequence[Patch]) -> bytes:
        """Return the bytes with these patches, which must not overlap.

        Raises:
            UnicodeEncodeError: A new character has no place in the file's encoding.
        """
        parts = [self.encoding.mark]
        done = 0
        for patch in sorted(patches, key=lambda patch: patch.start):
            parts += [self.encoding.encode(self._text(done, patch.start)), self.encoding.encode(patch.text)]
            done = patch.end
        parts.append(self.encoding.encode(self._text(done, len(self.plain))))
        return b"".join(parts)

    def _text(self, start: int, end: int) -> str:
        """Return the characters of the file itself between two offsets of `plain`."""
        piece = self.plain[start:end]
        if self.line_end == "\n" and "\r\n" not in self.ends:
            return piece
        first = bisect_right(self.starts, start) - 1
        pieces = piece.split("\n")
        ends = [*self.ends[first : first + len(pieces) - 1], ""]
        return "".join(text + end for text, end in zip(pieces, ends, strict=True))


def _split(text: str) -> tuple[list[str], list[str]]:
    """Return lines and their ends. Only CR LF and LF end a line, or CR in a file that has no LF at all."""
    mark = "\r" if "\r" in text and "\n" not in text else "\n"
    lines = text.split(mark)
    has_last_end = lines[-1] == ""
    if has_last_end:
        lines.pop()
    ends = [mark] * len(lines)
    if lines and not has_last_end:
        ends[-1] = ""
    if mark == "\n" and "\r\n" in text:
        for place, line in enumerate(lines):
            if line.endswith("\r") and ends[place]:
                lines[place] = line[:-1]
                ends[place] = "\r\n"
    return lines, ends
