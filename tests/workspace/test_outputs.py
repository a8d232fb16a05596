"""Saved outputs: bounded, private, pruned."""

import os
import time
from pathlib import Path

import pytest

from aircher.domain.ids import CallId
from aircher.workspace.outputs import MAX_AGE_S, MAX_FILE_BYTES, MAX_TOTAL_BYTES, SavedOutputs


def test_a_file_takes_what_it_may_and_says_that_it_is_full(tmp_path: Path) -> None:
    saved = SavedOutputs(tmp_path, "s").open("shell")
    saved.write(b"x" * (MAX_FILE_BYTES - 1))
    assert saved.is_complete
    saved.write(b"yz")
    saved.write(b"more")
    assert (saved.is_complete, saved.path.stat().st_size) == (False, MAX_FILE_BYTES)
    saved.close()
    saved.close()


def test_a_closed_file_takes_nothing(tmp_path: Path) -> None:
    saved = SavedOutputs(tmp_path, "s").open("shell")
    saved.write(b"before")
    saved.close()
    saved.write(b"after")
    assert (saved.path.read_bytes(), saved.is_complete) == (b"before", False)


def test_files_and_folders_are_the_users_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files = SavedOutputs(tmp_path, "../../escape")
        saved = files.open("shell")
    finally:
        os.umask(before)
    saved.close()
    assert files.folder == tmp_path / "outputs" / "------escape"
    assert [path.stat().st_mode & 0o777 for path in (saved.path, files.folder, files.folder.parent)] == [
        0o600,
        0o700,
        0o700,
    ]


def test_a_session_that_goes_on_keeps_what_it_had(tmp_path: Path) -> None:
    first = SavedOutputs(tmp_path, "s").open("shell")
    first.write(b"old")
    first.close()
    second = SavedOutputs(tmp_path, "s").open("shell")
    second.close()
    assert (first.path.name, second.path.name, first.path.read_bytes()) == ("shell-1.txt", "shell-2.txt", b"old")


def contents(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*.txt")]


async def test_a_whole_text_is_saved_under_its_calls_name(tmp_path: Path) -> None:
    outputs = SavedOutputs(tmp_path, "s")
    path = await outputs.save(CallId("toolu_1/../x"), "text \ud800 é")
    assert path == str(tmp_path / "outputs" / "s" / "toolu_1----x-1.txt")
    assert contents(tmp_path) == ["text ? é".encode()]


async def test_a_text_that_cannot_be_saved_is_answered_with_nothing(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("a file where the folder should be")
    assert await SavedOutputs(tmp_path, "s").save(CallId("c"), "text") is None


def sparse(path: Path, size_bytes: int, age_s: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size_bytes)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_what_is_old_or_too_much_goes_oldest_first(tmp_path: Path) -> None:
    folder = tmp_path / "outputs"
    old = sparse(folder / "a" / "shell-1.txt", 10, MAX_AGE_S + 60)
    large = sparse(folder / "b" / "shell-1.txt", MAX_TOTAL_BYTES - 10, 50)
    over = sparse(folder / "c" / "shell-1.txt", 20, 100)
    own = sparse(folder / "s" / "shell-1.txt", 10, MAX_AGE_S * 2)
    SavedOutputs(tmp_path, "s").open("shell").close()
    assert [path.exists() for path in (old, large, over, own)] == [False, True, False, True]
    assert sorted(path.name for path in folder.iterdir()) == ["b", "s"]


def test_a_link_in_place_of_a_session_is_not_followed(tmp_path: Path) -> None:
    victim = sparse(tmp_path / "elsewhere" / "diary.txt", 10, MAX_AGE_S * 2)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "trap").symlink_to(victim.parent)
    SavedOutputs(tmp_path, "s").open("shell").close()
    assert victim.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_counts_as_a_full_file(tmp_path: Path) -> None:
    saved = SavedOutputs(tmp_path, "s").open("shell")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, saved._descriptor)
    os.close(full)
    saved.write(b"x")
    saved.close()
    assert not saved.is_complete
