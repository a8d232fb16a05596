"""What the user wants of the interface, what may be changed of it while it runs, and from when on a change holds.

Not its job: writing configuration; that is the host's.
"""

from aircher.config.sections_interface import Interface as Section
from aircher.domain.records import dataclass
from aircher.tui.keymap import Action, Keymap
from aircher.tui.look import ASCII, UNICODE, Look, Theme
from aircher.tui.terminal.styles import Color

NEXT_START_SECTIONS = ("logging", "project", "storage")
"""Where the program works and writes: that does not move below what is open."""
_NEXT_START = ("interface.screen_reader", *(f"{section}." for section in NEXT_START_SECTIONS))


def holds_from(name: str) -> str:
    """Return in words from when on a setting holds that is saved now.

    >>> holds_from("interface.vim_mode")
    'from now on'
    """
    if name.startswith(_NEXT_START):
        return "from the next start on"
    return "from now on" if name.startswith("interface.") else "in conversations that are opened from now on"


@dataclass(slots=True, kw_only=True)
class Settings:
    """How it looks and reacts.

    Attributes:
        look: What everything is drawn with; a change makes a new one.
        theme_name: As chosen; ``auto`` = by the terminal's background.
        has_panel: Whether the context panel is open.
        calls: Whether somebody who looks elsewhere is called.
        is_inline: Whether it lives below the shell's output instead of on a screen of its own.
        is_calm: Whether text appears twice a second instead of as it arrives.
        background: The terminal's, as far as it told.
        shows_tokens: Whether the status bar counts tokens, and ``shows_cost`` money.
    """

    keymap: Keymap
    look: Look
    theme_name: str
    is_vim: bool
    has_panel: bool
    panel_width: int
    calls: bool
    is_inline: bool
    shows_tokens: bool
    shows_cost: bool
    is_calm: bool
    background: Color | None = None


def settings_of(section: Section, theme: Theme, *, is_inline: bool, is_utf8: bool) -> Settings:
    """Return what configuration says."""
    keymap = Keymap.configured(section.shortcuts)
    return Settings(
        keymap=keymap,
        look=Look(
            theme=theme,
            glyphs=UNICODE if is_utf8 else ASCII,
            shows_thinking=section.show_thinking,
            renders_markdown=section.markdown_rendering,
            highlights=section.syntax_highlighting,
            is_animated=section.animations.progress_indicators,
            pulses_thinking=section.animations.pulse_thinking,
            full_key="" if is_inline else keymap.name(Action.FULL_OUTPUT),  # what was printed is folded for good
        ),
        theme_name=section.color_theme,
        is_vim=section.vim_mode,
        has_panel=section.show_context_panel,
        panel_width=section.panel_width,
        calls=section.notifications,
        is_inline=is_inline,
        shows_tokens=section.show_token_count,
        shows_cost=section.show_cost,
        is_calm=not section.streaming_animation,
    )
