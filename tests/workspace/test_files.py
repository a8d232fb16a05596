"""Whole files: the old one or the new one, and never another."""

import os
from pathlib import Path

import pytest

from aircher.domain.tools import ToolFailure
from aircher.workspace.files import LocalFiles, content_hash

CHANGED = "was changed by somebody else meanwhile: read it again."
SWAPPED = "is no longer the file that was allowed: something else is in its place."


def names(folder: Path) -> list[str]:
    return [item.name for item in folder.iterdir()]


async def test_bytes_are_replaced_and_the_mode_stays(tmp_path: Path) -> None:
    path = tmp_path / "run.sh"
    path.write_bytes(b"old")
    path.chmod(0o750)
    assert await LocalFiles().write_bytes(path, b"new", expected_hash=content_hash(b"old")) is None
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o750)
    assert names(tmp_path) == ["run.sh"]


async def test_a_file_is_created_only_where_none_is(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    assert await LocalFiles().write_bytes(path, b"one", expected_hash="") is None
    assert await LocalFiles().write_bytes(path, b"two", expected_hash="") == ToolFailure(message=f"b.txt {CHANGED}")
    assert path.read_bytes() == b"one"


async def test_a_file_that_changed_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"theirs")
    failure = await LocalFiles().write_bytes(path, b"new", expected_hash=content_hash(b"old"))
    assert (failure, path.read_bytes()) == (ToolFailure(message=f"a.txt {CHANGED}"), b"theirs")


async def test_a_link_put_in_the_files_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"old")
    path = tmp_path / "a.txt"
    path.symlink_to("secret")
    failure = await LocalFiles().write_bytes(path, b"new", expected_hash=content_hash(b"old"))
    assert (failure, (tmp_path / "secret").read_bytes()) == (ToolFailure(message=f"a.txt {SWAPPED}"), b"old")


async def test_a_folder_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_bytes(b"old")
    (tmp_path / "src").symlink_to("elsewhere")
    failure = await LocalFiles().write_bytes(tmp_path / "src/a.txt", b"new", expected_hash=content_hash(b"old"))
    assert (failure, (tmp_path / "elsewhere/a.txt").read_bytes()) == (ToolFailure(message=f"a.txt {SWAPPED}"), b"old")


async def test_another_name_of_the_file_keeps_the_old_bytes(tmp_path: Path) -> None:
    path, other = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_bytes(b"old")
    other.hardlink_to(path)
    assert await LocalFiles().write_bytes(path, b"new", expected_hash=content_hash(b"old")) is None
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"old")


@pytest.mark.parametrize("kind", ["fifo", "folder"])
async def test_what_is_no_regular_file_is_not_written(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "thing"
    os.mkfifo(path) if kind == "fifo" else path.mkdir()
    assert isinstance(await LocalFiles().write_bytes(path, b"x", expected_hash=content_hash(b"")), ToolFailure)
