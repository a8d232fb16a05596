"""What a call changed in the workspace, as a checkpoint saw it, and whose checkpoint it is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import JsonValue
from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file that is not what it was.

    Attributes:
        path: Relative to the workspace's root, with ``/``; absolute outside of it.
        change: What happened to it.
        before: SHA-256 of the old bytes, hexadecimal; empty = there was no file, or it was too large to be kept.
        after: The same of the new bytes; empty = there is no file now, or it is too large.
        added: Lines added; 0 for what is not text.
        removed: Lines removed.
    """

    path: str
    change: Literal["created", "modified", "deleted"]
    before: str = ""
    after: str = ""
    added: int = 0
    removed: int = 0


def combined(changes: Iterable[FileChange]) -> tuple[FileChange, ...]:
    """Return what changes that followed each other amount to, one a file, in the order of their first; lines add up.

    A file that came and went again is not among them.
    """
    total: dict[str, FileChange] = {}
    for new in changes:
        old = total.pop(new.path, None)
        merged = new if old is None else _followed(old, new)
        if merged is not None:
            total[new.path] = merged
    return tuple(total.values())


MOST_RECORDS = 1_000  # of a call: beyond them stands a build or another branch, and checkpoints know all of it


def change_records(changes: Sequence[FileChange]) -> list[JsonValue]:
    """Return the changes as plain JSON objects, for the audit trail: file, what happened, old and new hash.

    Of more than `MOST_RECORDS` the rest is only counted, in a last object ``{"left_out": …}``.
    """
    records: list[JsonValue] = [
        {"path": change.path, "change": change.change, "before": change.before, "after": change.after}
        for change in changes[:MOST_RECORDS]
    ]
    if len(changes) > MOST_RECORDS:
        records.append({"left_out": len(changes) - MOST_RECORDS})
    return records


def _followed(old: FileChange, new: FileChange) -> FileChange | None:
    if old.change == "created" and new.change == "deleted":
        return None
    is_back = old.change == "deleted" and new.change == "created"
    change = "modified" if is_back else old.change if new.change == "modified" else new.change
    return replace(
        new, change=change, before=old.before, added=old.added + new.added, removed=old.removed + new.removed
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointCall:
    """The call that a checkpoint is made for; ``label`` tells people what it does, such as ``shell: make test``."""

    session_id: SessionId
    turn_id: TurnId
    call_id: CallId
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of the workspace before a call, kept so that it can be had again.

    Attributes:
        call: The call.
        number: Position among the checkpoints of its session, from 1.
        uncovered: What could not be kept and why, in words for people; empty = everything that the call may change
            and that is covered can be restored.
    """

    call: CheckpointCall
    number: int
    uncovered: tuple[str, ...] = ()
