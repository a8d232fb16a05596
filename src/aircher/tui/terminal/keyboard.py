"""Reads a terminal on the loop and hands out events; decides how long a begun sequence is waited for.

Invariant: a timer runs only while something has begun and not ended.
"""

import asyncio
import os
import select
import time
from collections.abc import Callable

from aircher.tui.terminal.keys import KeyParser, TerminalEvent

DEADLINES_S = {"escape": 0.03, "sequence": 1.0, "paste": 5.0}
"""After so long without a byte, what has begun is taken for ended. Sequences come in one piece even over ssh; a paste
may stop for a while when the line does. Read only."""

READ_BYTES = 65_536


class Keyboard:
    """What is typed at a terminal."""

    def __init__(
        self, fd: int, *, encoding: str, deliver: Callable[[TerminalEvent], None], lost: Callable[[], None]
    ) -> None:
        """Be ready to read; ``lost`` is called when the terminal has been closed."""
        self._fd = fd
        self._parser = KeyParser("utf-8" if encoding == "ascii" else encoding)
        self._deliver = deliver
        self._lost = lost
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Read from now on."""
        asyncio.get_running_loop().add_reader(self._fd, self._read)

    def stop(self) -> None:
        """Read no more; what is typed stays in the terminal's queue."""
        asyncio.get_running_loop().remove_reader(self._fd)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def feed(self, data: bytes) -> None:
        """Take bytes as if they had been typed now."""
        self._hand_out(self._parser.feed(data))

    def read_until(self, is_done: Callable[[], bool], timeout_s: float) -> None:
        """Read on, blocking, until a condition holds, at most so long."""
        until_s = time.monotonic() + timeout_s
        while not is_done() and (left_s := until_s - time.monotonic()) > 0:
            if not select.select([self._fd], [], [], left_s)[0]:
                return
            try:
                data = os.read(self._fd, READ_BYTES)
            except OSError:
                return
            if not data:
                return
            self.feed(data)

    def _read(self) -> None:
        try:
            data = os.read(self._fd, READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # Linux reports a terminal that was closed as an error
            data = b""
        if not data:
            self.stop()
            self._lost()
            return
        self.feed(data)

    def _hand_out(self, events: list[TerminalEvent]) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._parser.waiting:
            delay_s = DEADLINES_S[self._parser.waiting]
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._give_up_waiting)
        for event in events:
            self._deliver(event)

    def _give_up_waiting(self) -> None:
        self._hand_out(self._parser.flush())
