"""Code is there at once and coloured a moment later, without anything moving."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.markdown.looks import LOOK, color, nothing, style_of, texts
from tests.tui.markdown.oracle import markdown_rows

from aircher.tui.look import Look, Role, Theme
from aircher.tui.markdown.code import MAX_PIECE_LINES, CodeBlock, code_rows
from aircher.tui.markdown.code_lines import CodeLines
from aircher.tui.markdown.coloring import DoneT
from aircher.tui.markdown.leaves import Margin
from aircher.tui.markdown.palette import Palette
from aircher.tui.markdown.streamed import StreamedMarkdown
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import Style

FUNCTION = '''```python
def answer(x: int) -> int:
    """Some words
    for two lines."""
    return x + 42  # why
```
'''


class Bell:
    """Rings when colours have arrived."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def __call__(self) -> None:
        self._rung.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for colours until something is so."""
        async with asyncio.timeout(20):
            while not is_so():
                self._rung.clear()
                await self._rung.wait()


def is_colored(rows: Sequence[Row], word: str) -> bool:
    return style_of(rows, word).fg not in {color(Role.CODE_BLOCK), None}


async def test_colours_arrive_on_the_loop_and_move_nothing() -> None:
    bell = Bell()
    streamed = StreamedMarkdown(60, LOOK, bell)
    streamed.append("Text\n\n" + FUNCTION + "\nmore\n")
    streamed.finish()
    before = list(streamed.rows)
    assert not is_colored(before, "answer")
    await bell.until(lambda: len(streamed.rows) == streamed.settled)
    after = streamed.rows
    assert after == markdown_rows(streamed.source, 60, LOOK)
    assert is_colored(after, "answer")
    assert [row.text for row in after] == [row.text for row in before]
    assert [row.width for row in after] == [row.width for row in before]
    assert after[0] is before[0]


async def test_finished_lines_of_an_open_fence_get_their_colours() -> None:
    bell = Bell()
    streamed = StreamedMarkdown(60, LOOK, bell)
    for line in ("```python\n", "def first():\n", '    """Words\n', "    def inside\n"):
        streamed.append(line)
        assert len(streamed.rows) == streamed.frozen
    await bell.until(lambda: is_colored(streamed.rows, "inside"))
    assert style_of(streamed.rows, "inside").fg == color(Role.STRING)
    assert streamed.settled == 0


async def test_code_in_an_item_gets_its_colours_too() -> None:
    bell = Bell()
    streamed = StreamedMarkdown(60, LOOK, bell)
    streamed.append("1. Do this:\n   ```python\n   def one():\n       pass\n   ```\n")
    assert texts(streamed.rows)[1] == "     python"
    await bell.until(lambda: is_colored(streamed.rows, "one"))
    streamed.append("2. Then that.\n")
    streamed.finish()
    await bell.until(lambda: len(streamed.rows) == streamed.settled)
    assert streamed.rows == markdown_rows(streamed.source, 60, LOOK)


async def test_a_new_width_has_the_colours_of_what_was_lexed_last_at_once() -> None:
    bell = Bell()
    streamed = StreamedMarkdown(60, LOOK, bell)
    streamed.append(FUNCTION.replace("answer", "another"))
    streamed.finish()
    assert streamed.rows
    await bell.until(lambda: len(streamed.rows) == streamed.settled)
    assert is_colored(streamed.relaid(20, LOOK).rows, "another")


