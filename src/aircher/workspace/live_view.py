"""What people see of a running command: its output as it comes, control sequences included.

Invariant: who prints never waits for who looks. What comes faster than it can be shown loses its middle.
"""

import asyncio
import codecs
from collections.abc import Awaitable, Callable

MAX_WAITING_BYTES = 65_536
FRAME_S = 0.03  # what came in this time is shown together


class LiveView:
    """Takes bytes at any speed and shows text, a piece a frame at most."""

    def __init__(self, show: Callable[[str], Awaitable[None]]) -> None:
        self._show = show
        self._loop = asyncio.get_running_loop()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = bytearray()
        self._dropped_bytes = 0
        self._news = asyncio.Event()
        self._next_frame_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False

    def feed(self, chunk: bytes) -> None:
        """Take the next piece; of what has waited too long only the latest is kept."""
        self._waiting += chunk
        excess = len(self._waiting) - MAX_WAITING_BYTES
        if excess > 0:
            del self._waiting[:excess]
            self._dropped_bytes += excess
        if self._timer is None and not self._is_over:
            self._timer = self._loop.call_at(self._next_frame_s, self._news.set)

    def end(self) -> None:
        """Make `keep_showing` return once everything was shown."""
        self._is_over = True
        self._news.set()
        if self._timer is not None:
            self._timer.cancel()

    async def keep_showing(self) -> None:
        """Show what comes until `end`."""
        while not self._is_over:
            await self._news.wait()
            self._news.clear()
            self._timer = None
            await self._show_waiting()
            self._next_frame_s = self._loop.time() + FRAME_S
        await self._show_waiting()

    async def _show_waiting(self) -> None:
        data, self._waiting = bytes(self._waiting), bytearray()
        dropped, self._dropped_bytes = self._dropped_bytes, 0
        if dropped:
            self._decoder.reset()
        text = self._decoder.decode(data, self._is_over)
        if dropped:
            text = f"\n[… {dropped:,} bytes not shown …]\n{text}"
        if text:
            await self._show(text)
