"""What is said when something cannot be shown otherwise, or is not in sight."""

from pathlib import Path

import pytest
from tests.tui.pilot import Place, flying
from tests.tui.zoo import ANSWERS, ZOO, place_in

PANEL = "the panel needs 80 columns: /status"
BY_TERMINAL = "with --inline the terminal itself scrolls, finds and selects"


async def test_a_window_too_narrow_for_the_panel_says_so_and_a_wide_one_shows_it(place: Place) -> None:
    async with flying(place, *ANSWERS, width=60) as ui:
        ui.press("ctrl+t")
        await ui.until(PANEL)
        ui.type("/context")
        await ui.until("/context", without=PANEL)
        ui.press("enter")
        await ui.until(PANEL)
        ui.resize(80, 24)
        await ui.until(lambda: len(ui.lines[-1]) > 60)
        ui.press("ctrl+t")
        await ui.until("│ Window")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("ctrl+t", "no panel with --inline: /status tells the same"),
        ("ctrl+o", "tool output is in full from now on; what was printed stays"),
        ("ctrl+f", BY_TERMINAL),
        ("alt+s", BY_TERMINAL),
        ("pageup", BY_TERMINAL),
        ("ctrl+home", BY_TERMINAL),
    ],
)
async def test_below_native_scrollback_a_key_that_can_do_nothing_says_what_does(
    place: Place, key: str, said: str
) -> None:
    async with flying(place, *ANSWERS, width=100, is_inline=True) as ui:
        await ui.begin("what zoo?", ZOO)
        ui.press(key)
        await ui.until(said)
        ui.type("x")
        await ui.until_gone(said)


async def test_diffs_side_by_side_need_columns_and_say_how_many(
    project: Path, home: Path, environ: dict[str, str]
) -> None:
    place = place_in(project, home, environ, 'security.allow = ["write(./src/*)"]')
    async with flying(place, *ANSWERS, width=102) as ui:
        await ui.ask("edit", "Edited.")

        def is_split() -> bool:
            return any("feed_animal('zebra')" in line and "nobody is fed" in line for line in ui.lines)

        ui.press("alt+d")
        await ui.until("diffs side by side need 103 columns, there are 102")
        assert not is_split()
        ui.resize(103, 24)
        await ui.until(is_split)
        ui.press("alt+d")
        await ui.until("diffs in one column")
        assert not is_split()
        ui.press("alt+d")
        await ui.until("diffs side by side ·")
        assert is_split()
