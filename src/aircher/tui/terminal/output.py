"""Writes to a terminal without ever waiting for it.

Invariant: bytes arrive in order and whole. Nobody else's file is made non-blocking: the terminal is opened anew where
it can be, since the flag would stick to the shell's own descriptor if this process were killed.
Not its job: to decide what is left out while the terminal is behind.
"""

import asyncio
import os
import select
import termios
import time
from collections.abc import Callable

CANCEL = b"\x18\x1b\\"
"""Ends whatever sequence was broken off."""


class Output:
    """The way to a terminal; used within one running loop.

    Attributes:
        is_gone: Whether the terminal has been closed; then everything is dropped.
    """

    def __init__(self, fd: int, *, drained: Callable[[], None]) -> None:
        """Open the terminal of ``fd``; ``drained`` is called when it has taken all that it was behind with."""
        self.is_gone = False
        self._drained = drained
        self._waiting = bytearray()
        self._is_own = True
        try:
            self._fd = os.open(os.ttyname(fd), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:  # its name is another container's, or another user's
            self._fd, self._is_own = os.dup(fd), False
            self._was_blocking = os.get_blocking(fd)
            os.set_blocking(self._fd, False)

    @property
    def is_behind(self) -> bool:
        """Return whether the terminal has not taken everything yet."""
        return bool(self._waiting)

    @property
    def waiting_bytes(self) -> int:
        """Return how many bytes the terminal has not taken yet."""
        return len(self._waiting)

    def write(self, data: bytes) -> None:
        """Send bytes now, or when the terminal takes them."""
        if self.is_gone or not data:
            return
        if self._waiting:
            self._waiting += data
            return
        self._waiting += data[self._send(data) :]
        if self._waiting:
            asyncio.get_running_loop().add_writer(self._fd, self._go_on)

    def finish(self, timeout_s: float) -> None:
        """Have everything sent, waiting at most so long; after that the rest is dropped and its sequence ended."""
        until_s = time.monotonic() + timeout_s
        was_behind = bool(self._waiting)
        while self._waiting and not self.is_gone:
            left_s = until_s - time.monotonic()
            if left_s <= 0 or not select.select([], [self._fd], [], left_s)[1]:
                self._drop()
                break
            del self._waiting[: self._send(bytes(self._waiting))]
        if was_behind:
            asyncio.get_running_loop().remove_writer(self._fd)

    def close(self) -> None:
        """Close the way; what has not been sent is dropped."""
        asyncio.get_running_loop().remove_writer(self._fd)
        self.is_gone = True
        self._waiting.clear()
        if not self._is_own:
            os.set_blocking(self._fd, self._was_blocking)
        os.close(self._fd)

    def _send(self, data: bytes) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except OSError:
            self.is_gone = True
            return len(data)

    def _go_on(self) -> None:
        del self._waiting[: self._send(bytes(self._waiting[:65_536]))]
        if self.is_gone:
            self._waiting.clear()
        if not self._waiting:
            asyncio.get_running_loop().remove_writer(self._fd)
            self._drained()

    def _drop(self) -> None:
        """Give up what the terminal does not take, in the kernel's queue too."""
        self._waiting.clear()
        try:
            termios.tcflush(self._fd, termios.TCOFLUSH)
        except termios.error:
            self.is_gone = True
        self._send(CANCEL)
