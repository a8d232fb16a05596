"""Reading and writing files, whatever they are and whoever moves them meanwhile."""

import hashlib
import os
import socket
from pathlib import Path

import pytest

from aircher.domain.files import FileFacts, TextSlice
from aircher.domain.tools import ToolFailure
from aircher.workspace.files import LocalFiles
from aircher.workspace.local import LocalWorkspace
from aircher.workspace.text_slices import CUT, MAX_LINE_CHARS


async def read(folder: Path, name: str, *, first_line: int = 1, max_lines: int = 10) -> TextSlice | ToolFailure:
    workspace = LocalWorkspace(folder)
    return await workspace.read_lines(workspace.resolve(name), first_line=first_line, max_lines=max_lines)


def relative(path: Path) -> str:
    """Return a path that is short enough for a socket."""
    return os.path.relpath(path)


def everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_lines_are_read_from_where_they_are_asked(tmp_path: Path) -> None:
    data = b"one\ntwo\nthree\nfour"
    (tmp_path / "a.txt").write_bytes(data)
    assert await read(tmp_path, "a.txt", first_line=2, max_lines=2) == TextSlice(
        lines=("two", "three"), first_line=2, has_more=True, digest=digest(data)
    )
    assert await read(tmp_path, "a.txt", first_line=4) == TextSlice(
        lines=("four",), first_line=4, has_more=False, digest=digest(data)
    )


@pytest.mark.parametrize(
    ("data", "lines", "encoding"),
    [
        (b"caf\xc3\xa9\n", ("café",), "utf-8"),
        (b"\xef\xbb\xbfbom\r\nline\r\n", ("bom", "line"), "utf-8"),
        ("utf-16 é\n".encode("utf-16"), ("utf-16 é",), "utf-16-le"),
        (b"caf\xe9\n", ("café",), "latin-1, a guess"),
        (b"", (), "utf-8"),
        (b"old\rmac", ("old", "mac"), "utf-8"),
        (b"mixed\r\nends\nand\ra return\n", ("mixed", "ends", "and\ra return"), "utf-8"),
        (b"x" + "é".encode() * 9000, (("x" + "é" * 9000)[:MAX_LINE_CHARS] + CUT,), "utf-8"),
        ("日本語のテキスト\n".encode("cp932"), ("日本語のテキスト",), "cp932"),
    ],
)
async def test_encodings_and_line_ends_are_understood(
    tmp_path: Path, data: bytes, lines: tuple[str, ...], encoding: str
) -> None:
    (tmp_path / "f").write_bytes(data)
    assert await read(tmp_path, "f") == TextSlice(
        lines=lines, first_line=1, has_more=False, encoding=encoding, digest=digest(data)
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.txt", "gone.txt does not exist. Use glob or search_code to find the right path."),
        ("folder", "folder is a folder. It holds: inner/, x.py. Use list to see more."),
        ("binary", "binary is binary."),
        ("pipe", "pipe is not a regular file: it is a pipe."),
        ("socket", "socket cannot be read: No such device or address."),
        ("short.txt", "short.txt has only 1 lines."),
        ("short.txt/x", "short.txt/x cannot be read: Not a directory."),
        ("a\0b", "a\ufffdb does not exist. Use glob or search_code to find the right path."),
        ("a\nb", "a\\nb does not exist. Use glob or search_code to find the right path."),
        ("n" * 300, "n" * 300 + " cannot be read: File name too long."),
    ],
)
async def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "folder" / "x.py").touch()
    (tmp_path / "binary").write_bytes(b"ELF\x00")
    (tmp_path / "short.txt").write_text("one")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(relative(tmp_path / "socket"))
        assert await read(tmp_path, name, first_line=2) == ToolFailure(message=message)


