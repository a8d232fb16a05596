"""Where the lines of a text are broken into rows of the screen, found from any offset without looking at the rest.

A row takes what fits into one cell less than the width; a single space may hang in that last cell, so the cursor
always has a place. Lines longer than a bound are treated as several: a key in a line of a megabyte costs what one in
a short line does. Invariant: the rows of a text follow each other without a gap.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_at_or_before
from aircher.tui.look import Look
from aircher.tui.terminal.rows import Row, clean
from aircher.tui.terminal.widths import clusters, split_at

_SEGMENT, _SEGMENT_OF_ASCII = 512, 8192
"""Characters after which a line is broken in any case, at the last space if there is one near."""
_NEAR = 160
_KNOWN_AT_MOST = 512
_NARROWEST = 4


class Extent(NamedTuple):
    """A row's part of the text; ``end`` is behind its last character, its newline not included."""

    start: int
    end: int
    is_last: bool
    """Whether the line ends here: then the cursor may stand at ``end``, else it is in the next row there."""


class Piece(NamedTuple):
    """What is drawn for a cluster, and its width in cells."""

    text: str
    width: int
    is_chip: bool = False


class Wrapping:
    """Rows for one width. The breaks of short lines are remembered."""

    def __init__(self, width: int = 80, labels: Mapping[str, str] | None = None) -> None:
        self.width = max(_NARROWEST, width)
        self.labels = dict(labels or {})
        self._known: dict[str, tuple[int, ...]] = {}

    def row_at(self, text: str, at: int) -> Extent:
        """Return the row that a cursor at ``at`` is in."""
        start, end = _segment(text, at)
        is_line_end = end == len(text) or text[end] == "\n"
        breaks = self._breaks(text[start:end], is_line_end=is_line_end)
        number = min(bisect_right(breaks, at - start), len(breaks) - 1)
        row_start = breaks[number - 1] if number else 0
        return Extent(start + row_start, start + breaks[number], is_line_end and number == len(breaks) - 1)

    def row_after(self, text: str, row: Extent) -> Extent | None:
        """Return the row below; ``None`` = there is none."""
        if not row.is_last:
            return self.row_at(text, row.end)
        return self.row_at(text, row.end + 1) if row.end < len(text) else None

    def row_before(self, text: str, row: Extent) -> Extent | None:
        """Return the row above; ``None`` = there is none."""
        if row.start == 0:
            return None
        return self.row_at(text, row.start - 1)

    def pieces(self, text: str) -> Iterator[Piece]:
        """Yield what is drawn for each cluster of a row."""
        return (self._piece(cluster, size) for cluster, size in clusters(text))

    def x_at(self, text: str, row: Extent, at: int) -> int:
        """Return the cell of an offset within its row."""
        part = text[row.start : at]
        return len(part) if self._is_plain(part) else sum(piece.width for piece in self.pieces(part))

    def offset_at(self, text: str, row: Extent, x: int) -> int:
        """Return the offset at a cell of a row, or the last one that a cursor can have in this row."""
        part = text[row.start : row.end]
        last = len(part) if row.is_last else max(0, len(part) - 1)
        if self._is_plain(part):
            return row.start + min(max(0, x), last)
        at = used = 0
        for cluster, size in clusters(part):
            used += self._piece(cluster, size).width
            if used > x or (at + len(cluster) >= len(part) and not row.is_last):
                break
            at += len(cluster)
        return row.start + at

    def _is_plain(self, text: str) -> bool:
        return text.isascii() and "\t" not in text

    def _piece(self, cluster: str, size: int) -> Piece:
        label = self.labels.get(cluster[0])
        if label is not None:
            head, _, taken = split_at(clean(label), self.width - 2)
            return Piece(head, taken, is_chip=True)
        return Piece("    ", 4) if cluster == "\t" else Piece(cluster, size)

    def _breaks(self, segment: str, *, is_line_end: bool) -> tuple[int, ...]:
        """Return where each row of a segment ends."""
        known = self._known.get(segment)
        if known is None:
            known = tuple(self._plain(segment) if self._is_plain(segment) else self._mixed(segment))
            if len(self._known) >= _KNOWN_AT_MOST:
                self._known.clear()
            self._known[segment] = known
        if is_line_end and self._is_full(segment, known):
            return (*known, len(segment))
        return known

    def _is_full(self, segment: str, breaks: tuple[int, ...]) -> bool:
        """Return whether the last row leaves no cell for a cursor behind it."""
        last = segment[breaks[-2] if len(breaks) > 1 else 0 :]
        return len(last) * 2 >= self.width and sum(piece.width for piece in self.pieces(last)) >= self.width

    def _plain(self, segment: str) -> list[int]:
        breaks: list[int] = []
        start, room = 0, self.width - 1
        while len(segment) - start > room:
            limit = start + room
            start = limit + 1 if segment[limit] == " " else segment.rfind(" ", start, limit) + 1 or limit
            breaks.append(start)
        if start < len(segment) or not breaks:
            breaks.append(len(segment))
        return breaks

    def _mixed(self, segment: str) -> list[int]:
        breaks: list[int] = []
        at = used = 0
        chance = chance_used = 0
        for cluster, plain_size in clusters(segment):
            size = self._piece(cluster, plain_size).width
            is_wide = plain_size == 2 or cluster[0] in self.labels
            if is_wide and used:
                chance, chance_used = at, used
            while used + size > self.width - 1 and used and not (cluster == " " and used + size == self.width):
                start = breaks[-1] if breaks else 0
                if chance <= start:
                    chance, chance_used = at, used
                breaks.append(chance)
                used -= chance_used
                chance_used = 0
            at += len(cluster)
            used += size
            if is_wide or cluster[0] in " \t":
                chance, chance_used = at, used
        if not breaks or breaks[-1] < len(segment):
            breaks.append(len(segment))
        return breaks


class View:
    """What the screen showed last: up and down go by its rows, and it scrolls no more than it has to."""

    def __init__(self) -> None:
        self.wrapping = Wrapping()
        self.look: Look | None = None
        self.top = 0
        self.drawn: dict[str, Row] = {}

    def suit(self, width: int, look: Look, labels: Mapping[str, str]) -> None:
        """What depends on the width, the look or the labels is as they are now."""
        if max(_NARROWEST, width) != self.wrapping.width or labels != self.wrapping.labels:
            self.wrapping = Wrapping(width, labels)
            self.drawn = {}
        if look is not self.look:
            self.look = look
            self.drawn = {}


def _segment(text: str, at: int) -> tuple[int, int]:
    """Return the part of a line around ``at`` that is broken into rows by itself."""
    start, end = line_start(text, at), line_end(text, at)
    size = _SEGMENT_OF_ASCII if text.isascii() else _SEGMENT
    if end - start <= size:
        return start, end
    number = min(at - start, end - start - 1) // size
    borders = [_border(text, start, start + (number + step) * size, end) for step in (0, 1, 2)]
    return (borders[1], borders[2]) if at >= borders[1] and borders[1] < end else (borders[0], borders[1])


def _border(text: str, start: int, at: int, end: int) -> int:
    """Return where the segment begins that should begin at ``at``, in the line from ``start`` to ``end``."""
    if at == start or at >= end:
        return min(at, end)
    space = text.rfind(" ", at - _NEAR, at)
    return space + 1 if space >= 0 else border_at_or_before(text, at)
