"""Times and keys as lists write them."""

from datetime import UTC, datetime, timedelta

import pytest

from aircher.tui.dialogs.words import ago, key_name

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=30), "2026-04-20"),
    ],
)
def test_a_time_is_told_in_few_words(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ctrl+shift+t", "Ctrl+Shift+T"),
        ("pageup", "PgUp"),
        ("?", "?"),
        ("+", "+"),
        ("f1", "F1"),
        ("alt+G", "Alt+Shift+G"),
        ("shift+enter", "Shift+Enter"),
        ("escape", "Esc"),
    ],
)
def test_a_key_is_written_as_people_write_it(key: str, name: str) -> None:
    assert key_name(key) == name
