"""What a server still allows, from the headers of three vendors and from garbage."""

import math
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.stream import LimitsReceived, RateLimit
from aircher.providers._rate_headers import LONGEST_S, duration_s, rate_limits, server_time_s
from aircher.providers.limits import LONGEST_TOLD_WAIT_S, Allowance
from aircher.testing.manual_clock import ManualClock

LATE_S = 5.0  # a test may be interrupted for so long between two looks at the clock


def rfc3339(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("6m0s", 360.0),
        ("1.2s", 1.2),
        ("774ms", 0.774),
        ("1h2m3s", 3723.0),
        ("1h", 3600.0),
        ("2m", 120.0),
        ("1m30.5s", 90.5),
        ("0s", 0.0),
        ("17.5ms", 0.0175),
        ("1s500ms", 1.5),
        ("24h1s", LONGEST_S),
        ("9" * 400 + "h", LONGEST_S),
    ],
)
def test_a_go_duration_is_seconds_at_most_a_day(value: str, seconds: float) -> None:
    assert duration_s(value) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value", ["", "soon", "1", "-1s", "1 s", "1s ", "s", ".5s", "1d", "1s1h", "1.5h", "1e3s", "1µs", "NaNs", "1s\n"]
)
def test_what_is_no_go_duration_is_none(value: str) -> None:
    assert duration_s(value) is None


def test_openai_tells_of_requests_and_tokens() -> None:
    headers = {
        "content-type": "text/event-stream",
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-remaining-requests": "499",
        "x-ratelimit-reset-requests": "120ms",
        "x-ratelimit-limit-tokens": "30000",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "6m0s",
    }
    assert rate_limits(headers) == (
        RateLimit(what="requests", limit=500, remaining=499, reset_s=0.12),
        RateLimit(what="tokens", limit=30_000, remaining=0, reset_s=360.0),
    )


def test_anthropic_tells_times_and_also_of_input_and_output() -> None:
    headers = {}
    for what, remaining in (("requests", 49), ("tokens", 100), ("input-tokens", 60), ("output-tokens", 0)):
        headers[f"anthropic-ratelimit-{what}-limit"] = "50"
        headers[f"anthropic-ratelimit-{what}-remaining"] = f"{remaining}"
        headers[f"anthropic-ratelimit-{what}-reset"] = rfc3339(60)
    limits = rate_limits(headers)
    assert [(limit.what, limit.limit, limit.remaining) for limit in limits] == [
        ("requests", 50, 49),
        ("tokens", 50, 100),
        ("input_tokens", 50, 60),
        ("output_tokens", 50, 0),
    ]
    assert all(limit.reset_s is not None and 60 - LATE_S < limit.reset_s <= 60 for limit in limits)


def test_openrouter_tells_a_time_in_milliseconds() -> None:
    headers = {
        "x-ratelimit-limit": "20",
        "x-ratelimit-remaining": "3",
        "x-ratelimit-reset": f"{int((time.time() + 60) * 1000)}",
    }
    [limit] = rate_limits(headers)
    assert (limit.what, limit.limit, limit.remaining) == ("requests", 20, 3)
    assert limit.reset_s is not None
    assert 60 - LATE_S < limit.reset_s <= 60


def test_a_reset_is_reckoned_by_the_servers_own_clock_if_it_tells_one() -> None:
    headers = {
        "date": "Sat, 29 Feb 2020 23:59:30 GMT",
        "anthropic-ratelimit-tokens-remaining": "0",
        "anthropic-ratelimit-tokens-reset": "2020-03-01T00:00:15Z",
        "x-ratelimit-remaining": "1",
        "x-ratelimit-reset": "1583020800500",
    }
    assert rate_limits(headers) == (
        RateLimit(what="tokens", limit=None, remaining=0, reset_s=45.0),
        RateLimit(what="requests", limit=None, remaining=1, reset_s=30.5),
    )
    assert server_time_s({"date": "Sat, 29 Feb 2020 23:59:60 GMT"}) == 1_583_020_799.0  # a leap second


