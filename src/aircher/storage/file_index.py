"""The project's index on disk: what `aircher.project` needs kept, in ``file_index.db``.

Invariant: everything here can be rebuilt from the project's files, so a damaged file is moved aside and begun anew
instead of stopping anybody. Paths are kept as the bytes of `os.fsencode`.
"""

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import apsw

from aircher.domain.errors import StorageError
from aircher.domain.index import (
    HEAD_WEIGHT,
    ChunkHit,
    FileRows,
    ImportHit,
    ImportRow,
    IndexStats,
    KnownFile,
    NameMatch,
    SymbolHit,
    SymbolRow,
)
from aircher.domain.records import dataclass
from aircher.storage.backup import set_aside
from aircher.storage.database import Database
from aircher.storage.migrate import FILE_INDEX
from aircher.storage.statements import statements

_SQL = statements("file_index")
_REBUILT = frozenset({"storage.corrupt", "storage.newer", "storage.earlier"})
"""Codes after which a cache is begun anew: no program can use the file, and nothing in it is worth keeping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedIndex:
    """An index store and, if the file on disk had to be replaced, one sentence that says so."""

    store: "SqliteFileIndex"
    notice: str | None


def open_file_index(path: Path | None, *, anew: bool = False) -> OpenedIndex:
    """Open the index, or make it; a file that no program can use is moved aside first.

    Args:
        path: The file; ``None`` = in memory.
        anew: Forget all files; a file whose inner parts are damaged although it opens is found out by that.

    Raises:
        StorageError: The file can be neither used nor replaced (locked, read-only, full disk).
    """
    try:
        return OpenedIndex(store=_emptied(path) if anew else SqliteFileIndex(Database(path, FILE_INDEX)), notice=None)
    except StorageError as exc:
        if path is None or exc.code not in _REBUILT:
            raise
        aside = set_aside(path, reason="damaged")
        notice = f"the project's index could not be used and is built again; the old file is {aside}"
        return OpenedIndex(store=SqliteFileIndex(Database(path, FILE_INDEX)), notice=notice)


def _emptied(path: Path | None) -> "SqliteFileIndex":
    with ExitStack() as stack:
        database = stack.enter_context(Database(path, FILE_INDEX))
        store = SqliteFileIndex(database)
        store.clear()
        database.write_blocking(_check)
        stack.pop_all()
    return store


def _check(connection: apsw.Connection) -> None:
    """Raise `apsw.CorruptError` unless every page and every index is sound."""
    [finding, *_] = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if finding != ("ok",):
        raise apsw.CorruptError(str(finding[0]))


class SqliteFileIndex:
    """Keeps the rows of one project: `aircher.project.ports.IndexStore`. Every method blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def files(self) -> list[KnownFile]:
        """Return all files, sorted by path."""
        found = [
            KnownFile(path=os.fsdecode(path), size_bytes=size, mtime_ns=mtime, digest=digest, language=language)
            for path, size, mtime, digest, language in self._database.rows(_SQL["all_files"])
        ]
        return sorted(found, key=lambda file: file.path)  # nearly sorted: only names that are not UTF-8 differ

    def replace(self, batch: Sequence[FileRows]) -> None:
        """Put these rows in place of whatever is kept of the same paths, in one transaction."""

        def put(connection: apsw.Connection) -> None:
            connection.executemany(_SQL["delete_file"], [(os.fsencode(rows.file.path),) for rows in batch])
            for rows in batch:
                _insert(connection, rows)

        self._database.write_blocking(put)

    def touch(self, batch: Sequence[KnownFile]) -> None:
        """Renew what is known of these files; their other rows stay. Unknown paths are ignored."""
        rows = [(file.size_bytes, file.mtime_ns, file.digest, file.language, os.fsencode(file.path)) for file in batch]
        self._database.change(_SQL["touch_file"], *rows)

    def delete(self, paths: Sequence[str]) -> None:
        """Forget these files and everything kept of them. Unknown paths are ignored."""
        self._database.change(_SQL["delete_file"], *((os.fsencode(path),) for path in paths))

    def clear(self) -> None:
        """Forget all files; `meta` stays."""
        self._database.change(_SQL["clear_files"], ())

    def find_symbols(self, names: Sequence[str], *, match: NameMatch, limit: int) -> list[SymbolHit]:
        """Return the symbols with one of these names, sorted by path and line, at most ``limit``."""
        lowered = json.dumps([name.lower() for name in names])
        bindings = (lowered, limit) if match != "exact" else (json.dumps(list(names)), lowered, limit)
        return [
            SymbolHit(path=os.fsdecode(path), symbol=_symbol(row))
            for path, *row in self._database.rows(_SQL[f"symbols_{match}"], bindings)
        ]

    def symbols_of(self, path: str) -> list[SymbolRow]:
        """Return what a file defines, sorted by line; empty if it is unknown."""
        return [_symbol(row) for row in self._database.rows(_SQL["symbols_of_file"], (os.fsencode(path),))]

    def imports_of(self, paths: Sequence[str]) -> list[ImportHit]:
        """Return what these files import, sorted by path and line."""

        def collect(connection: apsw.Connection) -> list[ImportHit]:
            return [
                ImportHit(path=path, row=ImportRow(target=target, line=line))
                for path in sorted(set(paths))
                for target, line in connection.execute(_SQL["imports_of_file"], (os.fsencode(path),))
            ]

        return self._database.read_blocking(collect)

    def importers_of(self, targets: Sequence[str]) -> list[ImportHit]:
        """Return every import of one of these targets, sorted by path and line."""
        return [
            ImportHit(path=os.fsdecode(path), row=ImportRow(target=target, line=line))
            for path, target, line in self._database.rows(_SQL["importers"], (json.dumps(list(targets)),))
        ]

    def search(self, tokens: Sequence[str], *, limit: int) -> list[ChunkHit]:
        """Return the chunks that hold any of these tokens, best first by bm25, at most ``limit``."""
        query = " OR ".join(f'"{token}"' for token in dict.fromkeys(tokens) if token.isalnum())
        if not query:
            return []
        return [
            ChunkHit(path=os.fsdecode(path), start_line=start_line, end_line=end_line, score=score)
            for path, start_line, end_line, score in self._database.rows(
                _SQL["search_chunks"], (query, HEAD_WEIGHT, limit)
            )
        ]

    def stats(self) -> IndexStats:
        """Return how much is kept."""
        [(files, symbols, chunks)] = self._database.rows(_SQL["stats"])
        return IndexStats(files=files, symbols=symbols, chunks=chunks)

    def meta(self, key: str) -> str | None:
        """Return the value kept under ``key``, or ``None``."""
        rows = self._database.rows(_SQL["get_meta"], (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""
        self._database.change(_SQL["put_meta"], (key, value))

    def close(self) -> None:
        """Close the database. Safe to call twice."""
        self._database.close()


def _insert(connection: apsw.Connection, rows: FileRows) -> None:
    file = rows.file
    columns = (os.fsencode(file.path), file.size_bytes, file.mtime_ns, file.digest, file.language)
    connection.execute(_SQL["insert_file"], columns)
    file_id = connection.last_insert_rowid()
    connection.executemany(
        _SQL["insert_symbol"],
        [
            (file_id, row.name, row.name.lower(), row.kind, row.container, row.line, row.end_line, row.signature)
            for row in rows.symbols
        ],
    )
    connection.executemany(_SQL["insert_import"], [(file_id, row.target, row.line) for row in rows.imports])
    for chunk in rows.chunks:
        connection.execute(_SQL["insert_chunk"], (file_id, chunk.start_line, chunk.end_line))
        connection.execute(_SQL["insert_chunk_text"], (connection.last_insert_rowid(), chunk.head, chunk.body))


def _symbol(row: Sequence[Any]) -> SymbolRow:  # Any: as in `Database.rows`
    name, kind, container, line, end_line, signature = row
    return SymbolRow(name=name, kind=kind, container=container, line=line, end_line=end_line, signature=signature)