async def test_a_file_of_one_gigabyte_is_read_at_its_start_only(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.write(b"head\nnext\r\nthird\n" + b"x" * 9000)
        file.truncate(1 << 30)
    assert await read(tmp_path, "big.txt", max_lines=2) == TextSlice(
        lines=("head", "next"), first_line=1, has_more=True
    )
    assert await read(tmp_path, "big.txt", first_line=5) == ToolFailure(
        message="big.txt is too large: line 5 lies beyond its first 64 MiB. Use grep to find the place."
    )


async def test_a_large_text_is_read_as_a_stream_with_the_same_lines(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"".join(b"line %d\r\n" % number for number in range(2_000_000)))
    assert await read(tmp_path, "log", first_line=1_999_999) == TextSlice(
        lines=("line 1999998", "line 1999999"), first_line=1_999_999, has_more=False
    )
    assert await read(tmp_path, "log", first_line=2_000_001) == ToolFailure(message="log has only 2000000 lines.")


async def test_facts_tell_size_and_whether_it_is_text(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"ab\0c")
    workspace = LocalWorkspace(tmp_path)
    assert await workspace.look(workspace.resolve("f")) == FileFacts(size_bytes=4, head=b"ab\0c", is_text=False)
    (tmp_path / "g").write_bytes("häß".encode("utf-16-le") * 4)
    facts = await workspace.look(workspace.resolve("g"))
    assert isinstance(facts, FileFacts)
    assert facts.size_bytes == 24


async def test_bytes_are_read_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    workspace = LocalWorkspace(tmp_path)
    assert await workspace.read_bytes(workspace.resolve("f"), max_bytes=5) == b"12345"
    assert await workspace.read_bytes(workspace.resolve("f"), max_bytes=4) == ToolFailure(
        message="f has 5 bytes, at most 4 are read."
    )
    assert await workspace.read_bytes(workspace.resolve("gone"), max_bytes=4) is None
    assert isinstance(await workspace.read_bytes(tmp_path, max_bytes=4), ToolFailure)


async def test_what_is_written_is_there_with_its_folders_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "run.sh"
    assert await LocalFiles().write_bytes(path, b"one", expected_hash="") is None
    path.chmod(0o750)
    assert await LocalFiles().write_bytes(path, b"two", expected_hash=digest(b"one")) is None
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o750)
    assert [item.name for item in path.parent.iterdir()] == ["run.sh"]


async def test_another_name_of_a_file_keeps_the_old_content(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("precious")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "inside").hardlink_to(tmp_path / "outside")
    inside = tmp_path / "root" / "inside"
    assert await LocalFiles().write_bytes(inside, b"new", expected_hash=digest(b"precious")) is None
    assert ((tmp_path / "outside").read_text(), (tmp_path / "root" / "inside").read_text()) == ("precious", "new")


@pytest.mark.parametrize("name", ["folder", "pipe", "blocked/x", "file/x"])
async def test_what_cannot_be_written_says_why_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "blocked").symlink_to(tmp_path / "gone" / "gone")
    os.mkfifo(tmp_path / "pipe")
    before = everything_in(tmp_path)
    failed = await LocalFiles().write_bytes(tmp_path / name, b"x", expected_hash="")
    assert isinstance(failed, ToolFailure)
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("moved", ["folder", "folder/deep", "folder/deep/file"])
async def test_a_link_that_is_put_on_the_way_after_the_judgement_is_not_followed(tmp_path: Path, moved: str) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    for place in (outside / "deep" / "file", outside / "file"):
        place.write_text("secret")
    root = tmp_path / "root"
    (root / "folder" / "deep").mkdir(parents=True)
    (root / "folder" / "deep" / "file").write_text("harmless")
    workspace = LocalWorkspace(root)
    path = workspace.resolve("folder/deep/file")
    (root / moved).rename(tmp_path / "moved")
    target = {"folder": outside, "folder/deep": outside / "deep", "folder/deep/file": outside / "file"}[moved]
    (root / moved).symlink_to(target)
    assert isinstance(await workspace.read_lines(path, first_line=1, max_lines=1), ToolFailure)
    assert isinstance(await workspace.read_bytes(path, max_bytes=100), ToolFailure)
    assert isinstance(await workspace.look(path), ToolFailure)
    for expected_hash in ("", digest(b"secret"), digest(b"harmless")):
        await LocalFiles().write_bytes(path, b"overwritten", expected_hash=expected_hash)
    assert {place.read_text() for place in outside.rglob("*") if place.is_file()} == {"secret"}


def test_a_path_is_resolved_to_what_it_means(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "link").symlink_to("/etc/passwd")
    workspace = LocalWorkspace(tmp_path / "project", home=tmp_path / "home")
    assert workspace.resolve("link") == Path("/etc/passwd").resolve()
    assert workspace.resolve("../other") == tmp_path / "other"
    assert workspace.resolve("~root/x") == tmp_path / "project" / "~root" / "x"
    assert workspace.resolve("~") == tmp_path / "home"
    assert workspace.resolve("~/x") == tmp_path / "home" / "x"
    assert workspace.resolve("./~/x") == tmp_path / "project" / "~" / "x"
    assert workspace.resolve("a\0b") == tmp_path / "project" / "a\ufffdb"
    assert workspace.resolve("half\ud83d").is_absolute()
    (tmp_path / "project" / "loop").symlink_to("loop")
    assert workspace.resolve("loop/../../other") == tmp_path / "other"
    assert workspace.shown(tmp_path / "project" / "a" / "b.py") == "a/b.py"
    assert workspace.shown(tmp_path / "project" / "a\nb") == "a\\nb"
    assert workspace.shown(Path("/etc/passwd")) == "/etc/passwd"
