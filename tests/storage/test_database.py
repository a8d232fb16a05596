"""A database file under good and bad conditions: real files, real processes, a file system that fails on demand."""

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

import apsw
import pytest

from aircher.domain.errors import Defect, StorageError
from aircher.storage.database import MAX_READERS, Database
from aircher.storage.migrate import CONVERSATIONS, KNOWLEDGE, SCHEMAS, SESSIONS, Schema
from aircher.storage.writer import Writer

INSERT = """INSERT INTO sessions (id, project_path, status, started_at) VALUES (?, '/p', 'ended', 0)"""
COUNT = "SELECT count(*) FROM sessions"


class Faults(Protocol):
    name: str
    on_write: object


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


@pytest.mark.parametrize("content", [b"\x00" * 4096, os.urandom(10_000), b"not a database at all", b"x" * 100])
def test_random_bytes_are_named_as_damage_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "conversations.db"
    path.write_bytes(content)
    with pytest.raises(StorageError) as refused:
        Database(path, CONVERSATIONS)
    assert refused.value.code == "storage.corrupt"
    assert str(path) in refused.value.message
    assert "aircher db restore" in str(refused.value.hint)
    assert path.read_bytes() == content


@pytest.mark.parametrize("keep_ratio", [0.001, 0.1, 0.3, 0.5, 0.9, 0.99])
def test_a_truncated_file_ends_in_a_storage_error(tmp_path: Path, keep_ratio: float) -> None:
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS) as database:
        database.change(INSERT, *((f"run-{n}" + "x" * 500,) for n in range(500)))
    size_bytes = path.stat().st_size
    os.truncate(path, int(size_bytes * keep_ratio))
    with pytest.raises(StorageError) as refused, Database(path, SESSIONS) as database:
        database.rows("SELECT sum(length(id)), count(started_at) FROM sessions NOT INDEXED")
    assert refused.value.code == "storage.corrupt"


def test_a_damaged_page_in_the_middle_ends_in_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS) as database:
        database.change(INSERT, *((f"run-{n}" + "x" * 500,) for n in range(500)))
    content = bytearray(path.read_bytes())
    content[8192 : len(content)] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StorageError) as refused, Database(path, SESSIONS) as database:
        database.rows("SELECT sum(length(id)), count(started_at) FROM sessions NOT INDEXED")
    assert refused.value.code == "storage.corrupt"


@contextmanager
def another_process(path: Path, statement: str) -> Iterator[int]:
    """Run a process that executes the statement on this database and holds on to it."""
    program = textwrap.dedent(f"""
        import apsw, sys
        connection = apsw.Connection({str(path)!r})
        connection.execute({statement!r}).fetchall()
        print("ready", flush=True)
        sys.stdin.readline()
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process, process.stdout, process.stdin:
        assert process.stdout.readline() == "ready\n"
        yield process.pid
        process.stdin.write("\n")


def test_a_writer_elsewhere_is_waited_for_and_then_named(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    Database(path, SESSIONS).close()
    with another_process(path, "BEGIN IMMEDIATE") as pid, Database(path, SESSIONS, busy_timeout_ms=50) as database:
        assert database.rows(COUNT) == [(0,)]
        with pytest.raises(StorageError) as refused:
            database.change(INSERT, ("a",))
    assert refused.value.code == "storage.locked"
    assert f"(process {pid}, " in refused.value.message or not Path("/proc/locks").exists()
    assert "--ephemeral" in str(refused.value.hint)


def test_a_file_that_another_process_has_to_itself_cannot_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    Database(path, SESSIONS).close()
    exclusive = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE x (y)"
    with another_process(path, exclusive), pytest.raises(StorageError) as refused:
        Database(path, SESSIONS, busy_timeout_ms=50)
    assert refused.value.code == "storage.locked"


def test_processes_that_start_together_all_open_a_new_database(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        from aircher.storage.database import Database
        from aircher.storage.migrate import SESSIONS
        sys.stdin.readline()
        with Database(Path({str(tmp_path / "sessions.db")!r}), SESSIONS) as database:
            database.change({INSERT!r}, (sys.argv[1],))
    """)
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(n)], stdin=subprocess.PIPE, text=True) for n in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait(30) for process in processes] == [0, 0, 0, 0]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        assert database.rows(COUNT) == [(4,)]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(StorageError) as refused:
        Database(tmp_path / "data" / "sessions.db", SESSIONS)
    assert refused.value.code == "storage.unavailable"
    assert str(tmp_path / "data") in refused.value.message


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "sessions.db").mkdir()
    with pytest.raises(StorageError) as refused:
        Database(tmp_path / "sessions.db", SESSIONS)
    assert refused.value.code == "storage.unavailable"


def _disk_full() -> None:
    raise apsw.FullError("injected")


def _read_only() -> None:
    raise apsw.ReadOnlyError("injected")


def _io_error() -> None:
    raise apsw.IOError("injected")


FAULTS = [(_disk_full, "storage.full"), (_read_only, "storage.readonly"), (_io_error, "storage.unavailable")]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_a_failing_disk_loses_nothing_that_was_acknowledged(
    tmp_path: Path, faults: Faults, fault: object, code: str
) -> None:
    path = tmp_path / "sessions.db"
    database = Database(path, SESSIONS, vfs=faults.name)
    database.change(INSERT, ("kept",))
    faults.on_write = fault
    with pytest.raises(StorageError) as refused:
        database.change(INSERT, ("lost",))
    assert refused.value.code == code
    faults.on_write = None
    database.change(INSERT, ("after",))
    database.close()
    with Database(path, SESSIONS) as again:
        assert [row[0] for row in again.rows("SELECT id FROM sessions ORDER BY id")] == ["after", "kept"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_a_database_that_cannot_be_made_can_be_made_later(
    tmp_path: Path, faults: Faults, fault: object, code: str
) -> None:
    faults.on_write = fault
    with pytest.raises(StorageError) as refused:
        Database(tmp_path / "knowledge.db", KNOWLEDGE, vfs=faults.name)
    assert refused.value.code == code
    faults.on_write = None
    Database(tmp_path / "knowledge.db", KNOWLEDGE, vfs=faults.name).close()
    with Database(tmp_path / "knowledge.db", KNOWLEDGE) as database:
        assert database.rows("PRAGMA user_version") == [(KNOWLEDGE.head(),)]


def test_a_small_quota_ends_in_storage_full_and_a_sound_file(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS) as database:
        database.write_blocking(lambda connection: connection.execute("PRAGMA max_page_count = 30").fetchall())
        with pytest.raises(StorageError) as refused:
            database.change(INSERT, *((f"run-{n}" + "x" * 2_000,) for n in range(200)))
        assert refused.value.code == "storage.full"
        assert database.change(INSERT, ("small",)) == 1
        assert database.rows("PRAGMA integrity_check") == [("ok",)]
