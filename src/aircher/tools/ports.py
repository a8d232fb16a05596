"""What tools need from the rest of the rim; `aircher.app.compose` proves that it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from aircher.domain.records import dataclass
from aircher.domain.tools import ToolFailure

if TYPE_CHECKING:  # nothing of it is needed before the first tool runs
    from aircher.domain.answers import Definition
    from aircher.domain.files import FileFacts, Listed, TextMatches, TextQuery, TextSlice

MayRead: TypeAlias = "Callable[[Path], bool]"
"""Tells whether a file may be shown to a model without a question."""


class Files(Protocol):
    """Reads files whose paths are absolute and without links, and refuses where a link stands on the way."""

    def resolve(self, path: str) -> Path:
        """Return the absolute path without links that this text means."""
        ...

    def shown(self, path: Path) -> str:
        """Return the path as people write it, on one line."""
        ...

    async def look(self, path: Path) -> FileFacts | ToolFailure:
        """Return what the file is, or why it cannot be looked at."""
        ...

    async def read_lines(self, path: Path, *, first_line: int, max_lines: int) -> TextSlice | ToolFailure:
        """Return the lines, or why they cannot be had."""
        ...

    async def read_bytes(self, path: Path, *, max_bytes: int) -> bytes | ToolFailure | None:
        """Return all bytes; ``None`` = there is no such file; or why it cannot be read, being too large included."""
        ...


class Seen(Protocol):
    """What the model knows of files: the content it saw last, by its hash."""

    def note(self, path: Path, digest: str) -> None:
        """Remember that the model has seen, or made, a file with this SHA-256 (hexadecimal)."""
        ...

    def digest(self, path: Path) -> str | None:
        """Return the hash of what it saw last; ``None`` = it has not seen the file."""
        ...


class Listing(Protocol):
    """Lists folders."""

    async def below(self, folder: Path, *, include_ignored: bool) -> Listed | ToolFailure:
        """Return the files below a folder, without those that ignore rules exclude unless they are wanted."""
        ...


class TextSearch(Protocol):
    """Finds lines by a regular expression."""

    async def search(self, place: Path, query: TextQuery, *, may_read: MayRead) -> TextMatches | ToolFailure:
        """Return what matches in the file or below the folder; only files that ``may_read`` allows count."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place that matches: ``path`` relative to the project, ``line`` from 1, ``text`` of that line."""

    path: str
    line: int
    text: str


class CodeSearch(Protocol):
    """The project's index."""

    async def find(self, query: str, *, limit: int) -> Sequence[Found] | ToolFailure:
        """Return at most ``limit`` places, best first, or why none can be looked for."""
        ...

    async def outline(self, path: str) -> Sequence[Definition] | ToolFailure:
        """Return what a file, or every file below a folder, defines, by path and line; or why nothing can be told.

        ``path`` is relative to the project's root, empty for the root itself.
        """
        ...
