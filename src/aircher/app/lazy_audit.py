"""The audit trail of a session, opened when there is something to write: most answers need no tool."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aircher.domain.audit import AuditEntry
from aircher.storage.audit import SqliteAudit
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.support.redaction import Redactor


class LazyAudit:
    """`aircher.engine.ports.Audit` on ``sessions.db``."""

    def __init__(self, path: Path, redactor: Callable[[], Redactor]) -> None:
        self._path = path
        self._redactor = redactor
        self._database: Database | None = None
        self._audit: SqliteAudit | None = None
        self._opening = asyncio.Lock()

    async def note(self, entry: AuditEntry) -> None:
        """Add an entry; it is durable on return.

        Raises:
            StorageError: The database cannot be opened or written; what the entry is about must not happen.
        """
        async with self._opening:
            if self._audit is None:
                self._audit = await asyncio.to_thread(self._open)
        await self._audit.note(entry)

    def _open(self) -> SqliteAudit:
        self._database = Database(self._path, SESSIONS)
        return SqliteAudit(self._database, self._redactor())

    def close(self) -> None:
        """Close the database if it was opened."""
        if self._database is not None:
            self._database.close()
