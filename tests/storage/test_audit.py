"""The audit trail: what is kept, in which order, by whom, and that nothing is lost when its writer is killed."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.storage.conftest import Faults

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.effect_records import from_record, to_record
from aircher.domain.effects import Action, Reads
from aircher.domain.errors import StorageError
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import JsonValue
from aircher.storage.audit import NullAudit, SqliteAudit
from aircher.storage.audit_chain import START, Head
from aircher.storage.audit_rows import columns, entry_of
from aircher.storage.audit_trail import AuditTrail
from aircher.storage.database import Database
from aircher.storage.maintenance import DatabaseFile, verify
from aircher.storage.migrate import SESSIONS
from aircher.support.redaction import Redactor
from aircher.support.secret_shapes import HIDDEN

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
ACTION = Action(tool="read", effects=(Reads(path=Path("/home/ann/zoo/keeper.py")),))
ENTRY = AuditEntry(
    at=NOON,
    session_id=SessionId("0aaa-first"),
    turn_id=TurnId("t1"),
    call_id=CallId("c1"),
    kind=AuditKind.DECIDED,
    tool="read_file",
    data={
        "tool": "read_file",
        "actions": [to_record(ACTION)],
        "verdict": "allow",
        "rule": "read(workspace)",
        "mode": "ask",
    },
)


@pytest.fixture
def sessions_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.db"


@pytest.fixture
def sessions(sessions_path: Path) -> Iterator[Database]:
    with Database(sessions_path, SESSIONS) as opened:
        yield opened


@pytest.fixture
def audit(sessions: Database) -> SqliteAudit:
    return SqliteAudit(sessions, Redactor())


async def test_an_entry_is_in_the_file_when_note_returns(audit: SqliteAudit, sessions_path: Path) -> None:
    await audit.note(ENTRY)
    connection = apsw.Connection(str(sessions_path), flags=apsw.SQLITE_OPEN_READONLY)
    found = connection.execute("SELECT seq, at, session_id, turn_id, call_id, kind, tool, previous FROM audit").get
    connection.close()
    assert found == (1, 1795521600123456, "0aaa-first", "t1", "c1", "decided", "read_file", START)


async def test_an_entry_is_read_as_it_was_noted(audit: SqliteAudit, sessions: Database) -> None:
    outside = replace(ENTRY, turn_id=None, call_id=None, kind=AuditKind.UNDONE, tool="", data={})
    await audit.note(ENTRY)
    await audit.note(outside)
    assert [entry_of(row) for row in AuditTrail(sessions).newest(limit=9)] == [ENTRY, outside]


async def test_entries_that_are_noted_at_once_keep_their_order(audit: SqliteAudit, sessions: Database) -> None:
    await asyncio.gather(*(audit.note(replace(ENTRY, call_id=CallId(f"c{number}"))) for number in range(600)))
    rows = AuditTrail(sessions).newest(limit=1_000)
    assert [row.call_id for row in rows] == [f"c{number}" for number in range(600)]
    assert audit.head() == Head(600, rows[-1].hash)


async def test_decisions_are_found_by_time_and_session(audit: SqliteAudit) -> None:
    later = replace(ENTRY, at=NOON + timedelta(hours=1), session_id=SessionId("0bbb"))
    for entry in (ENTRY, replace(ENTRY, kind=AuditKind.ASKED), later):
        await audit.note(entry)
    assert list(audit.decisions()) == [ENTRY, later]
    assert list(audit.decisions(since=NOON + timedelta(minutes=1))) == [later]
    assert list(audit.decisions(session_id=ENTRY.session_id)) == [ENTRY]
    [found] = audit.decisions(NOON, ENTRY.session_id)
    actions = found.data["actions"]
    assert isinstance(actions, list)
    assert isinstance(actions[0], dict)
    assert from_record(actions[0]) == ACTION


async def test_secrets_are_taken_out_before_anything_is_written(sessions: Database, sessions_path: Path) -> None:
    audit = SqliteAudit(sessions, Redactor(["planted-in-the-audit-41"]))
    command = "curl -H 'Authorization: Bearer planted-in-the-audit-41' https://ann:pa55word@zoo.test/"
    data: dict[str, JsonValue] = {
        "run": command,
        "arguments": {"command": [command], "password": "swordfish and more", "n": 5},
        "planted-in-the-audit-41": True,
    }
    await audit.note(replace(ENTRY, kind=AuditKind.ASKED, data=data))
    [row] = AuditTrail(sessions).newest(limit=1)
    cleaned = f"curl -H 'Authorization: Bearer {HIDDEN}' https://{HIDDEN}@zoo.test/"
    assert json.loads(row.data) == {
        "run": cleaned,
        "arguments": {"command": [cleaned], "password": HIDDEN, "n": 5},
        HIDDEN: True,
    }
    files = b"".join(file.read_bytes() for file in sessions_path.parent.iterdir())
    assert b"planted" not in files
    assert b"swordfish" not in files


async def test_a_text_of_any_length_is_kept_at_both_ends_and_no_secret_is_halved(sessions: Database) -> None:
    secret = "planted-in-the-audit-41"
    audit = SqliteAudit(sessions, Redactor([secret]))
    for before in range(9_990 - len(secret), 10_010):
        await audit.note(replace(ENTRY, data={"run": "a" * before + secret + "b" * 100_000}))
    for row in AuditTrail(sessions).newest(limit=100):
        text = json.loads(row.data)["run"]
        assert len(text) < 20_100
        assert text.startswith("aaa")
        assert text.endswith("bbb")
        assert "planted" not in text


json_values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
    max_leaves=8,
)
DEEP: JsonValue = []
for _ in range(2_000):
    DEEP = [DEEP]


@given(st.dictionaries(st.text(st.characters()), json_values, max_size=3), st.text(st.characters()))
def test_whatever_a_model_sends_can_be_kept(data: dict[str, JsonValue], foreign: str) -> None:
    entry = replace(ENTRY, call_id=CallId(foreign), tool=foreign, data=data)
    with Database(None, SESSIONS) as database:
        SqliteAudit(database, Redactor()).note_blocking(entry)
        checked = AuditTrail(database).check()
    assert (checked.rows, checked.broken) == (1, None)


@pytest.mark.parametrize("value", [DEEP, 10**5_000, float("nan"), float("-inf")], ids=["deep", "huge", "nan", "inf"])
def test_what_json_cannot_hold_is_described(value: JsonValue) -> None:
    assert json.loads(columns(replace(ENTRY, data={"x": value}), Redactor())[-1])


def test_the_ephemeral_trail_writes_nothing(tmp_path: Path) -> None:
    asyncio.run(NullAudit().note(ENTRY))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE audit SET tool = 'x' WHERE seq = 2", "never changes"),
        ("DELETE FROM audit WHERE seq = 3", "only when it is pruned"),
        ("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 1", "follows the last one"),
        ("INSERT INTO audit SELECT 9, at, session_id, turn_id, call_id, kind, tool, data, previous, hash FROM audit",
         "follows the last one"),
        ("UPDATE audit_ends SET head_seq = 2", "only move on"),
        ("DELETE FROM audit_ends", "stay"),
    ],
)  # fmt: skip
async def test_no_statement_changes_the_trail_by_mistake(
    audit: SqliteAudit, sessions: Database, sql: str, reason: str
) -> None:
    for _ in range(3):
        await audit.note(ENTRY)
    with pytest.raises(StorageError, match=reason):
        sessions.change(sql, ())
    assert AuditTrail(sessions).check().broken is None


async def test_a_full_disk_is_told_and_the_chain_stays_whole(tmp_path: Path, faults: Faults) -> None:
    def full() -> None:
        raise apsw.FullError("no space")

    with Database(tmp_path / "sessions.db", SESSIONS, vfs=faults.name) as database:
        audit = SqliteAudit(database, Redactor())
        await audit.note(ENTRY)
        faults.on_write = full
        with pytest.raises(StorageError, match="full"):
            await audit.note(ENTRY)
        faults.on_write = None
        await audit.note(ENTRY)
        checked = AuditTrail(database).check()
    assert (checked.rows, checked.head.seq, checked.broken) == (2, 2, None)


WRITER = """
import asyncio, sys
from pathlib import Path
from tests.storage.test_audit import ENTRY
from aircher.storage.audit import SqliteAudit
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.support.redaction import Redactor

