"""The audit trail of a session, opened when there is something to write: most answers need no tool."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from aircher.domain.audit import AuditEntry
from aircher.storage.audit import SqliteAudit
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.support.redaction import Redactor


class LazyAudit:
    """`aircher.engine.ports.Audit` on ``sessions.db``; its end is noted in the log when the session ends."""

    def __init__(self, path: Path, redactor: Callable[[], Redactor], *, log: logging.Logger | None = None) -> None:
        self._path = path
        self._redactor = redactor
        self._log = log
        self._open_trail: tuple[Database, SqliteAudit] | None = None
        self._opening = asyncio.Lock()

    async def note(self, entry: AuditEntry) -> None:
        """Add an entry; it is durable on return.

        Raises:
            StorageError: The database cannot be opened or written; what the entry is about must not happen.
        """
        async with self._opening:
            if self._open_trail is None:
                self._open_trail = await asyncio.to_thread(self._open)
        await self._open_trail[1].note(entry)

    def _open(self) -> tuple[Database, SqliteAudit]:
        database = Database(self._path, SESSIONS)
        return database, SqliteAudit(database, self._redactor())

    async def aclose(self) -> None:
        """Note the end of the trail in the log and close the database, if it was opened."""
        if self._open_trail is not None:
            await asyncio.to_thread(self._close, *self._open_trail)

    def _close(self, database: Database, audit: SqliteAudit) -> None:
        from aircher.app.audit_heads import log_head

        try:
            if self._log is not None:
                log_head(self._log, audit, self._path)
        finally:
            database.close()
