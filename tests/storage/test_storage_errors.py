"""Files and folders that the user may not write, seen by an ordinary user: root would not be stopped."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import apsw
import pytest

from aircher.domain.errors import Defect, StorageError
from aircher.storage.errors import lock_holder, translated, translating

PROGRAM = textwrap.dedent("""
    import json, os, sys, tempfile
    from pathlib import Path
    from aircher.domain.errors import StorageError
    from aircher.storage.database import Database
    from aircher.storage.maintenance import DatabaseFile, status, verify
    from aircher.storage.migrate import SESSIONS

    INSERT = "INSERT INTO sessions (id, project_path, status, started_at) VALUES (1, '/p', 'ended', 0)"

    def prepare(folder, *, with_file, folder_mode):
        folder.mkdir()
        if with_file:
            Database(folder / "sessions.db", SESSIONS).close()
            (folder / "sessions.db").chmod(0o444)
        if os.getuid() == 0:
            for path in (folder, *folder.iterdir()):
                os.chown(path, 65534, 65534)
        folder.chmod(folder_mode)

    def attempt(path):
        seen = status(DatabaseFile(schema=SESSIONS, path=path)).problem
        found = verify(DatabaseFile(schema=SESSIONS, path=path)).findings
        try:
            with Database(path, SESSIONS) as database:
                rows = database.rows("SELECT count(*) FROM sessions")
                database.change(INSERT, ())
        except StorageError as error:
            return [error.code, seen and seen.code, len(found)]

    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        prepare(base / "folder", with_file=True, folder_mode=0o555)
        prepare(base / "empty", with_file=False, folder_mode=0o555)
        prepare(base / "file", with_file=True, folder_mode=0o755)
        prepare(base / "hidden", with_file=True, folder_mode=0o000)
        if os.getuid() == 0:
            os.seteuid(65534)
        print(json.dumps({folder: attempt(base / folder / "sessions.db") for folder in sys.argv[1:]}))
        if os.getuid() == 0:
            os.seteuid(0)
        for folder in base.iterdir():
            folder.chmod(0o700)
""")


def test_what_a_user_may_not_write_is_named_and_what_can_be_read_is_read() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "folder", "empty", "file", "hidden"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "folder": ["storage.readonly", "storage.readonly", 1],
        "empty": ["storage.unavailable", None, 0],
        "file": ["storage.readonly", None, 0],
        "hidden": ["storage.unavailable", "storage.unavailable", 1],
    }


@pytest.mark.parametrize(("number", "code"), [(28, "storage.full"), (122, "storage.full"), (30, "storage.readonly")])
def test_errors_of_the_file_system_are_told_apart(tmp_path: Path, number: int, code: str) -> None:
    with pytest.raises(StorageError) as refused, translating(tmp_path):
        raise OSError(number, "injected", str(tmp_path / "x"))
    assert refused.value.code == code


def test_a_statement_that_is_wrong_in_itself_is_a_defect_and_not_the_users_fault() -> None:
    error = translated(apsw.SQLError("no such table: x"), None)
    assert isinstance(error, Defect)
    assert error.message == "the database in memory: SQLite refused a statement: no such table: x"


def test_nobody_holds_a_file_that_is_not_locked(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    assert lock_holder(tmp_path / "a.db") is None
