"""Waits that a person may cut short."""

import asyncio

from aircher.domain.ports import Clock


class Waiting:
    """The waits of one session, at most one at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._skipped = asyncio.Event()
        self._is_waiting = False

    async def wait(self, delay_s: float) -> None:
        """Return after ``delay_s`` seconds, or as soon as `skip` is called."""
        if delay_s <= 0:
            return
        self._skipped.clear()
        self._is_waiting = True
        ways = [asyncio.ensure_future(self._clock.sleep(delay_s)), asyncio.ensure_future(self._skipped.wait())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._is_waiting = False
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    def skip(self) -> bool:
        """End the wait that is under way; return whether there was one."""
        self._skipped.set()
        return self._is_waiting
