"""Lines from a terminal, a pipe and a file."""

import os
from pathlib import Path

import pytest

from aircher.tui.linear.lines import Lines


async def all_of(lines: Lines) -> list[str]:
    found = []
    while (line := await lines.next()) is not None:
        found.append(line)
    assert await lines.next() is None
    return found


async def test_lines_come_one_by_one_however_they_were_cut() -> None:
    reading, writing = os.pipe()
    lines = Lines(reading)
    os.write(writing, b"one\r\ntw")
    assert await lines.next() == "one"
    os.write(writing, b"o\n\nrest")
    os.close(writing)
    assert await all_of(lines) == ["two", "", "rest"]
    os.close(reading)


async def test_letters_are_those_of_the_locale_and_what_is_none_is_replaced() -> None:
    for encoding, words in (("latin-1", "Où"), ("utf-8", "O\ufffd")):
        reading, writing = os.pipe()
        os.write(writing, "Où\n".encode("latin-1"))
        os.close(writing)
        assert await all_of(Lines(reading, encoding=encoding)) == [words]
        os.close(reading)


async def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("".join(f"line {number}\n" for number in range(20_000)))
    with path.open("rb") as file:
        assert await all_of(Lines(file.fileno())) == [f"line {number}" for number in range(20_000)]


@pytest.mark.parametrize("times", [1, 2])
async def test_after_the_end_nothing_is_read(times: int) -> None:
    reading, writing = os.pipe()
    lines = Lines(reading)
    for _ in range(times):
        lines.end()
    os.write(writing, b"late\n")
    assert await all_of(lines) == []
    os.close(reading)
    os.close(writing)
