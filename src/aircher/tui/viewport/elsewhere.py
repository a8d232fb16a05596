"""What is on disk and not held: which turns there are, and how many hits of the search each has.

It is read from the newest to the oldest, some turns at a time, only when somebody searches or goes to the beginning.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Sequence

from aircher.domain.events import Published, TurnStarted
from aircher.domain.records import dataclass
from aircher.tui.viewport.contents import Held
from aircher.tui.viewport.finder import Beyond
from aircher.tui.viewport.gaps import Gap, gap_of
from aircher.tui.viewport.ports import Earlier
from aircher.tui.viewport.view import Viewport

SCAN_TURNS = 10
"""Are read at a time: their blocks are made only to be searched, and forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A turn that is not held and is to be seen.

    Attributes:
        by: 0 = it is the first of the conversation; else the nearest with a hit in ``gap``: -1 upwards, 1 downwards.
    """

    by: int
    gap: Gap | None = None
    needle: str = ""


class Elsewhere:
    """Reads what is not held.

    Attributes:
        wish: What is to be seen next; ``None`` = nothing that is not held.
        starts: The first event of every turn that was read, in order.
        until_seq: Of the event before which ``starts`` ends.
        is_complete: Whether the beginning was reached.
    """

    def __init__(self, viewport: Viewport, earlier: Earlier, make: Callable[[Sequence[Published]], list[Held]]) -> None:
        self.wish: Wish | None = None
        self.starts: list[int] = []
        self.until_seq = 0
        self.is_complete = False
        self._viewport = viewport
        self._earlier = earlier
        self._make = make
        self._needle = ""
        self._counts: dict[int, int] = {}
        self._counted: tuple[tuple[str, int, int, bool], Beyond] | None = None

    @property
    def is_wanted(self) -> bool:
        """Return whether something is to be read."""
        needle = self._viewport.finder.tally.needle.text
        if self.wish is None and not needle:
            return False
        return self.wish is not None or needle != self._needle or not (self.is_complete or self._is_all_held)

    def counted(self) -> Beyond:
        """Return how many hits are in turns that are not held, as far as they were read."""
        needle, contents = self._viewport.finder.tally.needle.text, self._viewport.contents
        if self._needle != needle:
            return Beyond(0, self._is_all_held)
        state = (needle, contents.replaced, len(self.starts), self.is_complete)
        if self._counted is None or self._counted[0] != state:
            hits = sum(self._hits_in(gap) for gap in map(gap_of, contents.items) if gap is not None)
            self._counted = (state, Beyond(hits, self.is_complete or self._is_all_held))
        return self._counted[1]

    def target(self) -> int | None:
        """Return the turn that is wished for, once it is known which one that is; forget a wish that has none."""
        wish = self.wish
        if wish is None:
            return None
        if wish.by and wish.needle != self._needle:
            self.wish = None
            return None
        found = self._hit(wish) if wish.by else next(iter(self.starts), None) if self.is_complete else None
        if found is None and (self.is_complete or self._is_all_held):
            self.wish = None
            place = None if wish.gap is None else self._viewport.contents.held(wish.gap)
            if place is not None:
                self._viewport.finder.go_on(place.index, wish.by)
        return found

    def seek(self, place: Held, by: int) -> bool:
        """Wish for the next turn with a hit in a gap; ``False`` = there is none."""
        gap = gap_of(place)
        if gap is None:
            return False
        needle = self._viewport.finder.tally.needle.text
        wish = Wish(by=by, gap=gap, needle=needle)
        if self._needle == needle and self.is_complete and self._hit(wish) is None:
            return False
        self.wish = wish
        return True

    async def step(self) -> None:
        """Read some turns further up."""
        needle = self._viewport.finder.tally.needle
        if needle.text != self._needle or not self.until_seq:
            self._begin(needle.text)
        if self.is_complete or self._is_all_held:
            return
        seq = self.starts[0] if self.starts else self.until_seq
        events = await self._earlier.before(seq, SCAN_TURNS)
        turns = 0
        for start, turn in _turns(events):
            turns += 1
            if needle.text:
                self._counts[start] = sum(needle.count(held.block.source) for held in self._make(turn))
                await asyncio.sleep(0)
        if needle.text == self._needle:
            self.starts[:0] = [start for start, _ in _turns(events)]
            self.is_complete = turns < SCAN_TURNS
            self._viewport.changed()

    def _begin(self, needle: str) -> None:
        self._needle = needle
        self._counts = {}
        self.starts = []
        self.is_complete = False
        items = self._viewport.contents.items
        self.until_seq = items[-1].seq if items else 0

    @property
    def _is_all_held(self) -> bool:
        items = self._viewport.contents.items
        return not any(gap_of(held) is not None for held in items)

    def _hits_in(self, gap: Gap) -> int:
        if gap.starts is not None:
            return sum(self._counts.get(seq, 0) for seq in gap.starts)
        return sum(count for seq, count in self._counts.items() if seq < gap.until_seq)

    def _hit(self, wish: Wish) -> int | None:
        """Return the nearest turn with a hit in the gap of a wish."""
        gap = wish.gap
        if gap is None:
            return None
        first = gap.starts[0] if gap.starts else 0
        within = self.starts[bisect_left(self.starts, first) : bisect_left(self.starts, gap.until_seq)]
        if wish.by > 0 and not self.is_complete and not gap.starts:
            return None
        order = within if wish.by > 0 else reversed(within)
        return next((seq for seq in order if self._counts.get(seq)), None)


def _turns(events: Sequence[Published]) -> list[tuple[int, Sequence[Published]]]:
    """Return each turn with the event that its blocks are known by."""
    starts = [at for at, published in enumerate(events) if isinstance(published.event, TurnStarted)]
    if not starts:
        return []
    ends = [*starts[1:], len(events)]
    found = [(events[start].seq, events[start:end]) for start, end in zip(starts, ends, strict=True)]
    return [(found[0][0], events[: ends[0]]), *found[1:]]
