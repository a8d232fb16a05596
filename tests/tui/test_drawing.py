"""How boxes lie on what is there."""

import pytest
from tests.tui.pilot import Place, flying
from tests.tui.zoo import ANSWERS, ZOO, asked


async def test_below_native_scrollback_a_high_box_goes_without_a_trace(place: Place) -> None:
    async with flying(place, *ANSWERS, is_inline=True) as ui:
        await ui.begin("what zoo?", ZOO)
        await ui.until("\xa0in", without="works ·")
        before = ui.lines, ui.cursor
        ui.press("f1")
        await ui.until("─ Help ")
        assert len([line for line in ui.lines if line]) > 20
        ui.press("escape")
        await ui.until_gone("─ Help ")
        await ui.until(lambda: (ui.lines, ui.cursor) == before)
        await ui.begin("one word", "Nothing but a word.")
        assert ZOO in ui.text


@pytest.mark.parametrize("height", [20, 24, 40])
async def test_below_native_scrollback_a_question_stands_in_the_place_of_the_prompt(place: Place, height: int) -> None:
    async with flying(place, *ANSWERS, height=height, is_inline=True) as ui:
        await asked(ui, "make", "Allow shell?")
        assert b"\x1b[?1049h" not in ui.raw
        ui.press("y")
        await ui.until("So it was decided.")
        assert ui.lines[0] == "▌ make"


async def test_what_is_said_while_a_high_box_is_open_is_printed_once_it_has_gone(place: Place) -> None:
    async with flying(place, *ANSWERS, is_inline=True) as ui:
        await ui.begin("wait", "shell")
        ui.press("f1")
        await ui.until("─ Help ")
        (place.project / "go").touch()
        await ui.until(lambda: not ui.is_busy)
        assert "Waited." not in ui.text
        ui.press("escape")
        await ui.until("Waited.")


@pytest.mark.parametrize(("width", "is_seen"), [(70, False), (120, True)])
async def test_beside_a_box_words_are_seen_or_nothing_is(place: Place, width: int, *, is_seen: bool) -> None:
    async with flying(place, *ANSWERS, width=width) as ui:
        await ui.ask("animals", "number 60")
        ui.type("/thinking")
        ui.press("enter")
        await ui.until("slow and costly")
        x, _ = ui.place_of("╭─ Thinking")
        beside = [line[:x].strip() for line in ui.lines if line[x : x + 1] in "╭│╰"]
        assert any(beside) is is_seen
