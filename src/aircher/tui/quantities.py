"""Durations, token counts, money and sizes as the interface writes them: short, and with their unit.

Invariant: the same amount looks the same wherever it stands; nothing else writes one.
"""

_K = 1_000
_M = 1_000_000


def duration_words(seconds: float) -> str:
    """Return for instance ``3.2 s``, ``45 s``, ``2 min 05 s`` or ``1 h 02 min``."""
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    return whole_seconds(round(seconds))


def whole_seconds(seconds: int) -> str:
    """Return the same without parts of a second: what a timer shows."""
    if seconds < 60:
        return f"{max(seconds, 0)} s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60:,} h {minutes % 60:02} min"


def token_words(count: int) -> str:
    """Return a number of tokens in at most five signs.

    >>> [token_words(count) for count in (940, 9_400, 12_345, 128_000, 1_048_576)]
    ['940', '9.4k', '12.3k', '128k', '1.0M']
    """
    if count < _K:
        return str(count)
    if count < 999_500:
        return f"{count / _K:.1f}k" if count < 99_950 else f"{count / _K:.0f}k"
    return f"{count / _M:.1f}M"


def cost_words(usd: float) -> str:
    """Return an amount of money: cents where there are some, more digits where they tell something.

    >>> [cost_words(usd) for usd in (0.0, 0.00004, 0.0123, 0.5, 1234.5)]
    ['$0.00', '<$0.0001', '$0.0123', '$0.50', '$1,234.50']
    """
    if 0 < usd < 0.0001:
        return "<$0.0001"
    return f"${usd:.4f}" if 0 < usd < 0.1 else f"${max(usd, 0):,.2f}"


def size_words(count: int) -> str:
    """Return for instance ``512 B``, ``34 KB`` or ``1.2 MB``, of 1,000 bytes each."""
    if count < _K:
        return f"{count} B"
    return f"{count / _K:.0f} KB" if count < 999_500 else f"{count / _M:.1f} MB"


def plural(count: int, noun: str) -> str:
    """Return the count with its noun: ``1 line``, ``2 lines``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
