"""When the server wants us back: headers first, then its words.

Invariant: the answer is a sensible number of seconds or ``None``; garbage never becomes a wait.
Source: ``Retry-After`` in RFC 9110 §10.2.3; ``retry-after-ms`` and ``x-ratelimit-*`` in the OpenAI API reference;
``anthropic-ratelimit-*`` in Anthropic's; ``x-ratelimit-reset`` in OpenRouter's, which is a time in milliseconds.
"""

import math
import re
from collections.abc import Mapping

from aircher.providers._rate_headers import LONGEST_S, rate_limits, server_time_s

_IN_WORDS = r"(?:try|retry) again in (\d+(?:\.\d+)?)\s*(ms|s|m)(?![a-z])|(?:try|retry) again in (\d+) seconds?"
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0}


def retry_after_s(headers: Mapping[str, str], message: str, *, in_body_s: float | None = None) -> float | None:
    """Return the seconds the server asked to wait, at most a day; ``None`` if it named none.

    Args:
        headers: Names in lower case.
        message: The server's words; empty = not to be searched, nor are the reset headers.
        in_body_s: Seconds that a field of the body asks for.
    """
    for seconds in (
        _number(headers.get("retry-after-ms"), scale=0.001),
        _number(headers.get("retry-after"), scale=1.0),
        _date(headers),
        in_body_s,
        _in_words(message),
        _reset(headers) if message else None,
    ):
        if seconds is not None:
            return min(seconds, LONGEST_S)
    return None


def _number(value: str | None, *, scale: float) -> float | None:
    try:
        seconds = float(value or "") * scale
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _date(headers: Mapping[str, str]) -> float | None:
    value = headers.get("retry-after")
    if value is None or ":" not in value:
        return None
    from email.utils import mktime_tz, parsedate_tz  # only a server that sends a date pays for this import

    parsed = parsedate_tz(value)
    try:
        seconds = mktime_tz(parsed) - server_time_s(headers) if parsed else -1.0
    except (ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


def _in_words(message: str) -> float | None:
    found = re.search(_IN_WORDS, message.lower())
    if found is None:
        return None
    if found[3]:
        return float(found[3])
    return float(found[1]) * _UNIT_S[found[2]]


def _reset(headers: Mapping[str, str]) -> float | None:
    """Return the longest reset among the allowances that are used up."""
    waits = [limit.reset_s for limit in rate_limits(headers) if limit.remaining == 0 and limit.reset_s is not None]
    return max(waits, default=None)
