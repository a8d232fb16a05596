"""The one thread that writes to a file: it drains a bounded queue into explicit transactions.

Invariant: a future resolves after the commit that holds its work, so whoever awaited it may act on it. Pieces of work
commit in the order of their submission. Work that waits in the queue together shares a transaction; if one piece
fails, the transaction is rolled back and each piece is run again in one of its own, so a failure stays with its
owner. Work must therefore have no effect besides the database.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

import apsw

from aircher.domain.errors import StorageError
from aircher.storage.errors import translated

T = TypeVar("T")
Work: TypeAlias = Callable[[apsw.Connection], T]
"""Something to do in a transaction; it may run twice and must touch nothing else."""

QUEUE_CAPACITY = 1_024  # a recorder keeps at most a handful in flight; more is a program that does not wait
MAX_BATCH = 256  # bounds how long one transaction keeps other processes waiting: a few milliseconds


class _Job(Generic[T]):
    """Work and the future that tells its outcome."""

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        self._result: T | None = None
        self.future: Future[T | None] = Future()
        self.future.set_running_or_notify_cancel()  # from here on a cancelled waiter does not take the work back

    def run(self, connection: apsw.Connection) -> None:
        self._result = self._work(connection)

    def succeed(self) -> None:
        self.future.set_result(self._result)


class Writer:
    """Owns a connection and the thread that writes through it; the thread starts with the first work."""

    def __init__(self, connection: apsw.Connection, *, path: Path | None, capacity: int = QUEUE_CAPACITY) -> None:
        self._connection = connection
        self._path = path
        self._capacity = capacity
        self._jobs: deque[_Job[object]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def submit(self, work: Work[T], *, may_wait: bool = True) -> "Future[T]":
        """Queue the work and return its future.

        Args:
            work: See `Work`.
            may_wait: Whether to wait here while the queue is full. An event loop must not; there every task awaits
                its own future, which bounds the queue as well.

        Raises:
            StorageError: The database is closed.
        """
        job: _Job[T] = _Job(work)
        with self._changed:
            if may_wait:
                self._changed.wait_for(lambda: len(self._jobs) < self._capacity or self._is_closed)
            if self._is_closed:
                raise StorageError(f"{self._path} is closed already", code="storage.closed")
            self._jobs.append(job)  # type: ignore[arg-type]  # the queue does not look at results
            if self._thread is None:
                self._thread = threading.Thread(target=self._drain, name=f"writer of {self._path}", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return job.future  # type: ignore[return-value]  # it resolves with what the work returned

    def close(self) -> None:
        """Commit what is queued, end the thread, close the connection. Safe to call twice."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._connection.close()

    def _drain(self) -> None:
        while batch := self._next_batch():
            if not self._commit(batch) and len(batch) > 1:
                for job in batch:
                    self._commit([job])

    def _next_batch(self) -> list[_Job[object]]:
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._is_closed)
            batch = [self._jobs.popleft() for _ in range(min(len(self._jobs), MAX_BATCH))]
            self._changed.notify_all()
        return batch

    def _commit(self, batch: list[_Job[object]]) -> bool:
        """Run the batch in one transaction; a failure is told only if the batch is a single job."""
        try:
            self._transact(batch)
        except BaseException as exc:  # noqa: BLE001  # the thread's edge: whoever waits for the future gets it
            if len(batch) == 1:
                error = translated(exc, self._path) if isinstance(exc, apsw.Error) else exc
                error.__cause__ = exc if error is not exc else exc.__cause__
                batch[0].future.set_exception(error)
            return False
        for job in batch:
            job.succeed()
        return True

    def _transact(self, batch: list[_Job[object]]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            for job in batch:
                job.run(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk makes SQLite roll back by itself
                connection.execute("ROLLBACK")
            raise
