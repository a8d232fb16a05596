"""An `IndexStore` in memory, as honest as the real one: the contract suite runs against both."""

import math
from collections import Counter
from collections.abc import Sequence

from aircher.domain.index import (
    HEAD_WEIGHT,
    ChunkHit,
    FileRows,
    ImportHit,
    IndexStats,
    KnownFile,
    NameMatch,
    SymbolHit,
    SymbolRow,
)


class MemoryStore:
    """Rows in dictionaries; bm25 with the constants of FTS5 (k1 = 1.2, b = 0.75)."""

    def __init__(self) -> None:
        self._rows: dict[str, FileRows] = {}
        self._meta: dict[str, str] = {}

    def files(self) -> list[KnownFile]:
        return [self._rows[path].file for path in sorted(self._rows)]

    def replace(self, batch: Sequence[FileRows]) -> None:
        self._rows.update({rows.file.path: rows for rows in batch})

    def touch(self, batch: Sequence[KnownFile]) -> None:
        for file in batch:
            if (rows := self._rows.get(file.path)) is not None:
                self._rows[file.path] = FileRows(
                    file=file, symbols=rows.symbols, imports=rows.imports, chunks=rows.chunks
                )

    def delete(self, paths: Sequence[str]) -> None:
        for path in paths:
            self._rows.pop(path, None)

    def clear(self) -> None:
        self._rows.clear()

    def find_symbols(self, names: Sequence[str], *, match: NameMatch, limit: int) -> list[SymbolHit]:
        lowered = tuple(name.lower() for name in names)

        def fits(name: str) -> bool:
            if match == "exact":
                return name in names
            return name.lower() in lowered if match == "lower" else bool(lowered) and name.lower().startswith(lowered)

        found = [SymbolHit(path=p, symbol=s) for p, r in self._rows.items() for s in r.symbols if fits(s.name)]
        return sorted(found, key=lambda hit: (hit.path, hit.symbol.line))[:limit]

    def symbols_of(self, path: str) -> list[SymbolRow]:
        rows = self._rows.get(path)
        return sorted(rows.symbols, key=lambda row: row.line) if rows else []

    def imports_of(self, paths: Sequence[str]) -> list[ImportHit]:
        found = [ImportHit(path=p, row=row) for p in set(paths) if p in self._rows for row in self._rows[p].imports]
        return sorted(found, key=lambda hit: (hit.path, hit.row.line))

    def importers_of(self, targets: Sequence[str]) -> list[ImportHit]:
        wanted = set(targets)
        found = [
            ImportHit(path=p, row=row) for p, rows in self._rows.items() for row in rows.imports if row.target in wanted
        ]
        return sorted(found, key=lambda hit: (hit.path, hit.row.line))

    def search(self, tokens: Sequence[str], *, limit: int) -> list[ChunkHit]:
        chunks = [(path, chunk) for path, rows in self._rows.items() for chunk in rows.chunks]
        if not chunks or not tokens:
            return []
        bags = [(Counter(chunk.head.split()), Counter(chunk.body.split())) for _, chunk in chunks]
        lengths = [head.total() + body.total() for head, body in bags]
        mean = max(1.0, sum(lengths) / len(lengths))
        found: dict[int, float] = {}
        for token in set(tokens):
            holding = sum(1 for head, body in bags if token in head or token in body)
            idf = max(1e-6, math.log((len(bags) - holding + 0.5) / (holding + 0.5)))
            for number, (head, body) in enumerate(bags):
                if count := HEAD_WEIGHT * head[token] + body[token]:
                    part = idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * lengths[number] / mean))
                    found[number] = found.get(number, 0.0) + part
        hits = [
            ChunkHit(path=path, start_line=chunk.start_line, end_line=chunk.end_line, score=found[number])
            for number, (path, chunk) in enumerate(chunks)
            if number in found
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.path, hit.start_line))[:limit]

    def stats(self) -> IndexStats:
        rows = self._rows.values()
        return IndexStats(
            files=len(rows), symbols=sum(len(r.symbols) for r in rows), chunks=sum(len(r.chunks) for r in rows)
        )

    def meta(self, key: str) -> str | None:
        return self._meta.get(key)

    def set_meta(self, key: str, value: str) -> None:
        self._meta[key] = value
