"""Upkeep of the databases: what is there, whether it is sound, copies of it, and those copies back.

Invariant: nothing here deletes data. What `restore` replaces is kept beside it under another name.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

import apsw

from aircher.domain.errors import StorageError
from aircher.domain.records import dataclass
from aircher.storage.backup import copy_database, rename_database, set_aside, time_stamp, write_part
from aircher.storage.database import BUSY_TIMEOUT_MS
from aircher.storage.errors import translating
from aircher.storage.event_rows import decode_rows
from aircher.storage.migrate import CONVERSATIONS, FILE_INDEX, KNOWLEDGE, SESSIONS, Schema, unknown_steps, user_version
from aircher.storage.statements import statements

_SQL = statements("maintenance")
_CONVERSATIONS_SQL = statements("conversations")
_MOST_FINDINGS = 20  # of one check; the rest says no more than these

COUNTED = {
    CONVERSATIONS.name: ("conversations", "events", "messages"),
    KNOWLEDGE.name: ("decisions", "patterns", "code_insights", "documents", "components", "project_facts"),
    SESSIONS.name: ("sessions", "usage", "audit"),
    FILE_INDEX.name: ("files", "symbols", "imports", "chunks"),
}
"""The tables whose rows `status` counts; read-only by convention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFile:
    """A database and where it is; it need not exist."""

    schema: Schema
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStatus:
    """What a database holds.

    Attributes:
        exists: Whether there is a file; it is made when it is first needed.
        version: Its schema, and ``head_version`` the newest this program knows; both 0 if there is no file.
        size_bytes: Of the file; ``wal_bytes`` of what is not yet merged into it.
        counts: Rows by table; empty if the schema is not the newest.
        problem: Why it cannot be read; ``None`` = it can.
    """

    name: str
    path: Path
    exists: bool
    version: int
    head_version: int
    size_bytes: int
    wal_bytes: int
    counts: dict[str, int]
    problem: StorageError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a database is sound: each finding is one sentence, none = sound."""

    name: str
    path: Path
    findings: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A database that was put back; ``kept_aside`` is the file it replaced, ``None`` if there was none."""

    name: str
    path: Path
    kept_aside: Path | None


def status(database: DatabaseFile) -> DatabaseStatus:
    """Return what a database holds; one that cannot be read says why."""
    path, schema = database.path, database.schema
    version, counts, problem = 0, {}, None
    exists, size_bytes, wal_bytes = True, 0, 0
    try:
        with translating(path):
            exists, size_bytes = path.exists(), _size(path)
            wal_bytes = _size(path.with_name(path.name + "-wal"))
        if exists:
            with _opened(path, read_only=True) as connection:
                version = user_version(connection)
                if version == schema.head():
                    counts = {table: _count(connection, table) for table in COUNTED[schema.name]}
    except StorageError as exc:
        problem = exc
    return DatabaseStatus(
        name=schema.name,
        path=path,
        exists=exists,
        version=version,
        head_version=schema.head(),
        size_bytes=size_bytes,
        wal_bytes=wal_bytes,
        counts=counts,
        problem=problem,
    )


def backup(databases: Iterable[DatabaseFile], folder: Path) -> tuple[Path, ...]:
    """Copy every database that exists into a new folder below ``folder``, while it is in use; return the copies.

    Raises:
        StorageError: A database could not be read, or a copy not be written.
    """
    target = folder / f"aircher-{time_stamp()}"
    copies = []
    for database in databases:
        if database.path.exists():
            with _opened(database.path, read_only=True) as connection:
                copy_database(connection, target / database.path.name)
            copies.append(target / database.path.name)
    return tuple(copies)


def restore(databases: Iterable[DatabaseFile], folder: Path) -> tuple[Restored, ...]:
    """Put the copies in ``folder`` in place of the databases of the same name. No other process may use them.

    Every copy is verified before anything is replaced, and what is replaced is kept beside it.

    Raises:
        StorageError: There is no copy, one is not sound, a database is in use, or the disk failed; nothing was
            replaced.
    """
    pairs = [(item, folder / item.path.name) for item in databases if (folder / item.path.name).is_file()]
    if not pairs:
        raise StorageError(
            f"{folder} holds no copy of a database",
            hint="name a folder that `aircher db backup` made",
            code="storage.no_backup",
        )
    for database, copy in pairs:
        _refuse_unsound(DatabaseFile(schema=database.schema, path=copy))
        _refuse_in_use(database.path)
    with ExitStack() as undo:
        parts = [_staged(database, copy, undo) for database, copy in pairs]
        restored = tuple(_swapped(database, part, undo) for (database, _), part in zip(pairs, parts, strict=True))
        undo.pop_all()
    return restored


