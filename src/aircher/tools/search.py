"""Find places in the project by words and names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools.arguments import parameters, parse_arguments
from aircher.tools.ports import CodeSearch


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `search` takes."""

    query: Annotated[str, Meta(min_length=1, description="Words, or names of functions, classes, files.")]
    limit: Annotated[int, Meta(ge=1, le=50, description="How many places to return.")] = 10


@dataclass(frozen=True, slots=True)
class Search:
    """The tool; see `aircher.domain.tools.Tool`."""

    code: CodeSearch
    root: Path

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="search",
            description="Search the project's files by words or names. Returns path:line and the line, best first.",
            parameters=parameters(Args),
        )

    @property
    def is_writer(self) -> bool:
        """Whether it only changes things."""
        return False

    def parse(self, arguments: JsonObject) -> Args | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return parse_arguments(arguments, Args)

    def actions(self, args: Args) -> tuple[Action, ...]:  # noqa: ARG002 - the role passes them
        """Return the project's root: a search may show any file below it that is not ignored."""
        return (Action(tool="read", effects=(Reads(path=self.root),)),)

    async def run(self, args: Args, call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return the places found."""
        found = await self.code.find(args.query, limit=args.limit)
        if isinstance(found, ToolFailure):
            return found
        if not found:
            return ToolFailure(message=f"Nothing in the project matches {args.query!r}. Try fewer or other words.")
        lines = [f"{place.path}:{place.line}: {place.text.strip()}" for place in found]
        return ToolOutcome(content="\n".join(lines), summary=f"found {len(found)} places for {args.query!r}")
