"""Hours in the interface, shortened: a seed decides what is typed, scrolled, resized, streamed and interrupted.

The real program runs in a pseudo-terminal against a server on loopback. Now and then everything stands still, and what
the emulator shows is compared with what the program draws anew; of the context panel, whose figures move by
themselves, everything but its digits is. Reports what grew and what was slow; fails if the program ended or hung, or if
a row was stale.

    make soak SECONDS=3600 SEED=7
"""

import argparse
import fcntl
import random
import re
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

from tui import Program, Server, drain, program, ready

SETTLED_S = 0.4
BUSY_SHARE = 0.02
"""A program that computes for more than this share of a silence is not done: what it will draw is still to come."""
HUNG_S = 30.0
CHECK_EVERY = 40
LEAST_PANEL_SCREEN, PANEL_COLUMNS = 80, 34
FIGURE = re.compile(r"\s*\d[\d.,]*")
Step = Callable[["Soak"], None]


class Emulator(pyte.Screen):
    """A screen that deletes lines as terminals do.

    pyte keeps a line only once something was written on it, and `delete_lines` skips those that it does not have: what
    stood where such a line moves to stays. xterm, tmux and the VT220 show an empty line there.
    """

    def delete_lines(self, count: int | None = None) -> None:
        for y in range(self.lines):
            self.buffer[y]  # reading makes it
        super().delete_lines(count)


def differs(old: str, new: str, columns: int) -> bool:
    """Return whether a row is another one; figures of the panel, which move by themselves, do not count."""
    if old == new or columns < LEAST_PANEL_SCREEN:
        return old != new
    at = -PANEL_COLUMNS
    return old[:at] != new[:at] or FIGURE.sub("#", old[at:]) != FIGURE.sub("#", new[at:])


