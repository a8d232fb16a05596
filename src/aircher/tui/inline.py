"""A conversation below the shell's own output: what is settled goes into native scrollback, the rest lives at the end.

Invariant: a row that was handed out to be printed never changes any more, every row is handed out once, in order; but
what is still open is printed as it stands when another conversation is shown (`parting`), and once more when it is
over. Not its job: scrolling, finding and selecting; the terminal does that here.
"""

import sys
from collections.abc import Sequence

from aircher.tui.blocks.answer import AnswerBlock
from aircher.tui.blocks.displayed import DisplayedBlock
from aircher.tui.blocks.notice import NoticeBlock
from aircher.tui.blocks.tool import ToolBlock
from aircher.tui.blocks.turn import RetryBlock, TurnEndBlock
from aircher.tui.blocks.user import UserBlock
from aircher.tui.look import Look
from aircher.tui.parts import Block
from aircher.tui.terminal.rows import EMPTY, Row, wrap

ELSEWHERE = "In a conversation that was left while it went on:"


class InlineView:
    """Blocks that may still change, below those that were printed.

    Attributes:
        new_rows: Nothing is ever out of sight here.
    """

    new_rows = 0

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._printed = 0
        self._over = 0
        self._layout: tuple[int, Look] | None = None

    @property
    def blocks(self) -> Sequence[Block]:
        """Return those that are still open."""
        return self._blocks

    @property
    def is_live(self) -> bool:
        """Return whether something moves by itself."""
        return any(block.is_live for block in self._blocks)

    def append(self, block: Block, *, seq: int = 0, starts_turn: bool = False) -> None:  # noqa: ARG002 - a `Sink`
        """Put a block at the end; the end of a turn and the beginning of another end whatever came before."""
        if starts_turn or isinstance(block, TurnEndBlock):
            self._over = len(self._blocks)
        self._blocks.append(block)

    def touched(self, block: Block) -> None:
        """Do nothing: what is open is drawn with every frame."""

    def drop_since(self, seq: int) -> None:
        """Do nothing: what the terminal has cannot be taken back."""

    def to_bottom(self) -> None:
        """Do nothing: it is always there."""

    def settled(self, width: int, look: Look) -> list[Row]:
        """Return the rows that will not change any more and were not handed out before, with one blank row a block.

        Of an answer that still grows these are the rows that are laid out for good.
        """
        rows: list[Row] = []
        while self._blocks and self._is_settled(self._blocks[0], width, look):
            rows += self._next(width, look)
        if self._blocks and isinstance(first := self._blocks[0], AnswerBlock):
            drawn = first.rows(*self._laid_for(width, look))
            if first.settled_rows > self._printed:
                self._layout = self._laid_for(width, look)
                rows += _fitting(drawn[self._printed : first.settled_rows], width)
                self._printed = first.settled_rows
        return rows

    def parting(self, width: int, look: Look) -> list[Row]:
        """Return all rows that were not handed out, as they stand; those that may still change stay here, too."""
        return [*self.settled(width, look), *self.rows(width, sys.maxsize, look)]

    def rest(self, width: int, look: Look) -> list[Row]:
        """Return all rows that were not handed out: nothing comes any more."""
        rows: list[Row] = []
        while self._blocks:
            rows += self._next(width, look)
        return rows

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return the end of what is still open."""
        rows: list[Row] = []
        for at, block in enumerate(self._blocks):
            drawn = block.rows(width, look) if at else self._open_rows(width, look)
            rows += [*drawn, EMPTY]
        return rows[-height:] if height > 0 else []

    def _next(self, width: int, look: Look) -> list[Row]:
        """Take the first block out, and return what of it was not handed out."""
        rows = [*self._open_rows(width, look), EMPTY]
        self._blocks.pop(0)
        self._over = max(0, self._over - 1)
        self._printed, self._layout = 0, None
        return rows

    def _is_settled(self, block: Block, width: int, look: Look) -> bool:
        """Return whether the first block is over, with the colours of its code."""
        if isinstance(block, AnswerBlock):
            return block.is_finished and len(block.rows(*self._laid_for(width, look))) == block.settled_rows
        block.rows(*self._laid_for(width, look))  # what is done in a thread begins now
        if isinstance(block, ToolBlock | UserBlock | DisplayedBlock) and block.laid.is_pending:
            return False
        return self._over > 0 or (block.is_over if isinstance(block, ToolBlock | RetryBlock) else not block.is_live)

    def _open_rows(self, width: int, look: Look) -> Sequence[Row]:
        return _fitting(self._blocks[0].rows(*self._laid_for(width, look))[self._printed :], width)

    def _laid_for(self, width: int, look: Look) -> tuple[int, Look]:
        """Return what the first block is laid out for.

        One that is printed in part keeps its layout, so that nobody has to find out how far it was printed; rows that
        are too wide for the window then are broken as the terminal breaks those that it has.
        """
        return self._layout or (width, look)


def unseen_rows(view: InlineView, width: int, look: Look) -> list[Row]:
    """Return what nobody has printed of a conversation that ended while another one was shown."""
    rows = view.rest(width, look)
    return [*NoticeBlock(ELSEWHERE).rows(width, look), EMPTY, *rows] if rows else []


def _fitting(rows: Sequence[Row], width: int) -> Sequence[Row]:
    if all(row.width <= width for row in rows):
        return rows
    return [piece for row in rows for piece in (wrap(row.spans, width) if row.width > width else [row])]
