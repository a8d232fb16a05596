"""What lies below a folder."""

import os
from pathlib import Path

import pytest
from tests.tools.benches import commit_all, git, write_tree

from aircher.domain.files import Listed
from aircher.domain.tools import ToolFailure
from aircher.workspace.listing import FolderListing

TREE: dict[str, str | bytes] = {
    ".gitignore": "*.log\nbuild/\n",
    "a.py": "x",
    "sub/b.py": "yy",
    "sub/c.log": "no",
    "build/out.py": "no",
    "node_modules/m/index.js": "no",
}


def names(listed: Listed | ToolFailure) -> list[str]:
    assert isinstance(listed, Listed), listed
    return [file.path for file in listed.files]


@pytest.fixture(params=["repository", "folder"])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    root = write_tree(tmp_path / "root", TREE)
    if request.param == "repository":
        git(root, "init", "-q")
    return root


async def test_what_rules_exclude_is_left_out_unless_it_is_wanted(root: Path) -> None:
    listing = FolderListing(root)
    assert names(await listing.below(root, include_ignored=False)) == [".gitignore", "a.py", "sub/b.py"]
    assert names(await listing.below(root, include_ignored=True)) == sorted(TREE)
    assert names(await listing.below(root / "sub", include_ignored=False))[0] == "b.py"


async def test_who_names_an_ignored_folder_means_it(root: Path) -> None:
    listing = FolderListing(root)
    assert names(await listing.below(root / "node_modules", include_ignored=False)) == ["m/index.js"]
    assert names(await listing.below(root / "build", include_ignored=False)) == ["out.py"]


async def test_links_are_listed_and_not_followed(root: Path) -> None:
    (root / "loop").symlink_to(root)
    (root / "secret").symlink_to("/etc/passwd")
    listed = await FolderListing(root).below(root, include_ignored=False)
    assert isinstance(listed, Listed)
    assert {file.path: file.is_link for file in listed.files} == {
        ".gitignore": False,
        "a.py": False,
        "loop": True,
        "secret": True,
        "sub/b.py": False,
    }
    assert next(file.size_bytes for file in listed.files if file.path == "sub/b.py") == 2


async def test_a_repository_inside_of_another_is_part_of_the_tree(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": "", "inner/b.py": "", "inner/deep/c.py": ""})
    git(root, "init", "-q")
    git(root / "inner", "init", "-q")
    commit_all(root / "inner", "inner")
    assert names(await FolderListing(root).below(root, include_ignored=False)) == [
        "a.py",
        "inner/b.py",
        "inner/deep/c.py",
    ]


async def test_a_folder_that_is_not_there_says_so(root: Path) -> None:
    failed = await FolderListing(root).below(root / "gone", include_ignored=False)
    assert failed == ToolFailure(message="gone cannot be listed: No such file or directory.")


async def test_without_git_the_folders_are_walked(root: Path) -> None:
    os.mkfifo(root / "sub" / ".ignore")  # a walk opens files of this name
    listing = FolderListing(root, git="no-such-git")
    assert names(await listing.below(root, include_ignored=False)) == [".gitignore", "a.py", "sub/b.py"]
