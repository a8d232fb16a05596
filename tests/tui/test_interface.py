"""The whole interface, used as a person does: real engine, real terminal, fake model."""

from pathlib import Path

import pytest
from tests.tui.pilot import STALLS, Place, answer, calls, flying, says

@pytest.fixture
def place(project: Path, home: Path, environ: dict[str, str]) -> Place:
    return Place(project=project, home=home, environ={**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"})

async def test_a_turn(place: Place) -> None:
    import time
    t0=time.monotonic()
    async with flying(place, answer(says("It **is** a zoo."), to="what")) as ui:
        print("open", time.monotonic()-t0)
        await ui.ask("what is this?", "It is a zoo.")
        print("turn", time.monotonic()-t0)
        print(ui.text)
        ui.press("ctrl+p")
        await ui.until("Palette")
        print(ui.text)
        print("palette", time.monotonic()-t0)
    print("end", time.monotonic()-t0)
async def test_b_turn(place: Place) -> None:
    await test_a_turn(place)
