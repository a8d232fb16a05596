"""Where a session is recorded: the list of runs never fails it, and two processes never share one."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from aircher.app.recording import Recording, open_recording
from aircher.config.databases import DatabasePaths
from aircher.domain.errors import UsageError
from aircher.domain.events import Published, TurnStarted
from aircher.domain.ids import SessionId, TurnId
from aircher.domain.messages import TextPart
from aircher.domain.models import ModelInfo
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.runs import SqliteRuns

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
MODEL = ModelInfo(provider="offline", name="index")


@pytest.fixture
def paths(tmp_path: Path) -> DatabasePaths:
    return DatabasePaths(
        conversations=tmp_path / "conversations.db",
        knowledge=tmp_path / "knowledge.db",
        sessions=tmp_path / "sessions.db",
        file_index=tmp_path / "file_index.db",
    )


@pytest.fixture
def stranger() -> Iterator[int]:
    """Another process that lives."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


def opened(paths: DatabasePaths, notes: list[str], *, resume: str | None = None, fork: bool = False) -> Recording:
    root = paths.conversations.parent
    return open_recording(
        paths, root=root, model=MODEL, resume=resume, continue_last=False, fork=fork, note=notes.append
    )


def listed(paths: DatabasePaths) -> list[tuple[str | None, str]]:
    with Database(paths.sessions, SESSIONS) as database:
        return [(run.conversation_id, run.status) for run in SqliteRuns(database).recent()]


def lock(path: Path) -> apsw.Connection:
    """Keep everybody out of a database until the connection is closed."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").fetchall()
    return connection


def test_a_run_is_listed_from_its_beginning_to_its_end(paths: DatabasePaths) -> None:
    notes: list[str] = []
    recording = opened(paths, notes)
    assert listed(paths) == [(recording.session_id, "active")]
    recording.close()
    assert (listed(paths), notes) == ([(recording.session_id, "ended")], [])


def test_a_list_that_is_damaged_is_noted_and_stops_nothing(paths: DatabasePaths) -> None:
    paths.sessions.write_bytes(b"no database at all" * 100)
    notes: list[str] = []
    opened(paths, notes).close()
    [note] = notes
    assert note.startswith("this run is not listed: ")


def test_a_list_that_is_locked_is_hardly_waited_for(paths: DatabasePaths) -> None:
    Database(paths.sessions, SESSIONS).close()
    holder = lock(paths.sessions)
    notes: list[str] = []
    begun_s = time.monotonic()
    opened(paths, notes).close()
    assert time.monotonic() - begun_s < 4.5  # others are waited for five seconds
    holder.close()
    [note] = notes
    assert "sessions.db is locked by another process" in note


def test_a_list_that_breaks_before_the_run_begins_or_ends_stops_nothing(paths: DatabasePaths) -> None:
    notes: list[str] = []
    recording = opened(paths, notes)
    other = apsw.Connection(str(paths.sessions))
    other.execute("DROP TABLE sessions; CREATE TABLE kept (id); BEGIN IMMEDIATE").fetchall()
    recording.close()
    other.close()
    assert len(notes) == 1
    assert "sessions.db is locked" in notes[0]
    assert not paths.conversations.with_name("conversations.db-wal").exists()  # it was closed all the same


async def begun(paths: DatabasePaths) -> Recording:
    """Return a recording in which something was said."""
    recording = opened(paths, [])
    event = TurnStarted(prompt=(TextPart(text="hello"),), provider="offline", model="index")
    await recording.recorder.record(
        Published(seq=1, at=NOON, session_id=recording.session_id, turn_id=TurnId("t"), event=event)
    )
    return recording


async def test_a_conversation_in_which_nothing_was_said_is_gone_at_its_end(paths: DatabasePaths) -> None:
    opened(paths, []).close()
    kept = await begun(paths)
    await kept.recorder.aclose()
    kept.close()
    with Database(paths.conversations, CONVERSATIONS) as database:
        assert database.rows("SELECT id FROM conversations") == [(kept.session_id,)]


async def test_a_session_that_another_process_has_open_is_not_gone_on_with(paths: DatabasePaths, stranger: int) -> None:
    first = await begun(paths)
    await first.recorder.aclose()
    first.close()
    with Database(paths.sessions, SESSIONS) as database:
        SqliteRuns(database).begin(first.session_id, project_path="/p", pid=stranger)
    with pytest.raises(UsageError) as refused:
        opened(paths, [], resume=first.session_id)
    assert (refused.value.code, refused.value.message, refused.value.hint) == (
        "usage.session_open",
        f"session {first.session_id} is open in process {stranger}",
        f"end that process, or go on in a copy: aircher -r {first.session_id} --fork",
    )
    copy = opened(paths, [], resume=first.session_id, fork=True)
    assert copy.session_id != first.session_id
    copy.close()


def test_a_session_whose_process_is_gone_or_is_this_one_is_gone_on_with(paths: DatabasePaths) -> None:
    first = opened(paths, [])
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    with Database(paths.sessions, SESSIONS) as database:
        SqliteRuns(database).begin(first.session_id, project_path="/p", pid=gone.pid)
    again = opened(paths, [], resume=first.session_id)
    assert again.session_id == first.session_id
    again.close()
    first.close()


def test_a_session_nobody_knows_leaves_nothing_open(paths: DatabasePaths) -> None:
    with pytest.raises(UsageError):
        opened(paths, [], resume=SessionId("ffff"))
    lock(paths.conversations).close()
