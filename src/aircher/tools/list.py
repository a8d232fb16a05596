"""Show the tree of a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._located import Located, locate
from aircher.tools._preview import plural, preview
from aircher.tools.arguments import parameters
from aircher.tools.ports import Files, Listing
from aircher.tools.workbench import Workbench

if TYPE_CHECKING:
    from aircher.tools._tree import Folder

MAX_DEPTH = 8
MOST_ROWS = 300  # about 3,000 tokens


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `list` takes."""

    path: Annotated[str, Meta(min_length=1)] = "."
    depth: Annotated[int, Meta(ge=1, le=MAX_DEPTH)] = 2
    include_ignored: bool = False


class ListFolder:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, files: Files, listing: Listing) -> None:
        self._files = files
        self._listing = listing

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="list",
            description="Show a folder as a tree with sizes. What .gitignore excludes is left out.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Located[Args] | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return locate(arguments, Args, self._files)

    def actions(self, args: Located[Args]) -> tuple[Action, ...]:
        """Return the folder whose names become known."""
        return (Action(tool="read", effects=(Reads(path=args.path, is_recursive=True, is_listing=True),)),)

    async def run(self, args: Located[Args], call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return the tree."""
        from aircher.tools._tree import tree_of

        folder = args.path
        listed = await self._listing.below(folder, include_ignored=args.args.include_ignored)
        if isinstance(listed, ToolFailure):
            return listed
        shown = self._files.shown(folder)
        root = tree_of(listed.files)
        below = root.rows(depth=args.args.depth, most_rows=MOST_ROWS + 1)
        rows = [_title(shown, root), *below[:MOST_ROWS]]
        if len(below) > MOST_ROWS:
            rows.append("(there is more: name a folder, or use a smaller depth)")
        if not listed.is_complete:
            rows.append(f"(only the first {len(listed.files):,} files were looked at)")
        content = "\n".join(rows)
        return ToolOutcome(
            content=content, summary=f"listed {shown} ({plural(root.files, 'file')})", display=preview(content)
        )


def _title(shown: str, root: Folder) -> str:
    return f"{shown}/ ({plural(root.files, 'file')}, {root.size_bytes:,} bytes)" if root.files else f"{shown}/ (empty)"


def build(bench: Workbench) -> ListFolder | None:
    """Return the tool, if folders can be listed."""
    return None if bench.listing is None else ListFolder(bench.files, bench.listing)


TOOL = build
