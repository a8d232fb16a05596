"""A terminal is taken over, used and given back: over a real pseudo-terminal."""

import os
import signal
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from tests.tui.terminal.emulator import Screen
from tests.tui.terminal.ptys import ENVIRON, SHELL, Pty, opened, running, until

from aircher.tui.terminal.events import BackgroundTold, FocusChanged, InputEvent, KeyPressed, Pasted, Resized
from aircher.tui.terminal.modes import leaving
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import PLAIN
from aircher.tui.terminal.terminal import Terminal

ON = (b"\x1b[?1049h", b"\x1b[?2004h", b"\x1b[?1004h", b"\x1b[?1002h", b"\x1b[?1006h", b"\x1b[>5u", b"\x1b[>4;1m")
OFF = (
    b"\x1b[?1049l",
    b"\x1b[?2004l",
    b"\x1b[?1004l",
    b"\x1b[?1002l",
    b"\x1b[?1006l",
    b"\x1b[<u",
    b"\x1b[>4m",
    b"\x1b[?25h",
)
ANSWER = b"\x1b[?62;22c"


class Used:
    """A terminal of ours in a window of the test's."""

    def __init__(self, window: Pty) -> None:
        self.window = window
        self.events: list[InputEvent] = []
        self.terminal: Terminal

    def lines(self) -> list[str]:
        self.window.read()
        screen = Screen(*self.terminal.size, fill=" ")
        screen.feed(self.window.written)
        return [line.rstrip() for line in screen.display]


@asynccontextmanager
async def used(width: int = 40, height: int = 8, **options: Any) -> AsyncIterator[Used]:
    with opened(width, height) as window:
        made = Used(window)
        made.terminal = Terminal(
            window.slave, window.slave, on_event=made.events.append, **{"environ": ENVIRON, **options}
        )
        async with made.terminal:
            window.type(ANSWER)
            yield made


def rows(*texts: str) -> list[Row]:
    return [Row.of((text, PLAIN)) for text in texts]


async def test_a_terminal_is_raw_while_it_is_ours_and_as_before_afterwards() -> None:
    with opened() as window:
        before = window.attributes()
        async with Terminal(window.slave, window.slave, on_event=print, environ=ENVIRON):
            raw = window.attributes()
            window.type(ANSWER)
        window.read()
        assert not raw[3] & (termios.ICANON | termios.ECHO | termios.ISIG)
        assert window.attributes() == before
        assert os.get_blocking(window.slave)
        places = [window.written.index(sequence) for sequence in (*ON, *OFF)]
        assert places[: len(ON)] < places[len(ON) :]


async def test_a_frame_is_shown_and_keys_are_heard() -> None:
    async with used() as it:
        it.terminal.paint(rows("one", "two"), (1, 1))
        await until(lambda: it.lines()[:2] == ["one", "two"])
        it.window.type(b"a\x1b[A\x1b[200~x\ry\x1b[201~\x1b[I\x1b]11;rgb:ff/00/00\x07")
        await until(lambda: len(it.events) == 5)
        assert it.events == [
            KeyPressed(key="a", text="a"),
            KeyPressed(key="up"),
            Pasted(text="x\ny"),
            FocusChanged(has_focus=True),
            BackgroundTold(color=0xFF0000),
        ]
        assert it.terminal.statistics.frames == 1


async def test_escape_alone_is_heard_after_a_moment() -> None:
    async with used() as it:
        it.window.type(b"\x1b")
        await until(lambda: it.events)
        assert it.events == [KeyPressed(key="escape")]


async def test_what_was_typed_before_is_not_lost() -> None:
    with opened() as window:
        window.type(b"early ")
        heard: list[InputEvent] = []
        async with Terminal(window.slave, window.slave, on_event=heard.append, environ=ENVIRON):
            window.type(b"late" + ANSWER)
            await until(lambda: len(heard) == 10)
        assert "".join(event.text for event in heard if isinstance(event, KeyPressed)) == "early late"


async def test_a_paste_of_a_megabyte_comes_whole() -> None:
    async with used() as it:
        text = "0123456789abcde\n" * 65_536
        data = b"\x1b[200~" + text.encode() + b"\x1b[201~"

        def pump() -> bool:
            nonlocal data
            with suppress(BlockingIOError):
                data = data[os.write(it.window.master, data[:4_096]) :]
            return bool(it.events)

        await until(pump)
        assert it.events == [Pasted(text=text)]


