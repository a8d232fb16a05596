"""Every key of the keymap, pressed in the real interface. A binding without a scenario here fails."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.tui.pilot import Pilot, flying
from tests.tui.terminal import test_terminal
from tests.tui.zoo import ANSWERS, BEGUN, ZOO, place_in

from aircher.config.sections_interface import Shortcuts
from aircher.tui.keymap import Action, Keymap
from aircher.tui.viewport.view import Viewport

KEYMAP = Keymap.configured(Shortcuts())
PRESSES = [(binding.action, key) for binding in KEYMAP for key in binding.keys]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Scenario(NamedTuple):
    """What a key does, and the window in which that can be seen."""

    run: Callable[[Pilot, str], Awaitable[None]]
    width: int = 80
    height: int = 24


async def sends(ui: Pilot, key: str) -> None:
    ui.type("what zoo?")
    ui.press(key)
    await ui.until(ZOO)


async def breaks_the_line(ui: Pilot, key: str) -> None:
    ui.type("one")
    ui.press(key)
    ui.type("two")
    await ui.until(lambda: ui.interface.composer.text == "one\ntwo")
    assert ui.server.requests == []


async def queues(ui: Pilot, key: str) -> None:
    await ui.begin("begin", BEGUN)
    ui.type("what zoo?")
    ui.press(key)
    await ui.until("queue │ what zoo?")
    ui.press("escape")
    await ui.until("paused")
    assert ZOO not in ui.text


async def interrupts(ui: Pilot, key: str) -> None:
    await ui.begin("begin", BEGUN)
    ui.press(key)
    await ui.until("interrupted")
    await ui.until(lambda: not ui.is_busy)


async def clears_and_leaves(ui: Pilot, key: str) -> None:
    ui.type("half a thought")
    await ui.until("half a thought")
    ui.press(key)
    await ui.until_gone("half a thought")
    ui.press(key)
    await ui.until("Ctrl+C again: leave")
    ui.press(key)
    await ui.until_left()


async def leaves(ui: Pilot, key: str) -> None:
    ui.type("x")
    await ui.until(lambda: ui.interface.composer.text == "x")
    ui.press(key, "backspace")
    await ui.until(lambda: ui.interface.composer.text == "")
    assert not ui.has_left
    ui.press(key)
    await ui.until_left()


async def helps(ui: Pilot, key: str) -> None:
    ui.press(key)
    await ui.until("search earlier prompts")
    ui.press(key)
    await ui.until_gone("search earlier prompts")


async def opens_the_palette(ui: Pilot, key: str) -> None:
    ui.press(key)
    await ui.until("Palette")
    ui.type("/mode")
    await ui.until_gone("/clear")
    ui.press("enter")
    await ui.until("Permission mode")


async def opens_the_panel(ui: Pilot, key: str) -> None:
    await ui.ask("what zoo?", ZOO)
    ui.press(key)
    await ui.until("together")
    ui.press(key)
    await ui.until_gone("together")


async def searches_history(ui: Pilot, key: str) -> None:
    await ui.ask("what zoo?", ZOO)
    await ui.ask("one word", "Nothing but a word.")
    ui.press(key)
    ui.type("zo")
    await ui.until(lambda: ui.lines[-5] == " what zoo?")
    ui.press("enter")
    await ui.until(lambda: ui.interface.composer.text == "what zoo?")


async def unfolds_output(ui: Pilot, key: str) -> None:
    await ui.ask("print", "Printed.")
    assert "line-31" not in ui.text
    ui.press(key)
    await ui.until("line-31")
    ui.press(key)
    await ui.until_gone("line-31")


async def edits_elsewhere(ui: Pilot, key: str) -> None:
    ui.type("by hand")
    ui.press(key)
    await ui.until(lambda: ui.interface.composer.text == "by hand, and more")


async def goes_through_modes(ui: Pilot, key: str) -> None:
    """Go from edit on; auto is left out, as it cannot be had without a sandbox."""
    for mode in ("plan", "ask", "edit"):
        ui.press(key)
        await ui.until(f"Permission mode: {mode}.")
        await ui.until(f"· {mode} ·")


async def goes_through_thinking(ui: Pilot, key: str) -> None:
    ui.press(key)
    await ui.until("Thinking: off.")
    ui.press(key)
    await ui.until("Thinking: low.")


async def begins_anew(ui: Pilot, key: str) -> None:
    await ui.ask("what zoo?", ZOO)
    ui.press(key)
    await ui.until_gone(ZOO)
    assert len(list(ui.interface.conversations)) == 2


async def finds(ui: Pilot, key: str) -> None:
    await ui.ask("animals", "number 60")
    ui.press(key)
    await ui.until("find:")
    ui.type("number 7")
    await ui.until("animal number 7")
    await ui.until("1/1")
    ui.press("escape")
    await ui.until_gone("find:")


async def goes_up_a_turn(ui: Pilot, key: str) -> None:
    await ui.ask("first animals", "number 60")
    await ui.ask("second animals", "number 60")
    ui.press(key)
    await ui.until(lambda: "second animals" in ui.lines[0])
    ui.press(key)
    await ui.until(lambda: "first animals" in ui.lines[0])


async def goes_down_a_turn(ui: Pilot, key: str) -> None:
    await ui.ask("first animals", "number 60")
    await ui.ask("second animals", "number 60")
    ui.press("ctrl+home")
    await ui.until(lambda: "first animals" in ui.lines[0])
    ui.press(key)
    await ui.until(lambda: "second animals" in ui.lines[0])


async def pages_up(ui: Pilot, key: str) -> None:
    await ui.ask("animals", "number 60")
    ui.press(key)
    await ui.until("number 30")
    await ui.until_gone("number 60")


async def pages_down(ui: Pilot, key: str) -> None:
    await ui.ask("animals", "number 60")
    ui.press("ctrl+home")
    await ui.until("number 1 ")
    ui.press(key)
    await ui.until("number 20")
    await ui.until_gone("number 1 ")


async def goes_to_the_top(ui: Pilot, key: str) -> None:
    await ui.ask("animals", "number 60")
    ui.press(key)
    await ui.until(lambda: "animals" in ui.lines[0])


async def goes_to_the_bottom(ui: Pilot, key: str) -> None:
    await ui.ask("animals", "number 60")
    ui.press("ctrl+home")
    await ui.until_gone("number 60")
    ui.press(key)
    await ui.until("number 60")


async def copies(ui: Pilot, key: str) -> None:
    await ui.ask("what zoo?", ZOO)
    ui.press(key)
    await ui.until("Copied 12 characters")
    assert base64.b64encode(ZOO.encode()) in ui.raw


async def selects(ui: Pilot, key: str) -> None:
    await ui.ask("what zoo?", ZOO)
    ui.press(key)
    view = ui.interface.view
    assert isinstance(view, Viewport)
    await ui.until(lambda: view.selecting.cursor is not None)
    ui.press(*["shift+up"] * 4, "enter")
    await ui.until(lambda: b"\x1b]52;" in ui.raw)
    copied = base64.b64decode(ui.raw.partition(b"\x1b]52;c;")[2].partition(b"\x07")[0].partition(b"\x1b")[0])
    assert ZOO.encode() in copied


async def edits_what_waits(ui: Pilot, key: str) -> None:
    await ui.begin("begin", BEGUN)
    ui.type("a second thing")
    ui.press("tab")
    await ui.until("queue │ a second thing")
    ui.press(key)
    await ui.until("Waiting messages")


def is_side_by_side(ui: Pilot) -> bool:
    return any("feed_animal('zebra')" in line and "nobody is fed" in line for line in ui.lines)


async def puts_diffs_side_by_side(ui: Pilot, key: str) -> None:
    await ui.ask("edit", "Edited.")
    assert not is_side_by_side(ui)
    ui.press(key)
    await ui.until(lambda: is_side_by_side(ui))


async def pastes_a_picture(ui: Pilot, key: str) -> None:
    ui.type("see ")
    ui.press(key)
    await ui.until(lambda: ui.interface.composer.text != "see ")
    ui.press("enter")
    await ui.until(lambda: ui.server.requests)
    assert base64.b64encode(PNG).decode() in str(ui.server.requests[-1])


async def suspends(ui: Pilot, key: str) -> None:
    """Press nothing: it would stop who runs the tests. Another test has a shell around it."""
    assert callable(test_terminal.test_a_program_that_is_suspended_gives_the_terminal_back_and_takes_it_again)


async def draws_anew(ui: Pilot, key: str) -> None:
    await ui.ask("what zoo?", ZOO)
    ui.spoil()
    assert ZOO not in ui.text
    ui.press(key)
    await ui.until(ZOO)


SCENARIOS: Mapping[Action, Scenario] = {
    Action.SEND: Scenario(sends),
    Action.NEW_LINE: Scenario(breaks_the_line),
    Action.QUEUE: Scenario(queues),
    Action.INTERRUPT: Scenario(interrupts),
    Action.CLEAR_INPUT: Scenario(clears_and_leaves),
    Action.QUIT: Scenario(leaves),
    Action.HELP: Scenario(helps),
    Action.PALETTE: Scenario(opens_the_palette),
    Action.CONTEXT_PANEL: Scenario(opens_the_panel, width=120),
    Action.SEARCH_HISTORY: Scenario(searches_history),
    Action.FULL_OUTPUT: Scenario(unfolds_output, height=40),
    Action.EXTERNAL_EDITOR: Scenario(edits_elsewhere),
    Action.CYCLE_MODE: Scenario(goes_through_modes),
    Action.CLEAR: Scenario(begins_anew),
    Action.THINKING: Scenario(goes_through_thinking),
    Action.FIND: Scenario(finds),
    Action.PREVIOUS_TURN: Scenario(goes_up_a_turn),
    Action.NEXT_TURN: Scenario(goes_down_a_turn),
    Action.PAGE_UP: Scenario(pages_up, height=40),
    Action.PAGE_DOWN: Scenario(pages_down),
    Action.TOP: Scenario(goes_to_the_top),
    Action.BOTTOM: Scenario(goes_to_the_bottom),
    Action.COPY: Scenario(copies),
    Action.SELECT: Scenario(selects),
    Action.EDIT_WAITING: Scenario(edits_what_waits),
    Action.SIDE_BY_SIDE: Scenario(puts_diffs_side_by_side, width=160),
    Action.PASTE_IMAGE: Scenario(pastes_a_picture),
    Action.SUSPEND: Scenario(suspends),
    Action.REDRAW: Scenario(draws_anew),
}


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)


def test_every_action_has_a_scenario() -> None:
    assert [action for action in Action if action not in SCENARIOS] == []


@pytest.mark.parametrize(("action", "key"), PRESSES, ids=[f"{action}-{key}" for action, key in PRESSES])
async def test_a_key_does_what_the_keymap_says(
    action: Action, key: str, project: Path, home: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (tmp_path / "picture.png").write_bytes(PNG)
    program(programs / "wl-paste", f"cat {tmp_path}/picture.png")
    program(programs / "editor", "printf ', and more' >> \"$1\"")
    variables = {"PATH": f"{programs}:/usr/bin:/bin", "EDITOR": "editor", "WAYLAND_DISPLAY": "wayland-0"}
    place = place_in(project, home, {**environ, **variables}, 'security.mode = "edit"', 'security.allow = ["shell"]')
    scenario = SCENARIOS[action]
    async with flying(place, *ANSWERS, width=scenario.width, height=scenario.height) as ui:
        await scenario.run(ui, key)
