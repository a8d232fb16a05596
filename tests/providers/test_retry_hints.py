from email.utils import formatdate
from time import time

import pytest

from aircher.providers._rate_headers import LONGEST_S
from aircher.providers._retry_hints import retry_after_s

USED_UP = {
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "6m1.5s",
    "x-ratelimit-remaining-tokens": "9",
}


@pytest.mark.parametrize(
    ("headers", "message", "expected"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, "try again in 5s", 1.5),
        ({"retry-after": "9"}, "try again in 5s", 9.0),
        ({"retry-after": "0.25"}, "", 0.25),
        ({"retry-after": "soon"}, "Please try again in 1.14s.", 1.14),
        ({}, "Please try again in 630ms.", 0.63),
        ({}, "try again in 2m", 120.0),
        ({}, "Retry again in 30 seconds", 30.0),
        (USED_UP, "slow down", 361.5),
        (USED_UP, "", None),
        ({**USED_UP, "x-ratelimit-reset-requests": "never"}, "slow down", None),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "774ms"}, "slow down", 0.774),
        ({"retry-after": "-3"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "inf", "retry-after-ms": "x"}, "", None),
        ({"retry-after": "9e99"}, "", LONGEST_S),
        ({"retry-after": "Mon, 01 Jan 2001 00:00:00 GMT"}, "", None),
        ({"retry-after": "Mon, 99 Foo 2001 00:00:00 GMT"}, "", None),
        ({}, "", None),
    ],
)
def test_the_first_sensible_hint_wins(headers: dict[str, str], message: str, expected: float | None) -> None:
    assert retry_after_s(headers, message) == expected


def test_a_date_is_a_wait_from_now() -> None:
    seconds = retry_after_s({"retry-after": formatdate(time() + 90, usegmt=True)}, "")

    assert seconds is not None
    assert 80 < seconds <= 91
