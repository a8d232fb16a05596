"""What an action would touch: the one vocabulary in which every tool, command and server is judged.

Paths are absolute and without ``..``. Where a tool opens the file system, links are resolved too; the analysis of a
command line cannot do that and leaves it to whoever asks it.
"""

from pathlib import Path
from typing import TypeAlias

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """Reads a file, or everything below a folder.

    Attributes:
        path: What is read; with ``is_pattern`` its names may hold ``*``, ``?`` and ``[…]``, of which any match counts.
        is_listing: Only names and metadata become known, no content.
        is_recursive: Everything below the folder is read, not only what it holds directly.
    """

    path: Path
    is_listing: bool = False
    is_pattern: bool = False
    is_recursive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """Creates or changes a file, its metadata, or something below a folder."""

    path: Path
    is_pattern: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletes:
    """Removes a file, or a folder with everything below."""

    path: Path
    is_pattern: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Connects:
    """Speaks to a host; ``host`` is a lower-case name or an address, ``*`` = any, ``port`` ``None`` = any."""

    host: str
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Starts a program of this name; what that touches is in effects of its own."""

    program: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetsVariable:
    """Changes an environment variable that programs behave by."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Does something that cannot be derived.

    Attributes:
        reason: What and why, in words that follow "it".
        is_place: It is a file, or more of them, of which only the place is not known.
    """

    reason: str
    is_place: bool = False


Effect: TypeAlias = Reads | Writes | Deletes | Connects | Runs | SetsVariable | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a call does and that a rule can name.

    Attributes:
        tool: The word in front of a rule's parenthesis: ``read``, ``write``, ``shell``, ``net``, ``mcp``, ``ask`` …
        text: What the pattern of a rule for this tool is held against: a simple command with its words normalised, a
            server and its tool; empty where rules speak of paths and hosts only.
        effects: Everything it touches; empty = harmless.
    """

    tool: str
    text: str = ""
    effects: tuple[Effect, ...] = ()
