"""Budgets and retries."""

import pytest

from aircher.domain.errors import ApiError, BudgetError, NetworkError, RateLimitError
from aircher.domain.models import Prices
from aircher.domain.usage import Usage
from aircher.engine.budgets import Budget, Limits
from aircher.engine.retry import RetryPolicy

USED = Usage(input_tokens=600, output_tokens=400)


@pytest.mark.parametrize(
    ("limits", "rounds", "message", "hint"),
    [
        (
            Limits(max_rounds=2),
            2,
            "budget reached: 2 model calls in this turn used of 2 allowed",
            "allow more with --max-turns",
        ),
        (
            Limits(max_tokens=1000),
            0,
            "budget reached: 1000 tokens used of 1000 allowed",
            "allow more with --max-tokens",
        ),
    ],
)
def test_a_reached_limit_names_used_and_allowed(limits: Limits, rounds: int, message: str, hint: str) -> None:
    budget = Budget(limits)
    budget.charge(USED)
    with pytest.raises(BudgetError) as caught:
        budget.check(rounds=rounds)
    assert (caught.value.message, caught.value.hint, caught.value.code) == (message, hint, "budget.reached")


def test_below_every_limit_one_more_call_is_allowed() -> None:
    budget = Budget(Limits(max_rounds=2, max_tokens=1001))
    budget.charge(USED)
    budget.check(rounds=1)
    assert budget.usage == USED


def test_a_prompt_that_does_not_fit_what_is_left_is_not_sent() -> None:
    budget = Budget(Limits(max_tokens=1500))
    budget.charge(USED)
    budget.check_call(500)
    with pytest.raises(BudgetError, match="1000 tokens, and the next prompt has about 501 used of 1500 allowed"):
        budget.check_call(501)


def test_an_answer_is_stopped_in_its_middle() -> None:
    budget = Budget(Limits(max_tokens=1500))
    budget.charge(USED)
    budget.check_streaming(Usage(input_tokens=400, output_tokens=100))
    with pytest.raises(BudgetError, match="1501 tokens, this answer so far included, used of 1500 allowed"):
        budget.check_streaming(Usage(input_tokens=400, output_tokens=101))


def test_usage_adds_up_and_unreported_stays_unreported() -> None:
    more = Usage(input_tokens=1, output_tokens=2, cached_tokens=3)
    assert USED + more == Usage(input_tokens=601, output_tokens=402, cached_tokens=3)
    assert (USED + more).total_tokens == 1003


def test_prices_tell_cached_from_fresh_input() -> None:
    usage = Usage(input_tokens=1_000_000, output_tokens=100_000, cached_tokens=400_000, cache_write_tokens=100_000)
    assert Prices(input_usd=2, output_usd=10, cached_usd=0.2, cache_write_usd=2.5).cost_usd(usage) == pytest.approx(
        0.5 * 2 + 0.4 * 0.2 + 0.1 * 2.5 + 0.1 * 10
    )
    assert Prices(input_usd=2, output_usd=10).cost_usd(usage) == pytest.approx(2 + 1)


def rate_limit(retry_after_s: float | None) -> RateLimitError:
    return RateLimitError("slow down", provider="p", kind="rate_limit", is_retryable=True, retry_after_s=retry_after_s)


def test_the_servers_own_delay_comes_first() -> None:
    assert RetryPolicy().delay_s(rate_limit(7), attempt=1, remaining_s=None) == 7


@pytest.mark.parametrize(
    ("retry_after_s", "attempt", "remaining_s"),
    [(7.0, 1, 6.0), (121.0, 1, None), (1.0, 4, None), (None, 1, 0.0)],
)
def test_it_gives_up_when_waiting_cannot_help(
    retry_after_s: float | None, attempt: int, remaining_s: float | None
) -> None:
    assert RetryPolicy().delay_s(rate_limit(retry_after_s), attempt=attempt, remaining_s=remaining_s) is None


def test_an_error_that_repeats_itself_is_not_retried() -> None:
    error = ApiError("no such model", provider="p", kind="not_found")
    assert RetryPolicy().delay_s(error, attempt=1, remaining_s=None) is None


@pytest.mark.parametrize(("attempt", "most"), [(1, 0.5), (2, 1.0), (3, 2.0)])
def test_own_delays_double_and_are_jittered(attempt: int, most: float) -> None:
    error = NetworkError("gone", provider="p", is_retryable=True)
    delays = [RetryPolicy().delay_s(error, attempt=attempt, remaining_s=None) for _ in range(50)]
    assert all(delay is not None and 0 <= delay <= most for delay in delays)
    assert len(set(delays)) > 1
