"""The mouse in the prompt: the cursor goes where it is pressed, and dragging selects."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.composer.desk import Desk, World, desk

from aircher.tui.terminal.events import MouseKind, MouseUsed


def use(d: Desk, kind: MouseKind, x: int, y: int) -> bool:
    """Use the mouse on what is drawn."""
    return d.composer.handle(MouseUsed(kind=kind, x=x, y=y, button="left"))


def drag(d: Desk, start: tuple[int, int], *ends: tuple[int, int]) -> None:
    assert use(d, "press", *start)
    for end in ends:
        assert use(d, "drag", *end)
        d.rows()
    assert use(d, "release", *(ends or [start])[-1])


@pytest.mark.parametrize(
    ("x", "y", "text"),
    [
        (2, 1, "|one\ntwo"),
        (4, 1, "on|e\ntwo"),
        (0, 1, "|one\ntwo"),
        (30, 1, "one|\ntwo"),
        (3, 2, "one\nt|wo"),
    ],
)
async def test_a_click_puts_the_cursor_there(world: World, x: int, y: int, text: str) -> None:
    async with desk(world) as d:
        d.paste("one\ntwo")
        assert d.rows()[1:3] == ["> one", "  two"]
        drag(d, (x, y))
        d.type("|")
        assert d.text == text


async def test_a_click_on_a_rule_or_before_anything_is_drawn_is_not_the_prompts(world: World) -> None:
    async with desk(world) as d:
        d.type("one")
        assert not use(d, "press", 3, 1)
        d.rows()
        assert [use(d, "press", 3, y) for y in (-1, 0, 2, 3)] == [False] * 4
        assert not use(d, "drag", 2, 1)
        assert not use(d, "release", 2, 1)
        assert not d.composer.handle(MouseUsed(kind="press", x=3, y=1, button="right"))


async def test_a_click_is_counted_in_cells_and_takes_wide_signs_and_chips_whole(world: World) -> None:
    async with desk(world) as d:
        d.type("日本")
        d.paste("x\n" * 30)
        d.type("z")
        assert d.rows()[1] == "> 日本[pasted 30 lines]z"
        for x, text in ((3, "|日本"), (4, "日|本"), (5, "日|本"), (9, "日本|x")):
            d.rows()
            drag(d, (x, 1))
            d.type("|")
            assert d.text.startswith(text)
            d.press("backspace")


async def test_dragging_selects_and_typing_replaces_it(world: World) -> None:
    async with desk(world) as d:
        d.paste("one\ntwo")
        d.rows()
        drag(d, (3, 1), (5, 1), (3, 2))
        assert d.composer.selected_text == "ne\nt"
        d.type("-")
        assert d.text == "o-wo"
        d.press("ctrl+_")
        assert d.text == "one\ntwo"
        d.rows()
        drag(d, (3, 2), (3, 1), (3, 2))
        assert d.composer.selected_text == ""


async def test_dragging_beyond_the_rows_scrolls(world: World) -> None:
    async with desk(world) as d:
        d.paste("a\nb\nc\nd\ne\nf")
        assert d.rows(20, 4) == ["-" * 20, "^ e", "  f", "-" * 20]
        assert use(d, "press", 3, 2)
        for _ in range(9):
            use(d, "drag", 2, -5)
            d.rows(20, 4)
        assert d.composer.selected_text == "a\nb\nc\nd\ne\nf"
        for _ in range(9):
            use(d, "drag", 2, 9)
            d.rows(20, 4)
        assert d.composer.selected_text == "f"


async def test_up_and_down_go_on_from_the_column_that_was_clicked(world: World) -> None:
    async with desk(world) as d:
        d.paste("long line\nlong line")
        d.rows()
        d.press("up")
        drag(d, (4, 1))
        d.press("down")
        d.type("|")
        assert d.text == "long line\nlo|ng line"


async def test_in_vim_a_click_keeps_the_mode_and_dragging_selects_in_visual_mode(world: World) -> None:
    async with desk(world) as d:
        d.composer.use_vim(is_vim=True)
        d.type("one two")
        d.rows()
        drag(d, (2, 1))
        d.type("x")
        d.press("escape")
        assert "NORMAL" in d.rows()[0]
        drag(d, (30, 1))
        d.type("x")
        assert d.text == "xone tw"
        d.rows()
        drag(d, (3, 1), (5, 1))
        assert "VISUAL" in d.rows()[0]
        assert d.composer.selected_text == "one"
        d.type("d")
        assert d.text == "x tw"
        d.type("i")
        d.rows()
        drag(d, (2, 1), (3, 1))
        assert d.composer.selected_text == "x "
        drag(d, (3, 1))
        assert "NORMAL" in d.rows()[0]
        d.type("u")
        assert d.text == "xone tw"


async def test_a_click_changes_nothing_while_tab_waits_for_what_it_may_complete(world: World) -> None:
    async with desk(world) as d:
        world.gate.close()
        d.type("look @mai")
        d.press("tab")
        d.rows()
        assert use(d, "press", 2, 1)
        assert not use(d, "drag", 4, 1)
        world.gate.open()
        await d.until(lambda: "@src/main.py" in d.text)


async def test_a_click_while_history_is_searched_moves_in_what_is_searched_for(world: World) -> None:
    async with desk(world) as d:
        d.type("kept")
        d.press("ctrl+r")
        d.type("abc")
        d.rows()
        drag(d, (3, 1))
        d.type("-")
        assert d.rows()[1] == "> a-bc"
        d.press("escape")
        assert d.text == "kept"


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab é日👍\n\t", max_size=50), st.integers(10, 24), st.integers(0, 40))
def test_a_click_where_the_cursor_is_leaves_it_there(text: str, width: int, steps: int) -> None:
    async def run(folder: Path) -> None:
        async with desk(World(folder)) as d:
            d.paste(text)
            d.press(*["left"] * steps)
            d.rows(width, 6)
            before = d.composer.cursor
            if before is not None and text:
                drag(d, before)
                d.rows(width, 6)
                assert d.composer.cursor == before

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))
