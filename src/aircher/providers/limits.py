"""How much a server still lets through: token buckets for requests and tokens, corrected by what the server says.

Invariant: a bucket never holds more than its capacity; waiting as long as `Allowance.wait_s` says is long enough
unless somebody else uses the same account.
"""

from aircher.domain.ports import Clock
from aircher.domain.records import dataclass
from aircher.domain.stream import RateLimit

MINUTE_S = 60.0
LONGEST_TOLD_WAIT_S = 60.0
"""What a header promises beyond this is not waited for: the server is asked, and a refusal names its own time."""


@dataclass(slots=True)
class Bucket:
    """An amount that is used up by calls and comes back at a steady rate."""

    capacity: float
    level: float
    per_second: float
    at_s: float

    def wait_s(self, amount: float, now_s: float) -> float:
        """Return how long until ``amount`` is there; what can never be there at once needs a full bucket."""
        missing = min(amount, self.capacity) - self._level_at(now_s)
        return 0.0 if missing <= 0 else missing / self.per_second

    def take(self, amount: float, now_s: float) -> None:
        """Use an amount up; the level may fall below zero."""
        self.level = self._level_at(now_s) - amount
        self.at_s = now_s

    def _level_at(self, now_s: float) -> float:
        return min(self.capacity, self.level + max(0.0, now_s - self.at_s) * self.per_second)


class Allowance:
    """What one model of one provider may be asked."""

    def __init__(self, *, requests_per_min: int, tokens_per_min: int, clock: Clock) -> None:
        """Start with what the configuration allows; 0 = only what the server says counts."""
        self._clock = clock
        now_s = clock.monotonic_s()
        self._own = {
            name: Bucket(capacity=limit, level=limit, per_second=limit / MINUTE_S, at_s=now_s)
            for name, limit in (("requests", requests_per_min), ("tokens", tokens_per_min))
            if limit
        }
        self._told: dict[str, Bucket] = {}

    def wait_s(self, tokens: int) -> float:
        """Return how many seconds a call with so many tokens has to wait; 0 = none.

        Of what the server tells, only what is used up is waited for: input that it has cached may not count there.
        """
        now_s = self._clock.monotonic_s()
        own_s = [bucket.wait_s(_amount(name, tokens), now_s) for name, bucket in self._own.items()]
        told_s = [bucket.wait_s(min(_amount(name, tokens), 1.0), now_s) for name, bucket in self._told.items()]
        return max([*own_s, *(wait_s for wait_s in told_s if wait_s <= LONGEST_TOLD_WAIT_S)], default=0.0)

    def begin(self, tokens: int) -> None:
        """Take a call with so many tokens from every bucket."""
        now_s = self._clock.monotonic_s()
        for name, bucket in [*self._own.items(), *self._told.items()]:
            bucket.take(_amount(name, tokens), now_s)

    def learn(self, limit: RateLimit) -> None:
        """Believe the server: it knows of everybody who uses the account."""
        now_s = self._clock.monotonic_s()
        if limit.limit == 0 or limit.reset_s is None or limit.reset_s <= 0:
            self._told.pop(limit.what, None)
            return
        capacity = float(max(limit.limit or 0, limit.remaining, 1))
        # some servers count a reset until the whole allowance is back, some until the next piece: the first is assumed
        per_second = max(capacity - limit.remaining, 1.0) / limit.reset_s
        self._told[limit.what] = Bucket(capacity=capacity, level=limit.remaining, per_second=per_second, at_s=now_s)


def _amount(name: str, tokens: int) -> float:
    match name:
        case "requests":
            return 1.0
        case "tokens" | "input_tokens":
            return float(tokens)
        case _:
            return 0.0  # how long an answer will be is not known before
