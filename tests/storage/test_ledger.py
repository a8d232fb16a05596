"""The ledger: sums in the user's days, several processes at once, nothing lost, nothing failed."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import apsw
import pytest

from aircher.domain.errors import StorageError
from aircher.domain.ids import ProjectId, SessionId, TurnId
from aircher.domain.spending import Spent, SpentElsewhere, UsageEntry
from aircher.domain.usage import Usage
from aircher.storage.database import Database
from aircher.storage.ledger import SqliteLedger, Total
from aircher.storage.migrate import SESSIONS, Schema
from aircher.storage.runs import SqliteRuns

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENTRY = UsageEntry(
    at=NOON,
    project_id=ProjectId("zoo-1"),
    project_path="/home/ann/zoo",
    session_id=SessionId("s1"),
    turn_id=TurnId("t1"),
    provider="openai",
    model="small",
    usage=Usage(input_tokens=100, output_tokens=20, cached_tokens=40),
    cost_usd=0.25,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "sessions.db", SESSIONS) as opened:
        yield opened


def filled(database: Database, *entries: UsageEntry) -> SqliteLedger:
    ledger = SqliteLedger(database, tz=BERLIN)
    for entry in entries:
        ledger.note(entry)
    ledger.flush()
    return ledger


def keys(totals: tuple[Total, ...]) -> list[tuple[str, int]]:
    return [(total.key, total.calls) for total in totals]


def test_a_call_is_kept_as_it_was_noted(database: Database) -> None:
    filled(database, ENTRY, replace(ENTRY, turn_id=None, cost_usd=None, is_estimated=True, usage=Usage()))
    assert database.rows("SELECT * FROM usage") == [
        (
            1,
            1795521600000000,
            "zoo-1",
            "/home/ann/zoo",
            "s1",
            "t1",
            "openai",
            "small",
            100,
            20,
            40,
            None,
            None,
            0.25,
            0,
        ),
        (2, 1795521600000000, "zoo-1", "/home/ann/zoo", "s1", None, "openai", "small", 0, 0, None, None, None, None, 1),
    ]


def test_what_was_spent_has_bounds_and_counts_what_it_does_not_know(database: Database) -> None:
    later = NOON + timedelta(hours=1)
    ledger = filled(
        database,
        ENTRY,
        replace(ENTRY, at=later, cost_usd=None),
        replace(ENTRY, at=later, provider="zoo", cost_usd=1.0),
    )
    assert ledger.spent(NOON) == Spent(cost_usd=1.25, unpriced_calls=1)
    assert ledger.spent(NOON, later) == Spent(cost_usd=0.25)
    assert ledger.spent(later, provider="zoo") == Spent(cost_usd=1.0)
    assert ledger.spent(later + timedelta(microseconds=1)) == Spent()


def test_totals_add_up_by_each_name_the_dearest_first(database: Database) -> None:
    other = replace(
        ENTRY,
        project_id=ProjectId("shop-2"),
        project_path="/home/ann/shop",
        session_id=SessionId("s2"),
        provider="zoo",
        model="large",
        usage=Usage(input_tokens=1, reasoning_tokens=7),
        cost_usd=None,
        is_estimated=True,
    )
    ledger = filled(database, ENTRY, other, ENTRY)
    assert ledger.totals("provider") == (
        Total(
            key="openai",
            calls=2,
            usage=Usage(input_tokens=200, output_tokens=40, cached_tokens=80),
            cost_usd=0.5,
            unpriced_calls=0,
            estimated_calls=0,
        ),
        Total(key="zoo", calls=1, usage=other.usage, cost_usd=0.0, unpriced_calls=1, estimated_calls=1),
    )
    assert keys(ledger.totals("model")) == [("openai/small", 2), ("zoo/large", 1)]
    assert keys(ledger.totals("project")) == [("/home/ann/zoo", 2), ("/home/ann/shop", 1)]
    assert keys(ledger.totals("session")) == [("s1", 2), ("s2", 1)]
    assert keys(ledger.totals("day", project_id=ProjectId("shop-2"))) == [("2026-11-24", 1)]
    assert keys(ledger.totals("model", project_id=ProjectId("shop-2"))) == [("zoo/large", 1)]
    assert ledger.totals("model", since=NOON + timedelta(seconds=1)) == ()
    assert ledger.totals("day", until=NOON) == ()


def test_days_are_those_of_the_user_also_when_clocks_change(database: Database) -> None:
    moments = (
        "2026-03-28T22:59:59.999999",  # the last microsecond of Saturday
        "2026-03-28T23:00:00",  # Sunday, which has 23 hours
        "2026-03-29T21:59:59.999999",
        "2026-03-29T22:00:00",
        "2026-10-24T22:00:00",  # Sunday, which has 25 hours
        "2026-10-25T22:59:59.999999",
        "2026-10-25T23:00:00",
    )
    ledger = filled(database, *(replace(ENTRY, at=datetime.fromisoformat(f"{moment}+00:00")) for moment in moments))
    assert keys(ledger.totals("day")) == [
        ("2026-03-28", 1),
        ("2026-03-29", 2),
        ("2026-03-30", 1),
        ("2026-10-25", 2),
        ("2026-10-26", 1),
    ]
    part = ledger.totals("day", since=datetime(2026, 3, 29, 12, tzinfo=UTC), until=datetime(2026, 3, 30, tzinfo=UTC))
    assert keys(part) == [("2026-03-29", 1), ("2026-03-30", 1)]


def test_what_others_spent_leaves_out_this_run_of_the_session_only(database: Database) -> None:
    began_at = NOON + timedelta(hours=1)
    ledger = filled(
        database,
        ENTRY,  # the session's own earlier run
        replace(ENTRY, at=began_at),  # this run
        replace(ENTRY, at=began_at, session_id=SessionId("s2"), provider="zoo", cost_usd=None),
        replace(ENTRY, at=NOON - timedelta(days=3), session_id=SessionId("s3"), provider="old", cost_usd=2.0),
        replace(ENTRY, at=NOON - timedelta(days=30), session_id=SessionId("s3"), cost_usd=50.0),
    )
    now = NOON + timedelta(hours=2)
    assert ledger.elsewhere(now, session_id=SessionId("s1"), session_began_at=began_at) == SpentElsewhere(
        day=now.date(),
        today=Spent(cost_usd=0.25, unpriced_calls=1),
        month=Spent(cost_usd=2.25, unpriced_calls=1),
        providers_today={"openai": Spent(cost_usd=0.25), "zoo": Spent(unpriced_calls=1)},
    )
    assert ledger.elsewhere(now).today == Spent(cost_usd=0.5, unpriced_calls=1)


def test_an_empty_ledger_has_nothing_to_tell(database: Database) -> None:
    ledger = SqliteLedger(database)
    ledger.flush()
    assert (ledger.spent(NOON), ledger.totals("day"), ledger.totals("project")) == (Spent(), (), ())


def test_a_locked_file_fails_nothing_is_told_once_and_loses_nothing(tmp_path: Path) -> None:
    told: list[Exception] = []
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS, busy_timeout_ms=5) as database:
        other = apsw.Connection(str(path))
        other.execute("BEGIN IMMEDIATE")
        ledger = SqliteLedger(database, told=told.append)
        ledger.note(ENTRY)
        ledger.flush()
        ledger.note(replace(ENTRY, cost_usd=1.0))
        ledger.flush()
        [error] = told
        assert isinstance(error, StorageError)
        assert error.code == "storage.locked"
        other.execute("ROLLBACK")
        other.close()
        ledger.note(replace(ENTRY, cost_usd=2.0))
        ledger.flush()
        assert database.rows("SELECT cost_usd FROM usage ORDER BY cost_usd") == [(0.25,), (1.0,), (2.0,)]
    assert len(told) == 1


def test_what_waits_for_a_locked_file_waits_together(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS, busy_timeout_ms=200) as database:
        other = apsw.Connection(str(path))
        other.execute("BEGIN IMMEDIATE")
        ledger = SqliteLedger(database)
        for _ in range(3):
            ledger.note(ENTRY)
        ledger.note(replace(ENTRY, cost_usd=-1.0))  # impossible, and found so only when the file can be written
        ledger.flush()
        begun_s = time.monotonic()
        ledger.flush()
        assert time.monotonic() - begun_s < 0.7
        other.execute("ROLLBACK")
        other.close()
        ledger.flush()
        assert ledger.spent(NOON) == Spent(cost_usd=0.75)


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, usage=Usage(input_tokens=-1)),
        replace(ENTRY, usage=Usage(output_tokens=2**70)),
        replace(ENTRY, cost_usd=float("inf")),
    ],
)
def test_a_number_that_cannot_be_is_told_and_harms_no_other_call(database: Database, entry: UsageEntry) -> None:
    told: list[Exception] = []
    ledger = SqliteLedger(database, told=told.append)
    for item in (ENTRY, entry, ENTRY):
        ledger.note(item)
    ledger.flush()
    assert len(told) == 1
    assert ledger.spent(NOON) == Spent(cost_usd=0.5)


def test_a_closed_database_is_told_and_raises_nothing(tmp_path: Path) -> None:
    told: list[Exception] = []
    database = Database(tmp_path / "sessions.db", SESSIONS)
    ledger = SqliteLedger(database, told=told.append)
    database.close()
    ledger.note(ENTRY)
    ledger.flush()
    assert [type(error) for error in told] == [StorageError]


WORKER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tests.storage.test_ledger import ENTRY
from aircher.domain.ids import SessionId
from aircher.storage.database import Database
from aircher.storage.ledger import SqliteLedger
from aircher.storage.migrate import SESSIONS

path, name, has_end = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "ends"
with Database(path, SESSIONS) as database:
    ledger = SqliteLedger(database, told=lambda error: print("told", error, flush=True))
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(300):
        ledger.note(replace(ENTRY, session_id=SessionId(name), cost_usd=0.5))
    ledger.flush()
    print("flushed", ledger.spent(ENTRY.at).cost_usd, flush=True)
    while not has_end:
        ledger.note(replace(ENTRY, session_id=SessionId(name), cost_usd=0.5))
"""


