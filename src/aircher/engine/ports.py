"""What the engine needs from the rim; `aircher.app.compose` proves that the rim has it."""

from typing import Protocol

from aircher.domain.events import Published


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
