"""What comes in from a terminal."""

from typing import Literal, TypeAlias

from aircher.domain.records import dataclass
from aircher.tui.terminal.styles import Color

MouseKind: TypeAlias = Literal["press", "release", "drag", "scroll_up", "scroll_down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed:
    """A key, or what an input method typed at once.

    Attributes:
        key: Its name as configuration writes it: ``a``, ``A``, ``?``, ``enter``, ``tab``, ``space``, ``backspace``,
            ``delete``, ``escape``, ``up``, ``down``, ``left``, ``right``, ``home``, ``end``, ``pageup``, ``pagedown``,
            ``insert``, ``f1`` to ``f12``; before it ``ctrl+``, ``alt+``, ``shift+`` in this order, where shift is
            named only with keys that have a name (``shift+tab``, but ``A``).
        text: What it types; empty = nothing, for instance with ctrl or alt.
    """

    key: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """Text that was pasted; its lines end as in Python, control characters are still in it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MouseUsed:
    """The mouse, at a cell counted from 0."""

    kind: MouseKind
    x: int
    y: int
    button: Literal["left", "middle", "right", "none"] = "none"
    has_shift: bool = False
    has_ctrl: bool = False
    has_alt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusChanged:
    """The terminal's window is looked at now, or is not any more."""

    has_focus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Resized:
    """The terminal has another size, in cells."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundTold:
    """The terminal answered what its background colour is."""

    color: Color


InputEvent: TypeAlias = KeyPressed | Pasted | MouseUsed | FocusChanged | Resized | BackgroundTold
