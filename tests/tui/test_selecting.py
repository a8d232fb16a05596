"""Selecting with the keyboard, in the whole interface: what is told, and who gets the keys."""

import pytest
from tests.tui.looks import LOOK
from tests.tui.pilot import Pilot, Place, flying
from tests.tui.zoo import ANSWERS, ZOO

from aircher.tui.select_bar import selecting_row
from aircher.tui.viewport.view import Viewport


async def selecting(ui: Pilot) -> Viewport:
    """Begin to select after a turn."""
    await ui.ask("what zoo?", ZOO)
    ui.press("alt+s")
    await ui.until("select:")
    assert isinstance(ui.interface.view, Viewport)
    return ui.interface.view


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (90, " select: Arrows move  Space begin here  Shift+arrows extend  Enter copy  Esc end"),
        (80, " select: Arrows move  Space begin here  Shift+arrows extend  Enter copy  Esc end"),
        (60, " select: Arrows move  Space begin here  Enter copy  Esc end"),
        (40, " select: Space begin  Enter copy  Esc end"[:40]),
        (9, " select: "[:9].rstrip()),
    ],
)
def test_the_keys_are_told_in_as_many_words_as_fit(width: int, told: str) -> None:
    row = selecting_row(width, LOOK)
    assert (row.text.rstrip(), row.width) == (told, width)


async def test_keys_are_told_while_it_goes_on_and_letters_reach_nobody(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        view = await selecting(ui)
        assert ui.cursor is None
        assert ui.lines[-1].endswith("Enter copy  Esc end")
        ui.type("abc?")
        ui.press("shift+up", "backspace")
        await ui.until(lambda: view.selecting.span)
        assert ui.interface.composer.text == ""
        assert not ui.interface.dialogs
        ui.press("escape")
        await ui.until_gone("select:")
        ui.type("abc")
        await ui.until("❯ abc")
        assert ui.cursor is not None


async def test_a_paste_and_ctrl_c_end_it(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await selecting(ui)
        ui.paste("pasted")
        await ui.until("❯ pasted", without="select:")
        ui.press("alt+s")
        await ui.until("select:")
        ui.press("ctrl+c")
        await ui.until_gone("select:")
        assert ui.interface.composer.text == "pasted"


async def test_what_the_screen_can_do_works_meanwhile(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await selecting(ui)
        ui.press("f1")
        await ui.until("─ Help ", without="select:")
        ui.press("escape")
        await ui.until("select:")
