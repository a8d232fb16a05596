"""A look in which every role has a colour of its own, and what is needed to compare rows."""

from collections.abc import Sequence

from aircher.tui.look import Look, Role, Theme
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import Style

LOOK = Look(
    theme=Theme(
        name="test",
        is_dark=True,
        styles={role: Style(fg=at + 1) for at, role in enumerate(Role) if role is not Role.TEXT},
    )
)


def color(role: Role) -> int | None:
    """Return the colour of a role."""
    return LOOK.style(role).fg


def texts(rows: Sequence[Row]) -> list[str]:
    """Return what a person reads, spaces at the ends left out."""
    return [row.text.rstrip() for row in rows]


def style_of(rows: Sequence[Row], word: str) -> Style:
    """Return how the first span looks that contains a word."""
    return next(style for row in rows for text, style in row.spans if word in text)


def nothing() -> None:
    """Nobody waits for colours."""
