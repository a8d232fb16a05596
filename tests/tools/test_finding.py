"""The tools that find: glob, grep, list, git, search_code, outline."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.tools.benches import bench_in, commit_all, git, write_tree
from tests.tools.calls import call, failure, outcome

from aircher.domain.answers import Definition
from aircher.domain.display import TextBlock
from aircher.domain.effects import Action, Reads
from aircher.domain.tools import Tool, ToolFailure, ToolOutcome
from aircher.tools import git as git_module
from aircher.tools import glob as glob_module
from aircher.tools import grep as grep_module
from aircher.tools import list as list_module
from aircher.tools import outline as outline_module
from aircher.tools import search_code as search_module
from aircher.tools.ports import Found
from aircher.tools.workbench import Workbench

TREE: dict[str, str | bytes] = {
    "a.py": "import os\n\n\ndef first():\n    return os\n",
    "src/b.py": "def second():\n    return first\n",
    "src/deep/c.md": "# first\n",
    ".env": "KEY=first\n",
    "bin": b"first\0",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_tree(tmp_path / "root", TREE)
    for number, name in enumerate(sorted(TREE)):
        os.utime(root / name, (1000 + number, 1000 + number))
    return root


def built(tool: Any) -> Tool[Any]:
    assert tool is not None
    return tool  # type: ignore[no-any-return]  # each module's own kind


@dataclass(frozen=True)
class FixedCode:
    """An index that knows what it was given."""

    places: tuple[Found, ...] = ()
    defined: tuple[Definition, ...] = ()
    trouble: ToolFailure | None = None

    async def find(self, query: str, *, limit: int) -> Sequence[Found] | ToolFailure:
        return self.trouble or self.places[:limit]

    async def outline(self, path: str) -> Sequence[Definition] | ToolFailure:
        return self.trouble or [each for each in self.defined if each.path.startswith(path)]


async def test_glob_lists_the_newest_first(root: Path) -> None:
    tool = built(glob_module.TOOL(bench_in(root)))
    assert await call(tool, {"pattern": "*.{py,md}"}) == ToolOutcome(
        content="src/deep/c.md\nsrc/b.py\na.py",
        summary="found 3 files for *.{py,md}",
        display=(TextBlock(text="src/deep/c.md\nsrc/b.py\na.py"),),
    )
    assert (await outcome(tool, {"pattern": "*.py", "path": "src"})).content == "src/b.py"
    assert await call(tool, {"pattern": "*.go"}) == ToolOutcome(
        content="No file below . fits '*.go' (5 files looked at).", summary="found no file for *.go"
    )
    assert (await failure(tool, {"pattern": "{a"})).message == "The pattern cannot be used: '{a' has a { without its }."
    assert (await failure(tool, {"pattern": "*", "path": "a.py"})).message == "a.py cannot be listed: Not a directory."


async def test_glob_is_bounded(root: Path) -> None:
    write_tree(root, {f"many/{number}.txt": "" for number in range(250)})
    lines = (await outcome(built(glob_module.TOOL(bench_in(root))), {"pattern": "*.txt"})).content.split("\n")
    assert (len(lines), lines[-1]) == (201, "(50 more: use a narrower pattern or path)")


@pytest.mark.parametrize("ripgrep", [None, ""])
async def test_grep_shows_lines_files_or_counts(root: Path, ripgrep: str | None) -> None:
    tool = built(grep_module.TOOL(bench_in(root, ripgrep=ripgrep)))
    content = "a.py\n4:def first():\n\nsrc/b.py\n2:    return first\n\nsrc/deep/c.md\n1:# first\n"
    assert await call(tool, {"pattern": "first"}) == ToolOutcome(
        content=content, summary="found 3 lines in 3 files for 'first'", display=(TextBlock(text=content),)
    )
    found = await outcome(tool, {"pattern": "FIRST", "ignore_case": True, "mode": "files", "type": "py"})
    assert (found.content, found.summary) == ("a.py\nsrc/b.py", "found 'FIRST' in 2 files")
    assert (await outcome(tool, {"pattern": "o", "mode": "count", "glob": "!*.md"})).content == "a.py: 2\nsrc/b.py: 1"
    around = await outcome(tool, {"pattern": "^(import|    return)", "path": "a.py", "context": 1})
    assert around.content == "a.py\n1:import os\n2-\n--\n4-def first():\n5:    return os\n"
    limited = await outcome(tool, {"pattern": ".", "limit": 1})
    assert limited.content.endswith("(there is more: narrow the pattern, path or glob, or raise limit)")
    spanning = await outcome(tool, {"pattern": r"os\n\n\ndef", "multiline": True})
    assert spanning.content == "a.py\n1:import os\n2:\n3:\n4:def first():\n"


async def test_grep_that_finds_nothing_says_where_it_looked(root: Path) -> None:
    tool = built(grep_module.TOOL(bench_in(root)))
    assert (await outcome(tool, {"pattern": "zebra"})).content == "Nothing in . matches 'zebra' (5 files searched)."
    assert (await outcome(tool, {"pattern": "x", "glob": "*.go"})).content == (
        "There is no file to search in .: check path, glob and type."
    )


async def test_grep_shows_what_was_allowed_and_no_more(root: Path, tmp_path: Path) -> None:
    outside = write_tree(tmp_path / "outside", {"x.txt": "first\n", ".env": "first\n"})
    tool = built(grep_module.TOOL(bench_in(root)))
    assert (await outcome(tool, {"pattern": "first", "path": ".env"})).content == ".env\n1:KEY=first\n"
    found = await outcome(tool, {"pattern": "first", "path": str(outside), "mode": "files"})
    assert found.content == f"{outside}/x.txt"


async def test_grep_cuts_long_lines(root: Path) -> None:
    write_tree(root, {"min.js": "x" * 5_000 + "needle\n"})
    found = await outcome(built(grep_module.TOOL(bench_in(root))), {"pattern": "needle"})
    assert found.content == f"min.js\n1:{'x' * 300} … (line cut)\n"


async def test_list_draws_a_tree(root: Path) -> None:
    (root / "link").symlink_to("a.py")
    tool = built(list_module.TOOL(bench_in(root)))
    assert (await outcome(tool, {})).content.split("\n")[1:] == [
        "  src/", "    deep/ (1 file)", "    b.py 31 B", "  .env 10 B", "  a.py 39 B", "  bin 6 B", "  link (link)",
    ]  # fmt: skip
    assert (await outcome(tool, {"path": "src", "depth": 1})).content == (
        "src/ (2 files, 39 bytes)\n  deep/ (1 file)\n  b.py 31 B"
    )
    (root / "void").mkdir()
    assert (await outcome(tool, {"path": "void"})).content == "void/ (empty)"
    write_tree(root, {f"many/{number}": "" for number in range(400)})
    assert (await outcome(tool, {"path": "many"})).content.endswith(
        "(there is more: name a folder, or use a smaller depth)"
    )


async def test_names_with_line_breaks_take_one_line(root: Path) -> None:
    write_tree(root, {"a\nb/c\rd.py": "first\n"})
    bench = bench_in(root)
    assert "a\\nb/c\\rd.py" in (await outcome(built(glob_module.TOOL(bench)), {"pattern": "*.py"})).content
    assert "a\\nb/c\\rd.py\n1:first" in (await outcome(built(grep_module.TOOL(bench)), {"pattern": "first"})).content
    assert "  a\\nb/\n    c\\rd.py 6 B" in (await outcome(built(list_module.TOOL(bench)), {})).content


async def test_git_answers_and_says_what_was_asked(root: Path) -> None:
    git(root, "init", "-q")
    commit_all(root, "first")
    write_tree(root, {"a.py": "changed\n"})
    tool = built(git_module.TOOL(bench_in(root)))
    found = await outcome(tool, {"command": "diff", "path": "a.py"})
    assert found.summary == "git diff a.py"
    assert found.content.endswith("+changed")
    assert found.display == (TextBlock(text=found.content, language="diff"),)
    assert await call(tool, {"command": "diff", "staged": True}) == ToolOutcome(
        content="git diff --staged: nothing.", summary="git diff --staged"
    )
    assert await failure(tool, {"command": "blame"}) == ToolFailure(message="git blame needs a path.")
    assert (await failure(tool, {"command": "log", "path": "/etc"})).message == "git log: /etc is not in the project."
    assert "Invalid enum value 'push'" in (await failure(tool, {"command": "push"})).message


async def test_search_code_answers_with_path_and_line(tmp_path: Path) -> None:
    places = (Found(path="a.py", line=3, text="  def f():"), Found(path="b.py", line=1, text="import a"))
    tool = built(search_module.TOOL(replace(bench_in(tmp_path), code=FixedCode(places))))
    assert await call(tool, {"query": "f", "limit": 1}) == ToolOutcome(
        content="a.py:3: def f():",
        summary="found 1 place for 'f'",
        display=(TextBlock(text="a.py:3: def f():"),),
    )
    assert tool.actions(tool.parse({"query": "f"})) == (
        Action(tool="read", effects=(Reads(path=tmp_path, is_recursive=True),)),
    )
    empty = built(search_module.TOOL(replace(bench_in(tmp_path), code=FixedCode())))
    assert await failure(empty, {"query": "zebra"}) == ToolFailure(
        message="Nothing in the project matches 'zebra'. Try fewer or other words."
    )


def defined(path: str, name: str, line: int, *, kind: str = "function", container: str = "") -> Definition:
    return Definition(path=path, line=line, end_line=line + 1, name=name, kind=kind, container=container, signature="")


async def test_outline_names_kind_and_lines(root: Path) -> None:
    code = FixedCode(
        defined=(
            defined("src/b.py", "B", 1, kind="class"),
            defined("src/b.py", "run", 3, kind="method", container="B"),
            defined("src/deep/c.md", "Inner", 1, kind="heading", container="Outer"),
        )
    )
    tool = built(outline_module.TOOL(replace(bench_in(root), code=code)))
    content = "src/b.py\n  1-2 class B\n  3-4 method B.run\nsrc/deep/c.md\n  1-2 heading Inner"
    assert await call(tool, {"path": "src"}) == ToolOutcome(
        content=content, summary="outlined src (3 symbols)", display=(TextBlock(text=content),)
    )
    assert (await failure(tool, {"path": "a.py"})).message == (
        "The index knows of no definition in a.py. Use read_file or list."
    )
    assert "not in the project" in (await failure(tool, {"path": "/etc"})).message


@pytest.mark.parametrize("name", ["search", "outline"])
async def test_an_index_that_is_in_trouble_tells_the_model_why(root: Path, name: str) -> None:
    trouble = ToolFailure(message="The index is locked.")
    bench = replace(bench_in(root), code=FixedCode(trouble=trouble))
    tool = built(search_module.TOOL(bench) if name == "search" else outline_module.TOOL(bench))
    assert await call(tool, {"query": "f"} if name == "search" else {"path": "."}) == trouble


def test_a_tool_without_its_port_is_not_offered(root: Path) -> None:
    bare = Workbench(root=root, files=bench_in(root).files)
    modules = (glob_module, grep_module, list_module, git_module, search_module, outline_module)
    assert [module.TOOL(bare) for module in modules] == [None] * len(modules)