async def test_a_resize_is_told_once_and_the_next_frame_fits(anyio_backend: str) -> None:
    async with used() as it:
        it.window.resize(20, 4)
        os.kill(os.getpid(), signal.SIGWINCH)
        await until(lambda: it.events)
        os.kill(os.getpid(), signal.SIGWINCH)
        it.terminal.paint(rows("x" * 30), None)
        await until(lambda: it.lines() == ["x" * 20, "", "", ""])
        assert it.events == [Resized(width=20, height=4)]
        assert it.terminal.size == (20, 4)


async def test_a_terminal_that_reads_nothing_loses_frames_but_never_the_last_one() -> None:
    async with used() as it:
        frame = 0
        while not it.terminal.is_behind:
            frame += 1
            it.terminal.paint(rows(*[f"{frame} {'x' * 30}"] * 8), None)
        waiting = it.terminal._life.output.waiting_bytes
        for more in range(1_000):
            it.terminal.paint(rows(f"frame {more}"), None)
        assert it.terminal._life.output.waiting_bytes == waiting
        await until(lambda: it.lines()[0] == "frame 999")
        assert not it.terminal.is_behind


async def test_leaving_a_terminal_that_reads_nothing_takes_a_moment_only() -> None:
    with opened() as window:
        before = window.attributes()
        async with Terminal(window.slave, window.slave, on_event=print, environ=ENVIRON) as terminal:
            while not terminal.is_behind:
                terminal.paint(rows(str(terminal.statistics.frames)), None)
                terminal.repaint()
        assert window.attributes()[3] == before[3]


async def test_a_terminal_is_lent_to_another_program() -> None:
    async with used() as it:
        raw = it.window.attributes()
        it.terminal.paint(rows("ours"), None)
        await until(lambda: it.lines()[0] == "ours")
        with it.terminal.suspended():
            assert it.window.attributes()[3] & termios.ICANON
            it.window.read()
            assert it.window.written.endswith(leaving(it.terminal._life.can, is_inline=False).encode())
            it.terminal.paint(rows("painted meanwhile"), None)
            it.window.type(b"theirs\n")
            assert os.read(it.window.slave, 100) == b"theirs\n"
            it.window.resize(30, 5)
            it.window.read()
            it.window.written = b""
        assert it.window.attributes() == raw
        await until(lambda: it.lines()[0] == "painted meanwhile")
        assert b"\x1b[?1049h" in it.window.written
        assert it.events == [Resized(width=30, height=5)]


async def test_another_program_that_has_the_terminal_is_left_alone_and_the_title_is_given_after_it() -> None:
    async with used() as it:
        with it.terminal.suspended():
            it.window.read()
            it.window.written = b""
            it.terminal.set_title("works")
            it.terminal.notify("done", "the turn")
            assert not it.terminal.copy("text")
            assert it.window.read() == b""
        await until(lambda: b"\x1b]2;works\x07" in it.window.written + it.window.read())
        assert b"done" not in it.window.written


async def test_a_terminal_that_knows_synchronized_output_is_given_it() -> None:
    async with used() as it:
        assert not it.terminal._life.can.has_sync
        it.window.type(b"\x1b[?2026;2$y")
        await until(lambda: it.terminal._life.can.has_sync)
        it.terminal.paint(rows("at once"), None)
        await until(lambda: it.lines()[0] == "at once")
        assert b"\x1b[?2026h" in it.window.written


async def test_another_colour_scheme_of_the_desktop_is_asked_about() -> None:
    async with used() as it:
        it.window.type(b"\x1b[?997;2n")
        await until(lambda: it.window.read() and it.window.written.count(b"\x1b]11;?") == 2)


async def test_rows_are_printed_above_an_inline_region() -> None:
    async with used(is_inline=True) as it:
        it.terminal.paint(rows("> "), (2, 0))
        it.terminal.paint(rows("> "), (2, 0), above=rows("answer"))
        await until(lambda: it.lines()[:2] == ["answer", ">"])
        assert b"\x1b[?1049h" not in it.window.written
        assert b"\x1b[?1002h" not in it.window.written


async def test_a_dumb_terminal_gets_lines_and_nothing_else() -> None:
    async with used(environ={**ENVIRON, "TERM": "dumb"}) as it:
        it.terminal.paint(rows("> a", "status"), (3, 0))
        it.terminal.paint(rows("> ab", "status"), (4, 0), above=rows("answer"))
        await until(lambda: it.lines()[:2] == ["answer", "> ab"])
        assert b"\x1b" not in it.window.written


