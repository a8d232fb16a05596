"""Durations, token counts, money and sizes as the interface writes them: short, and with their unit."""

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
    """Return for instance ``512``, ``3.4k``, ``128k`` or ``1.2M``."""
    if count < _K:
        return str(count)
    if count < 9_950:
        return f"{count / _K:.1f}k"
    if count < 999_500:
        return f"{count / _K:.0f}k"
    return f"{count / _M:.1f}M"


def cost_words(usd: float) -> str:
    """Return the amount with the digits that tell something: ``$0.0012``, ``$0.034``, ``$1.20``, ``$1,024``."""
    if usd <= 0:
        return "$0"
    if usd < 0.0001:
        return "<$0.0001"
    if usd < 0.01:
        return f"${usd:.4f}"
    if usd < 0.9995:
        return f"${usd:.3f}"
    return f"${usd:.2f}" if usd < 999.5 else f"${usd:,.0f}"


def size_words(count: int) -> str:
    """Return for instance ``512 B``, ``34 KB`` or ``1.2 MB``, of 1,000 bytes each."""
    if count < _K:
        return f"{count} B"
    return f"{count / _K:.0f} KB" if count < 999_500 else f"{count / _M:.1f} MB"


def plural(count: int, noun: str) -> str:
    """Return the count with its noun: ``1 line``, ``2 lines``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
