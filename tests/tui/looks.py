"""Looks for tests: every role has a colour of its own, so that a row tells which role it has."""

from aircher.tui.look import ASCII, Look, Role, Theme
from aircher.tui.terminal.styles import Style

THEME = Theme(name="test", is_dark=True, styles={role: Style(fg=at + 1) for at, role in enumerate(Role)})
LOOK = Look(theme=THEME)
PLAIN_LOOK = Look(theme=THEME, glyphs=ASCII)


def roles(spans: tuple[tuple[str, Style], ...]) -> list[tuple[str, Role]]:
    """Return each text with the role it was drawn in."""
    return [(text, list(Role)[(style.fg or 1) - 1]) for text, style in spans]
