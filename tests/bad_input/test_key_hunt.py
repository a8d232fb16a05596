"""The hunt for keys can fail: what it has to find, it finds."""

import gzip
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from tests.key_hunt import keys_below

PLANTED = {"PLANTED": "planted-for-the-hunt-52f1"}
"""No key of `tests.keys`: the hunt that follows this test must find nothing."""
TEXT = f"x {PLANTED['PLANTED']} y"


def plain(folder: Path) -> str:
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "log.jsonl").write_text(TEXT)
    return "deep/er/log.jsonl"


def packed_by_gzip(folder: Path) -> str:
    (folder / "log.jsonl.1.gz").write_bytes(gzip.compress(TEXT.encode()))
    return "log.jsonl.1.gz (unpacked)"


def packed_by_zip(folder: Path) -> str:
    with zipfile.ZipFile(folder / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doctor.txt", "fine")
        archive.writestr("log.jsonl", TEXT * 20)
    return "bundle.zip/log.jsonl"


@pytest.mark.parametrize("plant", [plain, packed_by_gzip, packed_by_zip])
def test_a_planted_key_is_found_and_its_value_is_not_told(tmp_path: Path, plant: Callable[[Path], str]) -> None:
    (tmp_path / "harmless.txt").write_text("nothing here")
    place = plant(tmp_path)
    assert keys_below(tmp_path, PLANTED) == [f"{tmp_path}/{place}: PLANTED"]


def test_a_planted_key_is_found_in_the_log_of_an_open_database(tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / "sessions.db"))
    try:
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x)").fetchall()
        connection.execute("INSERT INTO t VALUES (?)", (TEXT,)).fetchall()
        found = keys_below(tmp_path, PLANTED)
    finally:
        connection.close()
    assert found == [f"{tmp_path}/sessions.db-wal: PLANTED"]
    assert keys_below(tmp_path, PLANTED) == [f"{tmp_path}/sessions.db: PLANTED"]


def test_links_holes_and_garbled_files_do_not_stop_the_hunt(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "garbled.gz").write_bytes(b"\x1f\x8b and no more")
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(1 << 34)
    (tmp_path / "last").write_text(TEXT)
    assert keys_below(tmp_path, PLANTED) == [f"{tmp_path}/last: PLANTED"]


LEAKS = """
import warnings
from tests.keys import ZOO
from tests.conftest import Aircher

def test_into_a_file(tmp_path):
    (tmp_path / "trace.json").write_text(ZOO)

def test_into_captured_output():
    print(ZOO)

def test_into_stderr_of_the_program(tmp_path):
    Aircher({"PATH": "/bin"}, tmp_path)("-p", "x", "--provider", ZOO)

def test_not_at_all(tmp_path):
    (tmp_path / "trace.json").write_text("[hidden]")
"""


def test_every_test_is_followed_by_the_hunt() -> None:
    root = Path(__file__).parents[2]
    with TemporaryDirectory() as folder:  # not tmp_path: what is planted here would be found there
        leaks = Path(folder, "test_leaks.py")
        leaks.write_text(LEAKS)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", root / "pyproject.toml"),
                *("--rootdir", folder, "--basetemp", f"{folder}/tmp", "-rA", "--no-header", "--color=no", leaks),
            ],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    ended = re.findall(r"^(ERROR|FAILED) \S+::test_(\w+)", done.stdout, re.MULTILINE)
    assert set(ended) == {
        ("ERROR", "into_a_file"),
        ("ERROR", "into_captured_output"),
        ("FAILED", "into_stderr_of_the_program"),
    }, done.stdout
