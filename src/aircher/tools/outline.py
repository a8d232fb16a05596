"""Show what a file or folder defines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.support.text import visible_name
from aircher.tools._located import Located, locate
from aircher.tools._preview import plural, preview
from aircher.tools.arguments import parameters
from aircher.tools.ports import CodeSearch, Files
from aircher.tools.workbench import Workbench

if TYPE_CHECKING:
    from aircher.domain.answers import Definition

MOST_SYMBOLS = 400  # about 5,000 tokens


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `outline` takes."""

    path: Annotated[str, Meta(min_length=1, description="File or folder.")]


class OutlineCode:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, files: Files, code: CodeSearch, root: Path) -> None:
        self._files = files
        self._code = code
        self._root = root

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="outline",
            description="List what the code in a file or folder defines: kind, name and line range.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Located[Args] | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return locate(arguments, Args, self._files)

    def actions(self, args: Located[Args]) -> tuple[Action, ...]:
        """Return the file or folder that is outlined."""
        return (Action(tool="read", effects=(Reads(path=args.path, is_recursive=args.is_folder),)),)

    async def run(self, args: Located[Args], call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return the symbols by file."""
        place = args.path
        shown = self._files.shown(place)
        if not place.is_relative_to(self._root):
            return ToolFailure(message=f"{shown} is not in the project, of which alone there is an index.")
        path = place.relative_to(self._root).as_posix()
        found = await self._code.outline("" if path == "." else path)
        if isinstance(found, ToolFailure):
            return found
        if not found:
            return ToolFailure(message=f"The index knows of no definition in {shown}. Use read_file or list.")
        content = "\n".join(_rows(found[:MOST_SYMBOLS]))
        if len(found) > MOST_SYMBOLS:
            content += f"\n({len(found) - MOST_SYMBOLS:,} more: name a file or a smaller folder)"
        return ToolOutcome(
            content=content,
            summary=f"outlined {shown} ({plural(len(found), 'symbol')})",
            display=preview(content),
        )


def _rows(found: Sequence[Definition]) -> list[str]:
    rows: list[str] = []
    for path, symbols in groupby(found, key=attrgetter("path")):
        rows.append(visible_name(path))
        for symbol in symbols:
            is_inner = symbol.container and symbol.kind != "heading"
            name = f"{symbol.container}.{symbol.name}" if is_inner else symbol.name
            rows.append(f"  {symbol.line}-{symbol.end_line} {symbol.kind} {name}")
    return rows


def build(bench: Workbench) -> OutlineCode | None:
    """Return the tool, if there is an index."""
    return None if bench.code is None else OutlineCode(bench.files, bench.code, bench.root)


TOOL = build
