"""A conversation below the shell's own output: what is settled goes into native scrollback, the rest lives at the end.

Invariant: a row that `InlineView.settled` handed out never changes any more. Not its job: scrolling, finding and
selecting; the terminal does that here.
"""

from collections.abc import Sequence

from aircher.tui.blocks.answer import AnswerBlock
from aircher.tui.look import Look
from aircher.tui.parts import Block
from aircher.tui.terminal.rows import EMPTY, Row


class InlineView:
    """Blocks that may still change, below those that were printed.

    Attributes:
        new_rows: Nothing is ever out of sight here.
        is_turn_open: Whether the last block may still grow.
    """

    new_rows = 0

    def __init__(self) -> None:
        self.is_turn_open = False
        self._blocks: list[Block] = []
        self._printed = 0

    @property
    def blocks(self) -> Sequence[Block]:
        """Return those that are still open."""
        return self._blocks

    @property
    def is_live(self) -> bool:
        """Return whether something moves by itself."""
        return any(block.is_live for block in self._blocks)

    def append(self, block: Block, *, seq: int = 0, starts_turn: bool = False) -> None:  # noqa: ARG002 - a `Sink`
        """Put a block at the end."""
        self._blocks.append(block)

    def touched(self, block: Block) -> None:
        """Do nothing: what is open is drawn with every frame."""

    def drop_since(self, seq: int) -> None:
        """Do nothing: what the terminal has cannot be taken back."""

    def to_bottom(self) -> None:
        """Do nothing: it is always there."""

    def settled(self, width: int, look: Look) -> list[Row]:
        """Return the rows that will not change any more and were not handed out before, with one blank row a block.

        A block is settled when it does not move and another follows, or no turn runs; of an answer, what is laid out
        for good.
        """
        rows: list[Row] = []
        while self._blocks and not self._blocks[0].is_live and (len(self._blocks) > 1 or not self.is_turn_open):
            rows += [*self._blocks.pop(0).rows(width, look)[self._printed :], EMPTY]
            self._printed = 0
        first = self._blocks[0] if self._blocks else None
        if isinstance(first, AnswerBlock):
            drawn = first.rows(width, look)
            rows += drawn[self._printed : first.settled_rows]
            self._printed = max(self._printed, first.settled_rows)
        return rows

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return the end of what is still open."""
        rows: list[Row] = []
        for at, block in enumerate(self._blocks):
            drawn = block.rows(width, look)
            rows += [*drawn[0 if at else self._printed :], EMPTY]
        return rows[-height:] if height > 0 else []
