"""What a command comes to: words and blocks that any frontend shows, or a wish that it fulfils in its own way."""

from enum import StrEnum
from typing import TypeAlias

from aircher.domain.display import DisplayBlock
from aircher.domain.records import dataclass


class Choice(StrEnum):
    """What there is to choose from."""

    SESSION = "session"
    MODEL = "model"
    PROVIDER = "provider"
    THINKING = "thinking"
    MODE = "mode"
    THEME = "theme"
    TURN = "turn"
    SETTINGS = "settings"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Something to read."""

    blocks: tuple[DisplayBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A list to choose from; ``instead`` is the command line of the program that prints the same."""

    choice: Choice
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A value for one of the choices: a model's or theme's name, a mode, a session's id; ``""`` = a new session."""

    choice: Choice
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """Text for the clipboard."""

    text: str


class Switch(StrEnum):
    """What of an interface is on or off."""

    VIM = "vim"
    CONTEXT_PANEL = "context_panel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggled:
    """Something of the interface is to be switched."""

    switch: Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A setting is to be kept in the user's own file, and to hold at once in what is open."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The program is to end."""


Outcome: TypeAlias = Shown | Offered | Chosen | Copied | Toggled | Saved | Left
