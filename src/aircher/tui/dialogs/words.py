"""How times and keys are written in lists. Not its job: amounts (`aircher.tui.quantities`)."""

from datetime import datetime, timedelta

_NAMES = frozenset({"up", "down", "left", "right", "home", "end", "enter", "tab", "space", "insert", "delete"})


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago that was, in few letters; the day itself if it is weeks ago.

    >>> from datetime import UTC
    >>> now = datetime(2026, 5, 20, 12, tzinfo=UTC)
    >>> ago(now - timedelta(minutes=5), now), ago(now - timedelta(days=3), now), ago(now - timedelta(days=30), now)
    ('5 min ago', '3 days ago', '2026-04-20')
    """
    passed = now - at
    if passed < timedelta(minutes=1):
        return "now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < timedelta(days=1):
        return f"{passed // timedelta(hours=1)} h ago"
    if passed < timedelta(days=2):
        return "yesterday"
    if passed < timedelta(days=14):
        return f"{passed.days} days ago"
    return at.date().isoformat()


def key_name(key: str) -> str:
    """Return a key as people write it.

    >>> key_name("ctrl+shift+t"), key_name("pageup"), key_name("?"), key_name("alt+G")
    ('Ctrl+Shift+T', 'PgUp', '?', 'Alt+Shift+G')
    """
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    names = {"pageup": "PgUp", "pagedown": "PgDn", "escape": "Esc", "backspace": "Backspace"}
    if len(last) == 1 and modifiers:
        if last.isupper() and "shift" not in modifiers:
            modifiers.append("shift")
        last = last.upper()
    elif last in _NAMES or (last[:1] == "f" and last[1:].isdecimal()):
        last = last.capitalize()
    return "+".join([*(name.capitalize() for name in modifiers), names.get(last, last)])
