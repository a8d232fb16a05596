"""Replace text in files: in one or many, all replacements or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads, Writes
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._located import Located
from aircher.tools.arguments import parameters, parse_arguments
from aircher.tools.edit_ports import FileBytes
from aircher.tools.ports import Files, Seen
from aircher.tools.workbench import Workbench

if TYPE_CHECKING:  # the engine behind it is loaded at the first edit
    from aircher.domain.display import DiffBlock, DisplayBlock
    from aircher.editing import Edited, Refused

MAX_EDITS = 100
MAX_BYTES = 20_000_000  # of a file, as the engine has it


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One replacement."""

    path: Annotated[str, Meta(min_length=1, description="The file, as for read_file.")]
    old: Annotated[str, Meta(description="Whole lines to replace, with enough around to be unique.")]
    new: Annotated[str, Meta(description="What stands there afterwards; empty deletes.")]
    replace_all: Annotated[bool, Meta(description="Replace every literal occurrence.")] = False


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `edit_file` takes."""

    edits: Annotated[tuple[Edit, ...], Meta(min_length=1, max_length=MAX_EDITS)]


Edits: TypeAlias = "tuple[Located[Edit], ...]"


class Change:
    """One file on its way from old bytes to new ones."""

    __slots__ = ("before", "edits", "path", "shown")

    def __init__(self, path: Path, shown: str, before: bytes, edits: list[Edit]) -> None:
        self.path = path
        self.shown = shown
        self.before = before
        self.edits = edits


class EditFile:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = True

    def __init__(self, files: Files, contents: FileBytes, seen: Seen | None = None) -> None:
        self._files = files
        self._contents = contents
        self._seen = seen

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="edit_file",
            description=(
                "Replace text in one or more existing files: all edits are made, or none. Copy old from the file as it "
                "is, without line numbers. Edits of one file must not overlap; each is matched against the file as it "
                "was before the call."
            ),
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Edits | ToolFailure:
        """Return the edits, each with the place of its file, or what is wrong with the arguments."""
        args = parse_arguments(arguments, Args)
        if isinstance(args, ToolFailure):
            return args
        return tuple(Located(edit, self._files.resolve(edit.path)) for edit in args.edits)

    def actions(self, args: Edits) -> tuple[Action, ...]:
        """Return a read and a write of each file."""
        paths = dict.fromkeys(edit.path for edit in args)
        return tuple(Action(tool="write", effects=(Reads(path=path), Writes(path=path))) for path in paths)

    async def run(self, args: Edits, call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Make all edits, or tell which one cannot be made and why."""
        import asyncio

        planned = await self._planned(args)
        if isinstance(planned, ToolFailure):
            return planned
        changes, results = planned
        writing = asyncio.ensure_future(self._write_all(changes, results))
        try:
            failure = await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait((writing,))  # files belong together: an interrupt waits for the last of them
            raise
        if failure is not None:
            return failure
        return await asyncio.to_thread(_outcome, changes, results)

    async def preview(self, args: Edits) -> tuple[DisplayBlock, ...]:
        """Return the diffs that the edits would make, or why they cannot be made."""
        import asyncio

        from aircher.domain.display import NoticeBlock

        planned = await self._planned(args)
        if isinstance(planned, ToolFailure):
            return (NoticeBlock(text=planned.message, level="warning"),)
        return await asyncio.to_thread(lambda: tuple(map(_diff, *planned)))

    async def _planned(self, args: Edits) -> tuple[list[Change], list[Edited]] | ToolFailure:
        """Return each file with what it would become, or why it cannot."""
        import asyncio

        changes = await self._changes(args)
        if isinstance(changes, ToolFailure):
            return changes
        results: list[Edited] = []
        for change in changes:
            result = self._judged(change, await asyncio.to_thread(_applied, change))
            if isinstance(result, ToolFailure):
                return _unchanged(result.message, len(changes))
            results.append(result)
        return changes, results

    async def _changes(self, args: Edits) -> list[Change] | ToolFailure:
        """Return each file once, as it is, with its edits."""
        by_path: dict[Path, list[Edit]] = {}
        for edit in args:
            by_path.setdefault(edit.path, []).append(edit.args)
        changes: list[Change] = []
        for path, edits in by_path.items():
            shown = self._files.shown(path)
            before = await self._files.read_bytes(path, max_bytes=MAX_BYTES)
            if before is None:
                return _unchanged(f"{shown} does not exist. Use write_file to create a file.", len(by_path))
            if isinstance(before, ToolFailure):
                return _unchanged(before.message, len(by_path))
            changes.append(Change(path, shown, before, edits))
        return changes

    def _judged(self, change: Change, result: Edited | Refused) -> Edited | ToolFailure:
        """Return the result, or for the model why the file must stay as it is."""
        from aircher.editing import Refused

        known = self._seen.digest(change.path) if self._seen is not None else None
        is_stale = known is not None and known != _hash(change.before)
        if isinstance(result, Refused):
            note = " The file changed since you read it: read it again." if is_stale else ""
            return ToolFailure(message=_reason(change, result) + note)
        if is_stale and any(result.rungs):
            message = f"{change.shown} changed since you read it, and old is not exactly in it: read it again."
            return ToolFailure(message=message)
        return result

    async def _write_all(self, changes: list[Change], results: list[Edited]) -> ToolFailure | None:
        """Return why the files were not written, or ``None``; what was written before a failure is taken back."""
        for number, (change, result) in enumerate(zip(changes, results, strict=True)):
            write = self._contents.write_bytes
            failure = await write(change.path, result.data, expected_hash=_hash(change.before))
            if failure is None:
                continue
            lost = []
            for done, written in zip(changes[:number], results, strict=False):
                back = await write(done.path, done.before, expected_hash=_hash(written.data))
                lost += [done.shown] if back is not None else []
            if lost:
                kept = f"These could not be put back and hold the new text: {', '.join(lost)}. Read them again."
                return ToolFailure(message=f"{failure.message} {kept}")
            return _unchanged(failure.message, len(changes))
        if self._seen is not None:
            for change, result in zip(changes, results, strict=True):
                self._seen.note(change.path, _hash(result.data))
        return None


