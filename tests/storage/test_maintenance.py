"""Upkeep: what is there, whether it is sound, copies of it, and those copies back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from aircher.domain.errors import StorageError
from aircher.domain.events import Published, TurnStarted
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.messages import TextPart
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.event_log import close_stretch
from aircher.storage.maintenance import (
    DatabaseFile,
    DatabaseStatus,
    Restored,
    Verdict,
    backup,
    restore,
    status,
    vacuum,
    verify,
)
from aircher.storage.migrate import CONVERSATIONS, FILE_INDEX, SCHEMAS, SESSIONS

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> DatabaseFile:
    """A database with one conversation of one message."""
    file = DatabaseFile(schema=CONVERSATIONS, path=tmp_path / "data" / "conversations.db")
    with Database(file.path, CONVERSATIONS) as database:
        talk(database, "first")
    return file


def talk(database: Database, name: str) -> None:
    session_id = SqliteConversations(database).create(
        project_id=ProjectId("p"), project_path="/p", provider="o", model="m", session_id=SessionId(name)
    )
    event = TurnStarted(prompt=(TextPart(text=f"about {name}"),), provider="o", model="m")
    item = Published(seq=1, at=NOON, session_id=session_id, turn_id=None, event=event)
    database.write_blocking(lambda connection: close_stretch(connection, session_id, [item]))


def titles(file: DatabaseFile) -> list[str | None]:
    with Database(file.path, file.schema) as database:
        return [item.title for item in SqliteConversations(database).list()]


@contextmanager
def damaged(file: DatabaseFile, statement: str) -> Iterator[None]:
    """Change the file behind the program's back."""
    connection = apsw.Connection(str(file.path))
    connection.execute("PRAGMA writable_schema = ON").fetchall()
    connection.execute(statement).fetchall()
    connection.close()
    yield


def test_status_counts_what_is_there(file: DatabaseFile) -> None:
    assert status(file) == DatabaseStatus(
        name="conversations",
        path=file.path,
        exists=True,
        version=CONVERSATIONS.head(),
        head_version=CONVERSATIONS.head(),
        size_bytes=file.path.stat().st_size,
        wal_bytes=0,
        counts={"conversations": 1, "events": 1, "messages": 1},
        problem=None,
    )


def test_status_sees_the_log_of_a_database_in_use(file: DatabaseFile) -> None:
    with Database(file.path, CONVERSATIONS) as database:
        talk(database, "second")
        seen = status(file)
    assert seen.wal_bytes > 0
    assert seen.counts["conversations"] == 2


def test_a_database_that_does_not_exist_is_no_problem(tmp_path: Path) -> None:
    files = [DatabaseFile(schema=schema, path=tmp_path / f"{schema.name}.db") for schema in SCHEMAS]
    for file in files:
        seen = status(file)
        assert (seen.exists, seen.version, seen.size_bytes, seen.problem) == (False, 0, 0, None)
        assert verify(file).is_sound
    assert backup(files, tmp_path / "copies") == ()
    assert list(tmp_path.iterdir()) == []


def test_status_tells_why_a_file_cannot_be_read(file: DatabaseFile) -> None:
    file.path.write_bytes(os.urandom(5_000))
    seen = status(file)
    assert seen.problem is not None
    assert (seen.problem.code, seen.counts, seen.version) == ("storage.corrupt", {}, 0)


def test_a_sound_database_has_no_findings(file: DatabaseFile) -> None:
    assert verify(file) == Verdict(name="conversations", path=file.path, findings=())


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE events SET type = 'unheard.of'", "event 1 of session first cannot be read: unknown type unheard.of"),
        ("DELETE FROM conversations", "row None of events refers to a row of conversations that is not there"),
        ("DROP TRIGGER messages_updated; UPDATE messages SET text = 'x'", "the full-text index does not match"),
        ("UPDATE schema_migrations SET sha256 = 'x'", "migration 0001_initial is not the one this program knows"),
        ("PRAGMA user_version = 99", "it has schema 99, and this program works with"),
        ("DROP TABLE schema_migrations", "it was not made by Aircher"),
        ("DELETE FROM sqlite_schema WHERE name = 'conversations_by_update'", "never used"),
    ],
)
def test_damage_of_every_kind_is_found(file: DatabaseFile, statement: str, finding: str) -> None:
    with damaged(file, statement):
        verdict = verify(file)
    assert not verdict.is_sound
    assert any(finding in found for found in verdict.findings), verdict.findings


def test_random_bytes_are_a_finding(file: DatabaseFile) -> None:
    file.path.write_bytes(os.urandom(5_000))
    assert "is damaged or not a database" in verify(file).findings[0]


def test_other_databases_are_verified_too(tmp_path: Path) -> None:
    for schema in (SESSIONS, FILE_INDEX):
        file = DatabaseFile(schema=schema, path=tmp_path / f"{schema.name}.db")
        Database(file.path, schema).close()
        assert verify(file).is_sound


