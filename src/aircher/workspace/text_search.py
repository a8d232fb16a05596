"""Lines that match a regular expression, with those around them.

Invariant: ripgrep and the built-in search answer alike, because both get the same files and the same dialect, and
everything else happens here: which files are meant, which may be shown, what is binary, how a line is decoded.
A search ends within its time, whatever the expression.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from aircher.domain.files import Listed, MatchedFile, ShownLine, TextMatches, TextQuery
from aircher.domain.tools import ToolFailure
from aircher.support.globs import BadGlob, Glob
from aircher.workspace._grep_worker import text_of
from aircher.workspace._line_finders import MAX_FILE_BYTES, BuiltIn, Job, LineFinder, Ripgrep
from aircher.workspace._patterns import BadPattern, read_pattern
from aircher.workspace._stopper import ProgramError, Stopper
from aircher.workspace.listing import FolderListing
from aircher.workspace.opening import open_regular

DEADLINE_S = 20.0  # a large tree from a cold disk takes a few; beyond it an expression is a trap
MOST_LINES_OF_A_FILE = 10_000

MayRead = Callable[[Path], bool]


class LocalTextSearch:
    """Searches files of this machine.

    Args:
        listing: Says which files a folder has.
        ripgrep: The program; ``None`` = looked for on the search path, empty = never used.
        deadline_s: How long one search may take.
    """

    def __init__(self, listing: FolderListing, *, ripgrep: str | None = None, deadline_s: float = DEADLINE_S) -> None:
        self._listing = listing
        self._ripgrep = ripgrep
        self._deadline_s = deadline_s

    async def search(self, place: Path, query: TextQuery, *, may_read: MayRead) -> TextMatches | ToolFailure:
        """Return what matches in the file or below the folder ``place``; only what ``may_read`` allows counts."""
        stopper = Stopper()
        searching = asyncio.ensure_future(asyncio.to_thread(self._search, place, query, may_read, stopper))
        try:
            async with asyncio.timeout(self._deadline_s):
                return await asyncio.shield(searching)
        except TimeoutError:
            return ToolFailure(
                message=f"The search took longer than {self._deadline_s:g} s and was stopped. "
                "Name a smaller folder or fewer files, or use a simpler expression."
            )
        finally:
            stopper.stop()
            if not searching.done():
                await asyncio.wait((searching,), timeout=1.0)

    def _search(self, place: Path, query: TextQuery, may_read: MayRead, stopper: Stopper) -> TextMatches | ToolFailure:
        try:
            globs = _globs(query)
            pattern = read_pattern(query.pattern, ignore_case=query.ignore_case, is_multiline=query.is_multiline)
        except BadGlob as exc:
            return ToolFailure(message=f"The glob cannot be used: {exc}.")
        except BadPattern as exc:
            return ToolFailure(message=f"The expression {query.pattern!r} cannot be used: {exc}.")
        if pattern.has_line_break and not query.is_multiline:
            return ToolFailure(message="The expression holds a line break: set multiline.")
        listed = self._candidates(place, query)
        if isinstance(listed, ToolFailure):
            return listed
        folder = place.parent if place.is_file() else place
        meant = [file for file in listed.files if not file.is_link and all(glob.fits(file.path) for glob in globs)]
        names = [file.path for file in meant if file.size_bytes <= MAX_FILE_BYTES]
        most_lines = 1 if query.only_files else min(query.most_lines + 1, MOST_LINES_OF_A_FILE)
        job = Job(
            folder=folder,
            files=names,
            pattern=pattern,
            is_multiline=pattern.can_span,
            most_lines=most_lines,
        )
        try:
            found, is_whole = _collected(self._finder().find(job, stopper), folder, query, may_read)
        except ProgramError as exc:
            return ToolFailure(message=f"The search failed: {exc}.")
        return TextMatches(
            files=found,
            is_complete=is_whole and listed.is_complete,
            searched_files=len(names),
            skipped_files=len(meant) - len(names),
        )

    def _candidates(self, place: Path, query: TextQuery) -> Listed | ToolFailure:
        if not place.is_file():
            return self._listing.list_now(place, include_ignored=query.include_ignored)
        return self._listing.one(place)

    def _finder(self) -> LineFinder:
        program = shutil.which("rg") if self._ripgrep is None else self._ripgrep
        return Ripgrep(program) if program else BuiltIn()


def _globs(query: TextQuery) -> list[Glob]:
    texts = list(query.globs)
    if query.file_type:
        from aircher.workspace._file_types import FILE_TYPES

        if query.file_type not in FILE_TYPES:
            raise BadGlob(f"the type {query.file_type!r} is not known; known are {', '.join(FILE_TYPES)}")
        texts.append(FILE_TYPES[query.file_type])
    return [Glob(text) for text in texts]


def _collected(
    found: Iterator[tuple[str, Sequence[int]]], folder: Path, query: TextQuery, may_read: MayRead
) -> tuple[tuple[MatchedFile, ...], bool]:
    """Return the files to show, and whether nothing that matches was left out."""
    files: list[MatchedFile] = []
    lines_left = query.most_lines
    for name, numbers in found:
        if len(files) == query.most_files or lines_left == 0:
            return tuple(files), False
        path = folder / name
        text = _text(path) if may_read(path) else None
        if text is None:
            continue
        if query.only_files:
            files.append(MatchedFile(path=path, count=1))
            continue
        shown = numbers[:lines_left]
        lines_left -= len(shown)
        files.append(MatchedFile(path=path, count=len(shown), lines=_around(text, shown, query.context_lines)))
        if len(shown) < len(numbers):
            return tuple(files), False
    return tuple(files), True


def _text(path: Path) -> str | None:
    """Return the file's text, decoded for people; ``None`` = it is binary, gone, or behind a link."""
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            data = file.read(MAX_FILE_BYTES)
    except OSError:
        return None
    text = text_of(data)
    if text is None or text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return data.decode("latin-1")
    return text


def _around(text: str, numbers: Sequence[int], context_lines: int) -> tuple[ShownLine, ...]:
    lines = text.split("\n")
    matching = frozenset(numbers)
    wanted: dict[int, None] = {}
    for number in numbers:
        for each in range(max(1, number - context_lines), min(len(lines), number + context_lines) + 1):
            wanted.setdefault(each)
    return tuple(
        ShownLine(number, lines[number - 1].removesuffix("\r"), number in matching)
        for number in wanted
        if number <= len(lines) and (number < len(lines) or lines[-1] or number in matching)
    )
