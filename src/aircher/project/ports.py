"""What the index needs kept on disk. The rows themselves are words of the domain: see `aircher.domain.index`."""

from collections.abc import Sequence
from typing import Protocol

from aircher.domain.index import (
    HEAD_WEIGHT,
    ChunkHit,
    ChunkRow,
    FileRows,
    ImportHit,
    ImportRow,
    IndexStats,
    KnownFile,
    NameMatch,
    SymbolHit,
    SymbolRow,
)

__all__ = [
    "HEAD_WEIGHT",
    "ChunkHit",
    "ChunkRow",
    "FileRows",
    "ImportHit",
    "ImportRow",
    "IndexStats",
    "IndexStore",
    "KnownFile",
    "NameMatch",
    "SymbolHit",
    "SymbolRow",
]


class IndexStore(Protocol):
    """Keeps the rows of one project. Calls come from worker threads, never two at once.

    Each writing method is one transaction: after a crash it has happened or it has not.
    Every method raises `aircher.domain.errors.StorageError` when the database fails.
    """

    def files(self) -> list[KnownFile]:
        """Return all files, sorted by path. Fast for 100,000."""
        ...

    def replace(self, batch: Sequence[FileRows]) -> None:
        """Put these rows in place of whatever is kept of the same paths."""
        ...

    def touch(self, batch: Sequence[KnownFile]) -> None:
        """Renew what is known of these files; their other rows stay. Unknown paths are ignored."""
        ...

    def delete(self, paths: Sequence[str]) -> None:
        """Forget these files and everything kept of them. Unknown paths are ignored."""
        ...

    def clear(self) -> None:
        """Forget all files; `meta` stays."""
        ...

    def find_symbols(self, names: Sequence[str], *, match: NameMatch, limit: int) -> list[SymbolHit]:
        """Return the symbols with one of these names, sorted by path and line, at most ``limit``.

        ``lower`` and ``prefix`` compare lower-cased names; the names given may have any case.
        """
        ...

    def symbols_of(self, path: str) -> list[SymbolRow]:
        """Return what a file defines, sorted by line; empty if it is unknown."""
        ...

    def imports_of(self, paths: Sequence[str]) -> list[ImportHit]:
        """Return what these files import, sorted by path and line."""
        ...

    def importers_of(self, targets: Sequence[str]) -> list[ImportHit]:
        """Return every import of one of these targets (compared as written), sorted by path and line."""
        ...

    def search(self, tokens: Sequence[str], *, limit: int) -> list[ChunkHit]:
        """Return the chunks that hold any of these tokens, best first by bm25, at most ``limit``.

        Ties are sorted by path and line. Tokens are lower-case letters and digits; no tokens, no hits.
        """
        ...

    def stats(self) -> IndexStats:
        """Return how much is kept."""
        ...

    def meta(self, key: str) -> str | None:
        """Return the value kept under ``key``, or ``None``."""
        ...

    def set_meta(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""
        ...
