"""A real pseudo-terminal of which the test is the window, and programs that run in it."""

import asyncio
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

PATIENCE_S = 20.0
ENVIRON = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}


class Pty:
    """Both ends: ours (the window) and the program's."""

    def __init__(self, width: int = 40, height: int = 8) -> None:
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.written = b""
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def read(self) -> bytes:
        """Return what has been written and not been read, and keep it."""
        data = b""
        with suppress(BlockingIOError, OSError):
            while piece := os.read(self.master, 65_536):
                data += piece
        self.written += data
        return data

    def attributes(self) -> list[Any]:
        return termios.tcgetattr(self.slave)

    def wait_for(self, words: bytes) -> None:
        """Read until something has been written."""
        until_s = time.monotonic() + PATIENCE_S
        while words not in self.written:
            assert time.monotonic() < until_s, f"{words!r} never came: {self.written[-500:]!r}"
            select.select([self.master], [], [], 0.1)
            self.read()

    def close(self) -> None:
        os.close(self.master)
        with suppress(OSError):
            os.close(self.slave)


@contextmanager
def opened(width: int = 40, height: int = 8) -> Iterator[Pty]:
    made = Pty(width, height)
    try:
        yield made
    finally:
        made.close()


async def until(is_so: Callable[[], object]) -> None:
    """Let the loop run until a condition holds."""
    until_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until_s, "it never became true"
        await asyncio.sleep(0.002)


STARTER = (  # whoever runs the tests in the background hands on ignored signals
    "import fcntl, signal, sys, termios\n"
    "for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTSTP): signal.signal(number, signal.SIG_DFL)\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
)
SHELL = """
import os
child = os.fork()
if child:
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    _, status = os.waitpid(child, os.WUNTRACED)
    is_cooked = bool(termios.tcgetattr(0)[3] & termios.ICANON)
    os.write(1, f"[stopped {os.WIFSTOPPED(status)} cooked {is_cooked}]".encode())
    os.tcsetpgrp(0, child)
    os.killpg(child, signal.SIGCONT)
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status))
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
os.setpgid(0, 0)
os.tcsetpgrp(0, os.getpid())
signal.signal(signal.SIGTTOU, signal.SIG_DFL)
os.write(1, b"<%d>" % os.getpid())
"""
"""Does for the program what a shell with job control does, and tells what it sees when the program has been stopped."""
PROGRAM = """
import asyncio, os, sys
from aircher.tui.terminal.terminal import Terminal
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import PLAIN

async def main():
    typed = []
    def heard(event):
        typed.append(getattr(event, "key", type(event).__name__))
        terminal.paint([Row.of((" ".join(typed), PLAIN))], (0, 0))
        if typed[-1] == "q":
            done.set()
        if typed[-1] == "ctrl+z":
            terminal.suspend()
    done = asyncio.Event()
    terminal = Terminal(0, 1, on_event=heard, is_inline="inline" in sys.argv)
    async with terminal:
        terminal.paint([Row.of(("ready", PLAIN))], (0, 0))
        if "guarded" in sys.argv:
            while not terminal._life._tenure.guard.is_there:
                await asyncio.sleep(0.01)
            terminal.paint([Row.of(("guarded", PLAIN))], (0, 0))
        if "error" in sys.argv:
            raise ValueError("wrong")
        await done.wait()

asyncio.run(main())
"""


@contextmanager
def running(
    window: Pty, *arguments: str, environ: Mapping[str, str] = ENVIRON, shell: str = ""
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program that shows the keys it gets and ends with ``q``; it leads the session of the window."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER + shell + PROGRAM, *arguments],
        env=dict(environ),
        stdin=window.slave,
        stdout=window.slave,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate(timeout=PATIENCE_S)
