"""What was typed before in this project, and what was typed and not sent. Satisfies the composer's ports.

Invariant: the file is opened with the first use, off the loop, and trouble with it is told once and stops nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from aircher.domain.errors import AircherError, StorageError
from aircher.domain.ids import ProjectId
from aircher.storage.composer import SqliteDrafts, SqliteInputHistory
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS

ResultT = TypeVar("ResultT")
TIMEOUT_MS = 500  # nobody who types waits for a locked file any longer


class Shelved:
    """The database behind both ports; ``None`` as a path keeps nothing."""

    def __init__(self, path: Path | None, tell: Callable[[AircherError], None]) -> None:
        self._path = path
        self._tell = tell
        self._database: Database | None = None
        self._opening = asyncio.Lock()
        self._is_given_up = path is None

    async def use(self, work: Callable[[Database], Awaitable[ResultT]], otherwise: ResultT) -> ResultT:
        """Return what is done with the database, or ``otherwise`` if there is none."""
        try:
            database = await self._open()
            return otherwise if database is None else await work(database)
        except StorageError as exc:
            if not self._is_given_up:
                self._is_given_up = True
                self._tell(StorageError(f"what you type may not be kept: {exc.message}", hint=exc.hint))
            return otherwise

    async def aclose(self) -> None:
        """Write what is queued and close the file."""
        self._is_given_up = True
        if self._database is not None:
            with suppress(StorageError):  # what was acknowledged is in the file all the same
                await asyncio.to_thread(self._database.close)
            self._database = None

    async def _open(self) -> Database | None:
        async with self._opening:
            if self._database is None and not self._is_given_up and self._path is not None:
                path = self._path
                self._database = await asyncio.to_thread(lambda: Database(path, SESSIONS, busy_timeout_ms=TIMEOUT_MS))
            return None if self._is_given_up else self._database


class History:
    """What was sent before."""

    def __init__(self, shelved: Shelved, project_id: ProjectId) -> None:
        self._shelved = shelved
        self._project_id = project_id

    async def recent(self, limit: int) -> Sequence[str]:
        """Return the last ones, newest first."""
        return await self._shelved.use(lambda database: self._in(database).recent(limit), [])

    async def search(self, words: str, limit: int) -> Sequence[str]:
        """Return those that hold the words, newest first."""
        return await self._shelved.use(lambda database: self._in(database).search(words, limit), [])

    async def add(self, text: str) -> None:
        """Remember one."""
        await self._shelved.use(lambda database: self._in(database).add(text), None)

    def _in(self, database: Database) -> SqliteInputHistory:
        return SqliteInputHistory(database, self._project_id)


class Drafts:
    """What was typed and not sent."""

    def __init__(self, shelved: Shelved, project_id: ProjectId) -> None:
        self._shelved = shelved
        self._project_id = project_id

    async def load(self) -> str:
        """Return the last one."""
        return await self._shelved.use(lambda database: SqliteDrafts(database, self._project_id).load(), "")

    async def save(self, text: str) -> None:
        """Keep this instead; empty = none."""
        await self._shelved.use(lambda database: SqliteDrafts(database, self._project_id).save(text), None)
