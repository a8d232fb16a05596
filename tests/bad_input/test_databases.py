"""Each database damaged, cut or locked: a run that cannot be recorded stops, any other goes on and says so."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import Aircher

QUESTION = ("-p", "where is Keeper defined?", "--provider", "offline")
OUTCOMES = [("conversations", 11), ("sessions", 0), ("file_index", 0)]
"""A run whose conversation cannot be recorded stops; without the two others it goes on."""


def database(aircher: Aircher, home: Path, name: str) -> Path:
    """Have the program make its databases, and return where this one is."""
    assert aircher(*QUESTION).code == 0
    [path] = home.rglob(f"{name}.db")
    return path


def halved(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def randomized(path: Path) -> None:
    path.write_bytes(os.urandom(9_000))


@pytest.mark.parametrize("damage", [halved, randomized])
@pytest.mark.parametrize(("name", "code"), OUTCOMES)
def test_a_damaged_database_is_named_and_kept(
    aircher: Aircher, home: Path, name: str, code: int, damage: Callable[[Path], None]
) -> None:
    path = database(aircher, home, name)
    damage(path)
    content = path.read_bytes()
    done = aircher(*QUESTION)
    assert done.code == code
    assert str(path) in done.stderr
    assert ("src/keeper.py:4" in done.stdout) == (code == 0)
    assert "Traceback" not in done.stderr
    assert content in [file.read_bytes() for file in path.parent.glob(f"{name}.db*")]


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Have another process keep this database to itself; yields its id."""
    program = textwrap.dedent(f"""
        import apsw, sys
        connection = apsw.Connection({str(path)!r})
        connection.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x)").fetchall()
        print("ready", flush=True)
        sys.stdin.readline()
    """)
    holder = [sys.executable, "-c", program]
    with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process.pid
        process.stdin.write("\n")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), OUTCOMES)
def test_a_locked_database_is_waited_for_and_then_its_holder_is_named(
    aircher: Aircher, home: Path, name: str, code: int
) -> None:
    path = database(aircher, home, name)
    with locked(path) as pid:
        done = aircher(*QUESTION)
    assert done.code == code
    assert f"{path} is locked by another process" in done.stderr
    assert f"process {pid}, " in done.stderr or not Path("/proc/locks").exists()
    assert ("--ephemeral" in done.stderr) == (code == 11)
    assert aircher("db", "verify").code == 0
