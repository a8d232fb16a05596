"""Create a file, or replace all of it."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from aircher.domain.display import DisplayBlock, NoticeBlock
from aircher.domain.effects import Action, Writes
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._located import Located, locate
from aircher.tools._preview import plural
from aircher.tools.arguments import parameters
from aircher.tools.edit_ports import FileBytes
from aircher.tools.ports import Files, Seen
from aircher.tools.workbench import Workbench

MAX_BYTES = 20_000_000  # as of an edit


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `write_file` takes."""

    path: Annotated[str, Meta(min_length=1)]
    content: str


class WriteFile:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = True

    def __init__(self, files: Files, contents: FileBytes, seen: Seen) -> None:
        self._files = files
        self._contents = contents
        self._seen = seen

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="write_file",
            description="Create a file, or replace all of one that you have read. To change a part, use edit_file.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Located[Args] | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return locate(arguments, Args, self._files)

    def actions(self, args: Located[Args]) -> tuple[Action, ...]:
        """Return the one file that is written."""
        return (Action(tool="write", effects=(Writes(path=args.path),)),)

    async def run(self, args: Located[Args], call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Write the file, unless it holds what the model does not know."""
        import asyncio
        from hashlib import sha256

        from aircher.tools._replacement import replaced

        path, text = args.path, args.args.content
        shown = self._files.shown(path)
        before = await self._files.read_bytes(path, max_bytes=MAX_BYTES)
        if isinstance(before, ToolFailure):
            return before
        before_hash = "" if before is None else sha256(before).hexdigest()
        if before is not None and (objection := self._objection(before_hash, self._seen.digest(path))):
            return ToolFailure(message=f"{shown} {objection}")
        new = await asyncio.to_thread(replaced, before, text, shown=shown)
        if isinstance(new, str):
            return ToolFailure(message=f"{shown} {new}")
        if failure := await self._written(path, new.data, before_hash):
            return failure
        self._seen.note(path, sha256(new.data).hexdigest())
        verb = "created" if before is None else "replaced"
        lines = plural(len(text.splitlines()), "line")
        content = f"{verb} {shown}: {lines}, {len(new.data):,} bytes."
        if new.problems:
            content += "\nIt cannot be parsed now: " + "; ".join(new.problems)
        return ToolOutcome(content=content, summary=f"{verb} {shown} ({lines})", display=(new.diff,))

    async def preview(self, args: Located[Args]) -> tuple[DisplayBlock, ...]:
        """Return the diff that writing would make, and what speaks against it."""
        import asyncio
        from hashlib import sha256

        from aircher.tools._replacement import replaced

        path, shown = args.path, self._files.shown(args.path)
        before = await self._files.read_bytes(path, max_bytes=MAX_BYTES)
        if isinstance(before, ToolFailure):
            return (NoticeBlock(text=before.message, level="warning"),)
        new = await asyncio.to_thread(replaced, before, args.args.content, shown=shown)
        if isinstance(new, str):
            return (NoticeBlock(text=f"{shown} {new}", level="warning"),)
        objection = before is not None and self._objection(sha256(before).hexdigest(), self._seen.digest(path))
        doubts = (NoticeBlock(text=f"{shown} {objection}", level="warning"),) if objection else ()
        return (*doubts, new.diff)

    async def _written(self, path: Path, data: bytes, expected_hash: str) -> ToolFailure | None:
        """Return why nothing was written; a cancellation waits for the end: who undoes the call must find it done."""
        import asyncio

        writing = asyncio.ensure_future(self._contents.write_bytes(path, data, expected_hash=expected_hash))
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait((writing,))
            raise

    def _objection(self, digest: str, seen: str | None) -> str:
        """Return why a file that is there must not be replaced, in words that follow its name."""
        if seen is None:
            return "exists, and you have not read it: call read_file first, or change a part of it with edit_file."
        if seen != digest:
            return "has changed since you read it: call read_file again, then decide what to write."
        return ""


def build(bench: Workbench) -> WriteFile | None:
    """Return the tool, if files can be written and what the model has seen is remembered."""
    if bench.seen is None or bench.contents is None:
        return None
    return WriteFile(bench.files, bench.contents, bench.seen)


TOOL = build
