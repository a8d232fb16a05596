"""Whatever is done to the audit trail is found and named, in the database and in an export; pruning leaves its mark."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import apsw
import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.storage.test_audit import ENTRY, NOON

from aircher.domain.audit import AuditKind
from aircher.domain.errors import StorageError, UsageError
from aircher.domain.ids import CallId
from aircher.storage.audit import SqliteAudit
from aircher.storage.audit_chain import START, Break, ChainRow, Damage, Ends, Head, first_break, row_hash
from aircher.storage.audit_export import export, read_export
from aircher.storage.audit_rows import canonical
from aircher.storage.audit_trail import AuditTrail, check_snapshot
from aircher.storage.database import Database
from aircher.storage.maintenance import DatabaseFile, verify
from aircher.storage.migrate import SESSIONS
from aircher.support.redaction import Redactor

ROWS = 8
COLUMNS = "at, session_id, turn_id, call_id, kind, tool, data, previous, hash"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS) as database:
        audit = SqliteAudit(database, Redactor())
        for number in range(1, ROWS + 1):
            audit.note_blocking(replace(ENTRY, at=NOON + timedelta(days=number), call_id=CallId(f"c{number}")))
    return path


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database(path, SESSIONS) as opened:
        yield opened


def tamper(path: Path, *statements: str) -> None:
    """Do what somebody does who owns the file: without triggers, with any program."""
    connection = apsw.Connection(str(path))
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def renumbered(first: int, by: int) -> tuple[str, str]:
    """Return the statements that move all rows from ``first`` on; numbers must not collide on the way."""
    return (
        f"UPDATE audit SET seq = -seq WHERE seq >= {first}",
        f"UPDATE audit SET seq = -seq + {by} WHERE seq < 0",
    )


CASES: dict[str, tuple[tuple[str, ...], Damage, int]] = {
    "a verdict": (("UPDATE audit SET data = replace(data, 'allow', 'deny') WHERE seq = 3",), Damage.CHANGED, 3),
    "a time": (("UPDATE audit SET at = at + 1 WHERE seq = 8",), Damage.CHANGED, 8),
    "a kind": (("UPDATE audit SET kind = 'asked' WHERE seq = 1",), Damage.CHANGED, 1),
    "a call": (("UPDATE audit SET call_id = NULL WHERE seq = 2",), Damage.CHANGED, 2),
    "a hash": (("UPDATE audit SET hash = previous WHERE seq = 5",), Damage.CHANGED, 5),
    "a link": (("UPDATE audit SET previous = hash WHERE seq = 5",), Damage.CHANGED, 5),
    "a row gone": (("DELETE FROM audit WHERE seq = 4",), Damage.REMOVED, 4),
    "the first gone": (("DELETE FROM audit WHERE seq = 1",), Damage.REMOVED, 1),
    "rows gone, renumbered": (("DELETE FROM audit WHERE seq IN (4, 5)", *renumbered(6, -2)), Damage.REMOVED, 4),
    "the last gone": (("DELETE FROM audit WHERE seq = 8",), Damage.TRUNCATED, 8),
    "the last three gone": (("DELETE FROM audit WHERE seq > 5",), Damage.TRUNCATED, 6),
    "all gone": (("DELETE FROM audit",), Damage.TRUNCATED, 1),
    "two exchanged": (
        ("UPDATE audit SET seq = -seq WHERE seq IN (3, 6)", "UPDATE audit SET seq = 9 + seq WHERE seq < 0"),
        Damage.REORDERED,
        3,
    ),
    "one put in between": (
        (*renumbered(4, 1), f"INSERT INTO audit SELECT 4, {COLUMNS} FROM audit WHERE seq = 2"),
        Damage.INSERTED,
        4,
    ),
    "one added": ((f"INSERT INTO audit SELECT 9, {COLUMNS} FROM audit WHERE seq = 2",), Damage.INSERTED, 9),
    "the beginning cut off": (
        (
            "DELETE FROM audit WHERE seq < 4",
            "UPDATE audit_ends SET base_seq = 3, base_hash = (SELECT previous FROM audit WHERE seq = 4)",
        ),
        Damage.REMOVED,
        3,
    ),
    "another end": (("UPDATE audit_ends SET head_seq = 12",), Damage.TRUNCATED, 9),
    "another hash of the end": ((f"UPDATE audit_ends SET head_hash = '{START}'",), Damage.REWRITTEN, 8),
}


@pytest.mark.parametrize(("statements", "damage", "seq"), CASES.values(), ids=CASES)
def test_tampering_is_found_and_the_first_row_is_named(
    path: Path, statements: tuple[str, ...], damage: Damage, seq: int
) -> None:
    tamper(path, *statements)
    with Database(path, SESSIONS) as database:
        broken = AuditTrail(database).check().broken
    assert broken is not None
    assert (broken.damage, broken.seq) == (damage, seq), broken.message
    assert broken.message.startswith(f"row {seq} ")
    verdict = verify(DatabaseFile(schema=SESSIONS, path=path))
    assert verdict.findings == (f"the audit trail was tampered with: {broken.message}",)


def rows_of(database: Database) -> list[ChainRow]:
    return list(AuditTrail(database).newest(limit=1_000))


def rechained(rows: list[ChainRow], *, start: Head) -> list[ChainRow]:
    """Return the rows as somebody writes them who computes all hashes anew."""
    last, done = start, []
    for row in rows:
        linked = replace(row, seq=last.seq + 1, previous=last.hash)
        done.append(replace(linked, hash=row_hash(linked)))
        last = Head(linked.seq, done[-1].hash)
    return done


def ends_of(rows: list[ChainRow]) -> Ends:
    return Ends(base=Head(0, START), head=Head(rows[-1].seq, rows[-1].hash))


def test_a_row_that_is_hashed_anew_breaks_the_chain_behind_it(database: Database) -> None:
    rows = rows_of(database)
    forged = replace(rows[3], tool="shell")
    rows[3] = replace(forged, hash=row_hash(forged))
    assert first_break(rows, ends_of(rows)) == Break(
        seq=4, damage=Damage.REWRITTEN, message="row 4 is not the one that row 5 was written after"
    )


def test_a_chain_that_is_rewritten_to_its_end_is_found_by_a_head_that_was_noted(database: Database) -> None:
    rows = rows_of(database)
    noted = Head(6, rows[5].hash)
    forged = rechained([row for row in rows if row.seq != 3], start=Head(0, START))
    assert first_break(forged, ends_of(forged)) is None  # what the chain alone cannot tell
    assert first_break(forged, ends_of(forged), [noted]) == Break(
        seq=6, damage=Damage.REWRITTEN, message="row 6 does not have the hash that was noted for it"
    )
    shorter = forged[:4]
    assert first_break(shorter, ends_of(shorter), [noted]) == Break(
        seq=5, damage=Damage.TRUNCATED, message="row 5 and all after it up to 6 are missing"
    )


@hypothesis.settings(deadline=None)  # a row that was changed is looked for in many places
@given(st.data())
def test_no_change_of_any_column_goes_unseen(data: st.DataObject) -> None:
    rows = [replace(ROW, call_id=f"c{number}") for number in range(5)]
    rows = rechained(rows, start=Head(0, START))
    at, column = data.draw(st.integers(0, 4)), data.draw(st.sampled_from(list(CHANGES)))
    changed = replace(rows[at], **{column: data.draw(CHANGES[column])})  # type: ignore[arg-type]  # drawn to fit
    tampered = [*rows[:at], changed, *rows[at + 1 :]]
    broken = first_break(tampered, ends_of(rows))
    assert (broken is None) == (changed == rows[at])


ROW = ChainRow(
    seq=1, at=0, session_id="s", turn_id=None, call_id=None, kind="asked", tool="x", data="{}", previous="", hash=""
)
CHANGES: dict[str, st.SearchStrategy[object]] = {
    "seq": st.integers(-3, 9),
    "at": st.integers(-5, 5),
    "session_id": st.text(max_size=3),
    "turn_id": st.none() | st.text(max_size=3),
    "call_id": st.none() | st.text(max_size=3),
    "kind": st.text(max_size=3),
    "tool": st.text(max_size=3),
    "data": st.sampled_from(["{}", "[]", "{ }"]),
    "previous": st.text("0123456789abcdef", min_size=64, max_size=64),
    "hash": st.text("0123456789abcdef", min_size=64, max_size=64),
}


def exported(database: Database) -> list[str]:
    lines: list[str] = []
    assert export(database, lambda line: lines.append(json.dumps(line))) == ROWS
    return lines


def test_an_export_can_be_checked_without_the_database(database: Database) -> None:
    lines = exported(database)
    checked = check_snapshot(read_export(lines, name="x"))
    assert (checked.rows, checked.broken) == (ROWS, None)
    assert checked.head == AuditTrail(database).check().head
    assert json.loads(lines[1])["data"]["verdict"] == "allow"


LINES: dict[str, tuple[Callable[[list[str]], list[str]], Damage, int]] = {
    "changed": (lambda lines: [line.replace('"c4"', '"c5"') for line in lines], Damage.CHANGED, 4),
    "removed": (lambda lines: lines[:4] + lines[5:], Damage.REMOVED, 4),
    "cut off": (lambda lines: lines[:-2], Damage.TRUNCATED, 7),
    "exchanged": (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], Damage.REORDERED, 3),
    "doubled": (lambda lines: [*lines[:4], lines[3], *lines[4:]], Damage.INSERTED, 3),
    "added": (lambda lines: [*lines, lines[2]], Damage.INSERTED, 9),
}


@pytest.mark.parametrize(("change", "damage", "seq"), LINES.values(), ids=LINES)
def test_tampering_with_an_export_is_found(
    database: Database, change: Callable[[list[str]], list[str]], damage: Damage, seq: int
) -> None:
    broken = check_snapshot(read_export(change(exported(database)), name="x")).broken
    assert broken is not None
    assert (broken.damage, broken.seq) == (damage, seq), broken.message


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "audit.jsonl is no export of an audit trail"),
        (["[]"], "line 1 of audit.jsonl is no row"),
        (['{"format": "another"}'], "is no export"),
        (['{"format": "aircher audit 1", "base": 1, "head": 2}'], "is no export"),
        (["[" * 100_000], "line 1 of audit.jsonl is no row"),
    ],
)
def test_what_is_no_export_is_refused(lines: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_export(lines, name="audit.jsonl")


@pytest.mark.parametrize("line", ["{}", "no JSON", '{"seq": "1"}'])
def test_a_line_that_is_no_row_is_named(database: Database, line: str) -> None:
    lines = exported(database)
    lines[4] = line
    with pytest.raises(UsageError, match="line 5 of x is no row"):
        check_snapshot(read_export(lines, name="x"))


def test_pruning_leaves_a_row_that_the_rest_is_held_against(database: Database, path: Path) -> None:
    trail = AuditTrail(database)
    [third] = [row for row in rows_of(database) if row.seq == 3]
    assert trail.prune(NOON + timedelta(days=4), now=NOON) == Head(3, third.hash)
    checked = trail.check()
    assert (checked.rows, checked.head.seq, checked.pruned, checked.broken) == (6, 9, Head(3, third.hash), None)
    [mark] = trail.newest(limit=1)
    assert (mark.kind, json.loads(mark.data)) == ("pruned", {"last_seq": 3, "last_hash": third.hash, "rows": 3})
    SqliteAudit(database, Redactor()).note_blocking(ENTRY)
    assert trail.prune(NOON + timedelta(days=6)) is not None
    assert trail.check().broken is None
    assert verify(DatabaseFile(schema=SESSIONS, path=path)).is_sound


def test_everything_can_be_pruned_and_the_chain_goes_on(database: Database) -> None:
    trail = AuditTrail(database)
    assert trail.prune(NOON + timedelta(days=100)) is not None
    assert [row.kind for row in trail.newest(limit=9)] == ["pruned"]
    SqliteAudit(database, Redactor()).note_blocking(ENTRY)
    checked = trail.check([Head(4, "pruned since")])
    assert (checked.rows, checked.head.seq, checked.broken) == (2, 10, None)


def test_nothing_that_old_is_left_alone(database: Database) -> None:
    assert AuditTrail(database).prune(NOON) is None
    assert AuditTrail(database).check().rows == ROWS


def test_a_trail_that_was_tampered_with_is_not_pruned(path: Path) -> None:
    tamper(path, "UPDATE audit SET tool = 'x' WHERE seq = 2")
    with Database(path, SESSIONS) as database, pytest.raises(StorageError, match="row 2 was changed"):
        AuditTrail(database).prune(NOON + timedelta(days=100))


def test_a_trail_without_its_ends_is_an_error(path: Path) -> None:
    tamper(path, "DELETE FROM audit_ends")
    with Database(path, SESSIONS) as database, pytest.raises(StorageError, match="does not say where it ends"):
        AuditTrail(database).check()
    assert not verify(DatabaseFile(schema=SESSIONS, path=path)).is_sound


@pytest.mark.parametrize("table", ["audit", "audit_ends"])
def test_a_trail_without_its_table_is_no_bug_of_ours(path: Path, table: str) -> None:
    tamper(path, f"DROP TABLE {table}")
    with Database(path, SESSIONS) as database, pytest.raises(StorageError, match="a table of it was removed") as raised:
        AuditTrail(database).check()
    assert raised.value.code == "storage.corrupt"


def test_rows_are_found_by_session_call_kind_and_time(database: Database) -> None:
    trail = AuditTrail(database)
    assert [row.seq for row in trail.newest(limit=3)] == [6, 7, 8]
    assert [row.seq for row in trail.newest(limit=9, call_id="c2")] == [2]
    assert [row.seq for row in trail.newest(limit=9, session="0aaa", since=NOON + timedelta(days=7))] == [7, 8]
    assert trail.newest(limit=9, session="0b") == ()
    assert trail.newest(limit=9, kind=AuditKind.ASKED) == ()


def test_a_decision_that_cannot_be_read_is_told(path: Path) -> None:
    tamper(path, "UPDATE audit SET data = '[]' WHERE seq = 2")
    with Database(path, SESSIONS) as database, pytest.raises(StorageError, match="row 2 of the audit trail"):
        list(SqliteAudit(database, Redactor()).decisions())


def test_the_text_of_data_is_the_same_however_it_was_written() -> None:
    assert canonical({"b": [1, 2.5, "é\ud800"], "a": None}) == '{"a":null,"b":[1,2.5,"\\u00e9\\ud800"]}'
