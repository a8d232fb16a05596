"""What was typed before in this project, and what was typed and not sent. Satisfies the composer's ports.

Invariant: the file is opened with the first use, off the loop. Trouble with it stops nothing and is told once; what
comes later is tried again.
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
from aircher.support.ids import new_id

ResultT = TypeVar("ResultT")
TIMEOUT_MS = 500  # nobody who types waits for a locked file any longer


class Shelved:
    """The database behind both ports; ``None`` as a path keeps nothing.

    Attributes:
        owner: Names this window: a draft is of one.
    """

    def __init__(self, path: Path | None, tell: Callable[[AircherError], None]) -> None:
        self.owner = new_id()
        self._path = path
        self._tell = tell
        self._database: Database | None = None
        self._opening = asyncio.Lock()
        self._has_told = False

    async def use(self, work: Callable[[Database], Awaitable[ResultT]], otherwise: ResultT) -> ResultT:
        """Return what is done with the database, or ``otherwise`` if it cannot be: the next time it may."""
        try:
            return await self.attempt(work, otherwise)
        except StorageError as exc:
            if not self._has_told:
                self._has_told = True
                self._tell(exc)
            return otherwise

    async def attempt(self, work: Callable[[Database], Awaitable[ResultT]], otherwise: ResultT) -> ResultT:
        """Return what is done with the database, or ``otherwise`` if none is to be had.

        Raises:
            StorageError: It cannot be done now.
        """
        try:
            database = await self._open()
            return otherwise if database is None else await work(database)
        except StorageError as exc:
            raise StorageError(f"what you type may not be kept: {exc.message}", hint=exc.hint) from exc

    async def aclose(self, project_id: ProjectId) -> None:
        """Leave the draft to the next window, write what is queued and close the file."""
        async with self._opening:
            self._path = None
            database, self._database = self._database, None
        if database is not None:
            with suppress(StorageError):  # then it is left once this process is gone
                await SqliteDrafts(database, project_id, owner=self.owner).release()
            with suppress(StorageError):  # what was acknowledged is in the file all the same
                await asyncio.to_thread(database.close)

    async def _open(self) -> Database | None:
        async with self._opening:
            if self._database is None and self._path is not None:
                path = self._path
                self._database = await asyncio.to_thread(lambda: Database(path, SESSIONS, busy_timeout_ms=TIMEOUT_MS))
            return self._database


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
    """What was typed in this window and not sent."""

    def __init__(self, shelved: Shelved, project_id: ProjectId) -> None:
        self._shelved = shelved
        self._project_id = project_id

    async def load(self) -> str:
        """Return the last one, which may be of a window that is closed."""
        return await self._shelved.use(lambda database: self._in(database).load(), "")

    async def save(self, text: str) -> None:
        """Keep this instead; empty = none.

        Raises:
            StorageError: It cannot be kept now.
        """
        await self._shelved.attempt(lambda database: self._in(database).save(text), None)

    def _in(self, database: Database) -> SqliteDrafts:
        return SqliteDrafts(database, self._project_id, owner=self._shelved.owner)
