import asyncio
import threading
from collections.abc import Iterator

from tests.tui.blocks.scene import FULL, LOOK, drawn, ended, texts

from aircher.domain.display import DiffBlock, DisplayBlock, ShellBlock, TableBlock, TextBlock
from aircher.domain.events import ToolRequested
from aircher.domain.ids import CallId
from aircher.domain.messages import TextPart
from aircher.tui.blocks.displayed import DisplayedBlock, WholeBlocks
from aircher.tui.blocks.factory import Blocks
from aircher.tui.blocks.laid import LaidOut, is_large
from aircher.tui.look import Role
from aircher.tui.terminal.rows import Row

LINES = 2_000
ADDED = "\n".join(f"+line {number}" for number in range(LINES))
LONG = DiffBlock(path="notes", diff=f"@@ -0,0 +1,{LINES} @@\n{ADDED}", added=LINES, removed=0)


def shown_lines(rows: list[str]) -> int:
    return sum(" + line " in row for row in rows)


async def test_rows_are_drawn_in_a_thread_and_stay_until_newer_ones_of_their_shape_are_there() -> None:
    arrived = asyncio.Event()
    laid = LaidOut(arrived.set)
    threads: list[threading.Thread] = []

    def draw(text: str) -> list[Row]:
        threads.append(threading.current_thread())
        return [Row.of((text, LOOK.style(Role.TEXT)))]

    assert laid.get((80, LOOK), 1, lambda: draw("one")) is None
    assert laid.is_pending
    await arrived.wait()
    first = laid.get((80, LOOK), 1, lambda: draw("not again"))
    assert texts(first or []) == ["one"]
    arrived.clear()
    assert laid.get((80, LOOK), 2, lambda: draw("two")) is first
    await arrived.wait()
    assert texts(laid.get((80, LOOK), 2, lambda: draw("not again")) or []) == ["two"]
    assert laid.get((40, LOOK), 2, lambda: draw("three")) is None
    assert threading.main_thread() not in threads


async def test_rows_that_nobody_wants_any_more_are_not_shown() -> None:
    arrived = asyncio.Event()
    laid = LaidOut(arrived.set)
    laid.get((80, LOOK), 1, lambda: [Row.of(("old", LOOK.style(Role.TEXT)))])
    laid.get((40, LOOK), 1, lambda: [Row.of(("new", LOOK.style(Role.TEXT)))])
    await arrived.wait()
    assert texts(laid.get((40, LOOK), 1, list) or []) == ["new"]


async def test_a_long_diff_of_a_call_begins_folded_and_is_whole_when_it_is_laid_out() -> None:
    arrived = asyncio.Event()
    requested = ToolRequested(call_id=CallId("c1"), name="edit_file", arguments={})
    block = Blocks(arrived.set).tool(requested, lambda: 0.0)
    block.finished(ended(display=(LONG,)))
    arrived.clear()
    assert shown_lines(drawn(block, look=FULL)) == 24
    await arrived.wait()
    assert shown_lines(drawn(block, look=FULL)) == LINES
    assert shown_lines(drawn(block)) == 24


async def test_what_a_command_or_a_question_shows_is_whole_when_it_is_laid_out() -> None:
    arrived = asyncio.Event()
    block = DisplayedBlock((LONG,), arrived.set)
    assert shown_lines(drawn(block)) < 30
    await arrived.wait()
    assert shown_lines(drawn(block)) == LINES
    arrived.clear()
    asked = WholeBlocks(arrived.set)
    assert shown_lines(texts(asked.rows(LONG, 80, LOOK))) < 30
    await arrived.wait()
    assert shown_lines(texts(asked.rows(LONG, 80, LOOK))) == LINES


async def test_a_long_prompt_is_unfolded_when_it_is_laid_out() -> None:
    arrived = asyncio.Event()
    block = Blocks(arrived.set).user((TextPart(text="\n".join(f"line {number}" for number in range(300))),))
    assert len(drawn(block)) == 11
    assert block.toggle()
    assert len(drawn(block)) == 11
    await arrived.wait()
    assert len(drawn(block)) == 300


def test_what_the_loop_cannot_wait_for_is_large() -> None:
    def sizes() -> Iterator[tuple[DisplayBlock, bool]]:
        yield DiffBlock(path="a", diff="+x\n" * 100, added=100, removed=0), False
        yield DiffBlock(path="a", diff="+x\n" * 5_000, added=5_000, removed=0), True
        yield ShellBlock(command="make", output="x\n" * 5_000), False
        yield ShellBlock(command="make", output="x\n" * 500_000), True
        yield TextBlock(text="語" * 10_000), True
        yield TextBlock(text="x = 1", language="python"), True
        yield TextBlock(text="+x", language="diff"), False
        yield TableBlock(header=("a",), rows=(("x" * 20,),) * 1_000), True

    for block, expected in sizes():
        assert is_large((block,)) is expected
