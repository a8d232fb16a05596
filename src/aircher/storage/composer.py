"""What was typed in a project, in ``sessions.db``: the lines that were sent, and the one that was not sent yet.

Invariant: the same line twice in a row is kept once, and a project keeps its newest `MOST_LINES` lines.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import apsw

from aircher.domain.ids import ProjectId
from aircher.storage.database import Database
from aircher.storage.event_rows import valid_text
from aircher.storage.statements import statements
from aircher.storage.times import to_micros

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
    """What stands in one project's composer and was not sent, for any event loop."""

    def __init__(self, database: Database, project_id: ProjectId) -> None:
        self._database = database
        self._project_id = project_id

    async def load(self) -> str:
        """Return the draft; empty = there is none.

        Raises:
            StorageError: The database could not be read.
        """
        return await self._database.read(
            lambda connection: str(connection.execute(_SQL["draft"], (self._project_id,)).get or "")
        )

    async def save(self, text: str) -> None:
        """Keep this in place of the last draft; empty = none. What is saved later wins, also if nobody waits for it.

        Raises:
            StorageError: It could not be written.
        """
        draft = valid_text(text)

        def write(connection: apsw.Connection) -> None:
            if draft:
                connection.execute(_SQL["put_draft"], (self._project_id, draft))
            else:
                connection.execute(_SQL["drop_draft"], (self._project_id,))

        await self._database.write(write)
