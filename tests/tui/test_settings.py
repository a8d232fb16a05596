"""What configuration says of the interface."""

import pytest
from tests.tui.looks import LOOK
from tests.tui.pilot import Place, flying
from tests.tui.zoo import ANSWERS

from aircher.config.sections_interface import Animations, Interface, Shortcuts
from aircher.tui.look import Role
from aircher.tui.settings import holds_from, settings_of
from aircher.tui.theme_colors import parse_color


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("pulses", [False, True])
def test_the_sign_of_reasoning_moves_as_configured_and_apart_from_the_others(*, moves: bool, pulses: bool) -> None:
    section = Interface(animations=Animations(progress_indicators=moves, pulse_thinking=pulses))
    look = settings_of(section, LOOK.theme, is_inline=False, is_utf8=True).look
    assert (look.is_animated, look.pulses_thinking) == (moves, pulses)


def test_what_is_folded_names_the_key_as_configured_but_not_where_the_terminal_keeps_what_was_printed() -> None:
    section = Interface(shortcuts=Shortcuts(transcript="f7"))
    keys = [settings_of(section, LOOK.theme, is_inline=inline, is_utf8=True).look.full_key for inline in (False, True)]
    assert keys == ["F7", ""]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("interface.theme.primary_color", "from now on"),
        ("interface.screen_reader", "from the next start on"),
        ("logging.level", "from the next start on"),
        ("security.mode", "in conversations that are opened from now on"),
    ],
)
def test_it_is_told_from_when_on_a_setting_holds(name: str, words: str) -> None:
    assert holds_from(name) == words


async def test_what_is_saved_holds_in_the_next_conversation_and_colours_at_once(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120) as ui:
        await ui.until("Ask, or type")
        interface, first = ui.interface, ui.interface.conversations.current
        ui.type("/config security.mode plan")
        ui.press("enter")
        await ui.until("It holds in conversations that are opened from now on.")
        book = interface.host.book
        for name, value in (("costs.daily_limit", "0.01"), ("interface.theme.primary_color", "#ff0000")):
            assert await book.save(name, value) is None
        assert await book.save("memory.project_file", "NOTES.md") is None
        assert interface.settings.look.style(Role.PRIMARY).fg == parse_color("#ff0000", {})
        assert first is not None
        assert first.session.status().mode == "ask"
        ui.type("/clear")
        ui.press("enter")
        await ui.until(lambda: interface.conversations.current is not first)
        assert interface.conversations.current is not None
        status = interface.conversations.current.session.status()
        assert (status.mode, status.budget_left_usd) == ("plan", 0.01)
        assert await interface.host.remember("zebras eat at noon") == "Kept in NOTES.md: zebras eat at noon"
