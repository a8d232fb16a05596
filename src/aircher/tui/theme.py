"""Themes: which there are, which suits a terminal, and how one looks with the colours that the user wants.

Invariant: a theme that was loaded has a style for every role. Not its job: the form of the files (`theme_file`), and
what few colours a terminal can show (`terminal.encoding`).
"""

from dataclasses import replace
from pathlib import Path

from aircher.config.sections_interface import Theme as OwnColors
from aircher.domain.errors import ConfigError
from aircher.tui.look import Role, Theme
from aircher.tui.terminal.styles import PLAIN, Color, Style
from aircher.tui.theme_colors import ThemeWordError, contrast, luminance, parse_color
from aircher.tui.theme_file import BUILT_IN, read_theme, theme_names

__all__ = ["BUILT_IN", "load_theme", "painted_ground", "theme_for_background", "theme_names"]

_LEGIBLE = 3.0
"""Contrast below which the text of a theme cannot stay on the terminal's own ground. Source: WCAG 2.2, 1.4.11."""
_BRIGHT_LUMINANCE = 0.18
"""Black and white have the same contrast to it: on what is brighter, dark text is read better."""

_MEANT: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("primary_color", (Role.PRIMARY, Role.HEADING)),
    ("secondary_color", (Role.SECONDARY, Role.LINK, Role.NAME)),
    ("accent_color", (Role.ACCENT, Role.DIALOG_TITLE, Role.KEY)),
    ("error_color", (Role.ERROR,)),
    ("muted_color", (Role.MUTED, Role.LINE_NUMBER)),
    ("border_color", (Role.BORDER,)),
)
"""What each key of ``[interface.theme]`` colours."""


def theme_for_background(color: Color | None) -> str:
    """Return the name of the theme that suits a terminal of this background; ``None`` = it did not tell."""
    return "light" if color is not None and luminance(color) > _BRIGHT_LUMINANCE else "dark"


def load_theme(name: str, colors: OwnColors | None = None, *, folder: Path | None = None) -> Theme:
    """Return the theme with the colours that the user wants in place of its own.

    Args:
        name: One of `theme_names`; a file of the user's goes before one that comes with the program.
        colors: ``[interface.theme]`` of the configuration.
        folder: The user's themes; ``None`` = there are none.

    Raises:
        ConfigError: There is no such theme, its file is wrong, or a colour of the user's means nothing.
    """
    read = read_theme(name, folder)
    theme = Theme(name=name, is_dark=read.is_dark, styles=read.styles, ground=read.ground, fills=read.fills)
    return theme if colors is None or colors == OwnColors() else _with_colors(theme, colors, read.palette)


def painted_ground(theme: Theme, background: Color | None) -> Style:
    """Return what has to be painted below everything; plain = the terminal's own ground may stay.

    It may if the theme does not insist on its own, and if its text can be read on ``background``, which the terminal
    told (``None`` = it did not).
    """
    text = theme.ground.fg
    if theme.fills:
        return theme.ground
    if background is None or text is None or contrast(text, background) >= _LEGIBLE:
        return PLAIN
    return theme.ground


def _with_colors(theme: Theme, colors: OwnColors, palette: dict[str, Color]) -> Theme:
    styles = dict(theme.styles)
    for key, roles in _MEANT:
        color = _own(colors, key, palette)
        if color is not None:
            styles.update((role, styles[role]._replace(fg=color)) for role in roles)
    background = _own(colors, "background_color", palette)
    if background is None:
        return replace(theme, styles=styles)
    return replace(theme, styles=styles, ground=theme.ground._replace(bg=background), fills=True)


def _own(colors: OwnColors, key: str, palette: dict[str, Color]) -> Color | None:
    word: str = getattr(colors, key)
    if not word:
        return None
    try:
        return parse_color(word, palette)
    except ThemeWordError as exc:
        raise ConfigError(
            f"interface.theme.{key} = {word!r}: {exc.message}",
            hint=f"{exc.remedy}; aircher config unset interface.theme.{key} takes it back",
        ) from exc
