"""What slash commands learn of the project around them."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.tools.benches import commit_all, git, write_tree

from aircher.app import new_files
from aircher.app.new_files import MAX_FILE_BYTES, MAX_FILES, additions
from aircher.app.options import SessionOptions
from aircher.app.outside import ProgramOutside
from aircher.config import Config
from aircher.domain.display import DiffBlock, DisplayBlock, TextBlock


async def changes(root: Path, environ: dict[str, str]) -> Sequence[DisplayBlock]:
    outside = ProgramOutside(
        config=Config.load(cwd=root, environ=environ),
        options=SessionOptions(cwd=root),
        environ=environ,
        subcommand_text=lambda _: "",
        specs=tuple,
    )
    return await outside.changes()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_tree(tmp_path / "root", {"a.txt": "one\n", ".gitignore": "*.log\n"})
    git(root, "init", "-q")
    commit_all(root, "first")
    return root


async def test_nothing_differs_right_after_a_commit(root: Path, environ: dict[str, str]) -> None:
    assert await changes(root, environ) == ()


async def test_new_files_are_additions_after_what_changed(root: Path, environ: dict[str, str]) -> None:
    write_tree(root, {"a.txt": "one\ntwo\n", "sub/né w.txt": "b\nc", "empty": "", "seen.log": "ignored"})
    changed, *new = await changes(root, environ)
    assert isinstance(changed, DiffBlock)
    assert (changed.path, changed.added) == ("a.txt", 1)
    assert new == [
        TextBlock(text="empty: new, empty"),
        DiffBlock(
            path="sub/né w.txt", diff="@@ -0,0 +1,2 @@\n+b\n+c\n\\ No newline at end of file", added=2, removed=0
        ),
    ]


async def test_what_is_binary_large_a_link_or_a_repository_is_told_by_a_line(
    root: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / "theirs").write_text("secret")
    write_tree(root, {"data.bin": b"\0\1\2", "large.txt": "x" * (MAX_FILE_BYTES + 1), "inner/x": "x\n"})
    (root / "link").symlink_to(tmp_path / "theirs")
    git(root / "inner", "init", "-q")
    commit_all(root / "inner", "its own")
    assert await changes(root, environ) == (
        TextBlock(text="data.bin: new, binary, 3 bytes"),
        TextBlock(text="inner/: new, a repository of its own"),
        TextBlock(text=f"large.txt: new, {MAX_FILE_BYTES + 1:,} bytes"),
        TextBlock(text="link: new, a link"),
    )


def test_of_very_many_new_files_the_first_are_shown(tmp_path: Path) -> None:
    names = [f"{number}.txt" for number in range(MAX_FILES + 3)]
    write_tree(tmp_path, dict.fromkeys(names, "y" * MAX_FILE_BYTES))
    blocks = additions(tmp_path, names)
    assert sum(isinstance(block, DiffBlock) for block in blocks) == new_files.MAX_BYTES // MAX_FILE_BYTES
    assert blocks[-2:] == [
        TextBlock(text=f"{names[MAX_FILES - 1]}: new, {MAX_FILE_BYTES:,} bytes"),
        TextBlock(text="and 3 more new files"),
    ]


def test_a_pipe_among_them_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (block,) = additions(tmp_path, ["pipe"])
    assert isinstance(block, TextBlock)
    assert block.text.startswith("pipe: new, cannot be read")
