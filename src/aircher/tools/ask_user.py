"""Ask the user something that only they can know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools.arguments import parameters, parse_arguments

if TYPE_CHECKING:
    from aircher.domain.messages import JsonObject
    from aircher.tools.workbench import Workbench

Choice = Annotated[str, Meta(min_length=1, max_length=200)]


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `ask_user` takes."""

    question: Annotated[str, Meta(min_length=1, max_length=2_000, description="One question.")]
    choices: Annotated[
        tuple[Choice, ...], Meta(max_length=8, description="Answers to pick from; the user may give another one.")
    ] = ()


class AskUser:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, bench: Workbench) -> None:
        """Take nothing: the engine knows whom to ask."""

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="ask_user",
            description=(
                "Ask the user what neither the project nor the conversation tells and what a wrong guess would cost. "
                "Permission is asked for elsewhere."
            ),
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Args | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return parse_arguments(arguments, Args)

    def actions(self, args: Args) -> tuple[Action, ...]:
        """Return the question, which touches nothing but can be refused by a rule."""
        return (Action(tool="ask", text=" ".join(args.question.split())),)

    async def run(self, args: Args, call: RunningCall) -> ToolOutcome | ToolFailure:
        """Return the user's words, or that nobody is there: then the model decides."""
        answer = await call.ask(args.question, args.choices)
        if answer is None:
            return ToolFailure(message="Nobody is there to answer. Decide yourself, and say what you assumed.")
        if not answer.strip():
            return ToolOutcome(content="The user gave no answer. Decide yourself.", summary="no answer")
        return ToolOutcome(content=f"The user answers: {answer}", summary=f"answered: {' '.join(answer.split())[:80]}")


TOOL = AskUser
