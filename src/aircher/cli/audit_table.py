"""Rows of the audit trail for people and for scripts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aircher.storage.audit_chain import ChainRow
from aircher.storage.audit_rows import moment

_LONGEST_CHARS = 100  # of what a row says: with the columns before it, a line of a wide terminal
_ID_CHARS = 8


def as_json(row: ChainRow) -> dict[str, Any]:  # Any: plain data, to be encoded
    """Return the row as an object with its data as one."""
    return {
        "seq": row.seq,
        "at": _when(row, "%Y-%m-%dT%H:%M:%S.%f%z"),
        "session_id": row.session_id,
        "turn_id": row.turn_id,
        "call_id": row.call_id,
        "kind": row.kind,
        "tool": row.tool,
        "data": _data(row),
        "hash": row.hash,
    }


def table(rows: Sequence[ChainRow]) -> Iterator[str]:
    """Yield a line for each row: number, time, session, kind, tool, and what it says."""
    width = max((len(f"{row.seq}") for row in rows), default=0)
    tool_width = max((len(row.tool) for row in rows), default=0)
    for row in rows:
        when = _when(row, "%Y-%m-%d %H:%M:%S")
        session = row.session_id[:_ID_CHARS].ljust(_ID_CHARS)
        line = f"{row.seq:>{width}}  {when}  {session}  {row.kind:<11}  {row.tool:<{tool_width}}  {_gist(row)}"
        yield " ".join(line.splitlines()).rstrip()


def _gist(row: ChainRow) -> str:
    data = _data(row)
    if not isinstance(data, dict):
        return str(data)
    match row.kind:
        case "decided":
            parts = [data.get("verdict"), data.get("rule")]
        case "asked":
            parts = [data.get("question") or data.get("suggestion")]
        case "answered":
            parts = [data.get("answer"), data.get("rule")]
        case "pruned":
            parts = [f"{data.get('rows')} rows up to {data.get('last_seq')}"]
        case _:
            parts = [*_ending(data), *_files(data)]
    text = "  ".join(" ".join(str(part).split()) for part in parts if part not in {None, ""})
    return text if len(text) <= _LONGEST_CHARS else text[: _LONGEST_CHARS - 1] + "…"


def _ending(data: Mapping[str, Any]) -> Iterator[str]:  # Any: JSON that may be of any version
    for name in ("status", "reason", "rule", "session"):
        if data.get(name):
            yield str(data[name])
    if numbers := data.get("checkpoints"):
        yield f"checkpoints {numbers}"
    if data.get("exit_status") is not None:
        yield f"exit {data['exit_status']}"
    if data.get("duration_ms") is not None:
        yield f"{data['duration_ms']} ms"
    if data.get("hidden"):
        yield f"{data['hidden']} secret{'s' * (data['hidden'] != 1)} masked"


def _files(data: Mapping[str, Any]) -> Iterator[str]:  # Any: as above
    changes = data.get("changes")
    if isinstance(changes, list) and changes:
        first, last = changes[0], changes[-1]
        name = first.get("path") if isinstance(first, dict) else first
        left_out = last.get("left_out", 0) if isinstance(last, dict) else 0
        more = len(changes) - 1 + (left_out - 1 if isinstance(left_out, int) and left_out else 0)
        yield f"{name} and {more} more" if more else f"{name}"


def _data(row: ChainRow) -> Any:  # Any: what was kept, or its text if somebody made it unreadable
    try:
        return json.loads(row.data)
    except ValueError:
        return row.data


def _when(row: ChainRow, shape: str) -> str:
    try:
        return moment(row).astimezone().strftime(shape)
    except (ValueError, OverflowError):
        return f"{row.at}"
