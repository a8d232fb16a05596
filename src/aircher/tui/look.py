"""What things look like: roles get styles from a theme, drawing signs from what the terminal can show."""

from collections.abc import Mapping
from enum import StrEnum

from aircher.domain.records import dataclass
from aircher.tui.terminal.styles import PLAIN, Style


class Role(StrEnum):
    """What a piece of text is; every theme gives each of them a style."""

    TEXT = "text"
    MUTED = "muted"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ACCENT = "accent"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    BORDER = "border"
    USER = "user"
    """What the user wrote, with a background of its own."""
    HEADING = "heading"
    LINK = "link"
    QUOTE = "quote"
    CODE = "code"
    CODE_BLOCK = "code_block"
    ADDED = "added"
    REMOVED = "removed"
    ADDED_WORD = "added_word"
    REMOVED_WORD = "removed_word"
    LINE_NUMBER = "line_number"
    SELECTION = "selection"
    HIT = "hit"
    CURRENT_HIT = "current_hit"
    STATUS = "status"
    """The status bar, with its background."""
    DIALOG = "dialog"
    """The ground of dialogs and popups."""
    DIALOG_TITLE = "dialog_title"
    CHOSEN = "chosen"
    """The entry of a list that Enter takes."""
    KEY = "key"
    """The name of a key in a hint."""
    KEYWORD = "keyword"
    NAME = "name"
    FUNCTION = "function"
    TYPE = "type"
    STRING = "string"
    NUMBER = "number"
    COMMENT = "comment"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """Signs that are drawn; every one takes one cell."""

    horizontal: str = "─"
    vertical: str = "│"
    top_left: str = "╭"
    top_right: str = "╮"
    bottom_left: str = "╰"
    bottom_right: str = "╯"
    cross: str = "┼"
    bullet: str = "•"
    prompt: str = "❯"
    dot: str = "·"
    done: str = "✓"
    failed: str = "✗"
    running: tuple[str, ...] = ("⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏")
    folded: str = "▸"
    unfolded: str = "▾"
    bar: str = "▌"
    quote: str = "▎"
    thumb: str = "█"
    track: str = "░"
    ellipsis: str = "…"
    up: str = "↑"
    down: str = "↓"
    box_open: str = "☐"
    box_done: str = "☑"


UNICODE = Glyphs()
ASCII = Glyphs(
    horizontal="-",
    vertical="|",
    top_left="+",
    top_right="+",
    bottom_left="+",
    bottom_right="+",
    cross="+",
    bullet="*",
    prompt=">",
    dot="-",
    done="+",
    failed="x",
    running=("|", "/", "-", "\\"),
    folded=">",
    unfolded="v",
    bar="|",
    quote="|",
    thumb="#",
    track=".",
    ellipsis="~",
    up="^",
    down="v",
    box_open="o",
    box_done="x",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A style for every role.

    Attributes:
        ground: The colours that it is made to stand on.
        fills: Whether they are drawn below everything, whatever the terminal's own are.
    """

    name: str
    is_dark: bool
    styles: Mapping[Role, Style]
    ground: Style = PLAIN
    fills: bool = False

    def style(self, role: Role) -> Style:
        """Return how this role looks."""
        return self.styles.get(role, PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """All that drawing depends on besides the width. A change makes a new one: caches compare by identity.

    Attributes:
        is_full: Whether tool output and reasoning are shown in full.
        is_side_by_side: Whether diffs have two columns where they fit.
        shows_thinking: Whether reasoning is never folded.
        highlights: Whether code is coloured.
        is_animated: Whether something may move; without it, what runs is told in words that stay.
        pulses_thinking: Whether the sign of reasoning does, while the model thinks.
        full_key: The key that shows what is folded; empty = there is none.
    """

    theme: Theme
    glyphs: Glyphs = UNICODE
    is_full: bool = False
    is_side_by_side: bool = False
    shows_thinking: bool = False
    renders_markdown: bool = True
    highlights: bool = True
    is_animated: bool = True
    pulses_thinking: bool = True
    full_key: str = ""

    def style(self, role: Role) -> Style:
        """Return how this role looks."""
        return self.theme.style(role)
