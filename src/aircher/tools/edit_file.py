"""Replace text in files: in one or many, all replacements or none."""

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from aircher.domain.display import DiffBlock
from aircher.domain.effects import Action, Reads, Writes
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.records import dataclass
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools.arguments import parse_arguments
from aircher.tools.edit_ports import FileBytes
from aircher.tools.ports import Files, Seen
from aircher.tools.workbench import Workbench

if TYPE_CHECKING:  # the engine behind it is loaded at the first edit
    from aircher.editing import Edited, Refused

MAX_EDITS = 100


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One replacement."""

    path: Annotated[str, Meta(min_length=1, description="The file, as for read_file.")]
    old: Annotated[str, Meta(min_length=1, description="Whole lines to replace, with enough around to be unique.")]
    new: Annotated[str, Meta(description="What stands there afterwards; empty deletes.")]
    replace_all: Annotated[bool, Meta(description="Replace every literal occurrence.")] = False


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `edit_file` takes."""

    edits: Annotated[tuple[Edit, ...], Meta(min_length=1, max_length=MAX_EDITS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file on its way from old bytes to new ones."""

    path: Path
    shown: str
    before: bytes
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class EditFile:
    """The tool; see `aircher.domain.tools.Tool`."""

    files: Files
    contents: FileBytes
    seen: Seen | None = None

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
            parameters=_schema(),
        )

    @property
    def is_writer(self) -> bool:
        """Whether it only changes things."""
        return True

    def parse(self, arguments: JsonObject) -> Args | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return parse_arguments(arguments, Args)

    def actions(self, args: Args) -> tuple[Action, ...]:
        """Return a read and a write of each file."""
        paths = dict.fromkeys(self.files.resolve(edit.path) for edit in args.edits)
        return tuple(Action(tool="write", effects=(Reads(path=path), Writes(path=path))) for path in paths)

    async def run(self, args: Args, call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Make all edits, or tell which one cannot be made and why."""
        changes: list[Change] = []
        by_path: dict[Path, list[Edit]] = {}
        for edit in args.edits:
            by_path.setdefault(self.files.resolve(edit.path), []).append(edit)
        for path, edits in by_path.items():
            before = await self.contents.read_bytes(path)
            if isinstance(before, ToolFailure):
                return _unchanged(before.message + " Use write_file to create a file.", by_path)
            changes.append(Change(path=path, shown=self.files.shown(path), before=before, edits=tuple(edits)))
        results: list[Edited] = []
        for change in changes:
            result = self._judged(change, await asyncio.to_thread(_applied, change))
            if isinstance(result, ToolFailure):
                return _unchanged(result.message, by_path)
            results.append(result)
        writing = asyncio.ensure_future(self._write_all(changes, results))
        try:
            failure = await asyncio.shield(writing)
        except asyncio.CancelledError:
            await writing  # files belong together: an interrupt waits for the last of them
            raise
        return _unchanged(failure, by_path) if failure is not None else _outcome(changes, results)

    def _judged(self, change: Change, result: "Edited | Refused") -> "Edited | ToolFailure":
        """Return the result, or for the model why the file must stay as it is."""
        from aircher.editing import Refused

        known = self.seen.digest(change.path) if self.seen is not None else None
        is_stale = known is not None and known != _hash(change.before)
        if isinstance(result, Refused):
            note = " The file changed since you read it: read it again." if is_stale else ""
            return ToolFailure(message=_reason(change, result) + note)
        if is_stale and any(result.rungs):
            message = f"{change.shown} changed since you read it, and old is not exactly in it: read it again."
            return ToolFailure(message=message)
        return result

    async def _write_all(self, changes: list[Change], results: "list[Edited]") -> str | None:
        """Return why nothing was written after all, or ``None``; what was written before a failure is taken back."""
        for number, (change, result) in enumerate(zip(changes, results, strict=True)):
            failure = await self.contents.write_bytes(change.path, result.data, expected_hash=_hash(change.before))
            if failure is None:
                continue
            lost = []
            for done, written in zip(changes[:number], results, strict=False):
                back = await self.contents.write_bytes(done.path, done.before, expected_hash=_hash(written.data))
                lost += [done.shown] if back is not None else []
            kept = f" {', '.join(lost)} could not be put back and is changed." if lost else ""
            return failure.message + kept
        if self.seen is not None:
            for change, result in zip(changes, results, strict=True):
                self.seen.note(change.path, _hash(result.data))
        return None


def _schema() -> JsonObject:
    """Return the arguments' JSON Schema without references, which not every vendor follows."""
    definitions = msgspec.json.schema(Args)["$defs"]
    edit, edits = definitions["Edit"], definitions["Args"]["properties"]["edits"]
    item = {key: edit[key] for key in ("type", "properties", "required", "additionalProperties")}
    return {
        "type": "object",
        "properties": {"edits": {**edits, "items": item}},
        "required": ["edits"],
        "additionalProperties": False,
    }


def _applied(change: Change) -> "Edited | Refused":
    from aircher.editing import Replacement, apply

    edits = [Replacement(old=edit.old, new=edit.new, replace_all=edit.replace_all) for edit in change.edits]
    return apply(change.before, edits, path=change.shown)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _unchanged(reason: str, paths: "dict[Path, list[Edit]]") -> ToolFailure:
    return ToolFailure(message=f"{reason} No file was changed." if len(paths) > 1 else f"{reason} Nothing was changed.")


def _reason(change: Change, refused: "Refused") -> str:
    which = f"edit {refused.edit + 1} of {change.shown}" if len(change.edits) > 1 else change.shown
    if refused.near is None:
        return f"{which}: {refused.reason}."
    lines = [f"{number}\t{line}" for number, line in enumerate(refused.near.lines, refused.near.first_line)]
    nearest = "\n".join(lines)
    return f"{which}: {refused.reason}. Most similar lines ({refused.near.differs}):\n{nearest}\n"


def _outcome(changes: list[Change], results: "list[Edited]") -> ToolOutcome:
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


def _diff(change: Change, result: "Edited") -> DiffBlock:
    from difflib import unified_diff

    from aircher.support.encodings import detect

    encoding = detect(change.before)
    texts = [encoding.decode(data) if encoding else "" for data in (change.before, result.data)]
    before, after = (text.splitlines() for text in texts)
    lines = list(unified_diff(before, after, lineterm="", n=3))[2:]
    return DiffBlock(
        path=change.shown,
        diff="\n".join(lines),
        added=sum(line.startswith("+") for line in lines),
        removed=sum(line.startswith("-") for line in lines),
    )


def tool(workbench: Workbench) -> EditFile | None:
    """Return the tool, if whole files can be had here."""
    if workbench.contents is None:
        return None
    return EditFile(workbench.files, workbench.contents, workbench.seen)


TOOL = tool
