"""Something a person should know: one sign, then words."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from aircher.tui.blocks.kept import StillBlock
from aircher.tui.blocks.layout import hung
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row

Level: TypeAlias = Literal["info", "warning", "error"]


def notice_rows(text: str, level: Level, width: int, look: Look) -> list[Row]:
    """Return the sentence behind the sign of its level."""
    sign, role, text_role = {
        "info": (look.glyphs.bullet, Role.SECONDARY, Role.MUTED),
        "warning": ("!", Role.WARNING, Role.WARNING),
        "error": (look.glyphs.failed, Role.ERROR, Role.ERROR),
    }[level]
    return hung(Row.of((f"{sign} ", look.style(role))), [(text.strip(), look.style(text_role))], width)


class NoticeBlock(StillBlock):
    """A sentence of the program's own, between what the conversation says."""

    def __init__(self, text: str, level: Level = "info") -> None:
        super().__init__()
        self._text = text
        self._level: Level = level

    @property
    def source(self) -> str:
        """Return the sentence."""
        return self._text

    def _drawn(self, width: int, look: Look) -> Sequence[Row]:
        return notice_rows(self._text, self._level, width, look)
