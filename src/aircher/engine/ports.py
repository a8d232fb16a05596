"""What the engine needs from the rim; `aircher.app.compose` proves that the rim has it."""

from collections.abc import Callable
from typing import Protocol

from aircher.domain.events import Published
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
