"""The blocks that are held, and how many rows each takes.

Invariant: no frame lays out more than is looked at and what said that it changed. Until `settle_one` comes to it in
idle time, the height of the rest is what it was at the last width, or a guess, which only the scroll bar sees.
"""

from collections.abc import Iterable, Sequence

from aircher.tui.look import Look
from aircher.tui.parts import Block
from aircher.tui.terminal.rows import Row
from aircher.tui.viewport.heights import Heights

GUESSED_ROWS = 6
"""Of a block that was never laid out: between a tool's folded call (2) and an answer (dozens)."""


class Held:
    """A block in its place.

    Attributes:
        seq: Of the event that began its turn: every block of a turn has the same.
        starts_turn: Whether a turn begins with it.
        is_aside: Whether it is no part of what is recorded, as a command's output: it is not read back with its turn.
        index: Its place among what is held.
        rows: As last laid out; empty before.
        extent: Its rows and the blank one behind; 0 = it has none to show.
        layout: Which layout ``rows`` belong to; 0 = none.
        is_toggled: Whether a person folded or unfolded it.
    """

    __slots__ = ("block", "extent", "index", "is_aside", "is_toggled", "layout", "rows", "seq", "starts_turn")

    def __init__(self, block: Block, *, seq: int = 0, starts_turn: bool = False, is_aside: bool = False) -> None:
        self.block = block
        self.seq = seq
        self.starts_turn = starts_turn
        self.is_aside = is_aside
        self.index = -1
        self.rows: Sequence[Row] = ()
        self.extent = GUESSED_ROWS + 1
        self.layout = 0
        self.is_toggled = False


class Contents:
    """Blocks from top to bottom.

    Attributes:
        items: Nobody else changes the list.
        heights: Of each item, the blank row behind it included.
        layout: Counts changes of width or look, from 1.
        turns: How many turns begin among them.
        replaced: How often other blocks took the place of what was held.
        measures_all: Whether blocks that nobody looks at are measured when they change: somebody counts new rows.
    """

    def __init__(self) -> None:
        self.items: list[Held] = []
        self.heights = Heights()
        self.layout = 0
        self.replaced = 0
        self.turns = 0
        self.measures_all = False
        self._by_block: dict[int, Held] = {}
        self._changed: dict[int, Held] = {}
        self._width = 0
        self._look: Look | None = None
        self._unsettled = 0

    def append(self, held: Held) -> None:
        """Put a block at the end."""
        held.index = len(self.items)
        self.items.append(held)
        self.heights.append(held.extent)
        self.turns += held.starts_turn
        self._by_block[id(held.block)] = held
        if self.measures_all:
            self._changed[id(held.block)] = held
        self._unsettled = len(self.items)

    def replace(self, items: Iterable[Held]) -> None:
        """Hold these instead: costs what is held, so it is for paging, not for frames."""
        kept = list(items)
        for held in self.items:
            held.index = -1
        for index, held in enumerate(kept):
            held.index = index
        self.items = kept
        self.replaced += 1
        self.turns = sum(held.starts_turn for held in kept)
        self.heights = Heights(held.extent for held in kept)
        self._by_block = {id(held.block): held for held in kept}
        self._changed = {key: held for key, held in self._changed.items() if held.index >= 0}
        self._unsettled = len(kept)

    def held(self, block: Block) -> Held | None:
        """Return a block's place; ``None`` = it is not held."""
        return self._by_block.get(id(block))

    def touched(self, block: Block) -> None:
        """Take note that a block changed."""
        held = self._by_block.get(id(block))
        if held is not None and (held.layout or self.measures_all):
            self._changed[id(block)] = held

    def set_layout(self, width: int, look: Look) -> bool:
        """Make every layout old if the width or the look is another one; return whether it is."""
        if width == self._width and look is self._look:
            return False
        self._width, self._look = width, look
        self.layout += 1
        self._unsettled = len(self.items)
        return True

    def rows_of(self, held: Held) -> Sequence[Row]:
        """Return a block's rows in the present layout, and remember how many there are."""
        assert self._look is not None, "rows are asked for before a width is known"
        rows = held.block.rows(self._width, self._look)
        extent = len(rows) + 1 if rows else 0
        if extent != held.extent:
            held.extent = extent
            self.heights.set(held.index, extent)
        held.rows = rows
        held.layout = self.layout
        return rows

    def measure_changed(self) -> None:
        """Lay out what changed since the last frame."""
        for held in self._changed.values():
            self.rows_of(held)
        self._changed.clear()

    def settle_one(self) -> bool:
        """Lay out one block whose layout is old, newest first; ``False`` = there is none, or no width yet."""
        while self._unsettled and self._look is not None:
            self._unsettled -= 1
            held = self.items[self._unsettled]
            if held.layout != self.layout:
                self.rows_of(held)
                return True
        return False
