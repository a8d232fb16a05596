"""Any sequence of frames ends with the frame on the screen, and with few bytes."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.terminal.emulator import INKWELL, STYLES, Screen, difference, rows

from aircher.tui.terminal.painter import Painter
from aircher.tui.terminal.rows import EMPTY, Row
from aircher.tui.terminal.styles import PLAIN, Style

TEXT = Style(fg=0xCDD6F4)
sizes = st.tuples(st.integers(1, 40), st.integers(1, 14))


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, object]]:
    """Frames that grow out of one another as those of a program do, and resizes."""
    told: list[tuple[str, object]] = []
    frame = draw(st.lists(rows, max_size=14))
    for _ in range(draw(st.integers(1, 6))):
        match draw(st.sampled_from(["edit", "move", "band", "new", "resize", "forget"])):
            case "edit" if frame:
                frame = list(frame)
                frame[draw(st.integers(0, len(frame) - 1))] = draw(rows)
            case "move":
                by = draw(st.integers(1, 5))
                fresh = draw(st.lists(rows, min_size=by, max_size=by))
                frame = [*frame[by:], *fresh] if draw(st.booleans()) else [*fresh, *frame[:-by]]
            case "band" if len(frame) > 4:
                by, top, end = draw(st.integers(1, 3)), draw(st.integers(0, 2)), draw(st.integers(0, 2))
                band, last = frame[top : len(frame) - end], frame[len(frame) - end :]
                fresh = draw(st.lists(rows, min_size=by, max_size=by))
                moved = [*band[by:], *fresh] if draw(st.booleans()) else [*fresh, *band[:-by]]
                frame = [*frame[:top], *moved, *last]
            case "resize":
                told.append(("resize", draw(sizes)))
            case "forget":
                told.append(("forget", None))
            case _:
                frame = draw(st.lists(rows, max_size=14))
        told.append(("frame", (frame, draw(st.none() | st.tuples(st.integers(0, 45), st.integers(0, 15))))))
    return told


@settings(max_examples=300, deadline=None)
@given(sizes, stories(), st.booleans())
def test_after_any_frames_and_resizes_the_screen_shows_the_last_frame(
    size: tuple[int, int], story: Sequence[tuple[str, object]], has_sync: bool
) -> None:
    screen = Screen(*size)
    painter = Painter(INKWELL, width=size[0], height=size[1], has_sync=has_sync)
    for what, told in story:
        if what == "resize":
            assert isinstance(told, tuple)
            size = (told[0], told[1])
            screen.resize(size[1], size[0])
            painter.resize(*size)
        elif what == "forget":
            screen.feed(b"\x1b[H\x1b[41mforeign\x1b[m")
            painter.forget()
        else:
            assert isinstance(told, tuple)
            frame, cursor = told
            screen.feed(painter.paint(frame, cursor))
            assert difference(screen, frame) == ""
            assert screen.cursor.hidden is (cursor is None)
            if cursor is not None:
                assert (screen.cursor.x, screen.cursor.y) == (min(cursor[0], size[0] - 1), min(cursor[1], size[1] - 1))


def painted(*frames: Sequence[Row], has_sync: bool = False, width: int = 60, height: int = 12) -> list[bytes]:
    painter = Painter(INKWELL, width=width, height=height, has_sync=has_sync)
    screen = Screen(width, height)
    written = []
    for frame in frames:
        written.append(painter.paint(frame, None))
        screen.feed(written[-1])
        assert difference(screen, frame) == ""
    return written


def lines(*texts: str, style: Style = TEXT) -> list[Row]:
    return [Row.of((text, style)) for text in texts]


NUMBERED = [f"line {number} of a text that is long enough" for number in range(30)]


def test_a_frame_that_is_equal_costs_nothing() -> None:
    assert painted(lines(*NUMBERED[:12]), lines(*NUMBERED[:12]))[1] == b""


def test_a_word_appended_to_a_row_is_all_that_is_written() -> None:
    assert painted(lines("one two"), lines("one two three"))[1] == b"\x1b[1;8H three"


def test_a_changed_middle_leaves_both_ends() -> None:
    before, after = lines("the first and the last word"), lines("the first nor the last word")
    assert painted(before, after)[1] == b"\x1b[1;11Hnor"


def test_a_row_that_became_shorter_is_erased_to_its_end() -> None:
    assert painted(lines("one two three"), lines("one"))[1] == b"\x1b[1;4H\x1b[K"


def test_a_background_is_written_where_erasing_would_lose_it() -> None:
    filled = Style(bg=0x223344)
    after = [Row.of(("ab", filled)).fit(20, filled)]
    assert painted(lines("abc"), after)[1].endswith(b"ab" + b" " * 18)


def test_a_text_that_moved_up_is_moved_by_the_terminal() -> None:
    before = [*lines(*NUMBERED[:8]), *lines("", "> ask", "", "status 1")]
    after = [*lines(*NUMBERED[1:9]), *lines("", "> ask", "", "status 2")]
    written = painted(before, after)[1]
    assert written.startswith(b"\x1b[1;8r\x1b[1H\x1b[1M\x1b[r")
    assert len(written) < 120
    assert NUMBERED[2].encode() not in written


def test_a_text_that_moved_down_is_moved_by_the_terminal() -> None:
    before = [*lines(*NUMBERED[4:12]), *lines("> ask")]
    after = [*lines(*NUMBERED[1:9]), *lines("> ask")]
    written = painted(before, after)[1]
    assert b"\x1b[1;8r\x1b[1H\x1b[3L\x1b[r" in written
    assert NUMBERED[5].encode() not in written


def test_a_text_that_moved_beside_a_panel_is_moved_and_the_panel_mended() -> None:
    panel = [
        Row.of(("│ ", PLAIN), (f"file {number}", TEXT)) if number < 4 else Row.of(("│", PLAIN)) for number in range(12)
    ]
    left = lines(*NUMBERED)
    before = [left[number].fit(45).beside(panel[number]) for number in range(12)]
    after = [left[number + 1].fit(45).beside(panel[number]) for number in range(12)]
    written = painted(before, after)[1]
    assert b"\x1b[1M" in written
    assert len(written) < 300


def test_rows_that_only_look_moved_because_they_are_all_the_same_are_not_moved() -> None:
    rule = Row.of(("─" * 50, TEXT))
    before = [rule, EMPTY, rule, EMPTY, rule, *lines("a")]
    after = [EMPTY, rule, EMPTY, rule, EMPTY, *lines("b")]
    painted(before, after)


def test_a_wide_sign_is_written_whole_when_only_its_neighbour_changed() -> None:
    painted(lines("日本語"), lines("a本語"), lines("ab語"), lines("日b語"), lines("日本語"), lines("x"))


def test_a_wide_sign_at_the_edge_becomes_a_space() -> None:
    painted(lines("a日"), lines("日a"), width=2, height=1)
    painted(lines("日本"), width=3, height=1)


def test_what_follows_a_sign_of_doubtful_width_is_placed_anew() -> None:
    assert b"\x1b[2X\xe2\x9d\xa4\xef\xb8\x8f\x1b[5Gb" in painted(lines("a ❤️b"))[0]


def test_a_frame_is_shown_at_once_by_a_terminal_that_can() -> None:
    first, second = painted(lines("one"), lines("two"), has_sync=True)
    assert (first[:8], first[-8:]) == (b"\x1b[?2026h", b"\x1b[?2026l")
    assert second == b"\x1b[?2026h\x1b[1Htwo\x1b[?2026l"


def test_the_cursor_is_hidden_while_other_rows_change_but_not_while_its_own_does() -> None:
    painter = Painter(INKWELL, width=20, height=3)
    painter.paint(lines("a", "> x"), (3, 1))
    assert painter.paint(lines("a", "> xy"), (4, 1)) == b"y"
    assert painter.paint(lines("b", "> xy"), (4, 1)) == b"\x1b[?25l\x1b[1Hb\x1b[2;5H\x1b[?25h"


CONTROLS = ["\x1b[2J", "\x07", "\x9b31m", "\r\n", "\x00", "\x7f", "\x85", "\u202e", "\u2066", "\ud800", "a\x1b]0;t\x07"]


@pytest.mark.parametrize("hostile", CONTROLS)
def test_no_control_character_of_a_row_reaches_the_terminal(hostile: str) -> None:
    row = Row(((f"ok {hostile} end", PLAIN),), 10)
    written = Painter(INKWELL, width=40, height=1).paint([row], None)
    text = written.removeprefix(b"\x1b[?25l\x1b[m\x1b[1H").removesuffix(b"\x1b[K").decode()
    assert text.isprintable()


@given(st.text(max_size=30), st.sampled_from(STYLES), st.integers(1, 40))
def test_no_text_at_all_can_send_anything_but_text(text: str, style: Style, width: int) -> None:
    ink = INKWELL.ink(Row(((text, style),), 0), width)
    assert len(ink) <= width
    for sign, _ in ink:
        assert not set(sign) & set(
            map(chr, [*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
        )
        sign.encode()
