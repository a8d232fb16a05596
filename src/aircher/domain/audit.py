"""What the audit trail holds: every decision and every effect, one entry each."""

from dataclasses import dataclass
from enum import StrEnum

from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import JsonObject


class AuditKind(StrEnum):
    """What an entry speaks of."""

    DECIDED = "decided"
    """A call was judged; if it was allowed, this row is its intent, written before it runs."""
    ASKED = "asked"
    ANSWERED = "answered"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    UNDONE = "undone"
    REDONE = "redone"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One row of the trail, before it has its place in the chain.

    Attributes:
        tool: Name of the tool.
        data: JSON by kind: arguments, actions, verdict, rule and mode of what was decided; status, exit status, changes
            (with hashes) and duration of what finished.
    """

    kind: AuditKind
    session_id: SessionId
    turn_id: TurnId | None
    call_id: CallId | None
    tool: str
    data: JsonObject
