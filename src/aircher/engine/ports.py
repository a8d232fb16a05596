"""What the engine needs from the rim; `aircher.app.compose` proves that the rim has it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

from aircher.domain.audit import AuditEntry
from aircher.domain.changes import Checkpoint, CheckpointCall, FileChange
from aircher.domain.events import Published
from aircher.domain.ids import CallId, SessionId
from aircher.domain.lanes import WaitingPrompt
from aircher.domain.spending import Hold, SpentElsewhere, UsageEntry


class Recorder(Protocol):
    """Writes a conversation down as it happens. One instance serves one session."""

    async def record(self, published: Published) -> None:
        """Take an event. Text may stay in memory for up to 250 ms; every other event is durable on return.

        The event is queued before the first suspension: cancelling the call does not take it back.

        Raises:
            StorageError: The event could not be written; the session must stop.
        """
        ...

    async def aclose(self) -> None:
        """Write what is still in memory.

        Raises:
            StorageError: as for `record`.
        """
        ...


class WaitingPrompts(Protocol):
    """Keeps the prompts that wait beside one conversation."""

    async def load(self) -> Sequence[WaitingPrompt]:
        """Return what waits, in its order.

        Raises:
            StorageError: It cannot be read.
        """
        ...

    async def save(self, waiting: Sequence[WaitingPrompt]) -> None:
        """Put exactly these in place of what waited; durable on return, and in the order of the calls.

        Raises:
            StorageError: They cannot be kept.
        """
        ...


class Ledger(Protocol):
    """Where calls are noted for good; `aircher.app.spending` has one, and `aircher.engine.holds` keeps its holds."""

    def note(self, entry: UsageEntry) -> None:
        """Take a call; never waits, never fails."""
        ...

    async def elsewhere(self) -> SpentElsewhere:
        """Return what everybody but this session has spent until now; what cannot be read counts as nothing."""
        ...

    async def hold(self, hold: Hold, *, fits: Callable[[SpentElsewhere], bool] | None = None) -> SpentElsewhere:
        """Show all others what a call may cost, or renew that, and return the same as `elsewhere`; never fails.

        Args:
            hold: Replaces the hold of the same id. It ends by itself if it is not renewed for some minutes.
            fits: Nothing is held if it says no to what is returned: nobody else can hold anything in between. It is
                asked in another thread, perhaps twice. ``None`` = the hold is written in any case.
        """
        ...

    def release(self, hold_id: str, *, is_noted: bool) -> None:
        """Let go of a hold; never waits, never fails.

        Args:
            hold_id: What was held; nothing happens if it is not held any more.
            is_noted: Whether the next note is the call's: others then see both changes at once.
        """
        ...


class Audit(Protocol):
    """The trail of what was decided and done. No row, no run."""

    async def note(self, entry: AuditEntry) -> None:
        """Write the entry; it is durable on return, with every secret taken out.

        Raises:
            StorageError: It could not be written: what it speaks of must not happen.
        """
        ...


class Checkpoints(Protocol):
    """Keeps what calls are about to change, so that it can be undone."""

    async def before(
        self, call: CheckpointCall, *, paths: Sequence[Path] | None, also: Sequence[Path] = ()
    ) -> Checkpoint:
        """Keep the old bytes of all that the call may change.

        Args:
            call: Whose checkpoint it is.
            paths: Exactly these may change; ``None`` = anything in the workspace may.
            also: Paths that it may change besides, inside the workspace or not.

        Raises:
            StorageError: They cannot be kept: the call must not run.
        """
        ...

    async def after(self, checkpoint: Checkpoint) -> tuple[FileChange, ...]:
        """Record and return what changed since `before`; also after a call that failed or was interrupted."""
        ...

    async def interrupted(self, session_id: SessionId, call_id: CallId) -> tuple[FileChange, ...] | None:
        """Return what has changed since the `before` of a call that never came to its `after`; ``None`` = unknown."""
        ...


class SavedOutputs(Protocol):
    """Keeps output that is too long for the model."""

    async def save(self, call_id: CallId, text: str) -> str | None:
        """Return the path under which the text can be read; ``None`` = it could not be saved."""
        ...


class RuleStore(Protocol):
    """Where rules go that a person's answer makes."""

    async def keep(self, rule: str, *, scope: Literal["project", "user"]) -> None:
        """Write the rule into the configuration of this scope.

        Raises:
            ConfigError: It cannot be written.
        """
        ...
