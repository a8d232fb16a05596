"""What a person typed and what of it still waits, for one session: on disk, or nowhere if the disk refuses.

Invariant: trouble with it never fails a session; the first is told, and from then on the session does without.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from aircher.domain.errors import StorageError
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.lanes import WaitingPrompt
from aircher.storage.composer import SqliteInputHistory
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.storage.waiting_prompts import SqliteWaitingPrompts

T = TypeVar("T")
TIMEOUT_MS = 500  # a transaction takes milliseconds; nobody who types waits for a file that is locked for longer


class Typed:
    """The prompts that wait (`aircher.engine.ports.WaitingPrompts`), and the history of input of a project.

    It is opened with the first use, in a thread.
    """

    def __init__(
        self, path: Path, *, session_id: SessionId, project_id: ProjectId, note: Callable[[str], None]
    ) -> None:
        """Get ready; nothing is opened.

        Args:
            path: The file of ``sessions.db``.
            session_id: Whose waiting prompts.
            project_id: Whose history.
            note: Told what a person should know.
        """
        self._path = path
        self._session_id = session_id
        self._project_id = project_id
        self._note = note
        self._opening = asyncio.Lock()
        self._database: Database | None = None
        self._is_given_up = False

    async def load(self) -> Sequence[WaitingPrompt]:
        """Return the prompts that wait."""
        return await self._try(lambda database: SqliteWaitingPrompts(database, self._session_id).load(), ())

    async def save(self, waiting: Sequence[WaitingPrompt]) -> None:
        """Put exactly these in place of the prompts that waited."""
        items = tuple(waiting)
        await self._try(lambda database: SqliteWaitingPrompts(database, self._session_id).save(items), None)

    async def recent(self, limit: int) -> list[str]:
        """Return the last lines that were sent in this project, the newest first."""
        return await self._try(lambda database: self._history(database).recent(limit), [])

    async def search(self, words: str, limit: int) -> list[str]:
        """Return the lines that hold all these words, the newest first."""
        return await self._try(lambda database: self._history(database).search(words, limit), [])

    async def add(self, text: str) -> None:
        """Keep a line that was sent."""
        await self._try(lambda database: self._history(database).add(text), None)

    async def aclose(self) -> None:
        """Write what is queued and close the file. Safe to call twice."""
        async with self._opening:
            database, self._database = self._database, None
            self._is_given_up = True
        if database is not None:
            with suppress(StorageError):  # what was acknowledged is in the file all the same
                await asyncio.to_thread(database.close)

    def _history(self, database: Database) -> SqliteInputHistory:
        return SqliteInputHistory(database, self._project_id)

    async def _try(self, work: Callable[[Database], Awaitable[T]], otherwise: T) -> T:
        try:
            database = self._database or await self._opened()
            return otherwise if database is None else await work(database)
        except StorageError as exc:
            if not self._is_given_up:
                self._is_given_up = True
                self._note(f"what you type may not be kept: {exc.message}")
            return otherwise

    async def _opened(self) -> Database | None:
        async with self._opening:
            if self._database is None and not self._is_given_up:
                self._database = await asyncio.to_thread(
                    lambda: Database(self._path, SESSIONS, busy_timeout_ms=TIMEOUT_MS)
                )
            return self._database
