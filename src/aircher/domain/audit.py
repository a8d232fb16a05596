"""What the audit trail keeps: one entry for each thing that was asked, judged, answered, begun and ended.

Not its job: keeping entries and finding out whether somebody changed them, which is the storage's.
"""

from datetime import datetime
from enum import StrEnum

from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import JsonObject
from aircher.domain.records import dataclass


class AuditKind(StrEnum):
    """What an entry is about, and what its ``data`` holds.

    ``actions`` are records of `aircher.domain.effect_records`; ``changes`` are `FileChange`s as objects.
    """

    DECIDED = "decided"
    """A call was judged; on disk before it runs: ``arguments``, ``actions``, ``verdict``, ``rule``, ``mode``."""
    ASKED = "asked"
    """A person was asked: ``question``, ``effects``, and ``suggestion``, the rule that "always" would write."""
    ANSWERED = "answered"
    """The person answered: ``answer``, and the ``rule`` that was written, if any."""
    FINISHED = "finished"
    """It ended: ``status``, ``summary``, ``exit_status``, ``changes``, ``duration_ms``, ``hidden``, masked secrets."""
    INTERRUPTED = "interrupted"
    """It was cut off, as ``FINISHED``; or a later run found it so: ``reason``, ``has_begun``, ``changes`` if known."""
    UNDONE = "undone"
    """Changes of a session were taken back: ``session``, ``checkpoints``, the numbers of its calls, ``changes``."""
    REDONE = "redone"
    """What was undone was done again: as ``UNDONE``."""
    PRUNED = "pruned"
    """Old entries were removed on purpose; written by the storage alone: ``last_seq``, ``last_hash``, ``rows``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that happened.

    Attributes:
        at: When, aware, UTC.
        session_id: The session; empty for what a command outside of sessions did, such as ``aircher undo``.
        turn_id: The prompt it belongs to; ``None`` outside of turns.
        call_id: The tool call; ``None`` = it is about none.
        kind: What happened.
        tool: The tool's name; empty if none is involved.
        data: The rest, by `AuditKind`; secrets are taken out when it is written.
    """

    at: datetime
    session_id: SessionId
    turn_id: TurnId | None = None
    call_id: CallId | None = None
    kind: AuditKind
    tool: str = ""
    data: JsonObject
