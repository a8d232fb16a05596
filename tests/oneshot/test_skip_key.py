"""Enter on a real terminal ends a wait, and the terminal is left alone otherwise."""

import asyncio
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from aircher.domain.events import Event, Published, RetryScheduled, StopReason, TextDelta, TurnFinished
from aircher.domain.ids import SessionId
from aircher.oneshot.result import RunResult
from aircher.oneshot.skip_key import SkipKey

DONE = TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=1)
WAIT = RetryScheduled(attempt=1, delay_s=60, code="provider.api", message="busy")
NO_WAIT = RetryScheduled(attempt=1, delay_s=0, code="provider.api", message="busy")


def published(event: Event) -> Published:
    return Published(seq=1, at=datetime(2026, 1, 1, tzinfo=UTC), session_id=SessionId("s"), turn_id=None, event=event)


@dataclass
class Keyboard:
    """Both ends of a pseudo-terminal, and how often the wait was skipped."""

    master: int
    terminal: int
    skips: "asyncio.Queue[str]"

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def key(self) -> SkipKey:
        return SkipKey(self.terminal, lambda: self.skips.put_nowait("skipped"))

    async def skipped(self) -> str:
        async with asyncio.timeout(30):
            return await self.skips.get()

    def await_line(self) -> None:
        """Return once the terminal has something to read."""
        assert select.select([self.terminal], [], [], 30)[0]

    def unread(self) -> bytes:
        """Return the lines that nobody has read, once a last one is typed."""
        self.type(b"end\n")
        found = b""
        while not found.endswith(b"end\n"):
            found += os.read(self.terminal, 1_024)
        return found


@pytest.fixture
def keyboard() -> Iterator[Keyboard]:
    master, terminal = pty.openpty()
    yield Keyboard(master, terminal, asyncio.Queue())
    for descriptor in (master, terminal):
        try:
            os.close(descriptor)
        except OSError:
            continue  # the test has closed it


async def turns_of_the_loop() -> None:
    """Return after everything that is ready has run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_enter_ends_the_wait(keyboard: Keyboard) -> None:
    key = keyboard.key()
    key.on_event(published(WAIT))
    keyboard.type(b"\n")
    assert await keyboard.skipped() == "skipped"
    key.on_event(published(DONE))
    key.finish(RunResult(session_id=SessionId("s")))


async def test_other_keys_do_not_and_the_line_counts_at_its_end(keyboard: Keyboard) -> None:
    key = keyboard.key()
    key.on_event(published(WAIT))
    keyboard.type(b"go\x04")  # Ctrl+D hands over what is typed without ending the line
    keyboard.await_line()
    await turns_of_the_loop()
    assert keyboard.skips.empty()
    keyboard.type(b" on\n")
    assert await keyboard.skipped() == "skipped"
    key.on_event(published(DONE))


async def test_each_wait_of_a_row_can_be_ended(keyboard: Keyboard) -> None:
    key = keyboard.key()
    for _ in range(3):
        key.on_event(published(WAIT))
        keyboard.type(b"\n")
        assert await keyboard.skipped() == "skipped"
    key.on_event(published(DONE))
    assert keyboard.skips.empty()


@pytest.mark.parametrize("event", [DONE, NO_WAIT, TextDelta(text="hi")])
async def test_nothing_is_read_before_or_after_a_wait(keyboard: Keyboard, event: Event) -> None:
    key = keyboard.key()
    key.on_event(published(event))
    keyboard.type(b"before\n")
    keyboard.await_line()
    await turns_of_the_loop()
    assert keyboard.unread() == b"before\nend\n"
    key.on_event(published(WAIT))
    key.on_event(published(event))
    keyboard.type(b"after\n")
    keyboard.await_line()
    await turns_of_the_loop()
    assert keyboard.unread() == b"after\nend\n"
    assert keyboard.skips.empty()


async def test_the_end_of_input_ends_the_listening_and_not_the_wait(keyboard: Keyboard) -> None:
    key = keyboard.key()
    key.on_event(published(WAIT))
    keyboard.type(b"\x04")
    keyboard.await_line()
    await turns_of_the_loop()
    assert not asyncio.get_running_loop().remove_reader(keyboard.terminal)
    assert keyboard.skips.empty()
    key.on_event(published(DONE))


async def test_a_terminal_that_is_closed_is_no_error_and_is_not_read_again(keyboard: Keyboard) -> None:
    trouble: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: trouble.append(context))
    key = keyboard.key()
    key.on_event(published(WAIT))
    os.close(keyboard.master)
    await turns_of_the_loop()
    assert not loop.remove_reader(keyboard.terminal)
    assert (trouble, keyboard.skips.empty()) == ([], True)
    key.on_event(published(DONE))


LEADER = """
import os, signal, subprocess, sys, fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], process_group=0 if sys.argv[2] == "background" else None)
_, status = os.waitpid(child.pid, os.WUNTRACED)
if os.WIFSTOPPED(status):
    child.send_signal(signal.SIGKILL)
    sys.exit(100 + os.WSTOPSIG(status))
sys.exit(os.waitstatus_to_exitcode(status))
"""
WAITER = """
import asyncio, select, sys
from tests.oneshot.test_skip_key import WAIT, published, turns_of_the_loop
from aircher.oneshot.skip_key import SkipKey
async def main():
    skips = []
    select.select([0], [], [])
    SkipKey(0, lambda: skips.append(1)).on_event(published(WAIT))
    await turns_of_the_loop()
    listens = asyncio.get_running_loop().remove_reader(0)
    print(len(skips), listens)
asyncio.run(main())
"""


@pytest.mark.parametrize(("place", "outcome"), [("foreground", b"1 True\n"), ("background", b"0 False\n")])
def test_a_program_in_the_background_does_not_touch_what_is_typed_for_others(
    keyboard: Keyboard, place: str, outcome: bytes
) -> None:
    """Reading it would stop the program: the kernel sends SIGTTIN."""
    keyboard.type(b"\n")
    done = subprocess.run(
        [sys.executable, "-c", LEADER, WAITER, place],
        stdin=keyboard.terminal,
        stdout=subprocess.PIPE,
        start_new_session=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, outcome)
