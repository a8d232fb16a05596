"""A real pseudo-terminal around the real program, and the screen that a person would see."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte
from tests.key_hunt import keys_in

PATIENCE_S = 30.0
OWN_SEQUENCES = re.compile(rb"\x1b\[[0-9;]*m|\r\x1b\[2K")
FOREIGN = re.compile(rb"[\x00-\x06\x07\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]")


class Terminal:
    """A window of the given size in which one command runs."""

    def __init__(self, master: int, process: "subprocess.Popen[bytes]", *, columns: int, rows: int) -> None:
        self.process = process
        self.output = b""
        self.screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=1)
        self._stream = pyte.ByteStream(self.screen)
        self.master = master

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def read_until(self, words: bytes) -> None:
        while words not in self.output:
            assert self.read_some(), f"the program ended without {words!r}: {self.output[-500:]!r}"

    def wait(self) -> int:
        """Read to the end and return the exit code."""
        while self.read_some():
            pass
        return self.process.wait(PATIENCE_S)

    def lines(self) -> list[str]:
        """Return everything the window showed, scrollback first, without empty lines at the end."""
        width = self.screen.columns
        above = ["".join(line[at].data for at in range(width)).rstrip() for line in self.screen.history.top]
        shown = "\n".join([*above, *(line.rstrip() for line in self.screen.display)])
        return shown.rstrip("\n").split("\n")

    def foreign_controls(self) -> list[bytes]:
        """Return control characters that are neither colours nor the repainting of a line."""
        return FOREIGN.findall(OWN_SEQUENCES.sub(b"", self.output))

    def has_output(self) -> bool:
        """Return whether the program has written something that was not read."""
        return bool(select.select([self.master], [], [], 0)[0])

    def read_some(self) -> bool:
        assert select.select([self.master], [], [], PATIENCE_S)[0], f"nothing came: {self.output[-500:]!r}"
        try:
            data = os.read(self.master, 65_536)
        except OSError:  # Linux reports the end of a pseudo-terminal as an error
            return False
        self.output += data
        self._stream.feed(data)
        return bool(data)


@contextmanager
def terminal(
    *arguments: str, cwd: Path, environ: Mapping[str, str], columns: int = 80, rows: int = 24
) -> Iterator[Terminal]:
    """Run the program with all three streams on a pseudo-terminal; it is the session's leader, so that Ctrl+C works."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    starter = (  # who runs the tests in the background of a script hands on an ignored SIGINT
        "import fcntl, os, signal, sys, termios; signal.signal(signal.SIGINT, signal.SIG_DFL); "
        "fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    )
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", starter, sys.executable, "-m", "aircher", *arguments],
        cwd=cwd,
        env={"TERM": "xterm-256color", **environ},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    started = Terminal(master, process, columns=columns, rows=rows)
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait(PATIENCE_S)
        os.close(master)
    assert keys_in(started.output) == []


def elapsed_s(since_s: float) -> float:
    return time.monotonic() - since_s
