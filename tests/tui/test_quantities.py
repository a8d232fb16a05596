import re
from pathlib import Path

import pytest

import aircher
from aircher.tui.quantities import cost_words, duration_words, plural, size_words, token_words, whole_seconds

SOURCE = Path(aircher.__file__).parent


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0.0 s"), (3.21, "3.2 s"), (9.96, "10 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s"), (3_725, "1 h 02 min")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_a_timer_shows_whole_seconds() -> None:
    assert (whole_seconds(-3), whole_seconds(9)) == ("0 s", "9 s")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.0k"),
        (9_949, "9.9k"),
        (12_345, "12.3k"),
        (128_000, "128k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (2_000_000, "2.0M"),
    ],
)
def test_tokens(count: int, words: str) -> None:
    assert token_words(count) == words


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        (-1.0, "$0.00"),
        (0.0, "$0.00"),
        (0.00004, "<$0.0001"),
        (0.0123, "$0.0123"),
        (0.05, "$0.0500"),
        (0.5, "$0.50"),
        (12.345, "$12.35"),
        (1_234.5, "$1,234.50"),
    ],
)
def test_money(usd: float, words: str) -> None:
    assert cost_words(usd) == words


def test_nothing_else_of_the_interface_writes_an_amount() -> None:
    """The same amount has to look the same in the bar, in lists and below a turn."""
    writers = [
        path.relative_to(SOURCE).as_posix()
        for folder in (SOURCE / "tui", SOURCE / "app" / "interface")
        for path in sorted(folder.rglob("*.py"))
        if re.search(r"\$\{[^}]*:[,.]|:\.\df\}[kM]\b", path.read_text(encoding="utf-8"))
    ]
    assert writers == ["tui/quantities.py"]


def test_sizes_and_counts() -> None:
    assert [size_words(count) for count in (12, 33_750, 1_250_000)] == ["12 B", "34 KB", "1.2 MB"]
    assert (plural(1, "line"), plural(2_000, "line")) == ("1 line", "2,000 lines")
