"""Writes the audit trail into ``sessions.db``; every process of this machine adds to the same chain.

Invariant: an entry is in the file when `SqliteAudit.note` returns, behind all that were there before, without secrets.
Its row, its hash and the new end of the chain commit together, so ``kill -9`` leaves a whole chain. Not its job:
reading the trail and judging it, which is `aircher.storage.audit_trail`'s.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import apsw

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.errors import StorageError
from aircher.domain.ids import SessionId
from aircher.storage.audit_rows import Columns, columns
from aircher.storage.database import Database
from aircher.storage.statements import statements
from aircher.support.redaction import Redactor

if TYPE_CHECKING:  # a session without tools computes no hash
    from aircher.storage.audit_chain import Ends, Head

_SQL = statements("sessions")


class SqliteAudit:
    """The audit trail in an open ``sessions.db``, for any number of sessions. It keeps nothing in memory.

    Args:
        database: The database; it stays its owner's to close.
        redactor: Knows the secrets of this run.
    """

    def __init__(self, database: Database, redactor: Redactor) -> None:
        self._database = database
        self._redactor = redactor

    async def note(self, entry: AuditEntry) -> None:
        """Add an entry; it is durable on return.

        It is queued before the first suspension: cancelling the call does not take it back. Its secrets are looked for
        in the database's thread: an entry may be long.

        Raises:
            StorageError: It could not be written; what it is about must not happen.
        """
        await self._database.write(partial(_append_clean, entry=entry, redactor=self._redactor))

    def note_blocking(self, entry: AuditEntry) -> None:
        """As `note`, outside of an event loop.

        Raises:
            StorageError: as for `note`.
        """
        self._database.write_blocking(partial(_append_clean, entry=entry, redactor=self._redactor))

    def head(self) -> "Head":
        """Return the last row's number and hash, to be noted in another place. Not for an event loop.

        Raises:
            StorageError: The database could not be read.
        """
        return self._database.read_blocking(read_ends).head

    def decisions(self, since: datetime | None = None, session_id: SessionId | None = None) -> Iterator[AuditEntry]:
        """Yield what policy decided from ``since`` on, oldest first, in one session or (``None``) in all.

        Raises:
            StorageError: The database could not be read, or holds what is no entry.
        """
        from aircher.storage.audit_trail import AuditTrail

        return AuditTrail(self._database).entries(AuditKind.DECIDED, since=since, session_id=session_id)


class NullAudit:
    """Keeps nothing: the audit trail of ``--ephemeral``, which writes nothing to disk."""

    async def note(self, entry: AuditEntry) -> None:
        """Forget the entry."""


def _append_clean(connection: apsw.Connection, *, entry: AuditEntry, redactor: Redactor) -> None:
    """Add an entry without its secrets."""
    append(connection, entry=columns(entry, redactor))


def append(connection: apsw.Connection, *, entry: Columns) -> None:
    """Add a row behind the last one; inside a transaction that keeps other writers out."""
    from aircher.storage.audit_chain import ChainRow, row_hash

    head = read_ends(connection).head
    at, session_id, turn_id, call_id, kind, tool, data = entry
    row = ChainRow(
        seq=head.seq + 1,
        at=at,
        session_id=session_id,
        turn_id=turn_id,
        call_id=call_id,
        kind=kind,
        tool=tool,
        data=data,
        previous=head.hash,
        hash="",
    )
    connection.execute(_SQL["add_audit"], (row.seq, *entry, row.previous, row_hash(row)))


def read_ends(connection: apsw.Connection) -> "Ends":
    """Return where the chain begins and ends.

    Raises:
        StorageError: Somebody removed what says so.
    """
    from aircher.storage.audit_chain import Ends, Head

    found = connection.execute(_SQL["audit_ends"]).fetchone()
    if found is None:
        raise StorageError(
            "the audit trail does not say where it ends: its row in audit_ends was removed",
            hint="`aircher db restore FOLDER` puts a backup in place and keeps the damaged file",
            code="storage.corrupt",
        )
    base_seq, base_hash, head_seq, head_hash = found
    return Ends(base=Head(base_seq, base_hash), head=Head(head_seq, head_hash))
