"""Writing whole files: what the model has not seen is not overwritten, and a file stays in its own manner."""

from pathlib import Path

import pytest
from tests.tools.benches import bench_in, write_tree
from tests.tools.calls import call, failure, outcome

from aircher.domain.display import DiffBlock
from aircher.domain.effects import Action, Writes
from aircher.domain.tools import Tool, ToolFailure, ToolOutcome
from aircher.tools import write_file as module
from aircher.tools.read_file import ReadFile
from aircher.tools.workbench import Workbench
from aircher.tools.write_file import WriteFile


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return bench_in(write_tree(tmp_path / "root", {"a.txt": "one\ntwo\n"}))


@pytest.fixture
def write_file(bench: Workbench) -> WriteFile:
    tool = module.TOOL(bench)
    assert tool is not None
    return tool


async def read(bench: Workbench, path: str) -> None:
    tool: Tool[object] = ReadFile(bench)  # type: ignore[assignment]  # its own argument type does not matter here
    await outcome(tool, {"path": path})


async def test_a_new_file_is_made_with_its_folders(write_file: WriteFile, bench: Workbench) -> None:
    assert await call(write_file, {"path": "new/b.txt", "content": "x\ny\n"}) == ToolOutcome(
        content="created new/b.txt: 2 lines, 4 bytes.",
        summary="created new/b.txt (2 lines)",
        display=(DiffBlock(path="new/b.txt", diff="@@ -0,0 +1,2 @@\n+x\n+y", added=2, removed=0),),
    )
    assert (bench.root / "new" / "b.txt").read_bytes() == b"x\ny\n"
    assert isinstance(await call(write_file, {"path": "new/b.txt", "content": "z\n"}), ToolOutcome)


async def test_a_file_that_was_not_read_is_not_overwritten(write_file: WriteFile, bench: Workbench) -> None:
    assert await failure(write_file, {"path": "a.txt", "content": "x"}) == ToolFailure(
        message="a.txt exists, and you have not read it: call read_file first, or change a part of it with edit_file."
    )
    assert (bench.root / "a.txt").read_text() == "one\ntwo\n"


async def test_a_file_that_changed_since_it_was_read_is_not_overwritten(
    write_file: WriteFile, bench: Workbench
) -> None:
    await read(bench, "a.txt")
    (bench.root / "a.txt").write_text("somebody else\n")
    assert await failure(write_file, {"path": "a.txt", "content": "x"}) == ToolFailure(
        message="a.txt has changed since you read it: call read_file again, then decide what to write."
    )
    assert (bench.root / "a.txt").read_text() == "somebody else\n"


async def test_a_file_that_was_read_is_replaced_and_the_change_shown(write_file: WriteFile, bench: Workbench) -> None:
    await read(bench, "a.txt")
    result = await outcome(write_file, {"path": "a.txt", "content": "one\n2\n"})
    assert result == ToolOutcome(
        content="replaced a.txt: 2 lines, 6 bytes.",
        summary="replaced a.txt (2 lines)",
        display=(DiffBlock(path="a.txt", diff="@@ -1,2 +1,2 @@\n one\n-two\n+2", added=1, removed=1),),
    )


@pytest.mark.parametrize(
    ("before", "content", "after"),
    [
        (b"a\r\nb\r\n", "a\nc\n", b"a\r\nc\r\n"),
        (b"a\r\nb\r\n", "a\r\nc\r\n", b"a\r\nc\r\n"),
        (b"a\rb\r", "a\nc\n", b"a\rc\r"),
        (b"a\nb\n", "a\r\nc\r\n", b"a\nc\n"),
        (b"\xef\xbb\xbfa\n", "é\n", b"\xef\xbb\xbf\xc3\xa9\n"),
        (b"\xef\xbb\xbfa\n", "\ufeffb\n", b"\xef\xbb\xbfb\n"),
        ("a\n".encode("utf-16"), "é\n", "é\n".encode("utf-16")),
        (b"caf\xe9\n", "th\xe9\n", b"th\xe9\n"),
        ("日本語のテキスト\n".encode("cp932"), "テキスト\n", "テキスト\n".encode("cp932")),
        (b"", "x", b"x"),
    ],
)
async def test_encoding_mark_and_line_ends_stay(
    write_file: WriteFile, bench: Workbench, before: bytes, content: str, after: bytes
) -> None:
    write_tree(bench.root, {"f": before})
    await read(bench, "f")
    await outcome(write_file, {"path": "f", "content": content})
    assert (bench.root / "f").read_bytes() == after


@pytest.mark.parametrize(("before", "content"), [(b"caf\xe9\n", "→"), (b"a\n", "half\ud83d")])
async def test_a_sign_that_the_file_cannot_hold_changes_nothing(
    write_file: WriteFile, bench: Workbench, before: bytes, content: str
) -> None:
    write_tree(bench.root, {"f": before})
    await read(bench, "f")
    failed = await failure(write_file, {"path": "f", "content": f"one\n{content}\n"})
    assert "(line 2 of the new text)" in failed.message
    assert (bench.root / "f").read_bytes() == before


async def test_an_error_of_syntax_is_reported_at_once(write_file: WriteFile, bench: Workbench) -> None:
    result = await outcome(write_file, {"path": "b.py", "content": "def f(:\n    pass\n"})
    assert result.content.startswith("created b.py: 2 lines, 17 bytes.\nIt cannot be parsed now: line 1: ")
    assert "parsed" not in (await outcome(write_file, {"path": "b.py", "content": "x = 1\n"})).content


async def test_a_large_change_is_shown_without_comparing_and_a_huge_one_in_numbers(
    write_file: WriteFile, bench: Workbench
) -> None:
    lines = [f"line {number}" for number in range(3_000)]
    result = await outcome(write_file, {"path": "big.txt", "content": "\n".join(["a", *lines, "b"]) + "\n"})
    added = "\n".join(f"+{line}" for line in ["a", *lines, "b"])
    assert result.display == (DiffBlock(path="big.txt", diff=f"@@ -0,0 +1,3002 @@\n{added}", added=3_002, removed=0),)
    result = await outcome(write_file, {"path": "big.txt", "content": "\n".join(["a", *lines[::-1], "b"]) + "\n"})
    changed = "\n".join([*(f"-{line}" for line in lines), *(f"+{line}" for line in lines[::-1])])
    diff = f"@@ -1,3002 +1,3002 @@\n a\n{changed}\n b"
    assert result.display == (DiffBlock(path="big.txt", diff=diff, added=3_000, removed=3_000),)
    result = await outcome(write_file, {"path": "huge.txt", "content": f"{'x' * 99}\n" * 5_000})
    assert result.display == (
        DiffBlock(path="huge.txt", diff="@@ -1,0 +1,5000 @@\n(too long to be shown)", added=5_000, removed=0),
    )


def test_the_action_names_the_resolved_path(write_file: WriteFile, bench: Workbench) -> None:
    (bench.root / "link").symlink_to("/etc/hosts")
    args = write_file.parse({"path": "link/../x", "content": ""})
    assert not isinstance(args, ToolFailure)
    assert write_file.actions(args) == (Action(tool="write", effects=(Writes(path=Path("/etc/x")),)),)


async def test_a_folder_is_not_written(write_file: WriteFile) -> None:
    assert (await failure(write_file, {"path": ".", "content": ""})).message.startswith(". is a folder.")
