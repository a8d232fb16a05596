"""Where rows have to be let in or taken out, so that most of what a region shows can stay as it is. Pure."""

from collections.abc import Sequence

from aircher.tui.terminal.rows import Row


def shift_at(old: Sequence[Row], new: Sequence[Row]) -> int:
    """Return the row before which the difference in length is best let in or taken out.

    Rows above it stay where they are, rows from it on keep their distance to the end. The number of ``old``'s rows, or
    of ``new``'s if it is shorter, means that nothing is moved.
    """
    by = len(new) - len(old)
    shorter = min(len(old), len(new))
    cost = sum(_cost(old[at], new[at]) for at in range(shorter))
    best, least = shorter, cost
    for at in range(shorter - 1, -1, -1):
        before, after = (at, at + by) if by > 0 else (at - by, at)
        cost += _cost(old[before], new[after]) - _cost(old[at], new[at])
        if cost < least:
            best, least = at, cost
    return best


def _cost(before: Row, after: Row) -> int:
    """Return about how many cells have to be written."""
    return 0 if before is after or before == after else before.width + after.width
