"""Every key that the help names does what the help says, in the real program."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.pty.screens import Screened, interface

from aircher.tui.keymap import Action

READY = "Ask, or type /"
LONG = "\n\n".join(f"paragraph {number}" for number in range(60))


@pytest.fixture
def repository(project: Path) -> Path:
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=project, check=True)
    (project / "README.md").write_text("# Zoo\n\nAnimals are fed by nobody.\n")
    return project


def boxed(keys: str, title: str) -> Callable[[Screened], None]:
    def press(screen: Screened) -> None:
        screen.type(keys)
        screen.until(f"╭─ {title}")
        screen.type("\x1b")
        screen.without("╭─ ")

    return press


def shows(keys: str, words: str) -> Callable[[Screened], None]:
    def press(screen: Screened) -> None:
        screen.type(keys)
        screen.until(words)

    return press


def send(screen: Screened) -> None:
    screen.type("tell me\r")
    screen.until("paragraph 59")
    screen.until(READY)


def new_line(screen: Screened) -> None:
    screen.type("one\x1b\rtwo")
    screen.until(lambda text: "❯ one" in text and "\n  two" in text)


def clear_input(screen: Screened) -> None:
    screen.type("\x03")
    screen.until(READY)


def queue(screen: Screened) -> None:
    screen.type("later\t")
    screen.until(lambda text: "▌ later" in text or "paragraph 59" in text)
    screen.until(READY)


def panel(screen: Screened) -> None:
    screen.type("\x14")
    screen.until("Aircher itself")
    screen.type("\x14")
    screen.without("Aircher itself")


def history(screen: Screened) -> None:
    screen.type("\x12tell")
    screen.until("── history ──")
    screen.type("\x1b")
    screen.without("── history ──")


def full_output(screen: Screened) -> None:
    screen.type("!seq 1 40\r")
    screen.until("lines above")
    screen.until(READY)
    screen.type("\x0f")
    screen.without("lines above")
    screen.type("\x0f")
    screen.until("lines above")


def external_editor(screen: Screened) -> None:
    screen.type("\x07")
    screen.until("❯ from the editor")
    clear_input(screen)


def find(screen: Screened) -> None:
    screen.type("\x06")
    screen.until(" find: ")
    screen.type("\x1b")
    screen.without(" find: ")


def scrolled(screen: Screened) -> None:
    """Go through all keys that scroll: each has to change what is seen."""
    before = screen.text
    for keys in ("\x1b[5~", "\x1b[1;5H", "\x1b[6~", "\x1b[1;3B", "\x1b[1;3A"):
        screen.type(keys)
        screen.until(lambda text, last=before: text != last)  # type: ignore[misc]  # bound at once
        before = screen.text
    screen.type("\x1b[1;5F")
    screen.until("lines above")


def select_and_copy(screen: Screened) -> None:
    screen.window.output = b""
    screen.type("\x1bs" + "\x1b[1;2A" * 5 + "\r")
    while b"\x1b]52;c;" not in screen.window.output:
        assert screen.window.read_some()


def copy(screen: Screened) -> None:
    screen.type("\x1bc")
    screen.until("Copied")


def side_by_side(screen: Screened) -> None:
    screen.type("/diff\r")
    screen.until("fed by nobody")
    together = [row for row in screen.rows if "fed by the keeper" in row and "fed by nobody" in row]
    assert together == []
    screen.type("\x1bd")
    screen.until(lambda text: any("fed by the keeper" in row and "fed by nobody" in row for row in text.splitlines()))


def redraw(screen: Screened) -> None:
    screen.window.output = b""
    screen.type("\x1bl")
    while len(screen.window.output) < 300:
        assert screen.window.read_some()


def rewind(screen: Screened) -> None:
    screen.type("\x1b")
    screen.until("Esc again")
    boxed("\x1b", "Go back to before")(screen)


def cleared(screen: Screened) -> None:
    screen.type("\x0c")
    screen.without("fed by nobody")


def left(screen: Screened) -> None:
    screen.type("\x04")
    assert screen.window.wait() == 0


STEPS: dict[Action, Callable[[Screened], None]] = {
    Action.SEND: send,
    Action.NEW_LINE: new_line,
    Action.CLEAR_INPUT: clear_input,
    Action.QUEUE: queue,
    Action.HELP: boxed("\x1bOP", "Help"),
    Action.PALETTE: boxed("\x10", "Palette"),
    Action.EDIT_WAITING: boxed("\x1bq", "Waiting messages"),
    Action.CONTEXT_PANEL: panel,
    Action.SEARCH_HISTORY: history,
    Action.EXTERNAL_EDITOR: external_editor,
    Action.CYCLE_MODE: shows("\x1b[Z", "Permission mode: edit."),
    Action.THINKING: shows("\x1bt", "Thinking: off."),
    Action.PASTE_IMAGE: shows("\x16", "clipboard"),
    Action.FULL_OUTPUT: full_output,
    Action.PAGE_UP: scrolled,
    Action.FIND: find,
    Action.COPY: copy,
    Action.SELECT: select_and_copy,
    Action.SIDE_BY_SIDE: side_by_side,
    Action.REDRAW: redraw,
    Action.INTERRUPT: rewind,
    Action.CLEAR: cleared,
    Action.QUIT: left,
}
WITH_ANOTHER = {
    Action.PAGE_DOWN,
    Action.TOP,
    Action.BOTTOM,
    Action.PREVIOUS_TURN,
    Action.NEXT_TURN,  # with PAGE_UP
    Action.SUSPEND,  # tests/tui/terminal/test_terminal.py, with a shell above
}


def test_every_action_has_a_step_here() -> None:
    assert set(STEPS) | WITH_ANOTHER == set(Action)


def test_every_key_does_what_the_help_says(aircher: Aircher, repository: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "from the editor" > "$1"\n')
    editor.chmod(0o755)
    environ = {**aircher.environ, **KEY, "EDITOR": str(editor)}
    with (
        serving(stream(delta(content=LONG), finish())) as server,
        interface(*options(server), cwd=repository, environ=environ, columns=120, rows=30) as screen,
    ):
        screen.until(READY)
        for step in STEPS.values():
            step(screen)