@pytest.mark.parametrize(
    "date",
    [
        "",
        "now",
        "Sat, 30 Feb 2020 00:00:00 GMT",
        "Sat, 29 Foo 2020 00:00:00 GMT",
        "Sat, 29 Feb 2020 0:00 GMT",
        "Sat, 29 Feb " + "9" * 400 + " 00:00:00 GMT",
        "Saturday, 29-Feb-20 00:00:00 GMT",
    ],
)
def test_a_date_that_is_none_leaves_our_own_clock(date: str) -> None:
    assert server_time_s({"date": date}) == pytest.approx(time.time(), abs=LATE_S)


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [
        ("2020-01-01T00:00:00Z", 0.0),
        ("2999-01-01T00:00:00Z", LONGEST_S),
        ("9999-12-31T23:59:59-23:59", LONGEST_S),
        ("0001-01-01T00:00:00+23:59", 0.0),
        ("2026-01-01T00:00:00", None),  # nobody knows where that is
        ("2026-01-01", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_a_time_that_is_over_far_away_or_none_is_bounded(reset: str, seconds: float | None) -> None:
    headers = {"anthropic-ratelimit-requests-remaining": "1", "anthropic-ratelimit-requests-reset": reset}
    assert rate_limits(headers) == (RateLimit(what="requests", limit=None, remaining=1, reset_s=seconds),)


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [("1600000000000", 0.0), ("9" * 15, LONGEST_S), ("60", None), ("1700000000", None), ("9" * 16, None), ("x", None)],
)
def test_milliseconds_that_are_none_of_this_century_are_no_time(reset: str, seconds: float | None) -> None:
    headers = {"x-ratelimit-remaining": "1", "x-ratelimit-reset": reset}
    assert rate_limits(headers) == (RateLimit(what="requests", limit=None, remaining=1, reset_s=seconds),)


@pytest.mark.parametrize("remaining", ["", "-1", "1.5", "many", "1, 2", "٣", "²", "0x10", "1" * 16, " 1"])
def test_without_a_number_that_remains_there_is_no_limit(remaining: str) -> None:
    headers = {"x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": remaining}
    assert rate_limits(headers) == ()


def test_a_limit_that_is_no_number_is_unknown() -> None:
    headers = {"x-ratelimit-limit-tokens": "lots", "x-ratelimit-remaining-tokens": "7"}
    assert rate_limits(headers) == (RateLimit(what="tokens", limit=None, remaining=7, reset_s=None),)


def test_headers_that_speak_of_other_things_tell_nothing() -> None:
    assert rate_limits({"content-type": "application/json", "x-request-id": "1"}) == ()


NAMES = st.sampled_from(
    [
        *(f"x-ratelimit-{part}-{what}" for part in ("limit", "remaining", "reset") for what in ("requests", "tokens")),
        *(f"anthropic-ratelimit-input-tokens-{part}" for part in ("limit", "remaining", "reset")),
        *(f"x-ratelimit-{part}" for part in ("limit", "remaining", "reset")),
    ]
)
VALUES = st.one_of(
    st.text(max_size=20),
    st.integers(0, 10**16).map(str),
    st.tuples(st.integers(0, 9), st.sampled_from([1, 3, 400]), st.sampled_from(["ms", "s", "m", "h", "h1s", ""])).map(
        lambda parts: f"{parts[0]}" * parts[1] + parts[2]
    ),
    st.datetimes().map(lambda at: at.replace(tzinfo=UTC).isoformat()),
)


@given(st.dictionaries(NAMES, VALUES))
async def test_whatever_the_headers_say_a_wait_comes_of_it_that_is_one(headers: dict[str, str]) -> None:
    limits = LimitsReceived(limits=rate_limits(headers))
    paced = Allowance(requests_per_min=0, tokens_per_min=0, clock=ManualClock())
    for limit in limits.limits:
        assert limit.remaining >= 0
        assert limit.reset_s is None or 0.0 <= limit.reset_s <= LONGEST_S
        paced.learn(limit)
    paced.begin(1_000)
    wait_s = paced.wait_s(1_000)
    assert math.isfinite(wait_s)
    assert 0.0 <= wait_s <= LONGEST_TOLD_WAIT_S
