"""Hours in the interface, shortened: a seed decides what is typed, scrolled, resized, streamed and interrupted.

The real program runs in a pseudo-terminal against a server on loopback. Now and then everything stands still, and what
the emulator shows is compared with what the program draws anew. Reports what grew, what was slow and rows that were
stale; fails if the program ended or hung.

    make soak SECONDS=3600 SEED=7
"""

import argparse
import fcntl
import random
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

from tui import Program, Server, drain, program, quantile, ready

SETTLED_S = 0.4
CHECK_EVERY = 40
MOVING = ("memory  ", "frames  ", "a frame  ", "the slowest  ", "written  ")
"""Lines of the panel that tell of drawing itself."""
Step = Callable[["Soak"], None]


class Soak:
    """One run."""

    def __init__(self, running: Program, server: Server, seed: int) -> None:
        self.random = random.Random(seed)
        self.running, self.server = running, server
        self.columns, self.rows = 120, 40
        self.screen = pyte.Screen(self.columns, self.rows)
        self.stream = pyte.ByteStream(self.screen)
        self.slow: list[float] = []
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
        """Interrupt what runs, leave what is open, and read until nothing comes any more."""
        for _ in range(4):
            self.type(b"\x1b")
            self.take(0.25)
        quiet_at = time.monotonic()
        while time.monotonic() - quiet_at < SETTLED_S:
            if data := self.running.read(0.1):
                self.stream.feed(data)
                quiet_at = time.monotonic()

    def check(self) -> None:
        """Have it drawn anew and compare."""
        self.settle()
        before = list(self.screen.display)
        self.type(b"\x1bl")
        self.take(0.5)
        after = list(self.screen.display)
        self.checks += 1
        pairs = zip(before, after, strict=True)
        differing = [(old, new) for old, new in pairs if old != new and not any(word in new for word in MOVING)]
        if differing:
            self.stale.append(f"{self.columns}x{self.rows}: {differing[:2]}")

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        fcntl.ioctl(self.running.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        self.stream.feed(b"")


def typing(soak: Soak) -> None:
    words = ("hello", " wörld", " 日本語", " 👩‍💻", "\x7f\x7f", "\x1b[D\x1b[D", "\x01", "\x05", " @ma", " /he", "\x1b")
    soak.type("".join(soak.random.choices(words, k=soak.random.randint(1, 6))).encode())
    begun = time.monotonic()
    soak.take(0.03)
    soak.slow.append(time.monotonic() - begun)


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
        slowest = quantile(soak.slow, 1.0) * 1000
        print(f"| a key taken in by the emulator, the slowest | {slowest:.0f} ms (30 ms of it are the wait) |")
    return 0


def descriptors(running: Program) -> int:
    return len(list(Path(f"/proc/{running.pid}/fd").iterdir()))


if __name__ == "__main__":
    sys.exit(main())
