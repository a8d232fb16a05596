"""What tools show to people: a closed union, drawn by every frontend in its own way.

Texts are plain; whoever draws them takes control characters out. ``kind`` tells the blocks apart where they are JSON.
"""

from typing import Literal, TypeAlias

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """Plain text; ``language`` names its syntax, empty = none."""

    text: str
    language: str = ""
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffBlock:
    """How a file changed: ``diff`` is unified, without file headers; ``path`` as people write it."""

    path: str
    diff: str
    added: int
    removed: int
    kind: Literal["diff"] = "diff"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellBlock:
    """A command, what it printed (shortened), and its exit status; ``None`` = it was stopped or runs on."""

    command: str
    output: str
    exit_status: int | None = None
    kind: Literal["shell"] = "shell"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """Rows of equal length below a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


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
    kind: Literal["todo"] = "todo"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBlock:
    """Something a person should know."""

    text: str
    level: Literal["info", "warning", "error"] = "info"
    kind: Literal["notice"] = "notice"


CallState: TypeAlias = Literal["requested", "running", "ok", "failed", "refused", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatedCall:
    """A tool's call that a subagent made, in a line.

    Attributes:
        number: Its place among all calls of its subagent, from 1.
        subject: What it is about, by its arguments.
        summary: What came of it; empty before its end.
    """

    number: int
    name: str
    subject: str
    state: CallState
    summary: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsBlock:
    """What a subagent did, in its order."""

    calls: tuple[DelegatedCall, ...]
    kind: Literal["calls"] = "calls"


DisplayBlock: TypeAlias = TextBlock | DiffBlock | ShellBlock | TableBlock | TodoBlock | NoticeBlock | CallsBlock
