"""What a server still allows, as its headers tell it.

Invariant: garbage is as no header at all. Source: ``x-ratelimit-*`` in the OpenAI and OpenRouter API references,
``anthropic-ratelimit-*`` in Anthropic's, ``Date`` in RFC 9110 §6.6.1.

A time that a server names is one of its own clock: it is held against the ``Date`` of the same answer, so that a clock
that goes wrong here makes no wait longer or shorter; against our clock only where the server does not tell its own.
"""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from aircher.domain.stream import RateLimit

LONGEST_S = 86_400.0
"""A day: who names more will not serve us in any session, and the number stays printable."""

_DURATION = r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?"
_KINDS = ("requests", "tokens", "input-tokens", "output-tokens")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EARLIEST_MS = 1_500_000_000_000  # a number below is no time in milliseconds of this century


def rate_limits(headers: Mapping[str, str]) -> tuple[RateLimit, ...]:
    """Return every allowance that the headers tell of; names in lower case."""
    if not any("ratelimit" in name for name in headers):
        return ()
    now_s = server_time_s(headers)
    found = [_limit(headers, what, f"x-ratelimit-{{}}-{what}", duration_s) for what in _KINDS]
    found += [
        _limit(headers, what, f"anthropic-ratelimit-{what}-{{}}", lambda at: _until(at, now_s)) for what in _KINDS
    ]
    found.append(_limit(headers, "requests", "x-ratelimit-{}", lambda at_ms: _until_ms(at_ms, now_s)))
    return tuple(limit for limit in found if limit is not None)


def server_time_s(headers: Mapping[str, str]) -> float:
    """Return the time of the server's clock in seconds of the epoch; of ours if it does not tell."""
    try:
        _, day, month, year, clock, _ = headers.get("date", "").split()
        hour, minute, second = map(int, clock.split(":"))
        at = datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, OverflowError):
        return time.time()
    return at.timestamp()


def _limit(
    headers: Mapping[str, str], what: str, template: str, reset: Callable[[str], float | None]
) -> RateLimit | None:
    remaining = _count(headers.get(template.format("remaining")))
    if remaining is None:
        return None
    return RateLimit(
        what=what.replace("-", "_"),
        limit=_count(headers.get(template.format("limit"))),
        remaining=remaining,
        reset_s=reset(headers.get(template.format("reset"), "")),
    )


def _count(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) <= 15 else None


def _until(value: str, now_s: float) -> float | None:
    """Return the seconds until a time as in RFC 3339."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return _bounded(at.timestamp() - now_s) if at.tzinfo is not None else None


def _until_ms(value: str, now_s: float) -> float | None:
    at_ms = _count(value)
    return None if at_ms is None or at_ms < _EARLIEST_MS else _bounded(at_ms / 1000 - now_s)


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_S)


def duration_s(value: str) -> float | None:
    """Return the seconds, at most a day, of a Go-style duration such as ``6m0s``, ``774ms``; ``None`` if it is none."""
    found = re.fullmatch(_DURATION, value)
    if not value or found is None:
        return None
    hours, minutes, seconds, milliseconds = (float(group or 0) for group in found.groups())
    return _bounded(hours * 3600 + minutes * 60 + seconds + milliseconds / 1000)
