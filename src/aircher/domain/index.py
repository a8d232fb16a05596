"""The rows a project's index is made of: files, what they define, what they import, and stretches of their lines.

Invariant: a path is relative to the project's root, with ``/`` between its parts. It comes from `os.fsdecode`,
so it may hold lone surrogates for bytes that are not UTF-8: a store keeps ``os.fsencode(path)``, never the text.
Every other text in these rows is valid Unicode. Not its job: how rows are made (`aircher.project`) or stored
(`aircher.storage`); both rooms stand on the rim and share only these words.
"""

from typing import Literal, TypeAlias

from aircher.domain.records import dataclass

NameMatch: TypeAlias = Literal["exact", "lower", "prefix"]
"""How a symbol's name is compared: as written, lower-cased, or by its lower-cased beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """One file as it was when it was last read.

    Attributes:
        path: Relative path, see the module.
        size_bytes: Size on disk.
        mtime_ns: Time of the last change, nanoseconds since 1970.
        digest: Hexadecimal digest of the content; empty if the content was not read (too big, binary).
        language: Name from the language table; empty = unknown.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    digest: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolRow:
    """Something a file defines.

    Attributes:
        name: Its name as written.
        kind: ``function``, ``method``, ``class``, ``constant``, ``heading`` and the like.
        container: Dotted names around it; empty at the top level.
        line: First line, 1-based.
        end_line: Last line, inclusive.
        signature: Its first line, trimmed and at most 200 characters.
    """

    name: str
    kind: str
    container: str
    line: int
    end_line: int
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One thing a file imports: ``target`` is a dotted module, or a path without its extension."""

    target: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkRow:
    """A stretch of lines, tokenised for full-text search.

    Attributes:
        start_line: First line, 1-based.
        end_line: Last line, inclusive.
        head: Tokens of the path and of the names defined here; a match weighs `HEAD_WEIGHT` times as much.
        body: Tokens of the text. Both are lower-case letters and digits with single spaces between tokens.
    """

    start_line: int
    end_line: int
    head: str
    body: str


HEAD_WEIGHT = 4.0
"""Weight of the ``head`` column in bm25; ``body`` weighs 1. Names say more than lines do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRows:
    """Everything that is kept of one file."""

    file: KnownFile
    symbols: tuple[SymbolRow, ...] = ()
    imports: tuple[ImportRow, ...] = ()
    chunks: tuple[ChunkRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolHit:
    """A symbol and the file that defines it."""

    path: str
    symbol: SymbolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportHit:
    """An import and the file that makes it."""

    path: str
    row: ImportRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkHit:
    """A stretch of lines that matches; a higher ``score`` is a better match (bm25 with its sign turned)."""

    path: str
    start_line: int
    end_line: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStats:
    """How much is kept."""

    files: int
    symbols: int
    chunks: int
