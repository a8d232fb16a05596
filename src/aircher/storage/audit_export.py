"""The audit trail as a file that can be checked without the database.

Invariant: a line of the file has everything that its hash covers. The first line says where the chain begins and ends,
each further one is a row. Any tool that reads JSON lines reads it.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

import apsw

from aircher.domain.errors import StorageError, UsageError
from aircher.domain.messages import JsonObject
from aircher.storage.audit_chain import FORMAT, ChainRow, Ends, Head
from aircher.storage.audit_rows import canonical, moment
from aircher.storage.audit_trail import Snapshot, snapshot
from aircher.storage.database import Database
from aircher.storage.times import to_micros

_TEXTS = ("session_id", "kind", "tool", "previous", "hash")


def export(database: Database, write: Callable[[JsonObject], None]) -> int:
    """Hand every line of the file to ``write``, in one snapshot of the trail; return how many rows there were.

    Raises:
        StorageError: The database could not be read, or a row holds what cannot be written as JSON.
    """
    return database.read_blocking(partial(_export, write=write))


def read_export(lines: Iterable[str], *, name: str) -> Snapshot:
    """Return what an export says of the trail; its rows are read while they are asked for.

    Args:
        lines: Of the file.
        name: What the file is called in an error.

    Raises:
        UsageError: It is no export, also later for one of its rows.
    """
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    number, line = next(numbered, (1, "{}"))
    first = _object(line, number, name)
    try:
        if first["format"] != FORMAT:
            raise ValueError(first["format"])
        ends = Ends(base=_head(first["base"]), head=_head(first["head"]))
    except (LookupError, TypeError, ValueError) as exc:
        raise UsageError(f"{name} is no export of an audit trail", hint="aircher audit export FILE writes one") from exc
    return Snapshot(ends, (_row(line, number, name) for number, line in numbered))


def _export(connection: apsw.Connection, *, write: Callable[[JsonObject], None]) -> int:
    ends, rows = snapshot(connection)
    write({"format": FORMAT, "base": _head_line(ends.base), "head": _head_line(ends.head)})
    count = 0
    for row in rows:
        write(_line(row))
        count += 1
    return count


def _head_line(head: Head) -> dict[str, Any]:  # Any: plain data, to be encoded
    return {"seq": head.seq, "hash": head.hash}


def _line(row: ChainRow) -> JsonObject:
    try:
        at, data = moment(row).isoformat(), json.loads(row.data)
    except ValueError as exc:
        raise StorageError(
            f"row {row.seq} of the audit trail cannot be exported: {exc}",
            hint="`aircher audit verify` says whether it was changed; `aircher db backup FOLDER` copies it as it is",
            code="storage.corrupt",
        ) from exc
    return {
        "seq": row.seq,
        "at": at,
        "session_id": row.session_id,
        "turn_id": row.turn_id,
        "call_id": row.call_id,
        "kind": row.kind,
        "tool": row.tool,
        "data": data,
        "previous": row.previous,
        "hash": row.hash,
    }


def _row(line: str, number: int, name: str) -> ChainRow:
    found = _object(line, number, name)
    try:
        if not isinstance(found["seq"], int) or not all(isinstance(found[key], str) for key in _TEXTS):
            raise TypeError(line)
        return ChainRow(
            seq=found["seq"],
            at=to_micros(datetime.fromisoformat(found["at"])),
            session_id=found["session_id"],
            turn_id=found["turn_id"],
            call_id=found["call_id"],
            kind=found["kind"],
            tool=found["tool"],
            data=canonical(found["data"]),
            previous=found["previous"],
            hash=found["hash"],
        )
    except (LookupError, TypeError, ValueError) as exc:
        raise _no_row(number, name) from exc


def _object(line: str, number: int, name: str) -> dict[str, Any]:  # Any: its fields are looked at one by one
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise _no_row(number, name) from exc
    if not isinstance(found, dict):
        raise _no_row(number, name)
    return found


def _head(found: Any) -> Head:  # Any: a part of a foreign file
    seq, digest = found["seq"], found["hash"]
    if not isinstance(seq, int) or not isinstance(digest, str):
        raise TypeError(found)
    return Head(seq, digest)


def _no_row(number: int, name: str) -> UsageError:
    return UsageError(
        f"line {number} of {name} is no row of an audit trail", hint="compare it with another copy of the export"
    )
