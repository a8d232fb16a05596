"""The role every tool plays: say what it would touch, then do it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar, runtime_checkable

from aircher.domain.changes import FileChange
from aircher.domain.display import DelegatedCall, DisplayBlock
from aircher.domain.effects import Action
from aircher.domain.ids import CallId
from aircher.domain.messages import ImagePart, JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutcome:
    """What a tool achieved.

    Attributes:
        content: For the model.
        summary: One line for people, such as ``read 120 lines of src/app.py``.
        display: What people may look at below that line.
        images: Pictures for the model, shown to it after ``content``.
        exit_status: Of the program that ran; ``None`` = none did, or it has not ended.
    """

    content: str
    summary: str
    display: tuple[DisplayBlock, ...] = ()
    images: tuple[ImagePart, ...] = ()
    exit_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFailure:
    """A tool could not do what was asked; the model reads it and may try something else.

    Attributes:
        message: What happened, to which object, and what to try instead; shown to the model.
        display: What people may look at.
        exit_status: As of `ToolOutcome`.
    """

    message: str
    display: tuple[DisplayBlock, ...] = ()
    exit_status: int | None = None


Ask: TypeAlias = Callable[[str, Sequence[str]], Awaitable[str | None]]
"""Puts a question with its choices (none = any words) to a person; ``None`` = nobody is there to answer."""

Delegate: TypeAlias = Callable[[str, Sequence[str]], Awaitable[ToolOutcome | ToolFailure]]
"""Lets a subagent do a task with the tools of these names (none = all that may be passed on)."""


async def nobody_answers(question: str, choices: Sequence[str]) -> str | None:  # noqa: ARG001 - an `Ask`
    """Answer a question where no person is there."""
    return None


async def nobody_helps(task: str, tools: Sequence[str]) -> ToolOutcome | ToolFailure:  # noqa: ARG001 - a `Delegate`
    """Refuse a task where there are no subagents."""
    return ToolFailure(message="There are no subagents here. Do the task yourself.")


def nobody_counts(changes: Sequence[FileChange]) -> None:
    """Forget the changes, where nobody wants to know."""


async def nobody_watches(call: DelegatedCall) -> None:
    """Forget a subagent's call, where nobody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCall:
    """The call a tool runs for, and what the engine does for it meanwhile.

    Attributes:
        call_id: Its id.
        is_by_user: Whether a person typed it; then it is theirs, and no sandbox holds it.
        show: Shows a piece of output to people while the tool runs; the model does not get it.
        ask: Waits for a person's words.
        delegate: Waits for a subagent.
        changed: Takes note of what a subagent changed for this call.
        told: Takes note of a call that a subagent made, or of how it stands now.
    """

    call_id: CallId
    show: Callable[[str], Awaitable[None]]
    is_by_user: bool = False
    ask: Ask = nobody_answers
    delegate: Delegate = nobody_helps
    changed: Callable[[Sequence[FileChange]], None] = nobody_counts
    told: Callable[[DelegatedCall], Awaitable[None]] = nobody_watches


ArgsT = TypeVar("ArgsT")


class Tool(Protocol[ArgsT]):
    """One tool. `parse` is pure; `actions` and `run` see only what `parse` accepted."""

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        ...

    @property
    def is_writer(self) -> bool:
        """Whether it is good for nothing but changing things: plan mode does not offer it."""
        ...

    def parse(self, arguments: JsonObject) -> ArgsT | ToolFailure:
        """Return the typed arguments, or what is wrong with them in words the model can act on."""
        ...

    def actions(self, args: ArgsT) -> tuple[Action, ...]:
        """Return everything a run with these arguments would do; never blocks for longer than a few stat calls."""
        ...

    async def run(self, args: ArgsT, call: RunningCall) -> ToolOutcome | ToolFailure:
        """Do it. Permission was given before; cancellation must leave nothing half done."""
        ...


@runtime_checkable
class Previewing(Protocol):
    """A tool that can show what a call would do, to the person who is asked about it. It is optional."""

    async def preview(self, args: Any) -> tuple[DisplayBlock, ...]:  # Any: each tool's own argument type
        """Return what would happen, without doing anything; what cannot be told is left out."""
        ...
