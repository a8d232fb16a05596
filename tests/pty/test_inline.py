"""The interface below the shell's own output, in a real terminal: what stays in the scrollback, and how it ends."""

import pytest
from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.pty.screens import Screened, interface

READY = "Ask, or type /"
DRAWN = ("❯", "╭─", READY)


@pytest.fixture
def seated(aircher: Aircher) -> dict[str, str]:
    return {**aircher.environ, **KEY}


def leave(screen: Screened) -> list[str]:
    """Leave, and return all that the window shows and showed."""
    screen.type("\x04")
    assert screen.window.wait() == 0
    assert not screen.window.screen.cursor.hidden
    return screen.window.lines()


def paragraphs(lines: list[str]) -> list[str]:
    return [" ".join(line.split()[:2]) for line in lines if line.startswith("paragraph")]


def test_an_answer_goes_into_the_scrollback_while_it_streams(aircher: Aircher, seated: dict[str, str]) -> None:
    wanted = [f"paragraph {number}" for number in range(40)]
    with (
        serving(stream(delta(content="\n\n".join(wanted)), is_whole=False)) as server,
        interface("--inline", *options(server), cwd=aircher.cwd, environ=seated) as screen,
    ):
        screen.until(READY)
        screen.type("go\r")
        screen.until("paragraph 39")
        assert paragraphs(screen.window.lines()) == wanted
        screen.type("\x1b")
        screen.until("interrupted")
        lines = leave(screen)
    assert paragraphs(lines) == wanted
    assert not any(mark in line for line in lines for mark in DRAWN)
    assert b"\x1b[?1049h" not in screen.window.output


def test_a_window_of_another_size_neither_loses_nor_repeats_an_answer(aircher: Aircher, seated: dict[str, str]) -> None:
    environ = {**seated, "XTERM_VERSION": "XTerm(390)"}  # which, like the emulator, breaks no lines anew
    wanted = [f"paragraph {number}" for number in range(30)]
    with (
        serving(
            stream(delta(content="\n\n".join(wanted)), is_whole=False),
            stream(delta(content="paragraph last"), finish()),
        ) as server,
        interface("--inline", *options(server), cwd=aircher.cwd, environ=environ) as screen,
    ):
        screen.until(READY)
        screen.type("go\r")
        screen.until("paragraph 29")
        for columns, rows in ((100, 24), (60, 24), (80, 30)):  # the emulator forgets rows when it becomes lower
            screen.resize(columns, rows)
            screen.until(lambda text, wide=columns: "─" * wide in text)  # type: ignore[misc]  # bound at once
        screen.type("\x1b")
        screen.until("interrupted")
        screen.type("more\r")
        screen.until("paragraph last")
        screen.until(READY)
        lines = leave(screen)
    assert paragraphs(lines) == [*wanted, "paragraph last"]


def test_questions_stand_in_the_place_of_the_prompt_and_leave_nothing_behind(
    aircher: Aircher, seated: dict[str, str]
) -> None:
    function = {"name": "shell", "arguments": '{"command": "echo made > made.txt"}'}
    call = delta(tool_calls=[{"index": 0, "id": "call-1", "type": "function", "function": function}])
    with (
        serving(stream(call, finish("tool_calls")), stream(delta(content="It is done."), finish())) as server,
        interface("--inline", *options(server), cwd=aircher.cwd, environ=seated, columns=100, rows=30) as screen,
    ):
        screen.until(READY)
        screen.type("make it\r")
        screen.until("1-7 answer")
        assert READY not in screen.text
        screen.type("1")
        screen.until("It is done.")
        screen.until(READY)
        screen.type("/mode\r")
        screen.until("╭─ Permission mode")
        screen.type("\x1b")
        screen.without("╭─ ")
        lines = leave(screen)
    assert (aircher.cwd / "made.txt").read_text() == "made\n"
    assert len([line for line in lines if line.startswith("✓ shell")]) == 1
    assert not any(mark in line for line in lines for mark in (*DRAWN, "waits for permission"))


def test_a_popup_leaves_nothing_behind(aircher: Aircher, seated: dict[str, str]) -> None:
    with interface("--inline", "--provider", "offline", cwd=aircher.cwd, environ=seated) as screen:
        screen.until(READY)
        screen.type("where is feed_animal defined?\r")
        screen.until("src/keeper.py:7")
        screen.until(READY)
        screen.type("/")
        screen.until("/clear")
        screen.type("\x7f")
        screen.until(READY)
        lines = leave(screen)
    assert len([line for line in lines if "where is feed_animal defined?" in line]) == 1
    assert not any(mark in line for line in lines for mark in (*DRAWN, "/clear"))
