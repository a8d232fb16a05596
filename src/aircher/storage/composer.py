"""What was typed in a project, in ``sessions.db``: the lines that were sent, and those not sent yet.

Invariant: the same line twice in a row is kept once, and a project keeps its newest `MOST_LINES` lines. A draft belongs
to one window as long as that is open.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import apsw

from aircher.domain.ids import ProjectId
from aircher.storage.database import Database
from aircher.storage.event_rows import valid_text
from aircher.storage.runs import is_alive
from aircher.storage.statements import statements
from aircher.storage.times import from_micros, to_micros

MOST_LINES = 2_000  # a year of work in one project; a search looks through all of them
MOST_CHARS = 20_000  # of one line; what is longer is a paste that nobody looks for in a history

_SQL = statements("sessions")


class SqliteInputHistory:
    """The lines that were sent in one project, for any event loop."""

    def __init__(
        self, database: Database, project_id: ProjectId, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._project_id = project_id
        self._now = now

    async def recent(self, limit: int) -> list[str]:
        """Return the last lines, the newest first.

        Raises:
            StorageError: The database could not be read.
        """
        return await self._database.read(lambda connection: list(self._newest(connection, limit)))

    async def search(self, words: str, limit: int) -> list[str]:
        """Return the lines that hold all these words in any order and case, each once, the newest first.

        Raises:
            StorageError: The database could not be read.
        """
        wanted = words.casefold().split()

        def look(connection: apsw.Connection) -> list[str]:
            found: dict[str, None] = {}
            for text in self._newest(connection, MOST_LINES):
                folded = text.casefold()
                if all(word in folded for word in wanted):
                    found.setdefault(text)
                    if len(found) >= limit:
                        break
            return list(found)

        return await self._database.read(look)

    async def add(self, text: str) -> None:
        """Keep a line; one that is blank, too long or the same as the last is not kept again.

        Raises:
            StorageError: It could not be written.
        """
        line = valid_text(text)
        if not line.strip() or len(line) > MOST_CHARS:
            return
        typed_at = to_micros(self._now())

        def write(connection: apsw.Connection) -> None:
            if connection.execute(_SQL["last_input"], (self._project_id,)).get == line:
                return
            connection.execute(_SQL["add_input"], (self._project_id, line, typed_at))
            connection.execute(_SQL["prune_input"], (self._project_id, MOST_LINES))

        await self._database.write(write)

    def _newest(self, connection: apsw.Connection, limit: int) -> Iterator[str]:
        for (text,) in connection.execute(_SQL["recent_input"], (self._project_id, limit)):
            yield str(text)


class SqliteDrafts:
    """What stands in the composer of one window and was not sent, for any event loop.

    Args:
        owner: Names the window. Another one's draft is adopted once it is closed, or its process is gone.
    """

    def __init__(
        self,
        database: Database,
        project_id: ProjectId,
        *,
        owner: str,
        pid: int | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._project_id = project_id
        self._owner = owner
        self._pid = os.getpid() if pid is None else pid
        self._now = now

    async def load(self) -> str:
        """Return the draft, if there is none the last one that nobody has open any more; empty = there is none.

        Raises:
            StorageError: The database could not be read, or written.
        """
        found = await self._database.read(self._found)
        if found is None or found.owner == self._owner:
            return "" if found is None else found.text
        return await self._database.write(self._adopt)

    async def save(self, text: str) -> None:
        """Keep this in place of the last draft; empty = none. What is saved later wins, also if nobody waits for it.

        Raises:
            StorageError: It could not be written.
        """
        draft = valid_text(text)
        await self._database.write(lambda connection: self._put(connection, draft))

    async def release(self) -> None:
        """Leave it to the next window.

        Raises:
            StorageError: It could not be written.
        """

        def write(connection: apsw.Connection) -> None:
            connection.execute(_SQL["release_draft"], (self._project_id, self._owner))

        await self._database.write(write)

    def _found(self, connection: apsw.Connection) -> "_Draft | None":
        """Return the window's own draft, else the last one that nobody has open."""
        drafts = [_Draft(*row) for row in connection.execute(_SQL["drafts"], (self._project_id,))]
        own = (draft for draft in drafts if draft.owner == self._owner)
        return next(own, None) or next((draft for draft in drafts if not draft.is_open()), None)

    def _adopt(self, connection: apsw.Connection) -> str:
        """Return the draft that is found, and make it the window's own; another may have been faster."""
        found = self._found(connection)
        if found is None:
            return ""
        connection.execute(_SQL["drop_draft"], (self._project_id, found.owner))
        self._put(connection, found.text)
        return found.text

    def _put(self, connection: apsw.Connection, text: str) -> None:
        if text:
            row = (self._project_id, self._owner, self._pid, text, to_micros(self._now()))
            connection.execute(_SQL["put_draft"], row)
        else:
            connection.execute(_SQL["drop_draft"], (self._project_id, self._owner))


class _Draft(NamedTuple):
    owner: str
    pid: int
    saved_at: int
    text: str

    def is_open(self) -> bool:
        return self.pid != 0 and is_alive(self.pid, since=from_micros(self.saved_at))
