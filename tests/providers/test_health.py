"""The circuit breaker: what opens it, who may probe it, what closes it again."""

import asyncio
from collections.abc import Sequence

import pytest

from aircher.domain.errors import (
    ApiError,
    AuthError,
    ConfigError,
    ContentFilteredError,
    NetworkError,
    ProviderError,
    QuotaError,
    RateLimitError,
    StreamInterruptedError,
    TokenLimitError,
)
from aircher.providers.health import FAILURES_TO_OPEN, Health, State
from aircher.providers.scripted import ScriptedProvider
from aircher.testing.manual_clock import ManualClock

RETRY_AFTER_S = 300.0
GONE = NetworkError("gone", provider="p", is_retryable=True)
NO_MONEY = QuotaError("no money", provider="p", kind="billing")


class Checked(ScriptedProvider):
    """A provider whose cheapest call ends as it is told, once the gate is open."""

    def __init__(self, outcomes: Sequence[Exception | None] = ()) -> None:
        super().__init__([])
        self.checks = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._outcomes = list(outcomes)

    async def check(self) -> tuple[str, ...]:
        self.checks += 1
        await self.gate.wait()
        outcome = self._outcomes.pop(0)
        if outcome is not None:
            raise outcome
        return ("well",)


def health(provider: Checked, clock: ManualClock) -> Health:
    return Health(provider, clock=clock, retry_after_s=RETRY_AFTER_S)


def api(kind: str) -> ApiError:
    return ApiError(kind, provider="p", kind=kind)


@pytest.mark.parametrize(
    "error",
    [
        GONE,
        StreamInterruptedError("cut", provider="p", received_chars=0),
        api("overloaded"),
        api("server_error"),
        api("timeout"),
    ],
)
async def test_it_opens_after_three_failures_in_a_row(error: ProviderError) -> None:
    one = health(Checked(), ManualClock())
    for _ in range(FAILURES_TO_OPEN - 1):
        one.fail(error)
        assert (one.state, await one.is_usable(), one.last_error) == (State.CLOSED, True, error)
    one.fail(error)
    assert (one.state, await one.is_usable(), one.last_error) == (State.OPEN, False, error)


@pytest.mark.parametrize("error", [AuthError("no key", provider="p", kind="auth"), NO_MONEY])
async def test_a_key_or_an_account_that_is_refused_opens_it_at_once(error: ProviderError) -> None:
    one = health(Checked(), ManualClock())
    one.fail(error)
    assert (one.state, one.last_error) == (State.OPEN, error)


@pytest.mark.parametrize(
    "error",
    [
        RateLimitError("slow down", provider="p", kind="rate_limit"),
        TokenLimitError("too long", provider="p", kind="context_length"),
        ContentFilteredError("no", provider="p", kind="content_filter"),
        api("invalid_request"),
        api("not_found"),
        AuthError("this model is not for you", provider="p", kind="permission"),
        ProviderError("what", provider="p"),
    ],
)
async def test_trouble_with_the_request_says_nothing_of_the_provider(error: ProviderError) -> None:
    one = health(Checked(), ManualClock())
    one.fail(GONE)
    one.fail(GONE)
    for _ in range(10):
        one.fail(error)
    assert (one.state, one.last_error) == (State.CLOSED, GONE)
    one.fail(GONE)
    assert one.state is State.OPEN


async def test_a_success_starts_the_count_anew() -> None:
    one = health(Checked(), ManualClock())
    for _ in range(3):
        one.fail(GONE)
        one.fail(GONE)
        one.succeed()
        assert (one.state, one.last_error) == (State.CLOSED, None)


async def test_a_success_closes_what_was_open() -> None:
    one = health(Checked(), ManualClock())
    one.fail(NO_MONEY)
    one.succeed()
    assert (one.state, one.last_error) == (State.CLOSED, None)
    one.fail(GONE)
    assert one.state is State.CLOSED


async def test_it_is_probed_when_its_time_is_over_and_not_before() -> None:
    clock, provider = ManualClock(), Checked([None])
    one = health(provider, clock)
    one.fail(NO_MONEY)
    await clock.advance(RETRY_AFTER_S - 1)
    assert (one.state, await one.is_usable(), provider.checks) == (State.OPEN, False, 0)
    await clock.advance(1)
    assert one.state is State.HALF_OPEN
    assert (await one.is_usable(), one.state, one.last_error, provider.checks) == (True, State.CLOSED, None, 1)
    assert (await one.is_usable(), provider.checks) == (True, 1)


async def test_a_probe_that_fails_leaves_it_alone_for_as_long_again() -> None:
    clock, provider = ManualClock(), Checked([GONE, None])
    one = health(provider, clock)
    one.fail(NO_MONEY)
    await clock.advance(RETRY_AFTER_S)
    assert (await one.is_usable(), one.state, one.last_error) == (False, State.OPEN, GONE)
    await clock.advance(RETRY_AFTER_S - 1)
    assert (await one.is_usable(), provider.checks) == (False, 1)
    await clock.advance(1)
    assert (await one.is_usable(), provider.checks) == (True, 2)


async def test_a_failure_while_it_is_open_leaves_it_alone_from_then_on() -> None:
    clock = ManualClock()
    one = health(Checked(), clock)
    one.fail(NO_MONEY)
    await clock.advance(RETRY_AFTER_S - 1)
    one.fail(GONE)
    await clock.advance(RETRY_AFTER_S - 1)
    assert (one.state, one.last_error) == (State.OPEN, GONE)
    await clock.advance(1)
    assert one.state is State.HALF_OPEN


async def test_only_one_probes_at_a_time() -> None:
    clock, provider = ManualClock(), Checked([None])
    one = health(provider, clock)
    one.fail(NO_MONEY)
    await clock.advance(RETRY_AFTER_S)
    provider.gate.clear()
    asking = [asyncio.ensure_future(one.is_usable()) for _ in range(3)]
    await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    provider.gate.set()
    assert (await asyncio.gather(*asking), provider.checks) == ([True, False, False], 1)
    assert await one.is_usable()


async def test_a_probe_that_is_cancelled_is_due_for_the_next_who_asks() -> None:
    clock, provider = ManualClock(), Checked([None])
    one = health(provider, clock)
    one.fail(NO_MONEY)
    await clock.advance(RETRY_AFTER_S)
    provider.gate.clear()
    asking = [asyncio.ensure_future(one.is_usable()) for _ in range(2)]
    assert await asking[1] is False
    asking[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking[0]
    provider.gate.set()
    assert one.state is State.HALF_OPEN
    assert (await one.is_usable(), provider.checks) == (True, 2)


async def test_a_mistake_of_the_configuration_is_not_taken_for_the_servers() -> None:
    clock, provider = ManualClock(), Checked([ConfigError("no address")])
    one = health(provider, clock)
    one.fail(NO_MONEY)
    await clock.advance(RETRY_AFTER_S)
    with pytest.raises(ConfigError):
        await one.is_usable()
