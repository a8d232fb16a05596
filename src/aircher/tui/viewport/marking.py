"""Lays hits, the selection, the keyboard's cursor and the scroll bar over rows.

Invariant: a row that is marked as in the frame before is the same object as then.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row
from aircher.tui.viewport.finder import Finder
from aircher.tui.viewport.finding import hit_across, hits_in_row
from aircher.tui.viewport.selecting import Point, Selecting, sign_at
from aircher.tui.viewport.walking import Shown


class Mark(NamedTuple):
    """Cells that look different."""

    start: int
    end: int
    role: Role


Key = tuple[int, tuple[Mark, ...], str, int, int]


class Marker:
    """Marks the rows of frames."""

    def __init__(self, finder: Finder, selecting: Selecting) -> None:
        self._finder = finder
        self._selecting = selecting
        self._last: dict[Key, tuple[Row, Row]] = {}
        self._next: dict[Key, tuple[Row, Row]] = {}

    def marked(self, shown: Sequence[Shown], bar: Sequence[str], width: int, look: Look) -> list[Row]:
        """Return a frame's rows; ``bar`` = the sign of the scroll bar beside each of them, empty = there is none."""
        span = self._selecting.span
        if not bar and span is None and self._selecting.cursor is None and not self._finder.is_active:
            return [line.row for line in shown]
        rows = [
            self._row(line.row, self._marks(line, span), bar[at] if bar else "", width, look)
            for at, line in enumerate(shown)
        ]
        self._last, self._next = self._next, {}
        return rows

    def _marks(self, line: Shown, span: tuple[Point, Point] | None) -> tuple[Mark, ...]:
        hits = _hits(self._finder, line) if self._finder.is_active else ()
        return (*hits, *_selected(line, span, self._selecting.cursor))

    def _row(self, row: Row, marks: tuple[Mark, ...], bar: str, width: int, look: Look) -> Row:
        if not marks and not bar:
            return row
        key = (id(row), marks, bar, width, id(look))
        known = self._last.get(key)
        if known is None or known[0] is not row:
            known = (row, _drawn(row, marks, bar, width, look))
        self._next[key] = known
        return known[1]


def _drawn(row: Row, marks: tuple[Mark, ...], bar: str, width: int, look: Look) -> Row:
    needed = max((mark.end for mark in marks), default=0)
    if needed > row.width:
        row = row.fit(needed)
    for mark in marks:
        row = row.marked(mark.start, mark.end, look.style(mark.role))
    if bar:
        role = Role.MUTED if bar == look.glyphs.thumb else Role.BORDER
        row = row.fit(width).beside(Row(((bar, look.style(role)),), 1))
    return row


def _hits(finder: Finder, line: Shown) -> Iterator[Mark]:
    """Yield the marks of every hit in a row, and of the parts of hits that were wrapped into it or out of it."""
    rows, at, needle = line.held.rows, line.at, finder.tally.needle
    if at >= len(rows):
        return
    for start, end in hits_in_row(needle, line.row):
        yield Mark(start, end, Role.HIT)
    if at + 1 < len(rows) and (across := hit_across(needle, line.row, rows[at + 1])) is not None:
        yield Mark(across[0], line.row.width, Role.HIT)
    if at and (across := hit_across(needle, rows[at - 1], line.row)) is not None:
        yield Mark(*across[1], Role.HIT)
    current = finder.current
    if current is None or current.held is not line.held or (hit := finder.current_row_hit()) is None:
        return
    if hit.row == at:
        yield Mark(hit.start, hit.end, Role.CURRENT_HIT)
    elif hit.tail is not None and hit.row + 1 == at:
        yield Mark(*hit.tail, Role.CURRENT_HIT)


def _selected(line: Shown, span: tuple[Point, Point] | None, cursor: Point | None) -> Iterator[Mark]:
    order = line.spot.order
    if span is not None and span[0].spot.order <= order <= span[1].spot.order:
        first = span[0].cell if order == span[0].spot.order else 0
        last = span[1].cell if order == span[1].spot.order else line.row.width
        if first < last:
            yield Mark(first, last, Role.SELECTION)
    if cursor is not None and cursor.spot == line.spot:
        yield Mark(*sign_at(cursor), Role.CURRENT_HIT)


def bar_signs(before: int, seen: int, total: int, look: Look) -> list[str]:
    """Return the scroll bar's sign beside each row that is seen, with ``before`` rows of ``total`` above them."""
    size = max(1, min(seen, seen * seen // max(1, total)))
    room = seen - size
    at = min(room, room * before // max(1, total - seen))
    return [look.glyphs.thumb if at <= y < at + size else look.glyphs.track for y in range(seen)]
