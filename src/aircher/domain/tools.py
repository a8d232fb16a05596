"""The role every tool plays: say what it would touch, then do it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from aircher.domain.display import DisplayBlock
from aircher.domain.effects import Action
from aircher.domain.ids import CallId
from aircher.domain.messages import ImagePart, JsonObject
from aircher.domain.provider import ToolSpec


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCall:
    """The call a tool runs for.

    Attributes:
        call_id: Its id.
        show: Shows a piece of output to people while the tool runs; the model does not get it.
    """

    call_id: CallId
    show: Callable[[str], Awaitable[None]]


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
