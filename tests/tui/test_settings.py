"""What configuration says of the interface."""

import pytest
from tests.tui.looks import LOOK

from aircher.config.sections_interface import Animations, Interface
from aircher.tui.settings import settings_of


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("pulses", [False, True])
def test_the_sign_of_reasoning_moves_as_configured_and_apart_from_the_others(*, moves: bool, pulses: bool) -> None:
    section = Interface(animations=Animations(progress_indicators=moves, pulse_thinking=pulses))
    look = settings_of(section, LOOK.theme, is_inline=False, is_utf8=True).look
    assert (look.is_animated, look.pulses_thinking) == (moves, pulses)
