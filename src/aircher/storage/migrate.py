"""Brings a database from the schema it has to the one this program knows. Forward only.

Invariant: a step and its record commit together, so a crash leaves a whole schema. Before the first step on a
database that holds something, a backup is made. A database that this program does not understand is not touched.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import apsw

from aircher.domain.errors import Defect, StorageError
from aircher.domain.records import dataclass
from aircher.storage.statements import statements
from aircher.storage.times import to_micros

_MIGRATIONS = Path(__file__).parent / "migrations"
_SQL = statements("schema")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One migration: ``number`` from 1, ``name`` is its file's, ``sql`` its statements, ``sha256`` of its bytes."""

    number: int
    name: str
    sql: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A kind of database and the folder of its migrations, ``NNNN_what.sql``."""

    name: str
    folder: Path

    def head(self) -> int:
        """Return the newest version this program knows: the number of migrations."""
        return sum(1 for file in self.folder.iterdir() if file.suffix == ".sql")

    def steps(self) -> tuple[Step, ...]:
        """Return all migrations in order.

        Raises:
            Defect: The numbers do not run from 1 without a gap.
        """
        from hashlib import sha256  # loads OpenSSL, which a start without migrations need not pay

        steps = []
        for number, file in enumerate(sorted(self.folder.glob("*.sql")), start=1):
            if not file.name.startswith(f"{number:04}_"):
                raise Defect(f"migration {file.name} of {self.name} should have number {number:04}")
            content = file.read_bytes()
            digest = sha256(content).hexdigest()
            steps.append(Step(number=number, name=file.stem, sql=content.decode(), sha256=digest))
        return tuple(steps)


CONVERSATIONS = Schema(name="conversations", folder=_MIGRATIONS / "conversations")
KNOWLEDGE = Schema(name="knowledge", folder=_MIGRATIONS / "knowledge")
SESSIONS = Schema(name="sessions", folder=_MIGRATIONS / "sessions")
FILE_INDEX = Schema(name="file_index", folder=_MIGRATIONS / "file_index")
SCHEMAS = (CONVERSATIONS, KNOWLEDGE, SESSIONS, FILE_INDEX)
"""The four databases."""


def user_version(connection: apsw.Connection) -> int:
    """Return the schema's version; 0 for a new file and for databases of the earlier Go version."""
    return int(connection.execute(_SQL["user_version"]).get)


def bring_to_head(
    connection: apsw.Connection, schema: Schema, *, path: Path | None, backup: Callable[[int], None]
) -> None:
    """Apply the missing steps; when this returns, the database has the newest schema.

    Args:
        connection: Open for writing, in no transaction.
        schema: What the database should be.
        path: Its file, for messages; ``None`` = in memory.
        backup: Called with the version at hand before the first step on a database that is not new.

    Raises:
        StorageError: ``storage.newer`` or ``storage.earlier``: not for this program; nothing was changed.
    """
    head = schema.head()
    connection.execute("BEGIN")  # one snapshot, so that a database just being made does not look foreign
    try:
        version = user_version(connection)
        _refuse_foreign(connection, version=version, head=head, path=path)
    finally:
        _roll_back(connection)
    if version == head:
        return
    steps = schema.steps()
    if version > 0:
        _refuse_unknown(connection, steps, path=path)
        backup(version)
    for step in steps[version:]:
        _apply(connection, step)


def unknown_steps(connection: apsw.Connection, steps: tuple[Step, ...]) -> list[str]:
    """Return the names of applied migrations that differ from, or are missing among, those of this program."""
    known = {(step.number, step.name, step.sha256) for step in steps}
    return [str(row[1]) for row in connection.execute(_SQL["applied"]) if tuple(row) not in known]


def _refuse_foreign(connection: apsw.Connection, *, version: int, head: int, path: Path | None) -> None:
    if version > head:
        raise StorageError(
            f"{path} has schema {version}, made by a newer Aircher; this one knows up to {head}",
            hint="`aircher update` installs the newest version; the file is left untouched",
            code="storage.newer",
        )
    if version == 0 and head and connection.execute(_SQL["has_tables"]).get:
        raise StorageError(
            f"{path} was written by an earlier version of Aircher or by another program, and is left untouched",
            hint="move it elsewhere, or set storage.data_dir to another folder: this version keeps its own files",
            code="storage.earlier",
        )


def _refuse_unknown(connection: apsw.Connection, steps: tuple[Step, ...], *, path: Path | None) -> None:
    if unknown := unknown_steps(connection, steps):
        raise StorageError(
            f"{path} was migrated by a different build of Aircher: {', '.join(unknown)} is not as this one knows it",
            hint="use the build that wrote it, or `aircher update`; the file is left untouched",
            code="storage.newer",
        )


def _apply(connection: apsw.Connection, step: Step) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if user_version(connection) < step.number:  # else another process was faster
            connection.execute(_SQL["create_migrations"])
            connection.execute(step.sql)
            now = to_micros(datetime.now(UTC))
            connection.execute(_SQL["insert_applied"], (step.number, step.name, step.sha256, now))
            connection.execute(f"PRAGMA user_version = {step.number}")
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: apsw.Connection) -> None:
    """Undo what is open; after some errors SQLite has done so by itself, and a second time would hide them."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
