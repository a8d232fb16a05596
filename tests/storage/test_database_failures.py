"""A database file under bad conditions: real files, real processes, a file system that fails on demand."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import apsw
import pytest

from aircher.domain.errors import StorageError
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS, KNOWLEDGE, SESSIONS, Schema

INSERT = """INSERT INTO sessions (id, project_path, status, started_at) VALUES (?, '/p', 'ended', 0)"""
COUNT = "SELECT count(*) FROM sessions"


class Faults(Protocol):
    name: str
    on_write: object


@pytest.mark.parametrize(
    "content",
    [b"\x00" * 4096, os.urandom(10_000), b"not a database at all", b"x" * 100],
    ids=["zeroes", "random", "text", "short"],
)
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


UNDONE_BY_SQLITE = """
CREATE TEMP TABLE once (id INTEGER PRIMARY KEY) STRICT;
INSERT INTO once VALUES (1);
INSERT OR ROLLBACK INTO once VALUES (1);
"""


def test_a_read_that_sqlite_rolled_back_keeps_its_own_error(tmp_path: Path) -> None:
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        with pytest.raises(StorageError, match="UNIQUE constraint failed") as refused:
            database.rows(UNDONE_BY_SQLITE)
        assert refused.value.code == "storage.conflict"
        assert database.rows(COUNT) == [(0,)]


def test_a_migration_that_sqlite_rolled_back_keeps_its_own_error(tmp_path: Path) -> None:
    (tmp_path / "0001_initial.sql").write_text(UNDONE_BY_SQLITE)
    with pytest.raises(StorageError, match="UNIQUE constraint failed") as refused:
        Database(tmp_path / "new.db", Schema(name="new", folder=tmp_path))
    assert refused.value.code == "storage.conflict"
