"""The workspace on this machine's own disk.

Invariant: nothing here decides whether a path may be touched; it makes paths unambiguous so that policy can. Reading is
bounded, whatever the size of the file.
"""

import asyncio
import codecs
import os
from dataclasses import dataclass
from pathlib import Path

from aircher.domain.tools import ToolFailure

SNIFF_BYTES = 8192  # enough to see a byte-order mark or a NUL, what git looks at too
MAX_SCAN_BYTES = 64 * 1024 * 1024  # a line number beyond this is a job for search
MAX_LINE_CHARS = 2000  # one minified line must not fill the context window

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSlice:
    """Some lines of a text file.

    Attributes:
        lines: Without line ends; a line beyond 2,000 characters is cut and says so.
        first_line: Number of the first one, from 1.
        has_more: Whether the file goes on after the last one.
    """

    lines: tuple[str, ...]
    first_line: int
    has_more: bool


class LocalWorkspace:
    """Reads below one root folder, and wherever else policy lets it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def resolve(self, path: str) -> Path:
        """Return the absolute path that this text means, without links and ``..``.

        ``~`` is a name like any other: a model speaks of the project, not of its user. What no file system takes
        (a NUL, a loop of links) becomes a path that does not exist.
        """
        try:
            return (self.root / path).resolve()
        except (ValueError, OSError, RuntimeError):
            return Path(os.path.normpath(self.root / path.replace("\0", "\ufffd")))

    def shown(self, path: Path) -> str:
        """Return the path as people write it: relative to the root where it is below it."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    async def read_lines(self, path: Path, *, first_line: int, max_lines: int) -> FileSlice | ToolFailure:
        """Return up to ``max_lines`` lines from ``first_line`` on, or why that cannot be."""
        return await asyncio.to_thread(self._read_lines, path, first_line, max_lines)

    def _read_lines(self, path: Path, first_line: int, max_lines: int) -> FileSlice | ToolFailure:
        shown = self.shown(path)
        try:
            if path.is_dir():
                names = sorted(item.name + "/" * item.is_dir() for item in path.iterdir())[:50]
                return ToolFailure(message=f"{shown} is a folder. It holds: {', '.join(names) or 'nothing'}.")
            if not path.is_file():
                what = "is not a regular file" if path.exists() else "does not exist"
                return ToolFailure(message=f"{shown} {what}. Use search to find the right path.")
            with path.open("rb") as file:
                head = file.read(SNIFF_BYTES)
            encoding = _encoding(head)
            if encoding is None:
                return ToolFailure(message=f"{shown} is binary ({path.stat().st_size:,} bytes).")
            return _slice(path, encoding, first_line=first_line, max_lines=max_lines)
        except OSError as exc:
            return ToolFailure(message=f"{shown} cannot be read: {exc.strerror or exc}.")


def _encoding(head: bytes) -> str | None:
    """Return the encoding of a text that starts like this, or ``None`` for binary."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _slice(path: Path, encoding: str, *, first_line: int, max_lines: int) -> FileSlice | ToolFailure:
    lines: list[str] = []
    scanned = 0
    number = 0
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        # readline with a bound: a file of one endless line is read in pieces, never at once
        while piece := file.readline(MAX_LINE_CHARS + 1):
            number += 1
            scanned += len(piece)
            if not piece.endswith("\n") and len(piece) > MAX_LINE_CHARS:
                while rest := file.readline(1 << 16):
                    scanned += len(rest)
                    if rest.endswith("\n") or scanned > MAX_SCAN_BYTES:
                        break
                piece = piece[:MAX_LINE_CHARS] + " … (line cut)"
            if scanned > MAX_SCAN_BYTES and number < first_line:
                return ToolFailure(message=f"line {first_line} lies beyond the first 64 MiB of {path.name}.")
            if number >= first_line:
                if len(lines) == max_lines:
                    return FileSlice(lines=tuple(lines), first_line=first_line, has_more=True)
                lines.append(piece.rstrip("\n"))
    if not lines and first_line > 1:
        return ToolFailure(message=f"{path.name} has only {number} lines.")
    return FileSlice(lines=tuple(lines), first_line=first_line, has_more=False)
