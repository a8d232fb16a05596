"""A conversation below the shell's own output: what is settled goes into native scrollback, the rest lives at the end.

Invariant: a row that was handed out by `InlineView.settled` never changes any more. Not its job: scrolling, finding and
selecting; the terminal does that here.
"""

from collections.abc import Sequence

from aircher.tui.look import Look
from aircher.tui.parts import Block
from aircher.tui.terminal.rows import EMPTY, Row


class InlineView:
    """Blocks that are still open, below those that were printed.

    Attributes:
        new_rows: Nothing is out of sight here: always 0.
    """

    new_rows = 0

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._printed = 0
        self._has_printed = False
        self._printed_at: tuple[int, Look] | None = None

    @property
    def is_live(self) -> bool:
        """Return whether something moves by itself."""
        return any(block.is_live for block in self._blocks)

    def append(self, block: Block, *, seq: int = 0, starts_turn: bool = False) -> None:  # noqa: ARG002 - a `Sink`
        """Put a block at the end."""
        self._blocks.append(block)

    def touched(self, block: Block) -> None:
        """Take note that a block is not what it was: it is drawn with the next frame anyway."""

    def drop_since(self, seq: int) -> None:
        """Leave everything: what the terminal has cannot be taken back."""

    def to_bottom(self) -> None:
        """Be where it always is."""

    def settled(self, width: int, look: Look, *, is_turn_open: bool) -> list[Row]:
        """Return the rows that came to be settled since the last time, to be printed above.

        Blocks are settled once another follows, or the turn is over; of a long answer, what is laid out for good.
        """
        rows: list[Row] = []
        while self._blocks and not self._blocks[0].is_live and (len(self._blocks) > 1 or not is_turn_open):
            block = self._blocks.pop(0)
            rows += self._rest(block.rows(width, look))
            self._printed = 0
        if self._blocks:
            block = self._blocks[0]
            settled = getattr(block, "settled_rows", 0)
            if settled > self._printed:
                rows += self._spaced(block.rows(width, look)[self._printed : settled])
                self._printed = settled
        return rows