class Soak:
    """One run."""

    def __init__(self, running: Program, server: Server, seed: int) -> None:
        self.random = random.Random(seed)
        self.running, self.server = running, server
        self.columns, self.rows = 120, 40
        self.screen = Emulator(self.columns, self.rows)
        self.stream = pyte.ByteStream(self.screen)
        self.settled: list[float] = []
        self.checks = 0
        self.stale: list[str] = []

    def type(self, keys: bytes) -> None:
        self.running.type(keys)

    def take(self, seconds: float) -> None:
        """Read for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            data = self.running.read(min(left, 0.05))
            self.stream.feed(data)

    def settle(self) -> None:
        """Interrupt what runs, leave what is open, and read until the program rests."""
        for _ in range(4):
            self.type(b"\x1b")
            self.take(0.25)
        self.settled.append(self.rest())

    def rest(self) -> float:
        """Read until nothing comes and nothing is computed any more, and return after how many seconds that was so."""
        begun = quiet_at = time.monotonic()
        cpu = self.running.cpu_s()
        while (now := time.monotonic()) - quiet_at < SETTLED_S:
            if now - begun > HUNG_S:
                raise TimeoutError(f"the program was still busy after {HUNG_S:.0f} s")
            data = self.running.read(0.1)
            if data:
                self.stream.feed(data)
            if data or self.running.cpu_s() - cpu > BUSY_SHARE * SETTLED_S:
                quiet_at, cpu = time.monotonic(), self.running.cpu_s()
        return quiet_at - begun

    def check(self) -> None:
        """Have it drawn anew and compare."""
        self.settle()
        before = list(self.screen.display)
        self.type(b"\x1bl")
        self.take(0.1)
        self.rest()
        after = list(self.screen.display)
        self.checks += 1
        pairs = zip(before, after, strict=True)
        differing = [(old, new) for old, new in pairs if differs(old, new, self.columns)]
        if differing:
            self.stale.append(f"{self.columns}x{self.rows}: {differing[:2]}")

    def slowest_frame(self) -> str:
        """Return what the program's own panel says."""
        self.resize(120, 60)
        self.settle()
        for keys in (b"", b"\x14", b"\x1b", b"\x14"):  # the panel may be open or not, and a list above it
            self.type(keys)
            self.take(0.3)
            self.rest()
            for line in self.screen.display:
                if told := re.search(r"the slowest +(\d[\d.,]* ms)", line):
                    return told[1]
        raise LookupError("\n".join(self.screen.display))

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        fcntl.ioctl(self.running.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        self.stream.feed(b"")


def typing(soak: Soak) -> None:
    words = ("hello", " wörld", " 日本語", " 👩‍💻", "\x7f\x7f", "\x1b[D\x1b[D", "\x01", "\x05", " @ma", " /he", "\x1b")
    soak.type("".join(soak.random.choices(words, k=soak.random.randint(1, 6))).encode())
    soak.take(0.03)


def sending(soak: Soak) -> None:
    soak.server.rate = soak.random.choice((0, 200, 500, 2000))
    soak.server.tokens = soak.random.choice((20, 300, 2000))
    soak.type(soak.random.choice((b"\x15say it\r", b"\x15and this\t", b"\x15/status\r", b"\x15!echo hi\r")))


def scrolling(soak: Soak) -> None:
    keys = (b"\x1b[5~", b"\x1b[6~", b"\x1b[1;5H", b"\x1b[1;5F", b"\x1b[1;3A", b"\x1b[1;3B", b"\x1b[<64;10;5M")
    soak.type(b"".join(soak.random.choices(keys, k=4)))


def resizing(soak: Soak) -> None:
    soak.resize(soak.random.choice((40, 60, 80, 120, 200)), soak.random.choice((12, 24, 40, 60)))


def interrupting(soak: Soak) -> None:
    soak.type(b"\x1b")


def opening(soak: Soak) -> None:
    soak.type(soak.random.choice((b"\x10", b"\x14", b"\x0f", b"\x06ha", b"\x1bd", b"\x1bOP", b"\x15/theme\r")))
    soak.take(0.1)
    soak.type(soak.random.choice((b"\x1b", b"ab\x1b", b"\x1b[B\x1b[B\x1b")))


def pasting(soak: Soak) -> None:
    text = "line \x1b[31m of a paste\n" * soak.random.choice((1, 30, 3000))
    soak.type(b"\x1b[200~" + text.encode() + b"\x1b[201~")


STEPS: tuple[tuple[Step, int], ...] = (
    (typing, 8),
    (sending, 3),
    (scrolling, 4),
    (resizing, 2),
    (interrupting, 2),
    (opening, 3),
    (pasting, 1),
)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    steps, weights = zip(*STEPS, strict=True)
    server = Server()
    with tempfile.TemporaryDirectory() as home, program(server, Path(home)) as running:
        ready(running)
        soak = Soak(running, server, args.seed)
        soak.stream.feed(running.output)
        drain(running)
        soak.type(b"\x1bl")
        soak.take(0.5)
        begun, number = time.monotonic(), 0
        start_mb, opened = running.memory_mb(), descriptors(running)
        while time.monotonic() - begun < args.seconds:
            number += 1
            soak.random.choices(steps, weights)[0](soak)
            soak.take(soak.random.choice((0.0, 0.02, 0.1)))
            if number % CHECK_EVERY == 0:
                soak.check()
        soak.check()
        told = "all equal" if not soak.stale else f"{len(soak.stale)} with a stale row"
        print(f"seed {args.seed}, {args.seconds:.0f} s: {number} steps, {soak.checks} screens compared, {told}\n")
        for stale in soak.stale:
            print(f"- stale {stale}")
        print("| what | measured |\n|---|---|")
        print(f"| memory at the start, at the end | {start_mb:.0f} MB, {running.memory_mb():.0f} MB |")
        print(f"| descriptors at the start, at the end | {opened}, {descriptors(running)} |")
        print(f"| at rest after the last key of a check, the slowest | {max(soak.settled) * 1000:.0f} ms |")
        print(f"| the slowest frame, of all | {soak.slowest_frame()} |")
    return 1 if soak.stale else 0


def descriptors(running: Program) -> int:
    return len(list(Path(f"/proc/{running.pid}/fd").iterdir()))


if __name__ == "__main__":
    sys.exit(main())
