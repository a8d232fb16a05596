"""Goes from hit to hit and keeps the one that is looked at in sight."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from aircher.tui.terminal.rows import Row
from aircher.tui.viewport.contents import Held
from aircher.tui.viewport.finding import Hit, RowHit, Tally, row_hits
from aircher.tui.viewport.scroller import Scroller
from aircher.tui.viewport.walking import Spot, moved

ROWS_ABOVE_SHARE = 3
"""A third of the screen stays above a hit that is scrolled to, for what leads to it."""


class Beyond(NamedTuple):
    """How many hits are in turns that are not held, and whether all of those were read."""

    hits: int
    is_complete: bool


NOTHING_BEYOND = Beyond(0, is_complete=True)


class Finder:
    """A search in progress.

    Attributes:
        tally: What was found.
        current: The hit that is looked at.
        go_beyond: Called with each block that is passed, and -1 on the way up, 1 on the way down; it answers whether
            turns that are not held are missing there, and a hit among them will be looked at later.
        count_beyond: Answers how many hits those turns have.
    """

    def __init__(self, scroller: Scroller) -> None:
        self.tally = Tally(scroller.contents)
        self.current: Hit | None = None
        self.go_beyond: Callable[[Held, int], bool] | None = None
        self.count_beyond: Callable[[], Beyond] = lambda: NOTHING_BEYOND
        self._scroller = scroller
        self._origin: Spot | None = None
        self._position: tuple[Hit | None, int, int] = (None, 0, 0)
        self._waits: tuple[int, int] | None = None
        self._found: tuple[Sequence[Row], int, Hit, RowHit | None] | None = None

    @property
    def is_active(self) -> bool:
        """Return whether something is looked for."""
        return bool(self.tally.needle.text)

    @property
    def position(self) -> int:
        """Return which of all hits is looked at, from 1, of those that are held; 0 = none."""
        current = self.current
        if current is None or current.held.index < 0:
            return 0
        if self._position[:2] != (current, self.tally.total):
            self._position = (current, self.tally.total, self.tally.before(current.held) + current.number + 1)
        return self._position[2]

    def begin(self, text: str) -> None:
        """Look for this, upwards from the end of the screen on which the search began; empty = end the search."""
        if not self.is_active or self._origin is None or self._origin.held.index < 0:
            shown = self._scroller.shown
            self._origin = shown[-1].spot if shown else None
        self.tally.begin(text)
        self.current = self._found = self._waits = None
        self.tally.step()
        if text and self._origin is not None:
            self._go_from(self._origin)
        if not text:
            self._origin = None

    def step(self) -> bool:
        """Count for a moment, and go on to the hit that waits for it; ``False`` = everything is counted."""
        if not self.tally.step() and self._waits is None:
            return False
        if self._waits is not None:
            (index, by), self._waits = self._waits, None
            self._search(index, by)
        return True

    def go(self, by: int) -> bool:
        """Go to the next (1) or previous (-1) hit; behind the last comes the first."""
        current = self.current
        if not self.is_active:
            return False
        self.tally.step()
        if current is None or current.held.index < 0:
            return self._search(len(self._scroller.contents.items) if by < 0 else -1, by)
        number = current.number + by
        if 0 <= number < self.tally.of(current.held):
            self._show(Hit(current.held, number))
            return True
        return self._search(current.held.index, by)

    def go_on(self, index: int, by: int) -> None:
        """Go to the nearest hit on the far side of this block: what is missing there has none."""
        if self.is_active:
            self._search(index, by)

    def look_at(self, held: Held, by: int) -> None:
        """Go to the last (-1) or first (1) hit of a block."""
        count = self.tally.of(held)
        if count:
            self._show(Hit(held, count - 1 if by < 0 else 0))

    def current_row_hit(self) -> RowHit | None:
        """Return where the hit that is looked at is in its block's rows; ``None`` = it is not to be seen."""
        current = self.current
        if current is None or current.held.index < 0:
            return None
        rows = current.held.rows
        found = self._found
        if found is None or found[0] is not rows or found[1:3] != (len(rows), current):
            hits = row_hits(self.tally.needle, current.held)
            hit = hits[min(current.number, len(hits) - 1)] if hits else None
            self._found = found = (rows, len(rows), current, hit)
        return found[3]

    def _go_from(self, origin: Spot) -> None:
        """Look at the hit that is at this row or nearest above it."""
        held = origin.held
        if self.tally.of(held):
            above = [hit for hit in row_hits(self.tally.needle, held) if hit.row <= origin.row]
            if above:
                self._show(Hit(held, min(len(above), self.tally.of(held)) - 1))
                return
        self._search(held.index, -1)

    def _search(self, index: int, by: int) -> bool:
        """Go to the nearest hit of another block, once enough is counted to know which that is."""
        items = self._scroller.contents.items
        for at in range(index + by, len(items) if by > 0 else -1, by):
            if self.go_beyond is not None and self.go_beyond(items[at], by):
                return True
            count = self.tally.known(items[at])
            if count is None:
                self._waits = (index, by)
                return True
            if count:
                self.look_at(items[at], by)
                return True
        if not self.tally.total:
            return False
        self._search(-1 if by > 0 else len(items), by)
        return True

    def _show(self, hit: Hit) -> None:
        """Scroll to a hit if it is not seen; unfold its block if that shows it."""
        self.current = hit
        scroller, held = self._scroller, hit.held
        scroller.contents.rows_of(held)
        row_hit = self.current_row_hit()
        if row_hit is None and scroller.toggle(held):
            scroller.contents.rows_of(held)
            row_hit = self.current_row_hit()
            if row_hit is None:
                scroller.toggle(held)
                scroller.contents.rows_of(held)
        spot = Spot(held, row_hit.row if row_hit is not None else 0)
        shown = scroller.shown
        if not shown or not shown[0].spot.order <= spot.order <= shown[-1].spot.order:
            scroller.scroll_to(moved(scroller.contents, spot, -(scroller.height // ROWS_ABOVE_SHARE)))
