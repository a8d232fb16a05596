"""Writes a conversation down as it happens: the engine's `Recorder`, on SQLite.

Invariant: events reach the file in their order; ``kill -9`` loses at most the last 250 ms of streamed text and nothing
else. While text streams, the pieces of each flush become one row; the event that ends the stretch merges those rows,
and writes the message to the search index, in its own transaction. A stretch that a crash left open is closed the same
way by the next event of the conversation, so there is one mechanism for both.
"""

import asyncio
from concurrent.futures import Future
from functools import partial

from aircher.domain.errors import StorageError
from aircher.domain.events import Published, is_recorded
from aircher.domain.ids import SessionId
from aircher.storage.database import Database
from aircher.storage.event_log import append_text, close_stretch
from aircher.storage.event_rows import is_text

FLUSH_AFTER_S = 0.2  # 250 ms are promised; the rest is for the commit


class SqliteRecorder:
    """Records one conversation, which must exist in the database. Belongs to one event loop."""

    def __init__(self, database: Database, session_id: SessionId, *, flush_after_s: float = FLUSH_AFTER_S) -> None:
        self._database = database
        self._session_id = session_id
        self._flush_after_s = flush_after_s
        self._pending: list[Published] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_open = False
        self._failure: BaseException | None = None

    async def record(self, published: Published) -> None:
        """Take an event. Text may stay in memory for up to 250 ms; every other event is durable on return.

        What is only for those who watch is left out: other events have what is kept of it. The event is queued before
        the first suspension: cancelling the call does not take it back.

        Raises:
            StorageError: This event, or text before it, could not be written; the session must stop.
        """
        if self._failure is not None:
            raise self._failure
        if not is_recorded(published.event):
            return
        self._pending.append(published)
        if not is_text(published.event):
            await self._close_stretch()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._flush_after_s, self._flush)

    async def aclose(self) -> None:
        """Write what is still in memory. Safe to call twice.

        Raises:
            StorageError: Text could not be written.
        """
        if self._pending or self._is_open:
            await self._close_stretch()
        if self._failure is not None:
            raise self._failure

    async def _close_stretch(self) -> None:
        pending, self._is_open = self._take(), False
        await self._database.write(partial(close_stretch, session_id=self._session_id, published=pending))

    def _flush(self) -> None:
        pending, self._is_open = self._take(), True
        try:
            future = self._database.submit(partial(append_text, pieces=pending), may_wait=False)
        except StorageError as exc:  # closed under us: the next call tells
            self._failure = exc
        else:
            future.add_done_callback(self._note_failure)

    def _take(self) -> list[Published]:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pending, self._pending = self._pending, []
        return pending

    def _note_failure(self, future: "Future[None]") -> None:
        self._failure = self._failure or future.exception()


class NullRecorder:
    """Records nothing: the recorder of ``--ephemeral``."""

    async def record(self, published: Published) -> None:
        """Forget the event."""

    async def aclose(self) -> None:
        """Do nothing."""
