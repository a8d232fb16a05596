"""What a model reads of what a program printed."""

from pathlib import Path

import pytest

from aircher.workspace.outputs import SavedOutput
from aircher.workspace.printed import HEAD_BYTES, MAX_LINE_BYTES, TAIL_BYTES, Printed


def nowhere() -> None:
    return None


def printed(*chunks: bytes) -> Printed:
    result = Printed(nowhere)
    for chunk in chunks:
        result.feed(chunk)
    result.finish()
    return result


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain\n", "plain\n"),
        (b"no end", "no end"),
        (b"\x1b[31mred\x1b[0m\x1b[K text\n", "red text\n"),
        (b"\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n", "link\n"),
        (b"\x1b(Bset\x1b=\x1b7\n", "set\n"),
        (b"\x1b]never closed\nnext\n", "never closed\nnext\n"),
        (b"1%\r2%\r100%\n", "100%\n"),
        (b"dos\r\nlines\r\n", "dos\nlines\n"),
        (b"odd\r\r\n", "odd\n"),
        (b"working\r", "working"),
        (b"-\b\\\b|\b done\n", " done\n"),
        (b"N\bNA\bAM\bME\bE\n", "NAME\n"),
        (b"\xc3\xa9\b\xc3\xa8\n", "è\n"),
        (b"nul\0bell\a tab\t\n", "nulbell tab\t\n"),
        ("C1 \x9b31m, turned \u202e round\n".encode(), "C1 31m, turned  round\n"),
        (b"not \xff utf-8\n", "not \ufffd utf-8\n"),
    ],
)
def test_text_is_what_a_terminal_would_have_left_on_the_screen(raw: bytes, text: str) -> None:
    assert printed(raw).text() == text
    assert printed(*(raw[index : index + 1] for index in range(len(raw)))).text() == text


def test_a_long_output_keeps_its_start_and_its_end_and_says_what_is_missing_and_where_it_is(tmp_path: Path) -> None:
    lines = [f"line {number}" for number in range(100_000)]
    saved = SavedOutput(tmp_path / "all.txt")
    result = Printed(lambda: saved)
    data = "\n".join(lines).encode()
    for start in range(0, len(data), 4_099):
        result.feed(data[start : start + 4_099])
    result.finish()
    saved.close()
    text = result.text()
    head, _, rest = text.partition("[…")
    gap, _, tail = rest.partition("…]\n")
    first, last = head.splitlines(), tail.splitlines()
    left_bytes = len(data) - len(head) - len(tail)
    assert first == lines[: len(first)]
    assert last == lines[-len(last) :]
    assert (
        gap == f" {100_000 - len(first) - len(last):,} lines, {left_bytes:,} bytes left out; all of it in {saved.path} "
    )
    assert saved.path.read_bytes() == data
    assert HEAD_BYTES - 20 < len(head) <= HEAD_BYTES
    assert TAIL_BYTES - 20 < len(tail) <= TAIL_BYTES


def test_output_that_fits_is_whole_and_saved_nowhere() -> None:
    def refused() -> None:
        raise AssertionError("nothing needs saving")

    result = Printed(refused)
    result.feed(b"x" * 99 + b"\n")
    for _ in range(100):
        result.feed(b"y" * 99 + b"\n")
    result.finish()
    assert result.text() == "x" * 99 + "\n" + ("y" * 99 + "\n") * 100


def test_a_character_at_the_cut_is_left_out_not_broken() -> None:
    text = printed("é".encode() * 40_000).text()
    assert "\ufffd" not in text
    assert text.startswith("é")
    assert text.endswith("é")


def test_one_endless_line_of_progress_leaves_its_last_state() -> None:
    result = Printed(nowhere)
    for percent in range(50_000):
        result.feed(b"\r%d of 49999" % percent)
    assert result.unfinished_line == "49999 of 49999"
    result.feed(b"\n")
    assert result.text() == "49999 of 49999\n"


def test_an_endless_line_does_not_fill_memory() -> None:
    result = Printed(nowhere)
    for _ in range(200):
        result.feed(b"x" * MAX_LINE_BYTES)
    assert len(result.unfinished_line) <= MAX_LINE_BYTES
    result.finish()
    assert result.bytes_count == 200 * MAX_LINE_BYTES
    assert len(result.text()) < HEAD_BYTES + TAIL_BYTES + 200


@pytest.mark.parametrize("piece", [b"\r", b"\x1b", b"\x1b[", b"\x1b]", b"\b", b"a\r", b"\x1b[1;"])
def test_hostile_repetition_takes_no_time(piece: bytes) -> None:
    result = Printed(nowhere)
    for _ in range(20):
        result.feed(piece * 30_000 + b"x\n")
    result.finish()
    assert result.lines_count == 20
