"""The conversation on the screen: scrolls, searches, selects.

Invariant: what is seen depends on the blocks, the size, the look and the place it stands at, and on nothing that
happened before; a frame costs what is seen, not what is held. Not its job: making blocks of events (`tui.pump`), and
getting earlier ones back (`paging`).
"""

import time
from collections.abc import Callable, Iterable, Sequence

from aircher.tui.look import Look
from aircher.tui.parts import Block, Changed
from aircher.tui.terminal.events import InputEvent, KeyPressed, MouseUsed
from aircher.tui.terminal.rows import Row
from aircher.tui.viewport.contents import Held
from aircher.tui.viewport.finder import Finder
from aircher.tui.viewport.gaps import gap_of
from aircher.tui.viewport.marking import Marker, bar_signs
from aircher.tui.viewport.mouse import Mouse
from aircher.tui.viewport.scroller import Scroller
from aircher.tui.viewport.selecting import KeyboardSelecting, Selecting

NARROWEST_WITH_BAR = 20
"""Cells; below that every cell is needed for text."""

SETTLE_S = 0.002
"""Of a frame may go into blocks that nobody looks at: after each such piece a whole frame is drawn, so one block a
piece would be hundreds of frames for one resize, and more at once would be felt by who types."""


class Viewport(Scroller):
    """A list of blocks with one blank row between them.

    It follows the end until it is scrolled. Mouse events count their cells from its own upper left corner.

    Attributes:
        finder: The search: how many hits, which one is looked at.
        selecting: The selection; `Selecting.pull` tells whether a drag wants to scroll on.
        keyboard: Selecting by keyboard; `begin` starts it.
        drawn: Called after each frame: paging looks whether something is missing near what is seen.
    """

    def __init__(
        self,
        changed: Changed,
        *,
        copy: Callable[[str], object] = lambda _: None,
        now_s: Callable[[], float] = time.monotonic,
        has_bar: bool = True,
    ) -> None:
        """Show nothing yet; ``copy`` gets what was selected once the mouse is released or Enter pressed."""
        super().__init__(changed)
        self.selecting = Selecting(self, now_s=now_s)
        self.keyboard = KeyboardSelecting(self, self.selecting, copy)
        self.finder = Finder(self)
        self.drawn: Callable[[], None] | None = None
        self._now_s = now_s
        self._has_bar = has_bar
        self._mouse = Mouse(self, self.selecting, copy)
        self._marker = Marker(self.finder, self.selecting)

    @property
    def blocks(self) -> Sequence[Block]:
        """Return what is held, from top to bottom."""
        return [held.block for held in self.contents.items]

    @property
    def is_live(self) -> bool:
        """Return whether a block that is seen moves by itself."""
        return any(held.block.is_live for held in {line.held for line in self.shown})

    def rows(self, width: int, height: int, look: Look) -> list[Row]:
        """Return what is seen; the scroll bar has a column of its own, and is drawn while it is scrolled up."""
        has_bar = self._has_bar and width >= NARROWEST_WITH_BAR
        inside = width - has_bar
        shown = self.draw(inside, height, look)
        bar: list[str] = []
        if has_bar and shown and not self.is_at_end:
            before = self.contents.heights.before(shown[0].held.index) + shown[0].at
            bar = bar_signs(before, len(shown), self.contents.heights.total - 1, look)
        rows = self._marker.marked(shown, bar, inside, look)
        total = self.contents.heights.total
        if self.drawn is not None:
            self.drawn()
        if total != self.contents.heights.total:  # what is held now is as high as nobody has seen yet
            self.changed()
        return rows

    def handle(self, event: InputEvent) -> bool:
        """Take what the mouse does, and the keys of selecting while that goes on."""
        if isinstance(event, MouseUsed):
            is_taken = self._mouse.handle(event, has_bar=self._has_bar)
        elif isinstance(event, KeyPressed) and self.selecting.cursor is not None:
            is_taken = self.keyboard.handle(event)
        else:
            return False
        if is_taken:
            self.changed()
        return is_taken

    def append(self, block: Block, *, seq: int | None = None, starts_turn: bool = False) -> None:
        """Put a block at the end.

        ``seq`` is that of the event that began its turn, the same for all its blocks; ``None`` = it is not recorded,
        and stands in the turn above.
        """
        items = self.contents.items
        stands_in = seq if seq is not None else items[-1].seq if items else 0
        self.contents.append(Held(block, seq=stands_in, starts_turn=starts_turn, is_aside=seq is None))
        self.finder.tally.outdate(block)
        self.changed()

    def prepend(self, blocks: Iterable[Block]) -> None:
        """Put blocks before the first one, without moving what is seen."""
        self.hold([*(Held(block) for block in blocks), *self.contents.items])

    def touched(self, block: Block) -> None:
        """Take note that a block is not what it was."""
        self.contents.touched(block)
        self.finder.tally.outdate(block)
        self.changed()

    def drop_since(self, seq: int) -> None:
        """Let go of every turn that began with this event or later: the conversation was rewound.

        What is not recorded stays, in the last turn that is left: it tells of the rewinding, too.
        """
        kept = [held for held in self.contents.items if held.seq < seq or held.is_aside]
        for held in kept:
            held.seq = min(held.seq, seq - 1)
        self.hold([held for held in kept if (gap := gap_of(held)) is None or gap.drop_since(seq)])

    def clear(self) -> None:
        """Hold nothing, look for nothing, select nothing."""
        self.hold(())
        self.selecting.clear()
        self.finder.begin("")

    def find(self, text: str) -> None:
        """Look for a text as it is typed; empty = end the search."""
        self.finder.begin(text)
        self.changed()

    def find_next(self) -> bool:
        """Go to the next hit below; ``False`` = there is none."""
        return self.finder.go(1)

    def find_previous(self) -> bool:
        """Go to the next hit above; ``False`` = there is none."""
        return self.finder.go(-1)

    def selected_text(self) -> str:
        """Return what is selected, as text to be pasted elsewhere; empty = nothing is."""
        return self.selecting.text()

    def idle(self) -> bool:
        """Do a small piece of what need not be done at once; ``False`` = nothing is left."""
        if self.finder.step():
            return True
        until_s = self._now_s() + SETTLE_S
        while self.contents.settle_one():
            if self._now_s() >= until_s:
                return True
        return False
