"""What tools need from the rest of the rim; `aircher.app.compose` proves that it is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aircher.domain.tools import ToolFailure


class TextLines(Protocol):
    """Some lines of a file."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, without line ends."""
        ...

    @property
    def first_line(self) -> int:
        """Number of the first one, from 1."""
        ...

    @property
    def has_more(self) -> bool:
        """Whether the file goes on."""
        ...


class Files(Protocol):
    """Reads text files, bounded."""

    def resolve(self, path: str) -> Path:
        """Return the absolute path without links that this text means."""
        ...

    def shown(self, path: Path) -> str:
        """Return the path as people write it."""
        ...

    async def read_lines(self, path: Path, *, first_line: int, max_lines: int) -> TextLines | ToolFailure:
        """Return the lines, or why they cannot be had."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place that matches: ``path`` relative to the project, ``line`` from 1, ``text`` of that line."""

    path: str
    line: int
    text: str


class CodeSearch(Protocol):
    """Finds places in the project, best first."""

    async def find(self, query: str, *, limit: int) -> Sequence[Found] | ToolFailure:
        """Return at most ``limit`` places, or why none can be looked for."""
        ...
