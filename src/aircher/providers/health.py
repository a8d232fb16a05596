"""Whether a provider is worth asking: a circuit breaker, fed by traffic, that one cheap call at a time closes again."""

import asyncio
from enum import Enum, auto

from aircher.domain.errors import ApiError, AuthError, NetworkError, ProviderError, QuotaError, StreamInterruptedError
from aircher.domain.ports import Clock
from aircher.domain.provider import Provider

FAILURES_TO_OPEN = 3
"""Failed calls in a row, those that are sent again included, after which a provider is left alone."""
_OF_THE_SERVER = frozenset({"overloaded", "server_error", "timeout"})


PROBE_DEADLINE_S = 5.0  # a person waits for it: who needs longer for the cheapest call is not well yet


class State(Enum):
    """How a provider is doing."""

    CLOSED = auto()
    """Well, as far as is known."""
    OPEN = auto()
    """Left alone."""
    HALF_OPEN = auto()
    """Due for a probe."""


class Health:
    """The circuit breaker of one provider."""

    def __init__(self, provider: Provider, *, clock: Clock, retry_after_s: float) -> None:
        """Begin well; ``retry_after_s`` is how long a provider that failed is left alone."""
        self._provider = provider
        self._clock = clock
        self._retry_after_s = retry_after_s
        self._failures = 0
        self._opened_at_s: float | None = None
        self.last_error: ProviderError | None = None

    @property
    def state(self) -> State:
        """How it is doing now."""
        if self._opened_at_s is None:
            return State.CLOSED
        is_due = self._clock.monotonic_s() - self._opened_at_s >= self._retry_after_s
        return State.HALF_OPEN if is_due else State.OPEN

    def succeed(self) -> None:
        """Note a call that went well."""
        self._failures = 0
        self._opened_at_s = None
        self.last_error = None

    def fail(self, error: ProviderError) -> None:
        """Note a call that failed; only trouble of the server or the account counts."""
        weight = _weight(error)
        if weight == 0:
            return
        self.last_error = error
        self._failures += weight
        if self._failures >= FAILURES_TO_OPEN:
            self._opened_at_s = self._clock.monotonic_s()

    async def is_usable(self) -> bool:
        """Return whether to ask it now; one that is due is probed by its cheapest call first."""
        match self.state:
            case State.CLOSED:
                return True
            case State.OPEN:
                return False
            case State.HALF_OPEN:
                return await self._probe()

    async def _probe(self) -> bool:
        before_s, self._opened_at_s = self._opened_at_s, self._clock.monotonic_s()  # nobody else probes meanwhile
        try:
            async with asyncio.timeout(PROBE_DEADLINE_S):
                await self._provider.check()
        except ProviderError as error:
            self.last_error = error
            return False
        except TimeoutError:
            return False
        except asyncio.CancelledError:
            self._opened_at_s = before_s  # it told nothing, so it is still due
            raise
        self.succeed()
        return True


def _weight(error: ProviderError) -> int:
    match error:
        case AuthError(kind="permission"):
            return 0  # says something of the model or the prompt, not of the provider
        case AuthError() | QuotaError():
            return FAILURES_TO_OPEN  # certain to be so again
        case NetworkError() | StreamInterruptedError():
            return 1
        case ApiError(kind=kind):
            return int(kind in _OF_THE_SERVER)
        case _:
            return 0
