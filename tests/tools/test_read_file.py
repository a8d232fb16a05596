"""Reading: lines, notebooks, pictures, and what is none of them."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from tests.support.test_file_kinds import PNG
from tests.tools.benches import bench_in, write_tree
from tests.tools.calls import call, failure, outcome

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import ImagePart, JsonObject
from aircher.domain.tools import ToolFailure, ToolOutcome
from aircher.tools.read_file import MAX_PICTURE_BYTES, ReadFile
from aircher.tools.workbench import Workbench

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Title\n", "text"]},
        {
            "cell_type": "code",
            "source": "print(1)",
            "outputs": [
                {"output_type": "stream", "text": ["1\n"]},
                {"output_type": "display_data", "data": {"image/png": "aaaa", "text/plain": ["<Figure>"]}},
                {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mline\x1b[0m"]},
                {"output_type": "stream", "text": "x\n" * 100},
            ],
        },
        "junk",
    ],
    "nbformat": 4,
}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return bench_in(write_tree(tmp_path / "root", {"a.py": "one\ntwo\nthree\n", "empty": ""}))


@pytest.fixture
def read_file(bench: Workbench) -> ReadFile:
    return ReadFile(bench)


async def test_lines_come_numbered_and_say_how_to_go_on(read_file: ReadFile) -> None:
    assert await call(read_file, {"path": "a.py", "max_lines": 2}) == ToolOutcome(
        content="1\tone\n2\ttwo\n(the file goes on: continue with first_line=3)", summary="read 2 lines of a.py"
    )
    assert await call(read_file, {"path": "empty"}) == ToolOutcome(
        content="empty is empty.", summary="read 0 lines of empty"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Wrong arguments: Object missing required field `path`. Expected: path, first_line, max_lines."),
        (
            {"path": "a.py", "first_line": 0},
            "Wrong arguments: Expected `int` >= 1 - at `$.first_line`. Expected: path, first_line, max_lines.",
        ),
        ({"path": "gone"}, "gone does not exist. Use glob or search_code to find the right path."),
        ({"path": "."}, ". is a folder. It holds: a.py, empty. Use list to see more."),
    ],
)
async def test_a_wrong_call_says_what_is_expected(read_file: ReadFile, arguments: JsonObject, message: str) -> None:
    assert await call(read_file, arguments) == ToolFailure(message=message)


def test_the_action_names_the_resolved_path(read_file: ReadFile, bench: Workbench) -> None:
    (bench.root / "link").symlink_to("/etc/hosts")
    args = read_file.parse({"path": "link"})
    assert not isinstance(args, ToolFailure)
    assert read_file.actions(args) == (Action(tool="read", effects=(Reads(path=Path("/etc/hosts").resolve()),)),)


async def test_a_link_that_is_changed_after_the_judgement_is_not_followed(
    read_file: ReadFile, bench: Workbench, tmp_path: Path
) -> None:
    from tests.tools.calls import unseen

    from aircher.domain.ids import CallId
    from aircher.domain.tools import RunningCall

    (tmp_path / "secret").write_text("hunter2")
    (bench.root / "link").symlink_to(bench.root / "a.py")
    args = read_file.parse({"path": "link"})
    assert not isinstance(args, ToolFailure)
    (bench.root / "link").unlink()
    (bench.root / "link").symlink_to(tmp_path / "secret")
    result = await read_file.run(args, RunningCall(call_id=CallId("c"), show=unseen))
    assert isinstance(result, ToolOutcome)
    assert result.content == "1\tone\n2\ttwo\n3\tthree"


async def test_what_was_read_is_known_by_its_hash(read_file: ReadFile, bench: Workbench) -> None:
    assert bench.seen is not None
    assert bench.seen.digest(bench.root / "a.py") is None
    await outcome(read_file, {"path": "a.py", "max_lines": 1})
    assert bench.seen.digest(bench.root / "a.py") == hashlib.sha256(b"one\ntwo\nthree\n").hexdigest()


async def test_an_encoding_that_is_not_utf_8_is_named(read_file: ReadFile, bench: Workbench) -> None:
    write_tree(bench.root, {"l1": b"caf\xe9\n"})
    assert (await outcome(read_file, {"path": "l1"})).content == "1\tcafé\n(encoding: latin-1, a guess)"


async def test_a_picture_is_given_with_its_facts(read_file: ReadFile, bench: Workbench) -> None:
    write_tree(bench.root, {"p.png": PNG})
    facts = f"PNG, 640×480 pixels, {len(PNG)} bytes"
    assert await call(read_file, {"path": "p.png"}) == ToolOutcome(
        content=f"p.png: {facts}. The picture follows.",
        summary=f"looked at p.png ({facts})",
        images=(ImagePart(media_type="image/png", data_base64=base64.b64encode(PNG).decode()),),
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (PNG + bytes(MAX_PICTURE_BYTES), f"f has {MAX_PICTURE_BYTES + len(PNG):,} bytes, at most 3,750,000 are read."),
        (PNG[:16] + b"\0\0\x40\0" + PNG[20:], "f: 16384×480, at most 8000 pixels a side. Scale it first."),
        (
            b"%PDF-1.7\n\0\1",
            "f is no text: PDF, 11 bytes. Convert it to text with a program such as pdftotext.",
        ),
        (b"\x7fELF\0\0", "f is no text: ELF program or library, 6 bytes."),
        (b"\0\1\2\3\4", "f is no text: binary data, 5 bytes."),
    ],
)
async def test_what_is_no_text_is_refused_with_facts(
    read_file: ReadFile, bench: Workbench, data: bytes, message: str
) -> None:
    write_tree(bench.root, {"f": data})
    assert await failure(read_file, {"path": "f"}) == ToolFailure(message=message)


async def test_a_notebook_is_read_as_cells_with_short_outputs(read_file: ReadFile, bench: Workbench) -> None:
    write_tree(bench.root, {"n.ipynb": json.dumps(NOTEBOOK)})
    lines = (await outcome(read_file, {"path": "n.ipynb"})).content.split("\n")
    assert [line.partition("\t")[2] for line in lines[:16]] == [
        "## cell 1 (markdown)", "# Title", "text", "## cell 2 (code)", "print(1)", "-- output", "1", "-- output",
        "<Figure>", "(also: image/png)", "-- output", "E: v", "line", "-- output", "x", "x",
    ]  # fmt: skip
    assert lines[-2].endswith("\t(output shortened)")
    assert lines[-1] == "(a notebook: the numbers are those of this view, not of the JSON in the file)"
    part = await outcome(read_file, {"path": "n.ipynb", "first_line": 5, "max_lines": 1})
    assert part.content.startswith("5\tprint(1)\n(the file goes on: continue with first_line=6)")
    assert "only 35 lines" in (await failure(read_file, {"path": "n.ipynb", "first_line": 99})).message


@pytest.mark.parametrize("text", ["not json", "[1]", '{"cells": 5}', "[" * 100_000])
async def test_a_file_that_only_is_called_a_notebook_is_text(read_file: ReadFile, bench: Workbench, text: str) -> None:
    write_tree(bench.root, {"n.ipynb": text})
    assert (await outcome(read_file, {"path": "n.ipynb"})).content.startswith(f"1\t{text[:10]}")
