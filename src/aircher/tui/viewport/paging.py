"""Lets go of turns that nobody looks at, and gets them back before they are looked at again.

Invariant: what is seen does not move when turns go or come. Reading happens in `Pager.run`, whose task the screen owns;
nothing here waits for a disk while a frame is drawn.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from aircher.domain.errors import AircherError
from aircher.domain.events import Published, TurnStarted
from aircher.tui.viewport.contents import Held
from aircher.tui.viewport.elsewhere import Elsewhere, Wish
from aircher.tui.viewport.gaps import (
    MAX_ROWS,
    MAX_TURNS,
    TAIL_TURNS,
    Gap,
    assembled,
    gap_of,
    hole_after,
    kept,
    known_starts,
    seen_turns,
    stretches,
)
from aircher.tui.viewport.ports import Earlier
from aircher.tui.viewport.view import Viewport
from aircher.tui.viewport.walking import Spot, moved

Make = Callable[[Sequence[Published]], list[Held]]
"""Makes the blocks of one turn's events: `aircher.tui.past.past`."""

PAGE_TURNS = 6
"""Are read at a time: several screens, and few enough to be made between two frames each."""
AHEAD_SCREENS = 2
"""From a gap, reading begins: a page of scrolling, and the next one, are there already."""


class Pager:
    """Keeps a viewport's contents bounded.

    Attributes:
        elsewhere: The search in turns that are not held.
    """

    def __init__(self, viewport: Viewport, earlier: Earlier, make: Make) -> None:
        """Begin; without a `Pager`, a viewport keeps everything."""
        self.elsewhere = Elsewhere(viewport, earlier, make)
        self._viewport = viewport
        self._earlier = earlier
        self._make = make
        self._is_wanted = asyncio.Event()
        self._toggled: set[tuple[int, int]] = set()
        self._trimmed = (0, 0, True)
        self._failed_at: tuple[Spot | None, str] | None = None
        viewport.drawn = self._look
        viewport.finder.go_beyond = self._beyond
        viewport.finder.count_beyond = self.elsewhere.counted

    def begin(self) -> None:
        """Take note that turns before those that are held may be on disk."""
        items = self._viewport.contents.items
        if items and gap_of(items[0]) is None and items[0].seq > 1:
            self._viewport.hold([Held(Gap(items[0].seq)), *items])

    def to_top(self) -> None:
        """Go to the beginning of the conversation, once it is read."""
        self._viewport.to_top()
        items = self._viewport.contents.items
        if items and gap_of(items[0]) is not None:
            self.elsewhere.wish = Wish(by=0)
            self._is_wanted.set()

    async def run(self, tell: Callable[[AircherError], object]) -> None:
        """Read what is wanted, until cancelled.

        What cannot be read is tried again once somebody goes elsewhere or looks for something else; it is told once,
        until something can be read.
        """
        has_failed = False
        while True:
            try:
                has_read = await self.step()
                has_failed = has_failed and not has_read
            except AircherError as exc:
                has_read = False
                self.elsewhere.wish = None
                self._failed_at = self._place
                self._is_wanted.clear()
                if not has_failed:
                    tell(exc)
                has_failed = True
            if not has_read:
                await self._is_wanted.wait()
                self._is_wanted.clear()

    async def step(self) -> bool:
        """Read one page of what is wanted; ``False`` = nothing is."""
        gap = self._near()
        if gap is not None:
            await self._fill(gap)
            return True
        if not self.elsewhere.is_wanted:
            return False
        await self.elsewhere.step()
        target = self.elsewhere.target()
        if target is not None:
            await self._jump(target)
        return True

    def _look(self) -> None:
        """Let go of what is too much, and see whether something is missing near what was drawn."""
        self._trim()
        if self._failed_at is not None and self._failed_at == self._place:
            return
        self._failed_at = None
        if self._near() is not None or self.elsewhere.is_wanted:
            self._is_wanted.set()

    @property
    def _place(self) -> tuple[Spot | None, str]:
        """Return where it stands and what is looked for."""
        return self._viewport.top, self._viewport.finder.tally.needle.text

    def _beyond(self, held: Held, by: int) -> bool:
        """Look for a hit among what is not held."""
        is_sought = self.elsewhere.seek(held, by)
        if is_sought:
            self._is_wanted.set()
        return is_sought

    def _near(self) -> Held | None:
        """Return a gap that is seen, or soon will be."""
        viewport = self._viewport
        items, shown = viewport.contents.items, viewport.shown
        if not shown or not items or self.elsewhere.wish is not None:
            return None
        before, ahead = viewport.contents.heights.before, AHEAD_SCREENS * viewport.height
        if gap_of(items[0]) is not None and before(shown[0].held.index) + shown[0].at < ahead:
            return items[0]
        end = before(shown[-1].held.index) + shown[-1].at + ahead
        last, _ = viewport.contents.heights.find(end)
        between = (items[at] for at in range(max(1, shown[0].held.index), last + 1))
        return next((held for held in between if gap_of(held) is not None), None)

    def _trim(self) -> None:
        viewport = self._viewport
        contents, shown = viewport.contents, viewport.shown
        state = (contents.turns, contents.replaced, viewport.is_at_end)
        if state == self._trimmed or not shown:
            return
        self._trimmed = state
        turns = stretches(contents)
        hole = hole_after(contents, turns)
        first, last = seen_turns(contents, turns, shown, around=0)
        is_over = contents.turns > MAX_TURNS or contents.heights.total > MAX_ROWS
        if len(turns) <= 1 or first < hole <= last or not (is_over or (hole and first >= hole)):
            return
        early, late = seen_turns(contents, turns, shown, around=AHEAD_SCREENS * viewport.height)
        if hole and first >= hole:
            early = max(early, hole)
        elif hole:
            late = min(late, hole - 1)
        low, high, tail = kept(contents, turns, early, late)
        if low > 0 or high < tail:
            self._hold(assembled(contents, turns, low, high, tail))

    def _hold(self, items: Sequence[Held]) -> None:
        """Hold these, and remember what a person folded of the rest."""
        contents = self._viewport.contents
        before = contents.items
        self._viewport.hold(items)
        self._trimmed = (contents.turns, contents.replaced, self._viewport.is_at_end)
        for key, held in numbered(before):
            if held.index < 0 and held.is_toggled:
                self._toggled.add(key)

    async def _fill(self, place: Held) -> None:
        """Read the page that belongs below (at the top) or at the upper end of a gap."""
        gap = gap_of(place)
        if gap is None:
            return
        starts = gap.starts
        until = gap.until_seq if starts is None or len(starts) <= PAGE_TURNS else starts[PAGE_TURNS]
        count = PAGE_TURNS if starts is None else min(PAGE_TURNS, len(starts))
        events = await self._earlier.before(until, count)
        made = await self._made(events)
        if place.index < 0:
            return
        viewport = self._viewport
        items = viewport.contents.items
        above, below = items[: place.index], items[place.index + 1 :]
        if starts is not None:
            leave_gap(viewport, place)
        lines = lines_below(viewport, place)
        if starts is not None:
            rest = starts[count:]
            after = [Held(Gap(gap.until_seq, rest), seq=rest[0])] if rest else []
            viewport.hold([*above, *made, *after, *below])
        else:
            is_begun = sum(isinstance(published.event, TurnStarted) for published in events) < count
            before = [] if is_begun or not events else [Held(Gap(events[0].seq))]
            viewport.hold([*before, *made, *below])
        if lines is not None:
            viewport.scroll_to(moved(viewport.contents, *lines))

    async def _made(self, events: Sequence[Published]) -> list[Held]:
        """Make the blocks of these events, a turn at a time, folded as they were left."""
        made: list[Held] = []
        for turn in by_turn(events):
            made.extend(self._make(turn))
            await asyncio.sleep(0)
        for key, held in numbered(made):
            if key in self._toggled and held.block.toggle():
                held.is_toggled = True
        return made

    async def _jump(self, seq: int) -> None:
        """Hold the turns around one that is not held, and go there."""
        wish, known = self.elsewhere.wish, self.elsewhere.starts
        at = bisect_left(known, seq)
        low, high = max(0, at - PAGE_TURNS // 2), min(len(known), at + PAGE_TURNS)
        until = known[high] if high < len(known) else self.elsewhere.until_seq
        events = await self._earlier.before(until, high - low)
        made = await self._made(events)
        viewport = self._viewport
        turns = stretches(viewport.contents)
        tail = max(hole_after(viewport.contents, turns), len(turns) - TAIL_TURNS)
        made = [held for held in made if turns and held.seq < turns[tail].seq]
        is_wanted, self.elsewhere.wish = wish is self.elsewhere.wish, None
        if wish is None or not is_wanted or not made:
            return
        below = viewport.contents.items[turns[tail].start :]
        missing = [
            start for start in known_starts(viewport.contents, known) if events[-1].seq < start < turns[tail].seq
        ]
        gap = [Held(Gap(turns[tail].seq, missing), seq=missing[0])] if missing else []
        above = [Held(Gap(events[0].seq))] if low or not self.elsewhere.is_complete else []
        self._hold([*above, *made, *gap, *below])
        self._arrive(made, seq, wish.by)

    def _arrive(self, made: Sequence[Held], seq: int, by: int) -> None:
        viewport = self._viewport
        turn = [held for held in made if held.seq == seq and by] or list(made)
        viewport.scroll_to(Spot(turn[0], 0))
        hits = [held for held in turn if by and viewport.finder.tally.of(held)]
        if hits:
            viewport.finder.look_at(hits[-1] if by < 0 else hits[0], by)


def leave_gap(viewport: Viewport, place: Held) -> None:
    """Stand at the end of what is above a hole: one that is scrolled down to is filled from there."""
    if viewport.top is not None and viewport.top.held is place and place.index:
        above = viewport.contents.items[place.index - 1]
        viewport.scroll_to(Spot(above, len(viewport.contents.rows_of(above))))


def lines_below(viewport: Viewport, place: Held) -> tuple[Spot, int] | None:
    """Return where the screen's first row is, seen from what is below the gap at which it stands."""
    items = viewport.contents.items
    if viewport.top is None or viewport.top.held is not place or place.index + 1 >= len(items):
        return None
    return Spot(items[place.index + 1], 0), viewport.top.row - place.extent


def numbered(items: Iterable[Held]) -> list[tuple[tuple[int, int], Held]]:
    """Return each block that is recorded with its turn and its number within it."""
    found: list[tuple[tuple[int, int], Held]] = []
    seq, number = -1, 0
    for held in (item for item in items if not item.is_aside):
        number = number + 1 if held.seq == seq else 0
        seq = held.seq
        found.append(((seq, number), held))
    return found


def by_turn(events: Sequence[Published]) -> list[Sequence[Published]]:
    """Return the events turn by turn; what comes before the first goes with it."""
    starts = [at for at, published in enumerate(events) if isinstance(published.event, TurnStarted)][1:]
    return [events[start:end] for start, end in zip([0, *starts], [*starts, len(events)], strict=True)]
