"""One SQLite file: a writer thread, a small pool of readers, errors in the program's own words.

WAL with ``synchronous=NORMAL``: a commit survives the end of the process at any moment (``kill -9``), because the
operating system has it. A loss of power may take the last commits, never the file's integrity: each checkpoint syncs.
Opening is cheap, as every start of the program pays for it: no integrity check, and migrations are read only when
``user_version`` is not the newest.
"""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar

import apsw

from aircher.storage.backup import copy_before_migration
from aircher.storage.errors import translating
from aircher.storage.migrate import Schema, bring_to_head
from aircher.storage.writer import Work, Writer

T = TypeVar("T")
Value: TypeAlias = str | bytes | int | float | None
"""What a column can hold."""

BUSY_TIMEOUT_MS = 5_000  # longer than any transaction of ours, shorter than a person's patience
MAX_READERS = 4  # the frontends of one process; more would only wait for the disk
_WAL_LIMIT_BYTES = 64 * 1024 * 1024  # what a long transaction left behind is given back at the next checkpoint
_RETRY_S = 0.01  # pause while another process turns the same new file into WAL mode


class Database:
    """An open database. Use it as a context manager, or call `close`.

    Attributes:
        path: Its file; ``None`` = in memory, gone when closed.
        schema: What kind of database it is.
    """

    def __init__(
        self,
        path: Path | None,
        schema: Schema,
        *,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
        vfs: str | None = None,
    ) -> None:
        """Open the file, make it if it is missing, and bring its schema up to date.

        Args:
            path: The file; its folder is made if it is missing. ``None`` = in memory.
            schema: What kind of database it is.
            busy_timeout_ms: How long to wait for another process.
            vfs: Name of the SQLite VFS to go through; ``None`` = the system's.

        Raises:
            StorageError: It cannot be opened, or is not for this program; nothing was changed.
        """
        self.path = path
        self.schema = schema
        self._busy_timeout_ms = busy_timeout_ms
        self._vfs = vfs
        with translating(path):
            if path is not None:
                _make_private_file(path)
            connection = self._connect(apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
        self._writer = Writer(connection, path=path)
        self._idle: list[apsw.Connection] = []
        self._readers = threading.BoundedSemaphore(MAX_READERS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, work: Work[T], *, may_wait: bool = True) -> "Future[T]":
        """Queue the work for the writer's next transaction; the future resolves after its commit.

        Args:
            work: Gets the connection inside a transaction; may run twice, and must touch nothing but the database.
            may_wait: Whether to wait here while the queue is full; an event loop must not.
        """
        return self._writer.submit(work, may_wait=may_wait)

    def write_blocking(self, work: Work[T]) -> T:
        """Run the work in a transaction and return its result after the commit. Not for an event loop.

        Raises:
            StorageError: Nothing of it was written.
        """
        return self.submit(work).result()

    def read_blocking(self, work: Work[T]) -> T:
        """Run the work on a reader, in a snapshot of its own. Not for an event loop.

        Raises:
            StorageError: The database could not be read.
        """
        if self.path is None:
            return self.write_blocking(work)
        with translating(self.path), self._reader() as connection:
            connection.execute("BEGIN")
            try:
                return work(connection)
            finally:
                if connection.in_transaction:  # SQLite rolls back by itself after some errors, which must stay seen
                    connection.execute("ROLLBACK")

    def rows(self, sql: str, bindings: tuple[Value, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query. Not for an event loop. Any: the columns of STRICT tables have their types.

        Raises:
            StorageError: The database could not be read.
        """
        return self.read_blocking(lambda connection: connection.execute(sql, bindings).fetchall())

    def change(self, sql: str, *rows: tuple[Value, ...]) -> int:
        """Run a statement for each row, in one transaction; return how many rows that changed, by triggers too.

        Not for an event loop.

        Raises:
            StorageError: Nothing was changed.
        """

        def run(connection: apsw.Connection) -> int:
            before = connection.total_changes()
            connection.executemany(sql, rows)
            return connection.total_changes() - before

        return self.write_blocking(run)

    async def write(self, work: Work[T]) -> T:
        """As `write_blocking`. The work is queued before the first suspension; cancelling does not take it back."""
        from asyncio import wrap_future

        return await wrap_future(self.submit(work, may_wait=False))

    async def read(self, work: Work[T]) -> T:
        """As `read_blocking`, in a thread."""
        from asyncio import to_thread

        return await to_thread(self.read_blocking, work)

    def close(self) -> None:
        """Commit what is queued and close every connection; no reader may be at work. Safe to call twice.

        Raises:
            StorageError: The file could not be closed properly; what was acknowledged is in it all the same.
        """
        with translating(self.path):
            while self._idle:
                self._idle.pop().close()
            self._writer.close()

    @contextmanager
    def _reader(self) -> Iterator[apsw.Connection]:
        with self._readers:
            connection = self._idle.pop() if self._idle else self._connect(apsw.SQLITE_OPEN_READONLY)
            try:
                yield connection
            finally:
                self._idle.append(connection)

    def _connect(self, flags: int) -> apsw.Connection:
        connection = apsw.Connection(":memory:" if self.path is None else str(self.path), flags=flags, vfs=self._vfs)
        connection.set_busy_timeout(self._busy_timeout_ms)
        return connection

    def _prepare(self, connection: apsw.Connection) -> None:
        path = self.path
        connection.execute("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON")
        bring_to_head(connection, self.schema, path=path, backup=partial(copy_before_migration, connection, path))
        if path is not None:
            _switch_to_wal(connection, deadline_s=time.monotonic() + self._busy_timeout_ms / 1_000)


def _switch_to_wal(connection: apsw.Connection, *, deadline_s: float) -> None:
    """Set WAL mode, which the file remembers. SQLite does not wait by itself when another process does the same."""
    while connection.execute("PRAGMA journal_mode").get != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except apsw.BusyError:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(_RETRY_S)
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT_BYTES}")


def _make_private_file(path: Path) -> None:
    """Make the folder, and an empty file that only its owner may read, unless they exist.

    An existing file is never opened here: closing it would drop SQLite's locks on it in this process.
    Source: https://sqlite.org/howtocorrupt.html, section 2.2.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):  # another process was faster
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
