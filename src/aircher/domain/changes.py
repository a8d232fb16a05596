"""What a call changed in the workspace, as a checkpoint saw it."""

from dataclasses import dataclass
from typing import Literal

from aircher.domain.ids import CallId, SessionId, TurnId


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
