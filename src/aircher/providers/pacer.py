"""Keeps many answers at once from waking the program for every token of each.

A wake costs as much as ten tokens do. With few streams each token is worth its own; with many, all of them are read
together once a tick, and what came meanwhile is taken in one piece. One pacer serves one event loop.
"""

import asyncio

UNPACED_STREAMS = 15
"""So many streams at once leave the loop idle most of the time even at 200 tokens a second each."""
TICK_S = 0.012
"""Half of what a token may be late: below the time of one frame on a screen."""


class Pacer:
    """Counts the streams that are open and lets them read in step when they are many."""

    def __init__(self) -> None:
        self._streams = 0
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def is_pacing(self) -> bool:
        """Whether there are so many streams that they read in step."""
        return self._streams > UNPACED_STREAMS

    def enter(self) -> None:
        """Count a stream."""
        self._streams += 1

    def leave(self) -> None:
        """Count one less."""
        self._streams -= 1

    async def tick(self) -> None:
        """Return at the next tick, together with everybody who waits for it."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_later(TICK_S, self._fire)
        mine = loop.create_future()
        self._waiting.append(mine)
        await mine

    def _fire(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():  # else its stream was cancelled
                one.set_result(None)
