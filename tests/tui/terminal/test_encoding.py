"""Styles become the fewest bytes that a terminal understands."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.tui.terminal.encoding import PLAIN_PEN, Depth, Encoder, is_clean_link, nearest_basic, nearest_indexed
from aircher.tui.terminal.styles import PLAIN, Style

colors = st.none() | st.sampled_from([0x000000, 0xCDD6F4, 0xFF0000])
styles = st.builds(Style, colors, colors, *[st.booleans()] * 6)


def sgr(before: Style, after: Style, depth: Depth = Depth.TRUE) -> str:
    encoder = Encoder(depth, has_links=True)
    return encoder.change(encoder.pen(before), encoder.pen(after))


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (PLAIN, PLAIN, ""),
        (PLAIN, Style(bold=True), "\x1b[1m"),
        (Style(bold=True), PLAIN, "\x1b[m"),
        (Style(bold=True, fg=0x010203), Style(fg=0x010203), "\x1b[22m"),
        (Style(bold=True, dim=True, bg=0x010203), Style(dim=True, bg=0x010203), "\x1b[22;2m"),
        (Style(fg=0x010203), Style(fg=0x040506), "\x1b[38;2;4;5;6m"),
        (Style(italic=True, underline=True, strike=True), Style(bold=True), "\x1b[0;1m"),
        (PLAIN, Style(link="https://a.b/c"), "\x1b]8;;https://a.b/c\x1b\\"),
        (Style(link="https://a.b/c"), PLAIN, "\x1b]8;;\x1b\\"),
        (PLAIN, Style(link="https://a.b/\x1b\\c"), ""),
    ],
)
def test_what_differs_is_sent_or_a_reset_if_that_is_shorter(before: Style, after: Style, wanted: str) -> None:
    assert sgr(before, after) == wanted


@pytest.mark.parametrize(
    ("depth", "wanted"),
    [
        (Depth.TRUE, "\x1b[1;38;2;166;227;161;48;2;30;30;46m"),
        (Depth.INDEXED, "\x1b[1;38;5;151;48;5;235m"),
        (Depth.BASIC, "\x1b[1;92;40m"),
        (Depth.NONE, "\x1b[1m"),
    ],
)
def test_a_terminal_gets_the_colours_that_it_has(depth: Depth, wanted: str) -> None:
    assert sgr(PLAIN, Style(fg=0xA6E3A1, bg=0x1E1E2E, bold=True), depth) == wanted


@pytest.mark.parametrize(
    ("style", "wanted"),
    [
        (Style(fg=0x420805, bg=0xF9B8B3), "\x1b[30;101m"),
        (Style(fg=0xF9B8B3, bg=0x6E1010), "\x1b[97;41m"),
        (Style(fg=0x505050, bg=0x000000), "\x1b[97;40m"),
        (Style(fg=0xC0C0C0, bg=0xFFFFFF), "\x1b[30;107m"),
        (Style(fg=0x123D1D, bg=0xFDE4E2), "\x1b[32;107m"),
        (Style(fg=0x420805), "\x1b[31m"),
    ],
)
def test_of_sixteen_colours_text_and_ground_never_get_two_shades_of_one(style: Style, wanted: str) -> None:
    assert sgr(PLAIN, style, Depth.BASIC) == wanted


def applied(state: dict[str, str], sequence: str) -> None:
    """Keep what a terminal would after a sequence."""
    numbers = sequence.removeprefix("\x1b[").removesuffix("m").split(";") if sequence else []
    names = {"1": "bold", "2": "dim", "3": "italic", "4": "underline", "7": "reverse", "9": "strike"}
    ends = {"22": ("bold", "dim"), "23": ("italic",), "24": ("underline",), "27": ("reverse",), "29": ("strike",)}
    while numbers:
        number = numbers.pop(0)
        if number in {"38", "48"}:
            state[number] = ";".join(numbers[:4])
            del numbers[:4]
        elif number in names:
            state[names[number]] = "on"
        elif number in {"", "0"}:
            state.clear()
        else:
            for name in ends.get(number, (str(int(number) - 1),)):
                state.pop(name, None)


@given(st.lists(styles, min_size=1, max_size=8))
def test_any_way_of_changing_pens_ends_where_a_fresh_terminal_would(way: list[Style]) -> None:
    encoder = Encoder(Depth.TRUE)
    state: dict[str, str] = {}
    pens = [PLAIN_PEN, *map(encoder.pen, way)]
    for before, after in pairwise(pens):
        applied(state, encoder.change(before, after))
    fresh: dict[str, str] = {}
    applied(fresh, Encoder(Depth.TRUE).change(PLAIN_PEN, pens[-1]))
    assert state == fresh


@pytest.mark.parametrize(
    ("url", "is_clean"),
    [
        ("https://example.org/a?b=c", True),
        ("file:///tmp/x", True),
        ("mailto:a@b", True),
        ("javascript:alert(1)", False),
        ("https://a b", False),
        ("https://a\x07", False),
        ("https://ä", False),
        ("https://" + "a" * 3_000, False),
    ],
)
def test_only_a_harmless_address_becomes_a_link(url: str, is_clean: bool) -> None:
    assert is_clean_link(url) is is_clean


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_every_colour_has_a_nearest_one(red: int, green: int, blue: int) -> None:
    assert 16 <= nearest_indexed(red, green, blue) <= 255
    assert 0 <= nearest_basic(red, green, blue) <= 15


def test_pens_are_forgotten_before_they_fill_the_memory() -> None:
    encoder = Encoder(Depth.TRUE, has_links=True)
    for number in range(10_000):
        encoder.change(PLAIN_PEN, encoder.pen(Style(link=f"https://a.b/{number}")))
    assert len(encoder._pens) < 5_000
    assert len(encoder._changes) < 5_000
