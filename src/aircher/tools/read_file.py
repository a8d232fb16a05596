"""Read a file: lines of a text, cells of a notebook, a picture. Of anything else the model learns what it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import ImagePart, JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._located import Located, locate
from aircher.tools._preview import plural
from aircher.tools.arguments import parameters
from aircher.tools.workbench import Workbench

if TYPE_CHECKING:
    from aircher.domain.files import FileFacts
    from aircher.support.file_kinds import Picture

DEFAULT_LINES = 400  # about 4,000 tokens of code: a screenful for a model, a fraction of any window
MAX_LINES = 2000
MAX_PICTURE_BYTES = 3_750_000  # 5 MB in base64, what the strictest vendor takes
MAX_PICTURE_PIXELS = 8000  # of a side; the same vendor's bound
MAX_NOTEBOOK_BYTES = 32 * 1024 * 1024


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `read_file` takes."""

    path: Annotated[str, Meta(min_length=1)]
    first_line: Annotated[int, Meta(ge=1)] = 1
    max_lines: Annotated[int, Meta(ge=1, le=MAX_LINES)] = DEFAULT_LINES


class ReadFile:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, bench: Workbench) -> None:
        """Take the files, and the memory of what was seen."""
        self._files = bench.files
        self._seen = bench.seen

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="read_file",
            description="Read a text file as lines with number and tab, a notebook as cells, or look at a picture.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Located[Args] | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return locate(arguments, Args, self._files)

    def actions(self, args: Located[Args]) -> tuple[Action, ...]:
        """Return the one file that is read."""
        return (Action(tool="read", effects=(Reads(path=args.path),)),)

    async def run(self, args: Located[Args], call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return what the file holds, or what it is."""
        path = args.path
        facts = await self._files.look(path)
        if isinstance(facts, ToolFailure):
            return facts
        if not facts.is_text:
            return await self._not_text(path, facts)
        if path.suffix == ".ipynb" and (cells := await self._notebook(path, args.args)):
            return cells
        return await self._lines(path, args.args)

    async def _lines(self, path: Path, args: Args) -> ToolOutcome | ToolFailure:
        found = await self._files.read_lines(path, first_line=args.first_line, max_lines=args.max_lines)
        if isinstance(found, ToolFailure):
            return found
        if self._seen is not None and found.digest:
            self._seen.note(path, found.digest)
        shown = self._files.shown(path)
        content = _numbered(found.lines, found.first_line, has_more=found.has_more)
        if found.encoding != "utf-8":
            content += f"\n(encoding: {found.encoding})"
        return ToolOutcome(
            content=content if found.lines else f"{shown} is empty.",
            summary=f"read {plural(len(found.lines), 'line')} of {shown}",
        )

    async def _notebook(self, path: Path, args: Args) -> ToolOutcome | ToolFailure | None:
        """Return the cells; ``None`` = it is a text like any other."""
        from aircher.tools._notebook import notebook_lines

        data = await self._files.read_bytes(path, max_bytes=MAX_NOTEBOOK_BYTES)
        if not isinstance(data, bytes):
            return data
        lines = notebook_lines(data)
        if lines is None:
            return None
        self._note(path, data)
        wanted = lines[args.first_line - 1 :][: args.max_lines]
        shown = self._files.shown(path)
        if not wanted:
            return ToolFailure(message=f"{shown} has only {len(lines)} lines as a text of cells.")
        has_more = args.first_line - 1 + len(wanted) < len(lines)
        return ToolOutcome(
            content=_numbered(wanted, args.first_line, has_more=has_more)
            + "\n(a notebook: the numbers are those of this view, not of the JSON in the file)",
            summary=f"read {plural(len(wanted), 'line')} of the notebook {shown}",
        )

    async def _not_text(self, path: Path, facts: FileFacts) -> ToolOutcome | ToolFailure:
        from aircher.support.file_kinds import binary_kind, picture

        shown = self._files.shown(path)
        if picture(facts.head) is None:
            kind = binary_kind(facts.head)
            advice = " Convert it to text with a program such as pdftotext." if kind == "PDF" else ""
            return ToolFailure(message=f"{shown} is no text: {kind}, {facts.size_bytes:,} bytes.{advice}")
        data = await self._files.read_bytes(path, max_bytes=MAX_PICTURE_BYTES)
        if not isinstance(data, bytes):
            return data or ToolFailure(message=f"{shown} is gone.")
        found = picture(data)
        if found is None or max(found.width, found.height) > MAX_PICTURE_PIXELS:
            size = f"{found.width}×{found.height}" if found else "no picture any more"
            return ToolFailure(message=f"{shown}: {size}, at most {MAX_PICTURE_PIXELS} pixels a side. Scale it first.")
        self._note(path, data)
        return _shown_picture(shown, data, found)

    def _note(self, path: Path, data: bytes) -> None:
        from hashlib import sha256

        if self._seen is not None:
            self._seen.note(path, sha256(data).hexdigest())


def _numbered(lines: list[str] | tuple[str, ...], first_line: int, *, has_more: bool) -> str:
    numbered = [f"{number}\t{line}" for number, line in enumerate(lines, first_line)]
    if has_more:
        numbered.append(f"(the file goes on: continue with first_line={first_line + len(lines)})")
    return "\n".join(numbered)


def _shown_picture(shown: str, data: bytes, found: Picture) -> ToolOutcome:
    from base64 import b64encode

    kind = found.media_type.partition("/")[2].upper()
    facts = f"{kind}, {found.width}×{found.height} pixels, {len(data):,} bytes"
    return ToolOutcome(
        content=f"{shown}: {facts}. The picture follows.",
        summary=f"looked at {shown} ({facts})",
        images=(ImagePart(media_type=found.media_type, data_base64=b64encode(data).decode("ascii")),),
    )


TOOL = ReadFile
