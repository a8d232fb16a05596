"""Hand a task to a subagent, which works with its own context."""

from typing import Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools.arguments import parameters, parse_arguments
from aircher.tools.workbench import Workbench


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `task` takes."""

    prompt: Annotated[str, Meta(min_length=1, description="The task; all that the subagent gets to know.")]
    tools: Annotated[list[str], Meta(description="Names of the tools it may use; empty = all.")] = []


class Task:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, bench: Workbench) -> None:
        """Take nothing: the work is the engine's."""

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="task",
            description=(
                "Let a subagent do a separate task, such as a broad search, and get its answer back without the steps "
                "in between. Several calls in one answer run side by side."
            ),
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Args | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return parse_arguments(arguments, Args)

    def actions(self, args: Args) -> tuple[Action, ...]:  # noqa: ARG002 - the role passes them
        """Return nothing: each call of the subagent is judged by itself."""
        return ()

    async def run(self, args: Args, call: RunningCall) -> ToolOutcome | ToolFailure:
        """Return what the subagent says at its end."""
        return await call.delegate(args.prompt, args.tools)


TOOL = Task
