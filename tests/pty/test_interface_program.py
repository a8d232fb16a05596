"""What the interface leaves behind, and terminals that can do little: the installed program in a real terminal."""

import os
import re
import signal
import sys
import termios
from pathlib import Path
from typing import Any

import pytest
from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.pty.screens import Screened, interface

READY = "Ask, or type /"
OFF = (b"\x1b[?1049l", b"\x1b[?2004l", b"\x1b[?1004l", b"\x1b[?1002l", b"\x1b[?1006l", b"\x1b[<u", b"\x1b[?25h")


def answer(text: str) -> bytes:
    return stream(delta(content=text), finish())


def is_given_back(screen: Screened) -> None:
    for sequence in OFF:
        assert sequence in screen.window.output, sequence


def attributes(screen: Screened) -> list[Any]:  # as termios has them
    return termios.tcgetattr(screen.window.master)


def of_a_new_terminal() -> list[Any]:
    master, slave = os.openpty()
    try:
        return termios.tcgetattr(slave)
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("keys", ["\x04", "/quit\r", "\x03\x03"])
def test_however_one_leaves_the_terminal_is_exactly_as_before(aircher: Aircher, keys: str) -> None:
    with (
        serving(answer("ok")) as server,
        interface(*options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}) as screen,
    ):
        screen.until(READY)
        screen.type(keys)
        assert screen.window.wait() == 0
        is_given_back(screen)
        assert attributes(screen) == of_a_new_terminal()


@pytest.mark.skipif(sys.platform != "linux", reason="children are seen in /proc")
def test_killed_it_leaves_a_terminal_that_can_be_used(aircher: Aircher) -> None:
    with (
        serving(answer("ok")) as server,
        interface(*options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}) as screen,
    ):
        screen.until(READY)
        while not is_guarded(screen.window.process.pid):
            screen.type("x")
            assert screen.window.read_some()
        screen.window.process.send_signal(signal.SIGKILL)
        screen.window.wait()
        is_given_back(screen)


@pytest.mark.skipif(sys.platform != "linux", reason="children are seen in /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_ended_while_it_loads_it_leaves_a_terminal_that_can_be_used(
    aircher: Aircher, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "msgspec.py").write_text("import signal; signal.pause()")  # so it loads for ever
    with interface(cwd=aircher.cwd, environ={**aircher.environ, "PYTHONPATH": str(tmp_path)}) as screen:
        screen.until("starting")
        while not is_guarded(screen.window.process.pid):
            assert screen.window.process.poll() is None
        assert not attributes(screen)[3] & termios.ICANON
        screen.window.process.send_signal(number)
        screen.window.wait()
        assert b"starting" in screen.window.output.partition(b"\x1b[?1049l\x1b[?25h")[0]
        assert screen.window.output.rstrip(b"\r\n").endswith(b"\x1b[?1049l\x1b[?25h")
        assert attributes(screen)[3] & termios.ICANON
        assert attributes(screen)[3] & termios.ECHO


@pytest.mark.parametrize("setting", ["interface.color_theme=nonsense", "interface.theme.error_color=mauve"])
def test_what_is_wrong_with_the_colours_is_said_on_a_terminal_that_is_exactly_as_before(
    aircher: Aircher, setting: str
) -> None:
    with interface("--config", setting, cwd=aircher.cwd, environ=aircher.environ) as screen:
        screen.until("hint: ")
        assert screen.window.wait() != 0
        assert attributes(screen) == of_a_new_terminal()
        assert b"error[config.invalid]" in screen.window.output.partition(b"\x1b[?1049l\x1b[?25h")[2]
        assert b"\x1b[?1002h" not in screen.window.output


def test_a_command_that_a_person_typed_is_theirs_and_reaches_what_they_can(aircher: Aircher, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    with interface("--provider", "offline", cwd=aircher.cwd, environ=aircher.environ) as screen:
        screen.until(READY)
        screen.type(f"!touch {mine}/here\r")
        screen.until("✓ shell")
    assert (mine / "here").exists()


def is_guarded(pid: int) -> bool:
    """Return whether a child watches over the terminal: the shell of that name, which asked for the modes and waits."""
    return any(
        b"terminal-guard" in (child / "cmdline").read_bytes()
        and (child / "stat").read_text().rpartition(")")[2].split()[0] == "S"
        and not (child / "task" / child.name / "children").read_text()
        for child in (Path("/proc") / name for name in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        if child.exists()
    )


def test_a_session_is_gone_on_with_by_its_id(aircher: Aircher) -> None:
    environ = {**aircher.environ, **KEY}
    with serving(answer("first answer"), answer("second answer")) as server:
        aircher("-p", "tell me", *options(server), environ=KEY)
        session_id = aircher("sessions", "list").stdout.split()[0]
        with interface("-r", session_id, *options(server), cwd=aircher.cwd, environ=environ) as screen:
            screen.until(lambda text: "tell me" in text and "first answer" in text)
            screen.type("and?\r")
            screen.until("second answer")


def test_in_a_locale_without_signs_everything_is_ascii(aircher: Aircher) -> None:
    with (
        serving(answer("- caf\u00e9\n- \u65e5\u672c")) as server,
        interface(*options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY, "LANG": "C"}) as screen,
    ):
        screen.until(READY)
        screen.type("tell me\r")
        screen.until("caf?")
        screen.type("\x10")
        screen.until("Palette")
        assert screen.window.output.isascii()


def test_what_a_tool_prints_never_reaches_the_terminal(aircher: Aircher) -> None:
    with (
        serving(answer("ok")) as server,
        interface("--allow", "shell", *options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}) as screen,
    ):
        screen.until(READY)
        screen.type("!printf 'a\\033]0;evil\\007\\033[2J\\033]52;c;QUJD\\007b\\n'\r")
        screen.until(lambda text: re.search(r"^  .*ab?$", text, re.MULTILINE) is not None)
        assert b"\x1b]0;evil" not in screen.window.output
        assert b"\x1b]52;c;QUJD" not in screen.window.output
