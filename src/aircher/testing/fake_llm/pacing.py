"""When the next token is due.

The schedule is fixed when the first token goes out, so that delays do not add up: who was late catches up. Tokens that
are due within one tick go out together, which is what lets a hundred fast streams run on little CPU.
"""

from aircher.domain.ports import Clock

_TICK_S = 0.02  # shorter than a frame of 30 a second: nobody sees it, and 200 tokens/s cost a quarter of the wake-ups
_BURST_TOKENS = 64  # without a rate: small enough that other streams get their turn


class Pacer:
    """The schedule of one answer."""

    def __init__(self, tokens_per_s: float | None, clock: Clock) -> None:
        self._tokens_per_s = tokens_per_s
        self._clock = clock
        self._started_s: float | None = None
        self._sent_tokens = 0

    async def take(self, wanted: int) -> int:
        """Return, once at least one token is due, how many of the ``wanted`` ones are."""
        if self._tokens_per_s is None:
            await self._clock.sleep(0)
            return min(wanted, _BURST_TOKENS)
        if self._started_s is None:
            self._started_s = self._clock.monotonic_s()
        while True:
            elapsed_s = self._clock.monotonic_s() - self._started_s
            due = int(elapsed_s * self._tokens_per_s + 1e-9) + 1 - self._sent_tokens
            if due > 0:
                taken = min(due, wanted)
                self._sent_tokens += taken
                return taken
            next_s = self._sent_tokens / self._tokens_per_s - elapsed_s
            await self._clock.sleep(max(next_s, _TICK_S))

    async def rest(self, seconds: float) -> None:
        """Return after a pause; what follows is not hurried to make up for it."""
        await self._clock.sleep(seconds)
        if self._started_s is not None:
            self._started_s += seconds

    async def take_all(self, wanted: int) -> None:
        """Return once this many tokens are due."""
        while wanted > 0:
            wanted -= await self.take(wanted)