def _applied(change: Change) -> Edited | Refused:
    from aircher.editing import Replacement, apply

    edits = [Replacement(old=edit.old, new=edit.new, replace_all=edit.replace_all) for edit in change.edits]
    return apply(change.before, edits, path=change.shown)


def _hash(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def _unchanged(reason: str, file_count: int) -> ToolFailure:
    gap = "" if reason.endswith("\n") else " "
    return ToolFailure(message=f"{reason}{gap}{'No file was changed.' if file_count > 1 else 'Nothing was changed.'}")


def _reason(change: Change, refused: Refused) -> str:
    which = f"edit {refused.edit + 1} of {change.shown}" if len(change.edits) > 1 else change.shown
    if refused.near is None:
        return f"{which}: {refused.reason}."
    lines = [f"{number}\t{line}" for number, line in enumerate(refused.near.lines, refused.near.first_line)]
    nearest = "\n".join(lines)
    return f"{which}: {refused.reason}. Most similar lines ({refused.near.differs}):\n{nearest}\n"


def _outcome(changes: list[Change], results: list[Edited]) -> ToolOutcome:
    content: list[str] = []
    for change, result in zip(changes, results, strict=True):
        count = len(change.edits)
        content.append(f"edited {change.shown}: {count} replacement{'s' * (count > 1)}")
        content += [
            f"  edit {number}: old was not exact, undone: {', '.join(rungs)}"
            for number, rungs in enumerate(result.rungs, 1)
            if rungs
        ]
        content += [f"  the edit brought a syntax error: line {p.line}: {p.what}" for p in result.problems]
    blocks = tuple(_diff(change, result) for change, result in zip(changes, results, strict=True))
    added, removed = sum(block.added for block in blocks), sum(block.removed for block in blocks)
    names = changes[0].shown if len(changes) == 1 else f"{len(changes)} files"
    return ToolOutcome(content="\n".join(content), summary=f"edited {names} (+{added} -{removed})", display=blocks)


def _diff(change: Change, result: Edited) -> DiffBlock:
    from aircher.support.encodings import detect
    from aircher.tools._diff import diff_block

    encoding = detect(change.before)
    texts = [encoding.decode(data) if encoding else "" for data in (change.before, result.data)]
    before, after = (text.replace("\r\n", "\n") for text in texts)
    return diff_block(change.shown, before, after)


def tool(workbench: Workbench) -> EditFile | None:
    """Return the tool, if whole files can be had here."""
    if workbench.contents is None:
        return None
    return EditFile(workbench.files, workbench.contents, workbench.seen)


TOOL = tool