async def main(path, times):
    with Database(path, SESSIONS) as database:
        audit = SqliteAudit(database, Redactor())
        for number in range(times):
            await audit.note(ENTRY)
            print(number, flush=True)

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


def writer(path: Path, *, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(times)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)


def test_two_processes_write_one_chain(sessions: Database, sessions_path: Path) -> None:
    writers = [writer(sessions_path, times=300) for _ in range(2)]
    for process in writers:
        assert process.communicate(timeout=60)[0].split()[-1] == "299"
        assert process.returncode == 0
    checked = AuditTrail(sessions).check()
    assert (checked.rows, checked.head.seq, checked.broken) == (600, 600, None)


def test_a_killed_writer_leaves_a_whole_chain_with_all_that_was_acknowledged(sessions_path: Path) -> None:
    acknowledged = 0
    for rows in (1, 2, 3, 5, 8, 40):
        process = writer(sessions_path, times=1_000_000)
        assert process.stdout is not None
        for _ in range(rows):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        acknowledged += rows + process.communicate()[0].count("\n")
        with Database(sessions_path, SESSIONS) as database:
            checked = AuditTrail(database).check()
        assert checked.broken is None
        assert checked.rows == checked.head.seq >= acknowledged
        acknowledged = checked.rows
    assert verify(DatabaseFile(schema=SESSIONS, path=sessions_path)).is_sound
