"""Read lines of a text file."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools.arguments import parameters, parse_arguments
from aircher.tools.ports import Files

DEFAULT_LINES = 400  # about 4,000 tokens of code: a screenful for a model, a fraction of any window
MAX_LINES = 2000


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `read_file` takes."""

    path: Annotated[str, Meta(min_length=1, description="Path relative to the project's root, or absolute.")]
    first_line: Annotated[int, Meta(ge=1, description="First line to read, from 1.")] = 1
    max_lines: Annotated[int, Meta(ge=1, le=MAX_LINES, description="How many lines to read.")] = DEFAULT_LINES


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The tool; see `aircher.domain.tools.Tool`."""

    files: Files

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="read_file",
            description="Read lines of a text file. Each line is prefixed with its number and a tab.",
            parameters=parameters(Args),
        )

    @property
    def is_writer(self) -> bool:
        """Whether it only changes things."""
        return False

    def parse(self, arguments: JsonObject) -> Args | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return parse_arguments(arguments, Args)

    def actions(self, args: Args) -> tuple[Action, ...]:
        """Return the one file that is read."""
        return (Action(tool="read", effects=(Reads(path=self.files.resolve(args.path)),)),)

    async def run(self, args: Args, call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return the lines, numbered."""
        path = self.files.resolve(args.path)
        result = await self.files.read_lines(path, first_line=args.first_line, max_lines=args.max_lines)
        if isinstance(result, ToolFailure):
            return result
        shown = self.files.shown(path)
        numbered = [f"{number}\t{line}" for number, line in enumerate(result.lines, result.first_line)]
        if result.has_more:
            following = result.first_line + len(result.lines)
            numbered.append(f"(the file goes on: continue with first_line={following})")
        return ToolOutcome(
            content="\n".join(numbered) or f"{shown} is empty.",
            summary=f"read {len(result.lines)} lines of {shown}",
        )
