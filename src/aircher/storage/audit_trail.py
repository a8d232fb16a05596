"""Reads the audit trail, checks its chain, and removes what is old.

Invariant: nothing is removed without a row that says how much went and what the last hash of it was. Every method
blocks. Not its job: adding entries, which is `aircher.storage.audit`'s.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import apsw

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.errors import StorageError
from aircher.domain.ids import SessionId
from aircher.domain.messages import JsonValue
from aircher.domain.records import dataclass
from aircher.storage.audit import append, read_ends
from aircher.storage.audit_chain import Break, ChainRow, Ends, Head, first_break
from aircher.storage.audit_rows import canonical, entry_of
from aircher.storage.database import Database
from aircher.storage.statements import statements
from aircher.storage.times import to_micros

_SQL = statements("sessions")
_EVER = -(2**63)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of the chain found.

    Attributes:
        rows: How many rows there are.
        head: The last one, as the database knows it.
        pruned: The last row that was removed on purpose; its number is 0 if none was.
        broken: Where the chain does not hold first; ``None`` = it does.
    """

    rows: int
    head: Head
    pruned: Head
    broken: Break | None = None


class Snapshot(NamedTuple):
    """The trail as it is at one moment; the rows can be read once, and only while the snapshot is open."""

    ends: Ends
    rows: Iterator[ChainRow]


class AuditTrail:
    """The audit trail of an open ``sessions.db``, to be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(
        self,
        *,
        limit: int,
        session: str | None = None,
        call_id: str | None = None,
        kind: AuditKind | None = None,
        since: datetime | None = None,
    ) -> tuple[ChainRow, ...]:
        """Return the last rows that fit, oldest first; ``session`` is the beginning of an id.

        Raises:
            StorageError: The database could not be read.
        """
        bindings = (session, call_id, kind, _EVER if since is None else to_micros(since), limit)
        rows = self._database.rows(_SQL["audit_newest"], bindings)
        return tuple(_row(row) for row in reversed(rows))

    def entries(
        self, kind: AuditKind, *, since: datetime | None = None, session_id: SessionId | None = None
    ) -> Iterator[AuditEntry]:
        """Yield the entries of a kind, oldest first.

        Raises:
            StorageError: The database could not be read, or holds what is no entry.
        """
        first = _EVER if since is None else to_micros(since)
        for row in map(_row, self._database.rows(_SQL["audit_of_kind"], (kind, first, session_id))):
            try:
                yield entry_of(row)
            except ValueError as exc:
                raise StorageError(
                    f"row {row.seq} of the audit trail cannot be read: {exc}",
                    hint="`aircher audit verify` says whether it was changed",
                    code="storage.corrupt",
                ) from exc

    def check(self, known: Sequence[Head] = ()) -> Checked:
        """Return whether the chain holds, also against heads that were noted elsewhere.

        Raises:
            StorageError: The database could not be read.
        """
        return self._database.read_blocking(partial(check, known=known))

    def prune(self, before: datetime, *, now: datetime | None = None) -> Head | None:
        """Remove the rows before the first one from ``before`` on; return the last that went, ``None`` if none did.

        A row of the chain keeps its number, its hash, and how many rows went.

        Raises:
            StorageError: The chain does not hold: evidence is not thrown away. Or the database failed.
        """
        at = now or datetime.now(UTC)
        return self._database.write_blocking(partial(_prune, before=before, at=at))


def check(connection: apsw.Connection, known: Sequence[Head] = ()) -> Checked:
    """Return whether the chain of this database holds; inside a transaction.

    Raises:
        StorageError: Somebody removed one of its tables, or what says where it ends.
    """
    if connection.execute(_SQL["audit_tables"]).fetchone() != (2,):
        raise StorageError(
            "the audit trail is gone: a table of it was removed",
            hint="`aircher db restore FOLDER` puts a backup in place and keeps the damaged file",
            code="storage.corrupt",
        )
    return check_snapshot(snapshot(connection), known)


def check_snapshot(trail: Snapshot, known: Sequence[Head] = ()) -> Checked:
    """Return whether a trail holds, wherever it is read from."""
    count = 0

    def counted(rows: Iterator[ChainRow]) -> Iterator[ChainRow]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    left = counted(trail.rows)
    broken = first_break(left, trail.ends, known)
    for _ in left:
        pass
    return Checked(rows=count, head=trail.ends.head, pruned=trail.ends.base, broken=broken)


def snapshot(connection: apsw.Connection) -> Snapshot:
    """Return the ends and the rows; inside a transaction, so that they belong together."""
    return Snapshot(read_ends(connection), map(_row, connection.execute(_SQL["audit_rows"])))


def _prune(connection: apsw.Connection, *, before: datetime, at: datetime) -> Head | None:
    checked = check(connection)
    if checked.broken is not None:
        raise StorageError(
            f"nothing is pruned, the audit trail was tampered with: {checked.broken.message}",
            hint="`aircher audit export FILE` keeps what there is",
            code="storage.corrupt",
        )
    found = connection.execute(_SQL["audit_last_before"], (to_micros(before),)).fetchone()
    if found is None:
        return None
    last = Head(*found)
    went: dict[str, JsonValue] = {"last_seq": last.seq, "last_hash": last.hash, "rows": last.seq - checked.pruned.seq}
    append(connection, entry=(to_micros(at), "", None, None, AuditKind.PRUNED.value, "", canonical(went)))
    connection.execute(_SQL["move_audit_base"], (last.seq, last.hash))
    connection.execute(_SQL["drop_pruned_audit"])
    return last


def _row(row: tuple[Any, ...]) -> ChainRow:  # Any: the columns of a STRICT table have their types
    seq, at, session_id, turn_id, call_id, kind, tool, data, previous, hash_ = row
    return ChainRow(
        seq=seq,
        at=at,
        session_id=session_id,
        turn_id=turn_id,
        call_id=call_id,
        kind=kind,
        tool=tool,
        data=data,
        previous=previous,
        hash=hash_,
    )
