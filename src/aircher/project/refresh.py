"""The index brought up to date: stat first, then digest, then parse only what is new.

Invariant: after a cancellation or a crash the store holds whole files only, and the next refresh goes on from there.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from aircher.domain.answers import Progress, RefreshReport
from aircher.domain.index import FileRows, KnownFile
from aircher.project.chunks import chunks_of
from aircher.project.imports import imports_of
from aircher.project.languages import language_of
from aircher.project.ports import IndexStore
from aircher.project.reading import MOST_BYTES, read
from aircher.project.roles import Role, role_of
from aircher.project.scan import FileStat
from aircher.project.symbols import symbols_of

FORMAT = "2"
"""Version of the rows; a store with another one is cleared and filled anew. 1 held the lines of secret files."""

_BATCH_FILES = 64
_MOST_PARSED = 6_000  # beyond it the rest gets line patterns: 100,000 files must not take minutes
_WORKERS = min(4, os.cpu_count() or 1)  # overlaps reading only: tree-sitter 0.26 holds the interpreter's lock
_MOST_DATA_BYTES = 30_000  # larger data is fixtures and dumps, found by name


def bring_up_to_date(
    root: Path,
    store: IndexStore,
    scanned: Sequence[FileStat],
    *,
    on_progress: Callable[[Progress], None],
    is_cancelled: Callable[[], bool],
) -> RefreshReport:
    """Make the store agree with the ``scanned`` files and return what was done.

    Args:
        root: The project's root.
        store: Where the rows are kept.
        scanned: All files there are now.
        on_progress: Called after each batch, from this thread.
        is_cancelled: Asked before each batch.

    Raises:
        StorageError: The store failed.
    """
    if store.meta("format") != FORMAT:
        store.clear()
        store.set_meta("format", FORMAT)
    known = {file.path: file for file in store.files()}
    changed = [file for file in scanned if _has_changed(file, known.get(file.path))]
    present = {file.path for file in scanned}
    gone = [path for path in known if path not in present]
    if gone:
        store.delete(gone)
    done = 0
    ordered = sorted(changed, key=_importance)
    if ordered:
        on_progress(Progress(done_files=0, total_files=len(ordered)))
        done = _read_all(root, store, ordered, known=known, on_progress=on_progress, is_cancelled=is_cancelled)
    return RefreshReport(
        total_files=len(scanned), read_files=done, removed_files=len(gone), is_complete=done == len(ordered)
    )


def _has_changed(file: FileStat, known: KnownFile | None) -> bool:
    return known is None or (file.size_bytes, file.mtime_ns) != (known.size_bytes, known.mtime_ns)


def _importance(file: FileStat) -> tuple[bool, int, str]:
    return role_of(file.path) is not Role.SOURCE, file.path.count("/"), file.path


def _read_all(
    root: Path,
    store: IndexStore,
    files: Sequence[FileStat],
    *,
    known: Mapping[str, KnownFile],
    on_progress: Callable[[Progress], None],
    is_cancelled: Callable[[], bool],
) -> int:
    done = 0
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="index") as pool:
        for batch in _batches(files):
            if is_cancelled():
                break
            read_one = partial(rows_of, root, known=known, with_grammar=done < _MOST_PARSED)
            rows = list(pool.map(read_one, batch))
            store.touch([row for row in rows if isinstance(row, KnownFile)])
            store.replace([row for row in rows if isinstance(row, FileRows)])
            done += len(batch)
            on_progress(Progress(done_files=done, total_files=len(files)))
    return done


def _batches(files: Sequence[FileStat]) -> Iterator[Sequence[FileStat]]:
    for start in range(0, len(files), _BATCH_FILES):
        yield files[start : start + _BATCH_FILES]


def rows_of(
    root: Path, file: FileStat, *, known: Mapping[str, KnownFile], with_grammar: bool = True
) -> FileRows | KnownFile:
    """Return the rows of a file, or only what is known of it where its content is as it was."""
    before = known.get(file.path)
    language = language_of(file.path)
    name = language.name if language else ""
    most = _MOST_DATA_BYTES if role_of(file.path) is Role.GENERATED else MOST_BYTES
    content = read(root, file.path) if file.size_bytes <= most else None
    digest = content.digest if content else ""
    entry = KnownFile(path=file.path, size_bytes=file.size_bytes, mtime_ns=file.mtime_ns, digest=digest, language=name)
    if before is not None and digest and (before.digest, before.language) == (digest, name):
        return entry
    if content is None:
        return FileRows(file=entry)
    symbols = symbols_of(content.text, language, with_grammar=with_grammar) if language else ()
    return FileRows(
        file=entry,
        symbols=symbols,
        imports=imports_of(content.text, file.path, language) if language else (),
        chunks=chunks_of(file.path, content.text.split("\n"), symbols),
    )
