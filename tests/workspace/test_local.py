"""Reading files, whatever they are."""

from pathlib import Path

import pytest

from aircher.domain.tools import ToolFailure
from aircher.workspace.local import MAX_LINE_CHARS, FileSlice, LocalWorkspace


async def read(folder: Path, name: str, *, first_line: int = 1, max_lines: int = 10) -> FileSlice | ToolFailure:
    workspace = LocalWorkspace(folder)
    return await workspace.read_lines(workspace.resolve(name), first_line=first_line, max_lines=max_lines)


async def test_lines_are_read_from_where_they_are_asked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\nthree\nfour", encoding="utf-8")
    assert await read(tmp_path, "a.txt", first_line=2, max_lines=2) == FileSlice(
        lines=("two", "three"), first_line=2, has_more=True
    )
    assert await read(tmp_path, "a.txt", first_line=4) == FileSlice(lines=("four",), first_line=4, has_more=False)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"caf\xc3\xa9\n", ("café",)),
        (b"\xef\xbb\xbfbom\r\nline\r\n", ("bom", "line")),
        ("utf-16 é\n".encode("utf-16"), ("utf-16 é",)),
        (b"caf\xe9\n", ("café",)),
        (b"", ()),
        (b"old\rmac", ("old", "mac")),
        (b"x" + "é".encode() * 9000, (("xé" + "é" * 9000)[:MAX_LINE_CHARS] + " … (line cut)",)),
    ],
)
async def test_encodings_and_line_ends_are_understood(tmp_path: Path, data: bytes, lines: tuple[str, ...]) -> None:
    (tmp_path / "f").write_bytes(data)
    assert await read(tmp_path, "f") == FileSlice(lines=lines, first_line=1, has_more=False)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.txt", "gone.txt does not exist. Use search to find the right path."),
        ("folder", "folder is a folder. It holds: inner/, x.py."),
        ("binary", "binary is binary (4 bytes)."),
        ("pipe", "pipe is not a regular file. Use search to find the right path."),
        ("short.txt", "short.txt has only 1 lines."),
    ],
)
async def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, message: str) -> None:
    import os

    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "folder" / "x.py").touch()
    (tmp_path / "binary").write_bytes(b"\x7fELF\x00"[1:])
    (tmp_path / "short.txt").write_text("one")
    os.mkfifo(tmp_path / "pipe")
    assert await read(tmp_path, name, first_line=2) == ToolFailure(message=message)


async def test_a_file_of_one_gigabyte_is_read_at_its_start_only(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.write(b"head\nnext\nthird\n" + b"x" * 9000)
        file.truncate(1 << 30)
    assert await read(tmp_path, "big.txt", max_lines=2) == FileSlice(
        lines=("head", "next"), first_line=1, has_more=True
    )
    assert await read(tmp_path, "big.txt", first_line=5) == ToolFailure(
        message="line 5 lies beyond the first 64 MiB of big.txt."
    )


def test_a_link_is_resolved_to_what_it_points_at(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "link").symlink_to("/etc/passwd")
    workspace = LocalWorkspace(tmp_path / "project")
    assert workspace.resolve("link") == Path("/etc/passwd").resolve()
    assert workspace.resolve("../other") == tmp_path / "other"
    assert workspace.resolve("~root/x") == tmp_path / "project" / "~root" / "x"
    assert workspace.resolve("a\0b") == tmp_path / "project" / "a\ufffdb"
    (tmp_path / "project" / "loop").symlink_to("loop")
    assert workspace.resolve("loop/../../other") == tmp_path / "other"
    assert workspace.shown(tmp_path / "project" / "a" / "b.py") == "a/b.py"
    assert workspace.shown(Path("/etc/passwd")) == "/etc/passwd"
