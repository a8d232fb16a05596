"""Find lines by a regular expression."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._located import Located, locate
from aircher.tools._preview import plural, preview
from aircher.tools.arguments import parameters
from aircher.tools.ports import Files, MayRead, TextSearch
from aircher.tools.workbench import Workbench

if TYPE_CHECKING:
    from aircher.domain.files import MatchedFile, TextMatches, TextQuery

DEFAULT_LIMIT = 100  # matching lines, or files
MAX_LIMIT = 1000
MAX_CONTEXT_LINES = 20
MOST_LINE_CHARS = 300  # of a line that is shown: beyond it stands data, not code


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `grep` takes."""

    pattern: Annotated[str, Meta(min_length=1, description="Regular expression in ripgrep's dialect.")]
    path: Annotated[str, Meta(min_length=1, description="File or folder.")] = "."
    glob: Annotated[str, Meta(description="Such as *.{ts,tsx} or !tests/**")] = ""
    type: Annotated[str, Meta(description="Such as py, ts, rust.")] = ""
    mode: Literal["content", "files", "count"] = "content"
    context: Annotated[int, Meta(ge=0, le=MAX_CONTEXT_LINES, description="Lines around each match.")] = 0
    ignore_case: bool = False
    multiline: Annotated[bool, Meta(description="Matches may span lines.")] = False
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


class Grep:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, files: Files, text_search: TextSearch, may_read: MayRead) -> None:
        self._files = files
        self._text_search = text_search
        self._may_read = may_read

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="grep",
            description="Search file contents by a regular expression. Ignored and binary files are left out.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Located[Args] | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return locate(arguments, Args, self._files)

    def actions(self, args: Located[Args]) -> tuple[Action, ...]:
        """Return the file or folder that is searched."""
        return (Action(tool="read", effects=(Reads(path=args.path, is_recursive=args.is_folder),)),)

    async def run(self, args: Located[Args], call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return the lines, the files or the counts."""
        found = await self._text_search.search(args.path, _query(args.args), may_read=self._permission(args))
        if isinstance(found, ToolFailure):
            return found
        if not found.files:
            nothing = self._nothing(args.args, args.path, found)
            return ToolOutcome(content=nothing, summary=f"found nothing for {args.args.pattern!r}")
        content = self._content(args.args, found)
        return ToolOutcome(content=content, summary=_summary(args.args, found), display=preview(content))

    def _permission(self, place: Located[Args]) -> MayRead:
        """Return what may be shown: a place that does not pass by itself was asked for, and the answer was yes."""
        if place.is_file:
            return lambda path: path == place.path
        if self._may_read(place.path):
            return self._may_read
        from aircher.support.secret_files import is_secret

        return lambda path: self._may_read(path) or not is_secret(path)

    def _content(self, args: Args, found: TextMatches) -> str:
        match args.mode:
            case "files":
                lines = [self._files.shown(file.path) for file in found.files]
            case "count":
                lines = [f"{self._files.shown(file.path)}: {file.count}" for file in found.files]
            case _:
                lines = [line for file in found.files for line in self._lines(file)]
        if not found.is_complete:
            lines.append("(there is more: narrow the pattern, path or glob, or raise limit)")
        if found.skipped_files:
            lines.append(f"({plural(found.skipped_files, 'file')} too large or too slow to be searched)")
        return "\n".join(lines)

    def _lines(self, file: MatchedFile) -> list[str]:
        shown = [self._files.shown(file.path)]
        before = 0
        for line in file.lines:
            if before and line.number > before + 1:
                shown.append("--")
            before = line.number
            shown.append(f"{line.number}{':' if line.is_match else '-'}{_cut(line.text)}")
        return [*shown, ""]

    def _nothing(self, args: Args, place: Path, found: TextMatches) -> str:
        where = self._files.shown(place)
        searched = plural(found.searched_files, "file")
        if not found.searched_files:
            return f"There is no file to search in {where}: check path, glob and type."
        return f"Nothing in {where} matches {args.pattern!r} ({searched} searched)."


def _query(args: Args) -> TextQuery:
    from aircher.domain.files import TextQuery

    return TextQuery(
        pattern=args.pattern,
        ignore_case=args.ignore_case,
        is_multiline=args.multiline,
        globs=(args.glob,) if args.glob else (),
        file_type=args.type,
        context_lines=args.context if args.mode == "content" else 0,
        most_files=args.limit,
        most_lines=args.limit if args.mode == "content" else MAX_LIMIT * MAX_LIMIT,
        only_files=args.mode == "files",
    )


def _cut(text: str) -> str:
    text = text if len(text) <= MOST_LINE_CHARS else f"{text[:MOST_LINE_CHARS]} … (line cut)"
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _summary(args: Args, found: TextMatches) -> str:
    files = plural(len(found.files), "file")
    if args.mode == "files":
        return f"found {args.pattern!r} in {files}"
    return f"found {plural(sum(file.count for file in found.files), 'line')} in {files} for {args.pattern!r}"


def build(bench: Workbench) -> Grep | None:
    """Return the tool, if there is a search."""
    return None if bench.text_search is None else Grep(bench.files, bench.text_search, bench.may_read)


TOOL = build
