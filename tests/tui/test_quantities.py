import pytest

from aircher.tui.quantities import cost_words, duration_words, plural, size_words, token_words, whole_seconds


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
    [(0, "0"), (999, "999"), (3_449, "3.4k"), (9_960, "10k"), (128_000, "128k"), (1_234_567, "1.2M")],
)
def test_tokens(count: int, words: str) -> None:
    assert token_words(count) == words


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        (0.0, "$0"),
        (0.00001, "<$0.0001"),
        (0.00123, "$0.0012"),
        (0.0345, "$0.035"),
        (0.9996, "$1.00"),
        (12.345, "$12.35"),
        (1_234.5, "$1,234"),
    ],
)
def test_money(usd: float, words: str) -> None:
    assert cost_words(usd) == words


def test_sizes_and_counts() -> None:
    assert [size_words(count) for count in (12, 33_750, 1_250_000)] == ["12 B", "34 KB", "1.2 MB"]
    assert (plural(1, "line"), plural(2_000, "line")) == ("1 line", "2,000 lines")
