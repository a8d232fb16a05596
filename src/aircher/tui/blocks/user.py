"""What the user wrote: on a ground of its own, with a bar at its edge, so that turns are found at a glance."""

from collections.abc import Sequence

from aircher.domain.messages import ImagePart, PromptPart, TextPart
from aircher.tui.blocks.kept import StillBlock
from aircher.tui.blocks.laid import LaidOut
from aircher.tui.blocks.layout import cut_line, more_row, plain_wrapped
from aircher.tui.blocks.tool_body import image_chip
from aircher.tui.look import Look, Role
from aircher.tui.parts import Changed
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import Style

_FOLDED_ROWS = 10
"""What stays of a prompt that has more than `_LONGEST_ROWS`: a pasted log need not be scrolled over."""
_LONGEST_ROWS = 14
_WHOLE_ROWS = 2_000
"""Of a prompt that is unfolded: what is longer would hold the screen up; copying takes all of it."""


class UserBlock(StillBlock):
    """A prompt: its text, and a chip for each picture; a long one is folded."""

    def __init__(self, prompt: tuple[PromptPart, ...], changed: Changed) -> None:
        super().__init__()
        self.laid = LaidOut(changed)
        self._text = "\n".join(part.text for part in prompt if isinstance(part, TextPart)).strip("\n")
        self._images = tuple(part for part in prompt if isinstance(part, ImagePart))
        self._is_long = False

    @property
    def source(self) -> str:
        """Return what was written."""
        return "\n".join(filter(None, (self._text, *self._chips())))

    def toggle(self) -> bool:
        """Fold or unfold a long prompt."""
        if self._is_long:
            self._is_toggled = not self._is_toggled
        return self._is_long

    def _chips(self) -> list[str]:
        return [image_chip(image, number) for number, image in enumerate(self._images, 1)]

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return how it looks; of a long one all is there as soon as it is laid out."""
        folded = super().rows(width, look)
        if not self._is_long or look.is_full is self._is_toggled:
            return folded
        return self.laid.get((width, look), (), lambda: self._rows(width, look, most=_WHOLE_ROWS)) or folded

    def _drawn(self, width: int, look: Look) -> Sequence[Row]:
        return self._rows(width, look, most=_FOLDED_ROWS)

    def _rows(self, width: int, look: Look, *, most: int) -> list[Row]:
        style = look.style(Role.USER)
        edge = Row(((f"{look.glyphs.bar} ", look.style(Role.PRIMARY)._replace(bg=style.bg)),), 2)
        inner = max(2, width - len("▌ ") - 1)
        rows = self._text_rows(inner, look, style, most=most) if self._text else []
        rows.extend(cut_line(chip, inner, look.style(Role.SECONDARY), look.glyphs) for chip in self._chips())
        placed = [edge.beside(row.on(style)).fit(width, style) for row in rows]
        return [type(row)(at.spans, at.width) for row, at in zip(rows, placed, strict=True)]

    def _text_rows(self, width: int, look: Look, style: Style, *, most: int) -> list[Row]:
        rows, left_out = first_rows(self._text, width, style, most=_LONGEST_ROWS)
        self._is_long = bool(left_out)
        if self._is_long:
            rows, left_out = first_rows(self._text, width, style, most=most)
        return [*rows, more_row(left_out, width, look, can_unfold=most == _FOLDED_ROWS)] if left_out else rows


def first_rows(text: str, width: int, style: Style, *, most: int) -> tuple[list[Row], int]:
    """Return the first rows of a text, and how many of its lines are not wholly among them."""
    rows: list[Row] = []
    at = 0
    while at <= len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        room = (most - len(rows) + 1) * (width + 1)
        rows.extend(plain_wrapped(text[at : min(end, at + room)], width, style))
        if len(rows) > most:
            return rows[:most], text.count("\n", at) + 1
        at = end + 1
        if len(rows) == most and at <= len(text):
            return rows, text.count("\n", at) + 1
    return rows, 0
