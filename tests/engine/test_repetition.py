"""A model that repeats itself is noticed; real text, however dull, is not taken for that."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aircher.engine.repetition import (
    CHECK_EVERY_CHARS,
    FEWEST_PIECES,
    LOOP_CHARS,
    PERIOD_CHARS,
    RepetitionGuard,
)

ROOT = Path(__file__).parents[2]
ENOUGH_CHARS = LOOP_CHARS + CHECK_EVERY_CHARS


def cut(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def fires_at(text: str, size: int) -> int | None:
    """Return how many characters had come when it was noticed, ``None`` = never."""
    guard = RepetitionGuard()
    seen = 0
    for piece in cut(text, size):
        seen += len(piece)
        if guard.feed(piece):
            return seen
    return None


@settings(max_examples=60, deadline=None)
@given(
    st.text(min_size=1, max_size=PERIOD_CHARS),
    st.text(max_size=3 * CHECK_EVERY_CHARS),
    st.integers(1, ENOUGH_CHARS // FEWEST_PIECES),
)
def test_any_paragraph_again_and_again_is_noticed_soon(unit: str, before: str, size: int) -> None:
    loop = unit * (2 * ENOUGH_CHARS // len(unit) + 1)
    noticed_at = fires_at(before + loop, size)
    assert noticed_at is not None
    assert noticed_at <= max(len(before) + LOOP_CHARS, FEWEST_PIECES * size) + CHECK_EVERY_CHARS + size


@settings(max_examples=30, deadline=None)
@example(PERIOD_CHARS, random.Random(1))
@example(1, random.Random(1))
@given(st.integers(1, PERIOD_CHARS), st.randoms(use_true_random=False))
def test_the_longest_period_counts_and_one_letter_more_does_not(period: int, luck: random.Random) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    unit = "".join(luck.choices(letters, k=period))
    assert fires_at(unit * (2 * ENOUGH_CHARS // period), 7) is not None
    longer = "".join(luck.choices(letters, k=PERIOD_CHARS)) + "!"  # has no shorter period: its mark is there once
    assert fires_at(longer * (3 * ENOUGH_CHARS // len(longer)), 7) is None


def test_one_letter_that_breaks_the_row_makes_it_data() -> None:
    row = "-" * (LOOP_CHARS - 2)
    assert fires_at((row + "x") * 4, 7) is None
    assert fires_at("x" + "-" * ENOUGH_CHARS, 7) is not None


def test_a_long_row_in_few_pieces_is_data_that_the_model_passes_on() -> None:
    text = "0" * (10 * ENOUGH_CHARS)
    assert fires_at(text, len(text) // (FEWEST_PIECES - 2)) is None
    assert fires_at(text, len(text) // FEWEST_PIECES) is not None


def test_what_repeats_for_too_short_a_time_is_no_loop() -> None:
    assert fires_at("again " * ((LOOP_CHARS - 1) // 6), 3) is None


def test_empty_pieces_are_no_end_of_a_loop_and_no_harm() -> None:
    guard = RepetitionGuard()
    assert not any(guard.feed("") for _ in range(1_000))
    assert any(guard.feed("ab") or guard.feed("") for _ in range(ENOUGH_CHARS))


def files_of_this_repository() -> list[Path]:
    return [
        path
        for folder in ("src", "tests", "docs", "tools", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


@pytest.mark.parametrize("size", [40, 1_000])
def test_no_real_file_of_this_repository_is_taken_for_a_loop(size: int) -> None:
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in files_of_this_repository()}
    large = [path for path, text in texts.items() if len(text) >= ENOUGH_CHARS]
    assert len(large) >= 5  # else nothing was tried
    assert [path for path in large if fires_at(texts[path], size) is not None] == []
