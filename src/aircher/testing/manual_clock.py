"""Time that stands still until somebody turns it."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class ManualClock:
    """A `aircher.domain.ports.Clock` whose sleepers wake only by `advance`."""

    def __init__(self, start: datetime = EPOCH) -> None:
        self._start = start
        self._elapsed_s = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        """Return the start, moved on by what was advanced."""
        return self._start + timedelta(seconds=self._elapsed_s)

    def monotonic_s(self) -> float:
        """Return the seconds advanced so far."""
        return self._elapsed_s

    async def sleep(self, delay_s: float) -> None:
        """Return once the clock has been advanced by ``delay_s``."""
        if delay_s <= 0:
            await asyncio.sleep(0)
            return
        awake = asyncio.Event()
        self._count += 1
        heapq.heappush(self._sleepers, (self._elapsed_s + delay_s, self._count, awake))
        self._changed.set()
        await awake.wait()

    async def wait_for_sleeper(self) -> float:
        """Return, once somebody sleeps, how many seconds the next one still has to."""
        while not self._sleepers:
            self._changed.clear()
            await self._changed.wait()
        return self._sleepers[0][0] - self._elapsed_s

    async def advance(self, seconds: float) -> None:
        """Move the time on, waking sleepers in order; each runs until it waits again."""
        end_s = self._elapsed_s + seconds
        while self._sleepers and self._sleepers[0][0] <= end_s:
            self._elapsed_s, _, awake = heapq.heappop(self._sleepers)
            awake.set()
            await asyncio.sleep(0)
        self._elapsed_s = end_s
