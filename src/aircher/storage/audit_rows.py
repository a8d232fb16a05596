"""Entries of the audit trail as rows, and back.

Invariant: what `columns` returns holds no secret that the redactor can tell, is plain ASCII in its ``data``, and is
bounded in each text. The same data always gives the same text, so an export can be checked from its JSON alone.
"""

import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import JsonObject, JsonValue
from aircher.storage.times import from_micros, to_micros
from aircher.support.redaction import Redactor

if TYPE_CHECKING:  # only what reads the trail needs it
    from aircher.storage.audit_chain import ChainRow

Columns: TypeAlias = tuple[int, str, str | None, str | None, str, str, str]
"""``at``, ``session_id``, ``turn_id``, ``call_id``, ``kind``, ``tool``, ``data``."""

_LONGEST_CHARS = 20_000  # of one text: any command fits, and a file's whole content need not be here
_MARGIN_CHARS = 5_000  # cleaned beyond the cut, so that no half of a secret stays at it: longer than any key
_MOST_BITS = 1_024  # Python reads no number of more than 4,300 digits from JSON
_DEEPEST = 24  # levels of data; arguments of a tool have a few


def columns(entry: AuditEntry, redactor: Redactor) -> Columns:
    """Return what is written of an entry."""
    return (
        to_micros(entry.at),
        _storable(entry.session_id),
        None if entry.turn_id is None else _storable(entry.turn_id),
        None if entry.call_id is None else _storable(entry.call_id),
        entry.kind.value,
        _storable(entry.tool),
        _cleaned(entry.data, redactor),
    )


def canonical(data: JsonValue) -> str:
    """Return the one text of this data: names sorted, no spaces, ASCII."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def entry_of(row: "ChainRow") -> AuditEntry:
    """Return the entry that a row holds.

    Raises:
        ValueError: It holds none, or one of a newer version.
    """
    data = json.loads(row.data)
    if not isinstance(data, dict):
        raise ValueError("the data is no object")  # noqa: TRY004 - the value is wrong, not our use of it
    return AuditEntry(
        at=moment(row),
        session_id=SessionId(row.session_id),
        turn_id=None if row.turn_id is None else TurnId(row.turn_id),
        call_id=None if row.call_id is None else CallId(row.call_id),
        kind=AuditKind(row.kind),
        tool=row.tool,
        data=data,
    )


def moment(row: "ChainRow") -> datetime:
    """Return when it happened.

    Raises:
        ValueError: No calendar has such a time.
    """
    try:
        return from_micros(row.at)
    except OverflowError as exc:
        raise ValueError(f"row {row.seq} is of no time: {row.at}") from exc


def _cleaned(data: JsonObject, redactor: Redactor) -> str:
    """Return the text of the data without secrets.

    Nearly all data has none. If a short text has no escapes, so that all is in it as it is, and nothing in it as a whole
    is taken for a secret or for the name of one, its parts need not be looked at one by one, which takes far longer.
    """
    try:
        text = canonical(dict(data))
    except (ValueError, RecursionError):
        text = ""
    if "\\" not in text and 0 < len(text) <= _LONGEST_CHARS and redactor.is_clean(text):
        return text
    return canonical(
        {redactor.clean(str(key)): _plain(item, str(key), redactor, depth=1) for key, item in data.items()}
    )


def _plain(value: JsonValue, name: str, redactor: Redactor, *, depth: int) -> JsonValue:
    """Return the value as any JSON reader takes it, without secrets; ``name`` is what the nearest object calls it."""
    match value:
        case str():
            return _shortened(value, name, redactor)
        case float() if not math.isfinite(value):
            return str(value)
        case int() if value.bit_length() > _MOST_BITS:
            return f"[a number of {value.bit_length()} bits]"
        case dict() | list() | tuple() if depth >= _DEEPEST:
            return "[deeper than is kept]"
        case dict():
            return {
                redactor.clean(str(key)): _plain(item, str(key), redactor, depth=depth + 1)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_plain(item, name, redactor, depth=depth + 1) for item in value]
        case _:
            return value


def _shortened(text: str, name: str, redactor: Redactor) -> str:
    if len(text) <= _LONGEST_CHARS:
        return redactor.clean_field(name, text)
    half = _LONGEST_CHARS // 2
    head = redactor.clean_field(name, text[: half + _MARGIN_CHARS])[:half]
    tail = redactor.clean_field(name, text[-half - _MARGIN_CHARS :])[-half:]
    return f"{head}[… {len(text) - 2 * half} characters are not kept …]{tail}"


def _storable(text: str) -> str:
    """Return the text without what UTF-8 cannot hold: ids and names come from models' servers."""
    return text.encode("utf-8", "backslashreplace").decode()