def verify(database: DatabaseFile) -> Verdict:
    """Check a database from the file's structure to the last event; one that cannot be opened is a finding.

    One that does not exist yet is sound.
    """
    try:
        with translating(database.path):
            findings = _findings(database) if database.path.exists() else []
    except StorageError as exc:
        findings = [exc.message]
    return Verdict(name=database.schema.name, path=database.path, findings=tuple(findings))


def vacuum(database: DatabaseFile) -> int:
    """Rewrite a database without gaps and return how many bytes that gave back (may be negative by a page).

    Raises:
        StorageError: It is in use, or the disk has no room for the second copy this takes for a moment.
    """
    before = _size(database.path)
    with _opened(database.path, read_only=False) as connection:
        connection.execute("VACUUM")
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    return before - _size(database.path)


def _findings(database: DatabaseFile) -> list[str]:
    """Return what the first check that finds anything finds: later ones mean nothing on a damaged file."""
    with _opened(database.path, read_only=False) as connection:
        for check in _CHECKS:
            if found := list(islice(check(connection, database), _MOST_FINDINGS)):
                return found
    return []


def _check_structure(connection: apsw.Connection, database: DatabaseFile) -> Iterator[str]:  # noqa: ARG001
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield str(line)


def _check_references(connection: apsw.Connection, database: DatabaseFile) -> Iterator[str]:  # noqa: ARG001
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {rowid} of {table} refers to a row of {parent} that is not there"


def _check_schema(connection: apsw.Connection, database: DatabaseFile) -> Iterator[str]:
    version, head = user_version(connection), database.schema.head()
    if version != head:
        yield f"it has schema {version}, and this program works with {head}"
    elif not connection.table_exists("main", "schema_migrations"):
        yield "it was not made by Aircher"
    else:
        for name in unknown_steps(connection, database.schema.steps()):
            yield f"migration {name} is not the one this program knows"


def _check_full_text(connection: apsw.Connection, database: DatabaseFile) -> Iterator[str]:
    if database.schema.name != CONVERSATIONS.name:
        return
    try:
        connection.execute(_SQL["check_full_text"])
    except apsw.CorruptError:
        yield "the full-text index does not match the messages"


def _check_events(connection: apsw.Connection, database: DatabaseFile) -> Iterator[str]:
    if database.schema.name != CONVERSATIONS.name:
        return
    for row in connection.execute(_CONVERSATIONS_SQL["all_events"]):
        for skipped in decode_rows([row])[1]:
            yield f"event {skipped.seq} of session {row[0]} cannot be read: {skipped.reason}"


def _check_audit(connection: apsw.Connection, database: DatabaseFile) -> Iterator[str]:
    if database.schema.name != SESSIONS.name:
        return
    from aircher.storage.audit_trail import check

    with connection:  # one snapshot: others may be writing
        broken = check(connection).broken
    if broken is not None:
        yield f"the audit trail was tampered with: {broken.message}"


_Check = Callable[[apsw.Connection, DatabaseFile], Iterator[str]]
_CHECKS: Sequence[_Check] = (
    _check_structure,
    _check_schema,
    _check_references,
    _check_full_text,
    _check_events,
    _check_audit,
)


def _refuse_unsound(copy: DatabaseFile) -> None:
    verdict = verify(copy)
    if not verdict.is_sound:
        raise StorageError(
            f"the copy {copy.path} is not sound: {verdict.findings[0]}",
            hint="choose another backup; nothing was replaced",
            code="storage.corrupt",
        )


def _refuse_in_use(path: Path) -> None:
    """Raise unless this process could have the database to itself; a damaged one nobody can use is free."""
    if not path.exists():
        return
    try:
        with _opened(path, read_only=False, busy_timeout_ms=0) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK").fetchall()
    except StorageError as exc:
        if exc.code != "storage.corrupt":
            raise


def _staged(database: DatabaseFile, copy: Path, undo: ExitStack) -> Path:
    with _opened(copy, read_only=True) as connection:
        part = write_part(connection, database.path)
    undo.callback(part.unlink, missing_ok=True)
    return part


def _swapped(database: DatabaseFile, part: Path, undo: ExitStack) -> Restored:
    path, existed = database.path, database.path.exists()
    aside = set_aside(path, reason="replaced")
    undo.callback(rename_database, aside, path)
    with translating(path):
        part.replace(path)
    if not existed:
        undo.callback(path.unlink)
    return Restored(name=database.schema.name, path=path, kept_aside=aside if existed else None)


@contextmanager
def _opened(path: Path, *, read_only: bool, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Iterator[apsw.Connection]:
    with translating(path):
        connection = apsw.Connection(
            str(path), flags=apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
        )
        try:
            connection.set_busy_timeout(busy_timeout_ms)
            yield connection
        finally:
            connection.close()


def _count(connection: apsw.Connection, table: str) -> int:
    return int(connection.execute(_SQL[f"count_{table}"]).get)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
