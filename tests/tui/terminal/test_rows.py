"""Rows are exactly as wide as they say, whatever is cut, filled, laid over or wrapped."""

import time
import timeit
import unicodedata
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.terminal.emulator import STYLES, WORDS, rows
from wcwidth import iter_graphemes, wcswidth

from aircher.tui.terminal.rows import EMPTY, Row, blank, clean, wrap
from aircher.tui.terminal.styles import PLAIN, Style
from aircher.tui.terminal.widths import ALONE, cells, clusters, split_at, width_alone

MARK = Style(reverse=True)
texts = st.lists(st.sampled_from([*WORDS, "🏻"]) | st.text(max_size=4), max_size=6).map("".join)
places = st.integers(-3, 60)


def is_exact(row: Row) -> bool:
    return row.width == sum(cells(text) for text, _ in row.spans)


def test_every_sign_that_stands_alone_is_as_wide_as_the_tables_say_and_joins_with_none() -> None:
    neighbours = ["a", "é", "日", "한", "─", "❤", "😀", "👍", "✓"]
    assert list(ALONE) == sorted(ALONE)
    wrong = [
        sign
        for start, end in zip(ALONE[::2], ALONE[1::2], strict=True)
        for sign in map(chr, range(ord(start), ord(end)))
        if wcswidth(sign) != width_alone(sign)
        or list(iter_graphemes("".join(near + sign for near in neighbours)))
        != [c for near in neighbours for c in near + sign]
    ]
    assert wrong == []


@given(texts)
def test_a_text_is_as_wide_as_its_clusters(text: str) -> None:
    text = clean(text)
    found = list(clusters(text))
    assert all(width == min(2, max(0, wcswidth(cluster))) for cluster, width in found)
    assert "".join(cluster for cluster, _ in found) == text
    assert [sign for cluster, _ in found for sign in iter_graphemes(cluster)] == [cluster for cluster, _ in found]
    ends = set(accumulate(len(cluster) for cluster, _ in found))
    assert ends >= set(accumulate(map(len, iter_graphemes(text))))
    assert cells(text) == sum(width for _, width in found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (" 🏻", [(" ", 1), ("🏻", 2)]),
        ("a🏽b", [("a", 1), ("🏽", 2), ("b", 1)]),
        ("日🏿", [("日", 2), ("🏿", 2)]),
        ("🏻🏼", [("🏻", 2), ("🏼", 2)]),
        ("👍🏻", [("👍🏻", 2)]),
        ("👩🏾‍💻", [("👩🏾‍💻", 2)]),
    ],
)
def test_a_skin_tone_joins_only_what_has_a_skin(text: str, wanted: list[tuple[str, int]]) -> None:
    assert list(clusters(text)) == wanted


@given(texts, places)
def test_a_text_is_split_between_clusters_and_nothing_is_lost(text: str, at: int) -> None:
    text = clean(text)
    head, rest, width = split_at(text, at)
    assert head + rest == text
    assert width == cells(head) <= max(0, at)
    assert max(0, at) - width <= 1 or not rest


@given(rows, places, places)
def test_a_cut_has_the_cells_asked_for(row: Row, start: int, end: int) -> None:
    cut = row.cut(start, end)
    assert is_exact(cut)
    assert cut.width == max(0, min(end, row.width) - max(0, start))


@given(rows, st.integers(0, 60))
def test_a_fit_row_is_as_wide_as_asked(row: Row, width: int) -> None:
    fit = row.fit(width)
    assert is_exact(fit)
    assert fit.width == width


@given(rows, rows, st.integers(0, 60))
def test_a_row_under_another_keeps_its_cells_beside_it(row: Row, top: Row, at: int) -> None:
    both = row.under(top, at=at)
    assert is_exact(both)
    assert both.width == max(row.width, at + top.width)
    signs = [sign for text, _ in (*row.spans, *top.spans) for sign in clusters(text)]
    if all(width for _, width in signs):  # marks alone stay with what is beside them
        assert both.cut(at, at + top.width).text == top.text


@given(rows, places, places)
def test_a_marked_row_has_the_same_width_and_marked_is_only_what_was_asked(row: Row, start: int, end: int) -> None:
    marked = row.marked(start, end, MARK)
    assert is_exact(marked)
    assert marked.width == row.width
    assert all(style.reverse for text, style in marked.cut(max(0, start), end).spans if text.strip("\u200b\u0301"))


@given(rows)
def test_a_row_on_a_background_shows_it_everywhere_it_has_none(row: Row) -> None:
    on = row.on(Style(bg=0x112233))
    assert (on.text, on.width) == (row.text, row.width)
    assert all(style.bg is not None for _, style in on.spans)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(texts, st.sampled_from(STYLES)), max_size=6), st.integers(2, 40))
def test_wrapped_rows_fit_and_lose_nothing_but_spaces(spans: list[tuple[str, Style]], width: int) -> None:
    wrapped = wrap(spans, width)
    assert wrapped
    assert all(is_exact(row) and row.width <= width for row in wrapped)
    kept = "".join(row.text for row in wrapped).replace(" ", "")
    assert kept == "".join(clean(text).replace(" ", "") for text, _ in spans)


@pytest.mark.parametrize(
    ("text", "width", "wanted"),
    [
        ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("a\n\nb", 10, ["a", "", "b"]),
        ("", 10, [""]),
        ("  indented text that goes on", 12, ["  indented", "text that", "goes on"]),
        ("  " + "x" * 12, 8, ["  xxxxxx", "xxxxxx"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab abcdefghij", 4, ["ab", "abcd", "efgh", "ij"]),
        ("日本語のテキスト", 6, ["日本語", "のテキ", "スト"]),
        ("a日本", 4, ["a日", "本"]),
        ("⺀0000000ꀀ000", 10, ["⺀", "0000000ꀀ", "000"]),
        ("日00000😀000", 9, ["日", "00000😀00", "0"]),
        ("שלום עולם", 6, ["שלום", "עולם"]),
        ("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 4, ["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]),
    ],
)
def test_a_paragraph_is_broken_between_words(text: str, width: int, wanted: list[str]) -> None:
    assert [row.text for row in wrap([(text, PLAIN)], width)] == wanted


def test_a_word_of_any_length_is_wrapped_in_time_in_proportion_to_it() -> None:
    def cpu_s(text: str) -> float:
        return min(timeit.repeat(lambda: wrap([(text, PLAIN)], 80), timer=time.process_time, repeat=3, number=1))

    for sign in ("x", "é", "e\u0301"):
        assert cpu_s(sign * 400_000) < 60 * max(cpu_s(sign * 40_000), 0.005)


@given(st.text(max_size=40))
def test_foreign_text_is_cleaned(text: str) -> None:
    cleaned = clean(text)
    assert not [char for char in cleaned if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
    cleaned.encode()


def test_rows_are_equal_by_what_they_show() -> None:
    one, other = Row.of(("a", PLAIN), ("b", MARK)), Row.of(("a", PLAIN), ("b", MARK))
    assert (one, hash(one), repr(one)) == (other, hash(other), "Row('ab')")
    assert one != Row.of(("ab", PLAIN))
    assert (blank(3).text, blank(0), EMPTY.fit(2).text) == ("   ", EMPTY, "  ")
