"""``aircher audit``: shown, checked, exported and pruned by the installed program."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest
from tests.conftest import Aircher
from tests.storage.test_audit import ENTRY

from aircher.app.audit_heads import log_head, logged_heads
from aircher.cli.audit import KINDS
from aircher.domain.audit import AuditKind
from aircher.logs.jsonl import open_log
from aircher.storage.audit import SqliteAudit
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.support.redaction import Redactor

NOW = datetime.now(UTC)
FINISHED = replace(
    ENTRY,
    kind=AuditKind.FINISHED,
    tool="shell",
    data={
        "status": "failed",
        "exit_status": 2,
        "duration_ms": 41,
        "hidden": 1,
        "changes": [{"path": "a\nb.py", "change": "modified"}, {"path": "c.py", "change": "created"}],
    },
)


@pytest.fixture
def database(home: Path) -> Path:
    return home / ".local/share/aircher/sessions.db"


@pytest.fixture
def filled(database: Path) -> Path:
    with Database(database, SESSIONS) as opened:
        audit = SqliteAudit(opened, Redactor())
        audit.note_blocking(replace(ENTRY, at=NOW - timedelta(days=40)))
        audit.note_blocking(replace(FINISHED, at=NOW))
    return database


def break_row(path: Path, seq: int) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("DROP TRIGGER audit_row_never_changes")
    connection.execute("UPDATE audit SET tool = 'x' WHERE seq = ?", (seq,))
    connection.close()


def test_the_kinds_of_the_command_are_all_there_are() -> None:
    assert set(KINDS) == set(AuditKind)


def test_entries_are_shown_one_a_line(aircher: Aircher, filled: Path) -> None:
    done = aircher("audit", "show")
    assert (done.code, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith("1  ")
    assert first.endswith("  0aaa-fir  decided      read_file  allow  read(workspace)")
    assert second.endswith("  finished     shell      failed  exit 2  41 ms  1 secret masked  a b.py and 1 more")


def test_entries_are_chosen_and_printed_as_json(aircher: Aircher, filled: Path) -> None:
    [row] = json.loads(aircher("audit", "show", "--json", "--kind", "decided", "--session", "0aaa").stdout)
    assert (row["seq"], row["data"]["rule"], row["call_id"]) == (1, "read(workspace)", "c1")
    [row] = json.loads(aircher("audit", "show", "--json", "--since", "2d").stdout)
    assert row["seq"] == 2
    done = aircher("audit", "show", "--call", "c9")
    assert (done.stdout, done.stderr) == ("", "note: no entry of the audit trail fits\n")


def test_a_whole_trail_is_verified_with_its_head(aircher: Aircher, filled: Path) -> None:
    done = aircher("audit", "verify")
    said, head = done.stdout.splitlines()
    assert (done.code, said) == (0, "2 rows, none changed")
    noted = head.removeprefix("head ")
    assert aircher("audit", "verify", "--head", noted).stdout.splitlines()[0] == (
        "2 rows, none changed, compared with 1 noted elsewhere"
    )
    rewritten = aircher("audit", "verify", "--head", "2:" + "0" * 64)
    assert (rewritten.code, rewritten.stdout) == (
        11,
        "rewritten: row 2 does not have the hash that was noted for it\n",
    )


def test_a_changed_row_is_named_and_ends_in_code_11(aircher: Aircher, filled: Path) -> None:
    break_row(filled, 1)
    done = aircher("audit", "verify")
    assert (done.code, done.stdout) == (
        11,
        "changed: row 1 was changed: its content and its hash do not belong together\n",
    )
    found = json.loads(aircher("audit", "verify", "--json").stdout)
    assert (found["is_sound"], found["broken"]["seq"], found["broken"]["damage"]) == (False, 1, "changed")
    assert aircher("db", "verify").code == 11


def test_a_trail_that_was_cut_and_rewritten_is_found_by_the_log(aircher: Aircher, filled: Path, home: Path) -> None:
    log = home / ".local/state/aircher/logs/aircher.jsonl"
    logger = open_log(log, level="info", max_bytes=10_000, keep=2)
    with Database(filled, SESSIONS) as database:
        log_head(logger, SqliteAudit(database, Redactor()), filled)
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    with log.open("a") as file:
        file.write('{"event":"audit.head"}\n{"event":"audit.head", half a line\n')
    assert [head.seq for head in logged_heads(log, filled)] == [2]
    assert logged_heads(log, home / "another.db") == ()
    assert "compared with 1 noted elsewhere" in aircher("audit", "verify").stdout
    filled.unlink()
    assert aircher("audit", "verify").stdout == "truncated: row 1 and all after it up to 2 are missing\n"


def test_an_export_is_private_and_can_be_checked_elsewhere(aircher: Aircher, filled: Path, project: Path) -> None:
    done = aircher("audit", "export", "trail.jsonl")
    assert (done.code, done.stdout) == (0, "")
    file = project / "trail.jsonl"
    assert file.stat().st_mode & 0o777 == 0o600
    filled.unlink()
    assert aircher("audit", "verify", "--file", "trail.jsonl").stdout.startswith("2 rows, none changed\n")
    assert aircher("audit", "verify", "--file", "-", stdin=file.read_bytes()).code == 0
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]))
    cut = aircher("audit", "verify", "--file", "trail.jsonl")
    assert (cut.code, cut.stdout) == (11, "truncated: row 2 and all after it up to 2 are missing\n")


def test_an_export_never_replaces_a_file(aircher: Aircher, filled: Path, project: Path) -> None:
    (project / "trail.jsonl").write_text("mine")
    done = aircher("audit", "export", "trail.jsonl")
    assert (done.code, (project / "trail.jsonl").read_text()) == (2, "mine")
    assert len(aircher("audit", "export", "-").stdout.splitlines()) == 3


def test_old_entries_are_pruned_and_the_rest_still_holds(aircher: Aircher, filled: Path) -> None:
    assert aircher("audit", "prune", "--before", "30d").stdout.startswith("removed up to row 1; ")
    assert aircher("audit", "verify").stdout.startswith("2 rows, none changed, 1 before them were pruned\n")
    assert aircher("audit", "show").stdout.splitlines()[-1].endswith("  pruned              1 rows up to 1")
    assert aircher("audit", "prune", "--before", "30d").stderr == "note: no entry is that old; nothing was removed\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "--since", "yesterday"), "--since 'yesterday' is no day"),
        (("prune", "--before", "999999d"), "--before '999999d' is no day"),
        (("verify", "--head", "x"), "--head 'x' is no end of a trail"),
        (("verify", "--file", "none.jsonl"), "none.jsonl cannot be read: No such file or directory"),
    ],
)
def test_what_makes_no_sense_is_refused(aircher: Aircher, arguments: tuple[str, ...], message: str) -> None:
    done = aircher("audit", *arguments)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error[usage]: {message}\nhint: ")
