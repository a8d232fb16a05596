"""One search, on a worker thread; see `aircher.workspace.text_search` for what holds."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from aircher.domain.files import Listed, MatchedFile, ShownLine, TextMatches, TextQuery
from aircher.domain.tools import ToolFailure
from aircher.support.encodings import detect
from aircher.support.globs import BadGlob, Glob
from aircher.workspace._grep_worker import text_of
from aircher.workspace._line_finders import MAX_FILE_BYTES, BuiltIn, Job, Ripgrep
from aircher.workspace._patterns import BadPattern, Pattern, read_pattern
from aircher.workspace._stopper import ProgramError, Stopper
from aircher.workspace.opening import open_regular

MOST_LINES_OF_A_FILE = 10_000

MayRead = Callable[[Path], bool]


def search_now(
    place: Path, listed: Listed, query: TextQuery, *, may_read: MayRead, stopper: Stopper, ripgrep: str | None
) -> TextMatches | ToolFailure:
    """Return what matches in the files of ``listed``, which lie in the folder ``place`` or are that file."""
    is_file = os.path.isfile(place)  # noqa: PTH113 - a `Path` raises where a name is too long
    try:
        globs = [] if is_file else _globs(query)
        pattern = read_pattern(query.pattern, ignore_case=query.ignore_case, is_multiline=query.is_multiline)
    except BadGlob as exc:
        return ToolFailure(message=f"The glob cannot be used: {exc}.")
    except BadPattern as exc:
        return ToolFailure(message=f"The expression {query.pattern!r} cannot be used: {exc}.")
    if pattern.has_line_break and not query.is_multiline:
        return ToolFailure(message="The expression holds a line break: set multiline.")
    meant = [file for file in listed.files if not file.is_link and all(glob.fits(file.path) for glob in globs)]
    names = [file.path for file in meant if file.size_bytes <= MAX_FILE_BYTES]
    job = _job(place.parent if is_file else place, names, pattern, query)
    program = shutil.which("rg") if ripgrep is None else ripgrep
    finder = Ripgrep(program) if program else BuiltIn()
    try:
        found, is_whole, slow_files = _collected(finder.find(job, stopper), job.folder, query, may_read)
    except ProgramError as exc:
        return ToolFailure(message=f"The search failed: {exc}.")
    return TextMatches(
        files=found,
        is_complete=is_whole and listed.is_complete,
        searched_files=len(names),
        skipped_files=len(meant) - len(names) + slow_files,
    )


def _job(folder: Path, names: Sequence[str], pattern: Pattern, query: TextQuery) -> Job:
    return Job(
        folder=folder,
        files=names,
        pattern=pattern,
        is_multiline=pattern.can_span,
        most_lines=1 if query.only_files else min(query.most_lines + 1, MOST_LINES_OF_A_FILE),
    )


def _globs(query: TextQuery) -> list[Glob]:
    texts = list(query.globs)
    if query.file_type:
        from aircher.workspace._file_types import FILE_TYPES

        if query.file_type not in FILE_TYPES:
            raise BadGlob(f"the type {query.file_type!r} is not known; known are {', '.join(FILE_TYPES)}")
        texts.append(FILE_TYPES[query.file_type])
    return [Glob(text) for text in texts]


def _collected(
    found: Iterator[tuple[str, Sequence[int] | None]], folder: Path, query: TextQuery, may_read: MayRead
) -> tuple[tuple[MatchedFile, ...], bool, int]:
    """Return the files to show, whether nothing that matches was left out, and how many files took too long."""
    files: list[MatchedFile] = []
    is_whole = True
    slow_files = 0
    lines_left = query.most_lines
    for name, numbers in found:
        if len(files) == query.most_files or lines_left == 0:
            return tuple(files), False, slow_files
        path = folder / name
        if numbers is None:
            slow_files += may_read(path)
            continue
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
            return tuple(files), False, slow_files
        is_whole &= len(numbers) < MOST_LINES_OF_A_FILE
    return tuple(files), is_whole, slow_files


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
        encoding = detect(data)
        return data.decode("latin-1") if encoding is None or encoding.keeps_stray_bytes else encoding.decode(data)
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
