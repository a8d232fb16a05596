"""Display blocks that stand by themselves: what a command of the user's shows."""

from collections.abc import Sequence

from aircher.domain.display import DisplayBlock
from aircher.tui.blocks.diff_colors import DiffColors
from aircher.tui.blocks.display import display_rows, display_source, folded_rows
from aircher.tui.blocks.kept import StillBlock
from aircher.tui.look import Look
from aircher.tui.parts import Changed
from aircher.tui.terminal.rows import EMPTY, Row


class DisplayedBlock(StillBlock):
    """Blocks below each other, whole at first: somebody asked to see them."""

    def __init__(self, display: tuple[DisplayBlock, ...], changed: Changed) -> None:
        super().__init__()
        self._display = display
        self._changed = changed
        self._colors = DiffColors(self._colored)

    @property
    def source(self) -> str:
        """Return the text of all of them."""
        return "\n\n".join(map(display_source, self._display))

    def toggle(self) -> bool:
        """Fold or unfold them."""
        self._is_toggled = not self._is_toggled
        return True

    def _drawn(self, width: int, look: Look) -> Sequence[Row]:
        rows: list[Row] = []
        for block in self._display:
            if rows:
                rows.append(EMPTY)
            draw = folded_rows if self._is_toggled else display_rows
            rows.extend(draw(block, width, look, self._colors))
        return rows

    def _colored(self) -> None:
        self.forget_drawing()
        self._changed()
