"""Which colours are in use, and the switches of how things are shown."""

from dataclasses import replace
from typing import TYPE_CHECKING

from aircher.domain.errors import AircherError
from aircher.tui.blocks.diff import NARROWEST_SIDE_BY_SIDE
from aircher.tui.blocks.layout import INDENT
from aircher.tui.keymap import Action
from aircher.tui.look import Look
from aircher.tui.screen import LEAST_PANEL_SCREEN
from aircher.tui.terminal.styles import Color

if TYPE_CHECKING:
    from aircher.tui.app import Interface

AUTO = "auto"
_COLORS = "interface.theme."
_SHORTCUTS = "interface.shortcuts."
_BESIDE_DIFFS = INDENT + 1
"""Columns of the conversation that a tool's diff has not got: they are indented, and there is a scroll bar."""


def use_theme(interface: "Interface", name: str) -> None:
    """Use a theme from now on, and in later sessions.

    Raises:
        ConfigError: There is none of this name, or it is wrong.
    """
    show_theme(interface, name)
    interface.settings.theme_name = name
    interface.errands.start(_keep(interface, name))


def show_theme(interface: "Interface", name: str) -> None:
    """Draw everything with a theme; ``auto`` = the one that fits the terminal's background.

    Raises:
        ConfigError: There is none of this name, or it is wrong.
    """
    background = interface.settings.background if name == AUTO else None
    theme = interface.host.theme(name if background is None else _fitting(background))
    _look(interface, replace(interface.settings.look, theme=theme))


def background_told(interface: "Interface", color: Color) -> None:
    """Take note of the terminal's background; ``auto`` follows it."""
    interface.settings.background = color
    if interface.settings.theme_name == AUTO:
        show_theme(interface, AUTO)


def apply(interface: "Interface", name: str, value: object) -> None:
    """Let a setting of the interface hold from now on; others hold from later on (`aircher.tui.settings.holds_from`).

    Raises:
        ConfigError: It names a theme that is wrong.
    """
    settings, look = interface.settings, interface.settings.look
    match name, value:
        case "interface.color_theme", str():
            settings.theme_name = value
            show_theme(interface, value)
        case "interface.vim_mode", bool():
            settings.is_vim = value
            interface.composer.use_vim(is_vim=value)
        case "interface.show_context_panel", bool():
            settings.has_panel = value
        case "interface.show_cost", bool():
            settings.shows_cost = value
        case "interface.show_token_count", bool():
            settings.shows_tokens = value
        case "interface.streaming_animation", bool():
            settings.is_calm = not value
        case "interface.notifications", bool():
            settings.calls = value
        case "interface.panel_width", int():
            settings.panel_width = value
        case "interface.show_thinking", bool():
            _look(interface, replace(look, shows_thinking=value))
        case "interface.markdown_rendering", bool():
            _look(interface, replace(look, renders_markdown=value))
        case "interface.syntax_highlighting", bool():
            _look(interface, replace(look, highlights=value))
        case "interface.animations.progress_indicators", bool():
            _look(interface, replace(look, is_animated=value))
        case "interface.animations.pulse_thinking", bool():
            _look(interface, replace(look, pulses_thinking=value))
        case _, str() if name.startswith(_COLORS):
            show_theme(interface, settings.theme_name)
        case _, str() if name.startswith(_SHORTCUTS):
            settings.keymap = settings.keymap.changed(name.removeprefix(_SHORTCUTS), value)
            interface.composer.use_keymap(settings.keymap)
            if not settings.is_inline:
                _look(interface, replace(look, full_key=settings.keymap.name(Action.FULL_OUTPUT)))
        case _:
            pass


def toggle_full(interface: "Interface") -> None:
    """Show tool output in full, or folded again; below native scrollback what was printed stays as it is."""
    look = interface.settings.look
    _look(interface, replace(look, is_full=not look.is_full))
    if interface.settings.is_inline:
        state = "folded" if look.is_full else "in full"
        interface.hint(f"tool output is {state} from now on; what was printed stays")


def toggle_side_by_side(interface: "Interface") -> None:
    """Show diffs in two columns where they fit, or in one, and say so: perhaps no diff is in sight."""
    look = interface.settings.look
    _look(interface, replace(look, is_side_by_side=not look.is_side_by_side))
    columns, least = interface.drawing.layout.view.width, NARROWEST_SIDE_BY_SIDE + _BESIDE_DIFFS
    if look.is_side_by_side:
        interface.hint("diffs in one column")
    elif columns >= least:
        interface.hint("diffs side by side")
    else:
        interface.hint(f"diffs side by side need {least} columns, there are {columns}")


def toggle_panel(interface: "Interface") -> None:
    """Show the context panel or hide it; where there is no room for one, say what there is instead."""
    columns = interface.terminal.size[0]
    if interface.settings.is_inline:
        interface.hint("no panel with --inline: /status tells the same")
    elif columns < LEAST_PANEL_SCREEN:
        interface.hint(f"the panel needs {LEAST_PANEL_SCREEN} columns: /status")
    else:
        interface.settings.has_panel = not interface.settings.has_panel
    interface.frames.at_once()


def _fitting(background: Color) -> str:
    from aircher.tui.theme import theme_for_background

    return theme_for_background(background)


def _look(interface: "Interface", look: Look) -> None:
    interface.settings.look = look
    interface.frames.at_once()


async def _keep(interface: "Interface", name: str) -> None:
    problem = await interface.host.book.save("interface.color_theme", name)
    if problem is not None:
        raise AircherError(f"the theme holds, but only until the end of this run: {problem}")
