"""Outputs that are closed, full or gone, and places without a project: words, the right code, no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Aircher, Done

QUESTION = ("-p", "where is Keeper defined?", "--provider", "offline")
COMMANDS = [("version",), ("--help",), ("config", "show"), QUESTION]


def in_shell(aircher: Aircher, redirection: str, *arguments: str, before: str = "") -> Done:
    done = subprocess.run(
        ["sh", "-c", f'{before}exec "$@" {redirection}', "sh", sys.executable, "-m", "aircher", *arguments],
        cwd=aircher.cwd,
        env={**aircher.environ, "PYTHONPATH": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Done(code=done.returncode, stdout=done.stdout, stderr=done.stderr)


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: words[0])
def test_a_stream_that_was_closed_before_the_start_is_done_without(
    aircher: Aircher, redirection: str, arguments: tuple[str, ...]
) -> None:
    done = in_shell(aircher, redirection, *arguments)
    assert (done.code, done.stderr) == (0, "")
    assert bool(done.stdout) == (">&-" not in redirection.replace("2>&-", ""))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", [("version",), ("config", "show"), QUESTION], ids=lambda words: words[0])
def test_a_full_disk_behind_stdout_is_told_and_the_session_is_kept(
    aircher: Aircher, arguments: tuple[str, ...]
) -> None:
    done = in_shell(aircher, ">/dev/full", *arguments)
    assert done.code == 11
    assert done.stderr.startswith("error[storage.stdout]: stdout cannot be written: No space left on device\nhint: ")
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr


def test_a_folder_that_was_deleted_is_told(aircher: Aircher, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    done = in_shell(aircher, "", *QUESTION, before=f"cd '{tmp_path}/gone' && rmdir ../gone; ")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error[usage]: the folder you are in was deleted\nhint: ")


def test_the_whole_disk_is_no_project(aircher: Aircher) -> None:
    done = aircher(*QUESTION, "--cwd", "/")
    assert done.code == 0
    assert done.stderr == "note: / is the whole disk, not a project: nothing of it is read\n"
    assert "There is no project to answer from." in done.stdout
