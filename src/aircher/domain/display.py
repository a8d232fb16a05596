"""What tools show to people: a closed union, drawn by every frontend in its own way.

Texts are plain; whoever draws them takes control characters out.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """Plain text; ``language`` names its syntax, empty = none."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffBlock:
    """How a file changed: ``diff`` is unified, without file headers; ``path`` as people write it."""

    path: str
    diff: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellBlock:
    """A command, what it printed (shortened), and how it ended; ``exit_status`` ``None`` = it was stopped or runs on."""

    command: str
    output: str
    exit_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """Rows of equal length below a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


TodoState: TypeAlias = Literal["pending", "in_progress", "completed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoItem:
    """One thing to do."""

    text: str
    state: TodoState = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoBlock:
    """The whole list, in its order."""

    items: tuple[TodoItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBlock:
    """Something a person should know."""

    text: str
    level: Literal["info", "warning", "error"] = "info"


DisplayBlock: TypeAlias = TextBlock | DiffBlock | ShellBlock | TableBlock | TodoBlock | NoticeBlock
