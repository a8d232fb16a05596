"""What is said of calls that a dead process left without a result.

Invariant: such a call is never run again; its end says whether it had begun and what a checkpoint knows of it.
"""

from collections.abc import Sequence
from dataclasses import replace

from aircher.domain.audit import AuditKind
from aircher.domain.changes import FileChange, change_records
from aircher.domain.events import ToolFinished
from aircher.domain.ids import SessionId
from aircher.domain.messages import JsonValue
from aircher.domain.transcript import NEVER_RAN, Transcript
from aircher.engine.ports import Checkpoints
from aircher.engine.trail import Trail

MOST_NAMED = 20  # files; more of them tell a model nothing new


async def closed_calls(
    transcript: Transcript, *, session_id: SessionId, checkpoints: Checkpoints | None, trail: Trail
) -> tuple[ToolFinished, ...]:
    """Return the ends of the transcript's unfinished calls, and note each in the audit trail.

    Raises:
        StorageError: The trail cannot be written.
    """
    ends = []
    for end in transcript.unfinished_results():
        changes: tuple[FileChange, ...] | None = None
        if checkpoints is not None and end.content != NEVER_RAN:
            changes = await checkpoints.interrupted(session_id, end.call_id)
        told = end if changes is None else replace(end, content=f"{end.content} {_told(changes)}", changes=changes)
        data: dict[str, JsonValue] = {"reason": told.content, "has_begun": end.content != NEVER_RAN}
        if changes is not None:
            data["changes"] = change_records(changes)
        await trail.note(
            AuditKind.INTERRUPTED, data, session_id=session_id, turn_id=None, call_id=end.call_id, tool=end.name
        )
        ends.append(told)
    return tuple(ends)


def _told(changes: Sequence[FileChange]) -> str:
    """Return in words what has changed since the call began."""
    if not changes:
        return "No file of the workspace has changed since it began."
    named = ", ".join(f"{change.path} ({change.change})" for change in changes[:MOST_NAMED])
    more = f" and {len(changes) - MOST_NAMED} more" if len(changes) > MOST_NAMED else ""
    return f"Files changed since it began: {named}{more}."
