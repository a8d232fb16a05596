"""Runs of the program, and those that ended without a word."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aircher.domain.ids import SessionId
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.storage.runs import Run, SqliteRuns, is_alive

NOON = datetime(2126, 11, 24, 12, tzinfo=UTC)  # after every process of today began
TALK = SessionId("talk")


def test_a_run_whose_process_is_gone_is_found_lost(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        runs = SqliteRuns(database, now=lambda: NOON)
        mine = runs.begin(TALK, project_path="/p")
        lost = runs.begin(TALK, project_path="/p", pid=gone.pid)
        ended = runs.begin(TALK, project_path="/p")
        runs.end(ended)

        def run(name: str, **changes: object) -> Run:
            values: dict[str, object] = {"pid": os.getpid(), "status": "active", "ended_at": NOON} | changes
            return Run(id=name, conversation_id=TALK, project_path="/p", started_at=NOON, **values)  # type: ignore[arg-type]  # the test's own table

        active = run(mine, ended_at=None)
        assert runs.active() == (active,)
        assert set(runs.recent()) == {active, run(lost, pid=gone.pid, status="lost"), run(ended, status="ended")}
        assert len(runs.recent(limit=2)) == 2


def test_a_process_of_somebody_else_is_alive() -> None:
    assert is_alive(1, since=NOON)
    assert is_alive(os.getpid(), since=NOON)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process began")
def test_a_process_that_was_given_the_id_of_one_that_is_gone_is_another() -> None:
    assert is_alive(os.getpid(), since=datetime.now(UTC))
    assert not is_alive(os.getpid(), since=datetime(2020, 1, 1, tzinfo=UTC))
