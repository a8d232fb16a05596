"""Keeps many answers at once from waking the program for every token of each.

A wake costs as much as ten tokens do. With few streams each token is worth its own; with many, each stream rests for a
tick after it was read, and what came meanwhile is taken in one piece. Streams wake in small groups, so that none waits
for all the others. One pacer serves one event loop.
"""

import asyncio

UNPACED_STREAMS = 15
"""So many streams at once leave the loop idle most of the time even at 200 tokens a second each."""
TICK_S = 0.012
"""What a token may be late on purpose: below the time of one frame on a screen."""
GROUPS = 4
"""So many groups wake in a tick."""


class Pacer:
    """Counts the streams that are open and lets them read in step when they are many."""

    def __init__(self) -> None:
        self._streams = 0
        self._waiting: dict[int, list[asyncio.Future[None]]] = {}

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
        """Return about a tick later, together with those who began to wait at about the same time."""
        loop = asyncio.get_running_loop()
        step_s = TICK_S / GROUPS
        group = int(loop.time() / step_s) + GROUPS
        mine = loop.create_future()
        if group not in self._waiting:
            self._waiting[group] = []
            loop.call_at(group * step_s, self._wake, group)
        self._waiting[group].append(mine)
        await mine

    def _wake(self, group: int) -> None:
        for one in self._waiting.pop(group):
            if not one.done():  # else its stream was cancelled
                one.set_result(None)
