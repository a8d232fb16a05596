"""What a motion is given, and what it answers."""

from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

from aircher.domain.records import dataclass
from aircher.tui.editor.vim.state import State


class Reach(Enum):
    """What of a motion an operator works on."""

    EXCLUSIVE = auto()
    EXACT = auto()
    """As exclusive, also where the motion ends at the start of a line."""
    INCLUSIVE = auto()
    LINES = auto()


class Target(NamedTuple):
    """Where a motion ends. ``wanted`` is the column for up and down afterwards; ``None`` = the one it ends in."""

    at: int
    reach: Reach = Reach.EXCLUSIVE
    wanted: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that a motion depends on."""

    state: State
    text: str
    at: int
    count: int | None
    sign: str = ""
    operator: str = ""

    @property
    def times(self) -> int:
        """Return how often."""
        return self.count or 1


Motion: TypeAlias = Callable[[Scene], Target | None]
