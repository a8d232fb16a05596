"""What stands at a path, read once and not fooled."""

import os
import stat
import time
from hashlib import sha256
from pathlib import Path

import pytest

from aircher.workspace.checkpoints.reading import Reading, is_racy, read
from aircher.workspace.checkpoints.states import State, signature


def test_a_file_that_changed_just_now_is_not_known_by_its_times(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("aaa")
    first = read(str(path))
    assert first is not None
    assert first.signature is None
    while time.time_ns() < path.stat().st_ctime_ns + 50_000_000:
        os.sched_yield()
    later = read(str(path))
    assert later == first._replace(signature=signature(path.stat()))


@pytest.mark.parametrize(
    ("ctime_ns", "age_ns", "racy"),
    [
        (5_000_000_123, 15_000_000, True),
        (5_000_000_123, 25_000_000, False),
        (5_000_000_123, -1_000_000_000, True),
        (5_000_000_000, 1_900_000_000, True),
        (5_000_000_000, 2_600_000_000, False),
    ],
)
def test_times_of_whole_seconds_are_trusted_later(ctime_ns: int, age_ns: int, racy: bool) -> None:
    assert is_racy(ctime_ns, read_at_ns=ctime_ns + age_ns) is racy


def test_links_folders_and_large_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("no where")
    (tmp_path / "folder").mkdir(mode=0o750)
    (tmp_path / "large").write_bytes(b"12345")
    (tmp_path / "large").chmod(0o640)
    target = b"no where"
    found = {name: read(str(tmp_path / name), max_bytes=4) for name in ("link", "folder", "large", "gone", "large/x")}
    mtime_ns = (tmp_path / "large").stat().st_mtime_ns
    assert {name: reading and reading._replace(signature=None) for name, reading in found.items()} == {
        "link": Reading(State("l", 0, sha256(target).hexdigest(), 8), target, None),
        "folder": Reading(State("d", stat.S_IMODE((tmp_path / "folder").stat().st_mode)), None, None),
        "large": Reading(State("f", 0o640, "", 5, mtime_ns), None, None),
        "gone": None,
        "large/x": None,
    }


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read(str(tmp_path / "pipe")) is None