def code_of(lines: int) -> str:
    return "".join(f"def f_{at}(x):\n    return 'some text' + {at}  # why\n\n\n" for at in range(lines // 4))


@given(st.integers(1, 900), st.sampled_from(["python", "js", "", "no-such-language", "diff"]))
@settings(max_examples=8, deadline=None)
def test_how_a_long_fence_was_cut_cannot_be_seen(step: int, language: str) -> None:
    text = f"```{language}\n{code_of(1_000)}```\nend"
    streamed = StreamedMarkdown(30, LOOK, nothing)
    for start in range(0, len(text), step * 20):
        streamed.append(text[start : start + step * 20])
        assert streamed.rows
    streamed.finish()
    assert streamed.rows == markdown_rows(text, 30, LOOK)


def test_the_lines_of_a_long_fence_are_laid_out_once() -> None:
    streamed = StreamedMarkdown(60, Look(theme=LOOK.theme, highlights=False), nothing)
    streamed.append("```python\n" + code_of(5_000))
    before = list(streamed.rows)
    streamed.append("x = 1\n")
    assert all(one is other for one, other in zip(before, streamed.rows, strict=False))
    assert len(streamed.rows) == len(before) + 1 == 5_002


def test_a_string_over_two_pieces_of_code_costs_only_colours() -> None:
    text = '"""\n' + "words\n" * (MAX_PIECE_LINES + 5) + '"""\n'
    rows = code_rows(text, "python", 40, LOOK)
    assert texts(rows) == [f"  {line}" for line in text.splitlines()]


@pytest.mark.parametrize(
    "code", ["x" * 200, "乌龟" * 30 + "x", "def f(): return '👩‍👩‍👧' * 9  # e\u0301 and some more words", "\tif x:"]
)
def test_a_line_that_is_too_long_is_cut_and_says_the_same(code: str) -> None:
    plain, colored = code_rows(code, "", 20, LOOK), code_rows(code, "python", 20, LOOK)
    assert [(row.text, row.width) for row in plain] == [(row.text, row.width) for row in colored]
    assert "".join(row.text.removeprefix("  ") for row in plain) == code.replace("\t", "    ")
    assert all(row.width <= 20 for row in plain)


def test_an_unknown_language_and_a_line_of_data_stay_as_they_are() -> None:
    assert code_rows("x = 1", "no-such-language", 40, LOOK) == code_rows("x = 1", "", 40, LOOK)
    data = "x = '" + "y" * 2_000 + "'"
    assert code_rows(data, "python", 40, LOOK) == code_rows(data, "", 40, LOOK)


def test_a_background_fills_the_width() -> None:
    theme = Theme(name="filled", is_dark=True, styles={Role.CODE_BLOCK: Style(bg=1), Role.KEYWORD: Style(fg=2)})
    (row,) = code_rows("pass", "python", 20, Look(theme=theme))
    assert row.width == 20
    assert row.spans == (("  ", Style()), ("pass", Style(fg=2, bg=1)), (" " * 14, Style(bg=1)))


def test_nothing_is_coloured_if_the_look_says_so() -> None:
    look = Look(theme=LOOK.theme, highlights=False)
    assert code_rows("def f(): pass", "python", 40, look) == code_rows("def f(): pass", "", 40, look)


async def test_rows_of_code_may_get_their_colours_later() -> None:
    bell = Bell()
    code = "def later(): pass\r\n# end\n"
    rows = code_rows(code, "python", 40, LOOK, bell)
    assert texts(rows) == ["  def later(): pass", "  # end"]
    await bell.until(lambda: is_colored(rows, "later"))
    assert rows == code_rows(code, "python", 40, LOOK)


class Late:
    """Does the work when told to."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(self, work: Callable[[], DoneT], then: Callable[[DoneT], None]) -> None:
        self.waiting.append(lambda: then(work()))

    def changed(self) -> None:
        """Nobody waits for it."""


def test_colours_of_an_open_piece_that_come_after_those_of_the_whole_are_left_out() -> None:
    late = Late()
    block = CodeBlock("python", CodeLines(Margin((), (), 0), 40, Palette(LOOK)), late, has_label=False)
    home = block.add(["text = '''", "def inside"])
    block.place(home, 0)
    block.color()
    block.add(["'''"])
    block.close()
    whole_first = [late.waiting[1], late.waiting[0]]
    for work in whole_first:
        work()
    assert block.is_settled
    assert style_of(home, "inside").fg == color(Role.STRING)
