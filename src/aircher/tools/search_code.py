"""Find places in the project by words and names."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.support.text import visible_name
from aircher.tools._preview import plural, preview
from aircher.tools.arguments import parameters, parse_arguments
from aircher.tools.ports import CodeSearch
from aircher.tools.workbench import Workbench


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `search_code` takes."""

    query: Annotated[str, Meta(min_length=1, description="Words, or names of functions, classes, files.")]
    limit: Annotated[int, Meta(ge=1, le=50)] = 10


class SearchCode:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, code: CodeSearch, root: Path) -> None:
        self._code = code
        self._root = root

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="search_code",
            description="Find where something is defined or done, by words or names. Returns path:line, best first.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Args | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return parse_arguments(arguments, Args)

    def actions(self, args: Args) -> tuple[Action, ...]:  # noqa: ARG002 - the role passes them
        """Return the project's root: a search may show any file below it that is not ignored."""
        return (Action(tool="read", effects=(Reads(path=self._root, is_recursive=True),)),)

    async def run(self, args: Args, call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return the places found."""
        found = await self._code.find(args.query, limit=args.limit)
        if isinstance(found, ToolFailure):
            return found
        if not found:
            return ToolFailure(message=f"Nothing in the project matches {args.query!r}. Try fewer or other words.")
        content = "\n".join(f"{visible_name(place.path)}:{place.line}: {place.text.strip()}" for place in found)
        return ToolOutcome(
            content=content,
            summary=f"found {plural(len(found), 'place')} for {args.query!r}",
            display=preview(content),
        )


def build(bench: Workbench) -> SearchCode | None:
    """Return the tool, if there is an index."""
    return None if bench.code is None else SearchCode(bench.code, bench.root)


TOOL = build
