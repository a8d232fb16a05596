"""Display blocks that stand by themselves: what a command of the user's shows."""

from collections.abc import Sequence
from dataclasses import replace

from aircher.domain.display import DisplayBlock
from aircher.tui.blocks.diff_colors import DiffColors
from aircher.tui.blocks.display import Draw, display_rows, display_source, folded_rows
from aircher.tui.blocks.kept import StillBlock
from aircher.tui.blocks.laid import LaidOut, is_large
from aircher.tui.blocks.layout import cut_line
from aircher.tui.look import Look, Role
from aircher.tui.parts import Changed
from aircher.tui.terminal.rows import EMPTY, Row


class DisplayedBlock(StillBlock):
    """Blocks below each other, whole at first: somebody asked to see them, by this command."""

    def __init__(self, display: tuple[DisplayBlock, ...], changed: Changed, *, command: str = "") -> None:
        super().__init__()
        self._command = command
        self._display = display
        self._changed = changed
        self._colors = DiffColors(self._colored)
        self.laid = LaidOut(changed)
        self._is_large = is_large(display)

    @property
    def source(self) -> str:
        """Return the text of all of them."""
        return "\n\n".join(map(display_source, self._display))

    def toggle(self) -> bool:
        """Fold or unfold them."""
        self._is_toggled = not self._is_toggled
        return True

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return how they look; much of it is folded until all is laid out."""
        rows = super().rows(width, look)
        if self._is_toggled or not self._is_large:
            return rows
        self._colors.ask(self._display)
        return self.laid.get((width, look), self._version, lambda: self._rows(width, look, display_rows)) or rows

    def _drawn(self, width: int, look: Look) -> Sequence[Row]:
        if not (self._is_toggled or self._is_large):
            return self._rows(width, look, display_rows)
        return self._rows(width, replace(look, full_key=""), folded_rows)  # that key leaves these as they are

    def _rows(self, width: int, look: Look, draw: Draw) -> list[Row]:
        rows: list[Row] = []
        if self._command:
            rows.append(cut_line(f"{look.glyphs.bar} {self._command}", width, look.style(Role.MUTED), look.glyphs))
        for number, block in enumerate(self._display):
            if number:
                rows.append(EMPTY)
            rows.extend(draw(block, width, look, self._colors))
        return rows

    def _colored(self) -> None:
        self.forget_drawing()
        self._changed()


class WholeBlocks:
    """Draws blocks in full; of one that takes long the beginning is shown until all of it is laid out."""

    def __init__(self, changed: Changed) -> None:
        """Take whom to tell when one looks different."""
        self._changed = changed
        self._colors = DiffColors(changed)
        self._laid: dict[DisplayBlock, LaidOut] = {}

    def rows(self, block: DisplayBlock, width: int, look: Look) -> list[Row]:
        """Return how the block looks now."""
        if not is_large((block,)):
            return display_rows(block, width, look, self._colors)
        self._colors.ask((block,))
        laid = self._laid.setdefault(block, LaidOut(self._changed))

        def draw() -> list[Row]:
            return display_rows(block, width, look, self._colors)

        return laid.get((width, look), self._colors.has_all((block,)), draw) or folded_rows(
            block, width, look, self._colors
        )
