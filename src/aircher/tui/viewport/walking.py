"""Moving through the rows of the blocks that are held, laying out only what is passed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aircher.tui.terminal.rows import EMPTY, Row
from aircher.tui.viewport.contents import Contents, Held


class Spot(NamedTuple):
    """A row of the conversation: of a block, counted from 0; as many as it has = the blank one behind it."""

    held: Held
    row: int

    @property
    def order(self) -> tuple[int, int]:
        """Return what sorts spots from top to bottom."""
        return self.held.index, self.row


class Shown(NamedTuple):
    """A row of the screen and where it is from."""

    held: Held
    at: int
    row: Row

    @property
    def spot(self) -> Spot:
        """Return where it is from."""
        return Spot(self.held, self.at)


def from_spot(contents: Contents, spot: Spot) -> Iterator[Shown]:
    """Yield every row from here to the end; a blank one between blocks, none behind the last."""
    last: Held | None = None
    start = spot.row
    for index in range(spot.held.index, len(contents.items)):
        held = contents.items[index]
        rows = contents.rows_of(held)
        if not rows:
            start = 0
            continue
        if last is not None:
            yield Shown(last, len(last.rows), EMPTY)
        for at in range(start, len(rows)):
            yield Shown(held, at, rows[at])
        last, start = held, 0


def end_spot(contents: Contents, height: int) -> Spot | None:
    """Return the row with which a screen begins that ends with the last row; ``None`` = there is nothing to show."""
    wanted = height
    top: Spot | None = None
    for index in range(len(contents.items) - 1, -1, -1):
        held = contents.items[index]
        rows = contents.rows_of(held)
        if not rows:
            continue
        if top is not None:
            wanted -= 1
            if wanted == 0:
                return Spot(held, len(rows))
        if len(rows) >= wanted:
            return Spot(held, len(rows) - wanted)
        wanted -= len(rows)
        top = Spot(held, 0)
    return top


def moved(contents: Contents, spot: Spot, by: int) -> Spot:
    """Return the row so many below (negative: above), at most the first or last."""
    index, row = spot.held.index, spot.row + by
    while row < 0 and index > 0:
        index -= 1
        row += _extent(contents, index)
    extent = _extent(contents, index)
    while row >= extent and index + 1 < len(contents.items):
        row -= extent
        index += 1
        extent = _extent(contents, index)
    if row < extent - 1 or (row == extent - 1 and index + 1 < len(contents.items)):
        return Spot(contents.items[index], max(0, row))
    while index > 0 and not _extent(contents, index):
        index -= 1
    return Spot(contents.items[index], max(0, contents.items[index].extent - 2))


def _extent(contents: Contents, index: int) -> int:
    held = contents.items[index]
    contents.rows_of(held)
    return held.extent


def within(contents: Contents, spot: Spot) -> Spot:
    """Return the same row, or the last one of its block if it has fewer by now."""
    rows = contents.rows_of(spot.held)
    return spot if spot.row <= len(rows) else Spot(spot.held, max(0, len(rows) - 1))


def letters_before(rows: Sequence[Row], row: int) -> int:
    """Return how many characters that are no spaces stand above a row: they are the same at every width."""
    return sum(_letters(rows[at]) for at in range(min(row, len(rows))))


def row_with_letter(rows: Sequence[Row], letters: int) -> int:
    """Return the row in which so many characters have passed; the last one if there are fewer."""
    for at, row in enumerate(rows):
        letters -= _letters(row)
        if letters < 0:
            return at
    return max(0, len(rows) - 1)


def _letters(row: Row) -> int:
    text = row.text
    return len(text) - text.count(" ")


def reflowed(contents: Contents, top: Spot, letters: int | None) -> tuple[Spot, int | None]:
    """Return the row of a new layout that shows what ``top`` did in the old one.

    ``letters`` is how many characters stand above; ``None`` = not known yet. Who keeps what is returned of it until
    somebody scrolls does not drift, however often the width changes.
    """
    old = top.held.rows
    if letters is None:
        if top.row >= len(old):
            return Spot(top.held, len(contents.rows_of(top.held))), None
        letters = letters_before(old, top.row)
    rows = contents.rows_of(top.held)
    return Spot(top.held, row_with_letter(rows, letters) if letters else 0), letters


def turn_start(contents: Contents, here: Spot, by: int) -> Spot | None:
    """Return where the turn begins that is above (``by`` is negative) or below; the first row if none is above."""
    items = contents.items
    if by < 0:
        last = here.held.index if here.row else here.held.index - 1
        found = next((items[at] for at in range(last, -1, -1) if items[at].starts_turn), items[0])
        return Spot(found, 0)
    below = (items[at] for at in range(here.held.index + 1, len(items)) if items[at].starts_turn)
    held = next(below, None)
    return None if held is None else Spot(held, 0)
