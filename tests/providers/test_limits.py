"""Token buckets: what is configured, what the server says, and that a wait is long enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.stream import RateLimit
from aircher.providers.limits import LONGEST_TOLD_WAIT_S, Allowance, Bucket
from aircher.testing.manual_clock import ManualClock

ROUNDING_S = 1e-6  # sums of floats; a wait of a microsecond is none


def allowance(clock: ManualClock, *, requests: int = 0, tokens: int = 0) -> Allowance:
    return Allowance(requests_per_min=requests, tokens_per_min=tokens, clock=clock)


def told(what: str = "requests", *, limit: int | None, remaining: int, reset_s: float | None) -> RateLimit:
    return RateLimit(what=what, limit=limit, remaining=remaining, reset_s=reset_s)


async def test_without_any_limit_nothing_waits() -> None:
    free = allowance(ManualClock())
    for _ in range(1_000):
        free.begin(1_000_000)
    assert free.wait_s(1_000_000) == 0.0


async def test_a_minutes_requests_may_go_out_at_once_and_then_come_back_one_by_one() -> None:
    clock = ManualClock()
    paced = allowance(clock, requests=6)
    for _ in range(6):
        assert paced.wait_s(1) == 0.0
        paced.begin(1)
    assert paced.wait_s(1) == 10.0
    await clock.advance(9)
    assert paced.wait_s(1) == pytest.approx(1.0)
    await clock.advance(1)
    assert paced.wait_s(1) == 0.0


async def test_the_scarcer_of_requests_and_tokens_decides() -> None:
    clock = ManualClock()
    paced = allowance(clock, requests=60, tokens=600)
    paced.begin(600)
    assert (paced.wait_s(0), paced.wait_s(10), paced.wait_s(300)) == (0.0, 1.0, 30.0)


async def test_a_prompt_larger_than_the_whole_allowance_waits_for_a_full_one_and_is_paid_back() -> None:
    clock = ManualClock()
    paced = allowance(clock, tokens=600)
    assert paced.wait_s(6_000) == 0.0
    paced.begin(6_000)
    assert paced.wait_s(1) == (5_400 + 1) / 10
    await clock.advance(540)
    assert (paced.wait_s(0), paced.wait_s(1)) == (0.0, 0.1)


async def test_rest_does_not_pile_up_beyond_the_capacity() -> None:
    clock = ManualClock()
    paced = allowance(clock, requests=6)
    await clock.advance(3_600)
    for _ in range(6):
        paced.begin(1)
    assert paced.wait_s(1) == 10.0


def test_a_clock_that_runs_backwards_takes_nothing_away() -> None:
    bucket = Bucket(capacity=10, level=5, per_second=1, at_s=100)
    assert bucket.wait_s(5, 50) == 0.0
    bucket.take(5, 50)
    assert bucket == Bucket(capacity=10, level=0, per_second=1, at_s=50)


async def test_what_the_server_says_counts_beside_what_is_configured() -> None:
    clock = ManualClock()
    paced = allowance(clock, requests=60)
    paced.learn(told(limit=100, remaining=0, reset_s=200))
    assert paced.wait_s(1) == 2.0
    await clock.advance(2)
    assert paced.wait_s(1) == 0.0
    paced.learn(told(limit=100, remaining=100, reset_s=1))
    for _ in range(60):
        paced.begin(1)
    assert paced.wait_s(1) == 1.0


async def test_a_later_word_of_the_server_replaces_an_earlier_one_of_the_same_kind_only() -> None:
    paced = allowance(ManualClock())
    paced.learn(told(limit=10, remaining=0, reset_s=100))
    paced.learn(told("tokens", limit=2, remaining=0, reset_s=40))
    assert paced.wait_s(500) == 20.0
    paced.learn(told("tokens", limit=2, remaining=2, reset_s=1))
    assert paced.wait_s(500) == 10.0
    paced.learn(told(limit=10, remaining=10, reset_s=1))
    assert paced.wait_s(500) == 0.0


async def test_input_tokens_are_counted_and_output_tokens_are_not_known_before() -> None:
    paced = allowance(ManualClock())
    paced.learn(told("output_tokens", limit=10, remaining=0, reset_s=50))
    assert paced.wait_s(1_000) == 0.0
    paced.learn(told("input_tokens", limit=10, remaining=0, reset_s=50))
    assert paced.wait_s(1_000) == 5.0


async def test_of_what_is_told_only_what_is_used_up_is_waited_for() -> None:
    paced = allowance(ManualClock())
    paced.learn(told("tokens", limit=1_000, remaining=1, reset_s=50))
    assert paced.wait_s(1_000_000) == 0.0
    paced.begin(50)
    assert paced.wait_s(1_000_000) == pytest.approx(50 * 50 / 999)


async def test_a_limit_without_a_time_is_forgotten() -> None:
    paced = allowance(ManualClock())
    for reset_s in (None, 0.0, -1.0):
        paced.learn(told(limit=10, remaining=0, reset_s=60))
        assert paced.wait_s(1) == 6.0
        paced.learn(told(limit=10, remaining=0, reset_s=reset_s))
        assert paced.wait_s(1) == 0.0


async def test_absurd_limits_make_a_wait_that_ends() -> None:
    paced = allowance(ManualClock())
    for limit, remaining, reset_s, wait_s in (
        (0, 0, 5.0, 0.0),  # nothing is ever allowed: only a refusal can mean that
        (None, 0, 5.0, 5.0),
        (1, 10**15, 5.0, 0.0),
        (10**15, 0, 50.0, 50.0 / 10**15),
        (1, 0, LONGEST_TOLD_WAIT_S, LONGEST_TOLD_WAIT_S),
        (1, 0, LONGEST_TOLD_WAIT_S + 1, 0.0),  # too far away to be believed
        (1, 0, 86_400.0, 0.0),
        (1, 0, 1e308, 0.0),
    ):
        paced.learn(told(limit=limit, remaining=remaining, reset_s=reset_s))
        assert paced.wait_s(1) == wait_s


LIMITS = st.builds(
    RateLimit,
    what=st.sampled_from(["requests", "tokens", "input_tokens", "output_tokens"]),
    limit=st.none() | st.integers(0, 10**15),
    remaining=st.integers(0, 10**15),
    reset_s=st.none() | st.floats(0, 86_400),
)
Step = tuple[int, float, RateLimit | None]
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(st.integers(0, 10**6), st.floats(0, 100), st.none() | LIMITS), max_size=8
)


@given(st.integers(0, 1_000), st.integers(0, 10**6), STEPS, st.integers(0, 10**6))
async def test_waiting_as_long_as_told_is_enough(requests: int, tokens: int, steps: list[Step], last: int) -> None:
    clock = ManualClock()
    paced = allowance(clock, requests=requests, tokens=tokens)
    for amount, seconds, limit in steps:
        paced.begin(amount)
        await clock.advance(seconds)
        if limit is not None:
            paced.learn(limit)
    wait_s = paced.wait_s(last)
    assert wait_s >= 0.0
    await clock.advance(wait_s)
    assert paced.wait_s(last) <= ROUNDING_S
    await clock.advance(ROUNDING_S)
    assert paced.wait_s(last) == 0.0


@given(st.integers(1, 100), st.lists(st.floats(0, 30), min_size=200, max_size=300))
async def test_whoever_waits_as_told_never_sends_more_in_a_minute_than_allowed_beyond_the_first_burst(
    per_min: int, gaps: list[float]
) -> None:
    clock = ManualClock()
    paced = allowance(clock, requests=per_min)
    sent: list[float] = []
    for gap in gaps:
        await clock.advance(gap)
        await clock.advance(paced.wait_s(1))
        paced.begin(1)
        sent.append(clock.monotonic_s())
    elapsed_s = sent[-1] - sent[0]
    assert len(sent) <= per_min + 1 + elapsed_s * per_min / 60 + ROUNDING_S
