"""Finds out whether most of a new frame is the old one moved up or down.

Invariant: what is found here only saves bytes; the frame is right whatever it says.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aircher.tui.terminal.rows import EMPTY, Row, Span

WORTH_CELLS = 40
"""Moving costs some 25 bytes; so many cells it has to save."""
TELLING_CHARS = 8
"""A piece of text of this length tells one row from others."""


class Scroll(NamedTuple):
    """The rows from ``top`` to ``bottom`` (both included) move up by ``by``, or down if it is negative."""

    top: int
    bottom: int
    by: int

    def applied(self, rows: Sequence[Row | None]) -> list[Row | None]:
        """Return what the screen shows after it."""
        band = rows[self.top : self.bottom + 1]
        fresh: list[Row | None] = [EMPTY] * abs(self.by)
        moved = [*band[self.by :], *fresh] if self.by > 0 else [*fresh, *band[: self.by]]
        return [*rows[: self.top], *moved, *rows[self.bottom + 1 :]]


def find_scroll(old: Sequence[Row | None], new: Sequence[Row], changed: Sequence[int]) -> Scroll | None:
    """Return the move that spares most of the writing; ``changed`` = the rows that differ, ascending."""
    if len(changed) < 3:
        return None
    first, last = changed[0], changed[-1]
    by = _commonest_move(old, new, range(first, last + 1))
    if not by:
        return None
    band = range(max(first, first - by), min(last, last - by) + 1)
    gains = [_cost(old[y], new[y]) - _cost(old[y + by], new[y]) for y in band]
    start, end, gain = _best_stretch(gains)
    top, bottom = band.start + start, band.start + end
    bared = range(bottom + 1, bottom + by + 1) if by > 0 else range(top + by, top)
    gain -= sum(_cost(EMPTY, new[y]) - _cost(old[y], new[y]) for y in bared)
    if gain < WORTH_CELLS:
        return None
    return Scroll(top, bottom + by, by) if by > 0 else Scroll(top + by, bottom, by)


def _commonest_move(old: Sequence[Row | None], new: Sequence[Row], hunk: range) -> int:
    """Return by how many rows most text moved up (negative = down); 0 = by none."""
    where = {key: y for y in hunk if (row := old[y]) is not None and (key := _telling(row)) is not None}
    votes: dict[int, int] = {}
    for y in hunk:
        key = _telling(new[y])
        if key is not None and (at := where.get(key, y)) != y:
            votes[at - y] = votes.get(at - y, 0) + len(key[0])
    return max(votes, key=lambda by: votes[by], default=0)


def _telling(row: Row) -> Span | None:
    """Return a piece of a row by which it can be recognised, even if something else stands beside it now."""
    for span in row.spans:
        text = span[0]
        if len(text) >= TELLING_CHARS and not text.isspace():
            return span
    return None


def _cost(before: Row | None, after: Row) -> int:
    """Return about how many cells have to be written to turn one row into another."""
    if before is after:
        return 0
    if before is None:
        return after.width
    known = before.spans
    return sum([len(span[0]) for span in after.spans if span not in known and not span[0].isspace()])


def _best_stretch(gains: Sequence[int]) -> tuple[int, int, int]:
    """Return the first and last index of the stretch with the greatest sum, and the sum."""
    best = (0, 0, 0)
    start = total = 0
    for at, gain in enumerate(gains):
        if total <= 0:
            start, total = at, 0
        total += gain
        if total > best[2]:
            best = (start, at, total)
    return best
