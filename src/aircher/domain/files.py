"""What the workspace tells of files: facts, lines, listings, matches.

Words that tools and workspace share; both stand on the rim. Not its job: how any of it is found out.
Nothing here is needed before the first tool runs, so whoever only names these types imports them for the checker.
"""

from pathlib import Path
from typing import NamedTuple

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a file is.

    Attributes:
        size_bytes: Its size.
        head: Its first 8 KiB.
        is_text: Whether it begins like a text.
    """

    size_bytes: int
    head: bytes
    is_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSlice:
    """Some lines of a text file.

    Attributes:
        lines: Without line ends; a line beyond 2,000 characters is cut and says so.
        first_line: Number of the first one, from 1.
        has_more: Whether the file goes on after the last one.
        encoding: Name of the encoding.
        digest: SHA-256 of the whole file, hexadecimal; empty = it is too large to be hashed at every look.
    """

    lines: tuple[str, ...]
    first_line: int
    has_more: bool
    encoding: str = "utf-8"
    digest: str = ""


class ListedFile(NamedTuple):
    """One file or link: ``path`` is relative to the folder that was listed, with ``/``."""

    path: str
    size_bytes: int
    mtime_ns: int
    is_link: bool


class Listed(NamedTuple):
    """What was found, sorted by path; ``is_complete`` is false if there is more than is ever listed."""

    files: tuple[ListedFile, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuery:
    """Which lines are looked for.

    Attributes:
        pattern: Regular expression in ripgrep's dialect.
        ignore_case: Whether letter case does not matter.
        is_multiline: Whether a match may span lines.
        globs: Patterns of `aircher.support.globs` that a file's path below the place has to fit, all of them.
        file_type: Short name of a kind of file such as ``py``; empty = any.
        include_ignored: Whether files count that ignore rules exclude.
        context_lines: Lines to show before and after each match.
        most_files: Files to return at most.
        most_lines: Matching lines to return at most, over all files.
        only_files: Whether it is enough to know which files match.
    """

    pattern: str
    ignore_case: bool = False
    is_multiline: bool = False
    globs: tuple[str, ...] = ()
    file_type: str = ""
    include_ignored: bool = False
    context_lines: int = 0
    most_files: int = 1000
    most_lines: int = 1000
    only_files: bool = False


class ShownLine(NamedTuple):
    """One line: ``is_match`` is false for those around a match."""

    number: int
    text: str
    is_match: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedFile:
    """A file with matches: how many of its lines match, and the lines to show, in order."""

    path: Path
    count: int
    lines: tuple[ShownLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatches:
    """What was found, sorted by path.

    Attributes:
        files: Files that match.
        is_complete: Whether these are all, with all their lines.
        searched_files: How many files were to be searched.
        skipped_files: How many were too large, or took too long.
    """

    files: tuple[MatchedFile, ...]
    is_complete: bool
    searched_files: int
    skipped_files: int = 0