async def test_requests_are_sent_in_order_with_frames() -> None:
    async with used() as it:
        it.terminal.set_title("aircher")
        assert it.terminal.copy("text")
        it.terminal.notify("done", "the turn")
        assert not it.terminal.copy("x" * 100_000)
        sequence = b"\x1b]2;aircher\x07\x1b]52;c;dGV4dA==\x07\x1b]9;done: the turn\x07\x07"
        await until(lambda: sequence in it.window.written + it.window.read())


ENDS: list[tuple[str, Callable[[int], None] | None]] = [
    ("q", None),
    ("error", None),
    ("term", lambda pid: os.kill(pid, signal.SIGTERM)),
    ("hup", lambda pid: os.kill(pid, signal.SIGHUP)),
]


@pytest.mark.parametrize(("way", "end"), ENDS)
def test_the_terminal_is_given_back_however_the_program_ends(way: str, end: Callable[[int], None] | None) -> None:
    with opened() as window:
        before = window.attributes()
        with running(window, way) as process:
            window.wait_for(b"ready")
            window.type(ANSWER)
            if end is not None:
                end(process.pid)
            elif way == "q":
                window.type(b"q")
            window.wait_for(b"\x1b[?1049l")
            assert process.wait(20) == {"q": 0, "error": 1, "term": -signal.SIGTERM, "hup": -signal.SIGHUP}[way]
        window.read()
        assert window.attributes() == before
        assert all(sequence in window.written for sequence in OFF)


def test_a_program_that_is_killed_leaves_a_usable_terminal() -> None:
    with opened() as window:
        with running(window, "guarded") as process:
            window.wait_for(b"guarded")
            os.kill(process.pid, signal.SIGKILL)
            window.wait_for(b"\x1b[?25h\r")
        assert window.attributes()[3] & termios.ICANON
        assert window.attributes()[3] & termios.ECHO
        assert all(sequence in window.written for sequence in OFF)


@pytest.mark.parametrize("is_key", [True, False])
def test_a_program_that_is_suspended_gives_the_terminal_back_and_takes_it_again(is_key: bool) -> None:
    with opened() as window, running(window, shell=SHELL) as process:
        window.wait_for(b"ready")
        window.type(ANSWER)
        if is_key:
            window.type(b"\x1a")
        else:
            os.kill(int(window.written[1 : window.written.index(b">")]), signal.SIGTSTP)
        window.wait_for(b"[stopped True cooked True]")
        assert window.written.split(b"[stopped")[0].endswith(b"\x1b[?1049l\x1b[?25h")
        window.type(b"xq")
        window.wait_for(b"q\r")
        assert process.wait(20) == 0
        window.read()
        assert window.written.count(b"\x1b[?1049h") == window.written.count(b"\x1b[?1049l") == 2


def test_a_program_that_was_stopped_by_force_takes_the_terminal_again() -> None:
    with opened() as window, running(window) as process:
        window.wait_for(b"ready")
        window.type(ANSWER)
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        window.read()
        window.written = b""
        os.kill(process.pid, signal.SIGCONT)
        window.wait_for(b"\x1b[?1049h")
        window.wait_for(b"ready")
        window.type(b"q")
        window.wait_for(b"\x1b[?1049l")
        assert process.wait(20) == 0


def test_a_program_that_nobody_could_continue_does_not_stop_and_still_takes_the_terminal_again_later() -> None:
    with opened() as window, running(window) as process:  # it leads its session: there is no job control
        window.wait_for(b"ready")
        window.type(ANSWER)
        window.type(b"\x1a")
        window.wait_for(b"\x1b[?1049l")
        window.written = window.written.partition(b"\x1b[?1049l")[2]
        window.wait_for(b"\x1b[?1049h")
        window.wait_for(b"ctrl+z")
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        window.read()
        window.written = b""
        os.kill(process.pid, signal.SIGCONT)
        window.wait_for(b"\x1b[?1049h")
        window.type(b"q")
        assert process.wait(20) == 0


def test_the_window_that_is_closed_ends_the_program() -> None:
    window = Pty()
    with running(window) as process:
        window.wait_for(b"ready")
        window.close()
        assert process.wait(20) == -signal.SIGHUP
