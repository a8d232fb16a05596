"""The files that the composer offers, from real folders and real repositories."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.app.interface.files import FRESH_S, TOUCHED, ProjectFiles, _folders
from aircher.tui.composer.ports import FileChoice


class Tree:
    """A folder with files in it, perhaps a repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now_s = 0.0
        self.touched: list[str] = []

    def files(self, below: str = "") -> ProjectFiles:
        return ProjectFiles(self.root / below, lambda: self.touched, now_s=lambda: self.now_s)

    def write(self, name: str, *, at_s: float = 1_000.0) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{at_s}\n" * int(at_s / 1_000))
        os.utime(path, (at_s, at_s))

    def git(self, *words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=self.root, check=True)

    def remove(self, name: str) -> None:
        (self.root / name).unlink()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "zoo").mkdir()
    return Tree(tmp_path / "zoo")


@pytest.fixture
def repository(tree: Tree) -> Tree:
    for name in ("src/keeper.py", "docs/old plan.md", "src/gone.py", 'src/odd"name.py', "é.md"):
        tree.write(name)
    tree.git("init", "-q")
    tree.git("add", "-A")
    tree.git("commit", "-qm", "x")
    return tree


async def test_files_and_their_folders_are_offered_but_not_what_is_ignored(tree: Tree) -> None:
    for name in (".gitignore", "src/deep/er/a.py", "build/out.o", "README.md"):
        tree.write(name)
    (tree.root / ".gitignore").write_text("build/\n")
    expected = [".gitignore", "README.md", "src/", "src/deep/", "src/deep/er/", "src/deep/er/a.py"]
    assert list(await tree.files().paths()) == expected


async def test_a_list_is_kept_for_some_seconds_and_is_the_same_object_while_nothing_changes(tree: Tree) -> None:
    tree.write("a.py")
    files = tree.files()
    first = await files.paths()
    tree.write("b.py")
    assert await files.paths() is first
    tree.now_s += FRESH_S + 1
    second = await files.paths()
    assert list(second) == ["a.py", "b.py"]
    tree.now_s += FRESH_S + 1
    assert await files.paths() is second


async def test_names_that_no_prompt_can_hold_are_left_out(tree: Tree) -> None:
    for name in ("ok.py", "nar\u00a0row 名前.py", "two\nlines.py", "red\x1b[31m.py", "\x9b.py", "\u2028.py"):
        tree.write(name)
    os.close(os.open(os.fsencode(tree.root) + b"/latin-\xe9.py", os.O_CREAT))
    assert sorted(await tree.files().paths()) == sorted(["ok.py", "nar\u00a0row 名前.py"])


async def test_a_folder_that_is_gone_has_no_files(tree: Tree) -> None:
    tree.touched = ["a.py"]
    files = tree.files("gone")
    assert list(await files.paths()) == []
    assert list(await files.relevant(5)) == []


async def test_what_the_conversation_touched_comes_before_what_changed_last(repository: Tree) -> None:
    repository.write("src/keeper.py", at_s=3_000)
    repository.write('src/odd"name.py', at_s=4_000)
    repository.write("é.md", at_s=5_000)
    repository.write("brand new.py", at_s=2_000)
    repository.git("mv", "docs/old plan.md", "docs/new plan.md")
    repository.remove("src/gone.py")
    repository.touched = [str(repository.root / "src" / "keeper.py"), "src/../é.md"]
    files = repository.files()
    assert list(await files.relevant(9)) == [
        FileChoice("src/keeper.py", TOUCHED),
        FileChoice("é.md", TOUCHED),
        FileChoice('src/odd"name.py', "changed"),
        FileChoice("brand new.py", "new"),
        FileChoice("docs/new plan.md", "renamed"),
    ]
    assert [choice.path for choice in await files.relevant(1)] == ["src/keeper.py"]


async def test_paths_begin_at_the_projects_root_also_below_the_top_of_a_repository(repository: Tree) -> None:
    repository.write("src/keeper.py", at_s=3_000)
    repository.write("docs/old plan.md", at_s=3_000)
    assert list(await repository.files("src").relevant(9)) == [FileChoice("keeper.py", "changed")]


async def test_what_a_model_calls_a_file_need_not_be_one(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    tree.write("src/a.py")
    tree.touched = ["x" * 5_000, "a\0b", "../secret", str(tmp_path / "secret"), "", ".", "none.py", "src", "src/a.py"]
    assert [choice.path for choice in await tree.files().relevant(9)] == ["src/", "src/a.py"]


async def test_a_project_behind_a_link_knows_its_files_by_either_name(tree: Tree, tmp_path: Path) -> None:
    tree.write("a.py")
    tree.write("b.py")
    (tmp_path / "link").symlink_to(tree.root)
    files = ProjectFiles(tmp_path / "link", lambda: [str(tree.root / "a.py"), str(tmp_path / "link" / "b.py")])
    assert [choice.path for choice in await files.relevant(9)] == ["a.py", "b.py"]


@given(st.lists(st.from_regex(r"[ab](/[ab]){0,4}", fullmatch=True)))
def test_folders_are_all_parents(files: list[str]) -> None:
    assert _folders(files) == {
        f"{parent}/" for file in files for parent in map(str, Path(file).parents) if parent != "."
    }
