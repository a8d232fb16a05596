"""A database file in ordinary use."""

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import apsw
import pytest

from aircher.domain.errors import Defect, StorageError
from aircher.storage.database import MAX_READERS, Database
from aircher.storage.migrate import SCHEMAS, SESSIONS, Schema
from aircher.storage.writer import Writer

INSERT = """INSERT INTO sessions (id, project_path, status, started_at) VALUES (?, '/p', 'ended', 0)"""
COUNT = "SELECT count(*) FROM sessions"


def insert(connection: apsw.Connection, name: str) -> None:
    connection.execute(INSERT, (name,))


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        yield database


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_a_new_file_is_private_and_in_wal_mode(tmp_path: Path, schema: Schema) -> None:
    path = tmp_path / "deep" / "folder" / f"{schema.name}.db"
    with Database(path, schema) as database:
        names = ("foreign_keys", "synchronous", "user_version")
        settings = database.write_blocking(
            lambda connection: {name: connection.execute(f"PRAGMA {name}").get for name in names}
        )
        assert settings == {"foreign_keys": 1, "synchronous": 1, "user_version": schema.head()}
        assert database.rows("PRAGMA journal_mode") == [("wal",)]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS) as database:
        assert database.change(INSERT, ("a",), ("b",)) == 2
    with Database(path, SESSIONS) as database:
        assert database.rows(COUNT) == [(2,)]


async def test_a_write_is_committed_when_it_returns(runs: Database, tmp_path: Path) -> None:
    await runs.write(partial(insert, name="a"))
    with apsw.Connection(str(tmp_path / "sessions.db")) as other:
        assert other.execute(COUNT).get == 1
    other.close()
    assert await runs.read(lambda connection: connection.execute(COUNT).get) == 1


async def test_a_cancelled_writer_does_not_take_its_work_back(runs: Database) -> None:
    gate = threading.Event()
    blocker = runs.submit(lambda connection: gate.wait(10))
    task = asyncio.create_task(runs.write(partial(insert, name="a")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    assert blocker.result() is True
    assert runs.write_blocking(lambda connection: connection.execute(COUNT).get) == 1


def test_work_that_waits_together_shares_a_transaction_in_order(runs: Database) -> None:
    gate = threading.Event()
    commits: list[int] = []

    def count_commits() -> bool:
        commits.append(1)
        return False

    runs.write_blocking(lambda connection: connection.set_commit_hook(count_commits))
    runs.submit(lambda connection: gate.wait(10))
    waiting = [runs.submit(partial(insert, name=f"run-{n}")) for n in range(100)]
    gate.set()
    for future in waiting:
        future.result()
    assert len(commits) <= 3
    ids = [row[0] for row in runs.rows("SELECT id FROM sessions ORDER BY rowid")]
    assert ids == [f"run-{n}" for n in range(100)]


def test_a_failure_stays_with_the_work_that_failed(runs: Database) -> None:
    gate = threading.Event()
    runs.submit(lambda connection: gate.wait(10))
    good = runs.submit(partial(insert, name="a"))
    twin = runs.submit(partial(insert, name="a"))
    wrong = runs.submit(lambda connection: connection.execute("SELECT nonsense").fetchall())
    last = runs.submit(partial(insert, name="b"))
    gate.set()
    good.result()
    last.result()
    with pytest.raises(StorageError) as conflict:
        twin.result()
    assert conflict.value.code == "storage.conflict"
    with pytest.raises(Defect, match="no such column: nonsense"):
        wrong.result()
    assert runs.rows(COUNT) == [(2,)]


def test_a_bug_in_the_work_reaches_its_owner_and_not_the_thread(runs: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        runs.write_blocking(lambda connection: 1 // 0)
    assert runs.change(INSERT, ("a",)) == 1


def test_a_full_queue_makes_a_thread_wait(tmp_path: Path) -> None:
    gate, entered = threading.Event(), threading.Event()
    writer = Writer(apsw.Connection(str(tmp_path / "w.db")), path=None, capacity=1)

    def hold(connection: apsw.Connection) -> None:
        entered.set()
        gate.wait(10)

    writer.submit(hold)
    assert entered.wait(10)
    writer.submit(lambda connection: None)
    late: list[bool] = []
    thread = threading.Thread(target=lambda: late.append(writer.submit(lambda connection: True).result()))
    thread.start()
    unhurried = writer.submit(lambda connection: "no wait", may_wait=False)
    assert not late
    gate.set()
    thread.join(10)
    assert (late, unhurried.result()) == ([True], "no wait")
    writer.close()


def test_a_closed_database_refuses_work_and_closes_twice(tmp_path: Path) -> None:
    database = Database(tmp_path / "sessions.db", SESSIONS)
    database.close()
    database.close()
    with pytest.raises(StorageError, match="closed already"):
        database.change(INSERT, ("a",))


def test_many_readers_share_a_few_connections(runs: Database) -> None:
    runs.change(INSERT, ("a",))
    inside = threading.Barrier(MAX_READERS)
    seen: set[int] = set()

    def read(connection: apsw.Connection) -> None:
        inside.wait(10)
        seen.add(id(connection))

    threads = [threading.Thread(target=runs.read_blocking, args=(read,)) for _ in range(MAX_READERS * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(seen) == MAX_READERS


def test_a_reader_cannot_write(runs: Database) -> None:
    with pytest.raises(StorageError) as refused:
        runs.read_blocking(partial(insert, name="a"))
    assert refused.value.code == "storage.readonly"


def test_a_database_in_memory_leaves_nothing_behind(tmp_path: Path) -> None:
    with Database(None, SESSIONS) as database:
        database.change(INSERT, ("a",))
        assert database.rows(COUNT) == [(1,)]
    assert list(tmp_path.iterdir()) == []