def worker(path: Path, name: str, *, ends: bool) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path), name, "ends" if ends else "goes on"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_two_processes_write_at_once_and_see_each_other(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS) as database:
        mine = SqliteLedger(database)
        mine.note(replace(ENTRY, session_id=SessionId("mine")))
        workers = [worker(path, name, ends=True) for name in ("a", "b")]
        for process in workers:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        seen = sorted(float(process.communicate(timeout=60)[0].split()[1]) for process in workers)
        assert [process.returncode for process in workers] == [0, 0]
        mine.flush()
        others = mine.elsewhere(ENTRY.at, session_id=SessionId("mine"), session_began_at=ENTRY.at)
        assert others.today == Spent(cost_usd=300.0)
        assert mine.spent(ENTRY.at) == Spent(cost_usd=300.25)
    assert seen[1] >= 300.0  # whoever ended last saw the other's


def test_kill_9_loses_nothing_of_before_the_last_flush(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    process = worker(path, "a", ends=False)
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.stdout.readline() == "flushed 150.0\n"
        process.send_signal(signal.SIGKILL)
    with Database(path, SESSIONS) as database:
        assert database.rows("PRAGMA integrity_check") == [("ok",)]
        assert SqliteLedger(database).spent(ENTRY.at).cost_usd >= 150.0


def test_a_database_of_the_version_before_gets_its_ledger_and_keeps_its_runs(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "0001_initial.sql").write_bytes((SESSIONS.folder / "0001_initial.sql").read_bytes())
    path = tmp_path / "sessions.db"
    with Database(path, Schema(name="sessions", folder=old)) as database:
        run_id = SqliteRuns(database).begin(SessionId("talk"), project_path="/p")
    with Database(path, SESSIONS) as database:
        assert filled(database, ENTRY).spent(NOON) == Spent(cost_usd=0.25)
        assert [run.id for run in SqliteRuns(database).active()] == [run_id]
    [copy] = (tmp_path / "backups").iterdir()
    assert copy.name.startswith("sessions-v1-")


def test_the_sums_of_today_and_this_month_read_an_index_alone(tmp_path: Path) -> None:
    Database(tmp_path / "sessions.db", SESSIONS).close()
    from aircher.storage.statements import statements

    with sqlite3.connect(tmp_path / "sessions.db") as connection:
        for name in ("usage_spent", "usage_elsewhere"):
            sql = statements("sessions")[name]
            plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", (0, 0, "x", 0)[: 3 + sql.count("?4")]).fetchall()
            assert "USING COVERING INDEX usage_by_time (at>?" in plan[0][3]
    connection.close()