def test_a_backup_of_a_database_in_use_comes_back_and_keeps_what_it_replaces(
    file: DatabaseFile, tmp_path: Path
) -> None:
    with Database(file.path, CONVERSATIONS) as database:
        [copy] = backup([file], tmp_path / "copies")
        talk(database, "second")
    assert copy.parent.parent == tmp_path / "copies"
    assert [path.name for path in copy.parent.iterdir()] == ["conversations.db"]
    [restored] = restore([file], copy.parent)
    assert restored.kept_aside is not None
    assert restored == Restored(name="conversations", path=file.path, kept_aside=restored.kept_aside)
    assert titles(file) == ["about first"]
    assert len(titles(DatabaseFile(schema=CONVERSATIONS, path=restored.kept_aside))) == 2


def test_a_damaged_database_can_be_replaced_and_a_missing_one_put_back(file: DatabaseFile, tmp_path: Path) -> None:
    [copy] = backup([file], tmp_path / "copies")
    noise = os.urandom(5_000)
    file.path.write_bytes(noise)
    [restored] = restore([file], copy.parent)
    assert restored.kept_aside is not None
    assert restored.kept_aside.read_bytes() == noise
    assert titles(file) == ["about first"]
    file.path.unlink()
    assert restore([file], copy.parent) == (Restored(name="conversations", path=file.path, kept_aside=None),)
    assert titles(file) == ["about first"]


def test_a_copy_that_is_not_sound_replaces_nothing(file: DatabaseFile, tmp_path: Path) -> None:
    [copy] = backup([file], tmp_path / "copies")
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) // 2])
    before = file.path.read_bytes()
    with pytest.raises(StorageError, match="is not sound") as refused:
        restore([file], copy.parent)
    assert refused.value.code == "storage.corrupt"
    assert file.path.read_bytes() == before


def listing(folder: Path) -> dict[str, bytes]:
    """What is kept in a folder; SQLite makes and removes the files beside a database as it likes."""
    beside = ("-wal", "-shm")
    files = (path for path in folder.iterdir() if path.is_file() and not path.name.endswith(beside))
    return {path.name: path.read_bytes() for path in files}


@pytest.mark.parametrize("exists", [True, False])
def test_a_restore_that_fails_while_it_copies_replaces_nothing(
    file: DatabaseFile, tmp_path: Path, *, exists: bool
) -> None:
    runs = DatabaseFile(schema=SESSIONS, path=file.path.with_name("sessions.db"))
    Database(runs.path, SESSIONS).close()
    [copy, _] = backup([file, runs], tmp_path / "copies")
    if not exists:
        runs.path.unlink()
    (file.path.with_name(".sessions.db.part") / "in the way").mkdir(parents=True)
    before = listing(file.path.parent)
    with pytest.raises(StorageError):
        restore([file, runs], copy.parent)
    assert listing(file.path.parent) == before


@pytest.mark.parametrize("exists", [True, False])
def test_a_restore_that_fails_while_it_renames_is_undone(file: DatabaseFile, tmp_path: Path, *, exists: bool) -> None:
    too_long = "s" * 230 + ".db"  # there is no room in a name for ".replaced-<time>"
    runs = DatabaseFile(schema=SESSIONS, path=file.path.with_name(too_long))
    Database(runs.path, SESSIONS).close()
    [copy, _] = backup([file, runs], tmp_path / "copies")
    if not exists:
        file.path.unlink()
    before = listing(file.path.parent)
    with pytest.raises(StorageError, match="File name too long"):
        restore([file, runs], copy.parent)
    assert listing(file.path.parent) == before


def test_a_folder_without_copies_is_named(file: DatabaseFile, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="holds no copy") as refused:
        restore([file], tmp_path / "nowhere")
    assert refused.value.code == "storage.no_backup"


def test_a_database_in_use_by_another_process_is_not_replaced(file: DatabaseFile, tmp_path: Path) -> None:
    [copy] = backup([file], tmp_path / "copies")
    program = (
        "import sys; from pathlib import Path; from aircher.storage.database import Database; "
        "from aircher.storage.migrate import CONVERSATIONS; "
        f"database = Database(Path({str(file.path)!r}), CONVERSATIONS); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(StorageError) as refused:
            restore([file], copy.parent)
        process.communicate()
    assert refused.value.code == "storage.locked"
    assert restore([file], copy.parent)


def test_a_backup_that_cannot_be_written_is_named(file: DatabaseFile, tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("in the way")
    with pytest.raises(StorageError) as refused:
        backup([file], tmp_path / "copies")
    assert refused.value.code == "storage.unavailable"


def test_vacuum_gives_space_back(file: DatabaseFile) -> None:
    with Database(file.path, CONVERSATIONS) as database:
        for n in range(300):
            talk(database, f"number-{n:03}" + "x" * 2_000)
        database.change("DELETE FROM conversations WHERE id LIKE 'number%'", ())
    before = file.path.stat().st_size
    assert vacuum(file) == before - file.path.stat().st_size > 0
    assert verify(file).is_sound
    assert titles(file) == ["about first"]
