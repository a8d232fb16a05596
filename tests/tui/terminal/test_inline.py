"""The region at the bottom shows its last frame, and everything printed above it is in the scrollback, once."""

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.terminal.emulator import INKWELL

from aircher.tui.terminal.inline import InlinePainter
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import PLAIN, Style

STYLED = Style(fg=0xCDD6F4, bg=0x112233)


class Window:
    """An emulator with scrollback, in which a shell has printed something, and the painter."""

    def __init__(self, width: int, height: int, *, printed: int = 0, has_sync: bool = False) -> None:
        self.screen = pyte.HistoryScreen(width, height, history=10_000, ratio=1)
        self._stream = pyte.ByteStream(self.screen)
        self.painter = InlinePainter(INKWELL, width=width, height=height, has_sync=has_sync, reflows=False)
        self._stream.feed(b"".join(b"shell %d\r\n" % number for number in range(printed)))
        self.region: tuple[list[Row], tuple[int, int] | None] = [], None
        self.wanted = [f"shell {number}" for number in range(printed)]

    def paint(self, *texts: str, cursor: tuple[int, int] | None = None) -> bytes:
        self.region = [Row.of((text, PLAIN)) for text in texts], cursor
        written = self.painter.paint(*self.region)
        self._stream.feed(written)
        return written

    def above(self, *texts: str) -> None:
        self.wanted.extend(texts)
        self._stream.feed(self.painter.above([Row.of((text, STYLED)) for text in texts], *self.region))

    def settle(self, count: int, *texts: str) -> bytes:
        """Print the first rows of the region, and show the others with some more."""
        settled, shown = self.region[0][:count], self.region[0][count:]
        self.wanted.extend(row.text.rstrip() for row in settled)
        self.region = [*shown, *(Row.of((text, PLAIN)) for text in texts)], self.region[1]
        written = self.painter.above(settled, *self.region)
        self._stream.feed(written)
        return written

    def feed(self, data: bytes) -> None:
        self._stream.feed(data)

    def lines(self) -> list[str]:
        above = ["".join(line[x].data for x in range(self.screen.columns)) for line in self.screen.history.top]
        lines = [line.rstrip() for line in [*above, *self.screen.display]]
        while lines and not lines[-1]:
            lines.pop()
        return lines


texts = st.text(alphabet="abc xyz", min_size=1, max_size=18).map(str.strip).filter(len)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 8),
    st.booleans(),
    st.lists(
        st.tuples(
            st.booleans(), st.lists(texts, max_size=6), st.none() | st.tuples(st.integers(0, 25), st.integers(0, 6))
        )
    ),
)
def test_after_any_frames_and_prints_nothing_is_lost_and_the_region_is_below(
    printed: int, has_sync: bool, story: list[tuple[bool, list[str], tuple[int, int] | None]]
) -> None:
    window = Window(20, 8, printed=printed, has_sync=has_sync)
    region: list[str] = []
    for is_print, rows, cursor in story:
        if is_print:
            window.above(*rows)
        else:
            region = rows
            window.paint(*rows, cursor=cursor)
            assert window.screen.cursor.hidden is (cursor is None)
            if cursor and rows:
                top = window.screen.cursor.y - min(cursor[1], len(rows) - 1)
                assert window.screen.display[top].rstrip() == rows[0]
                assert window.screen.cursor.x == min(cursor[0], 19)
        assert window.lines() == [*window.wanted, *region]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 8), st.lists(st.tuples(st.integers(0, 3), st.lists(texts, max_size=4)), max_size=12))
def test_rows_that_settle_stay_where_they_are(printed: int, story: list[tuple[int, list[str]]]) -> None:
    window = Window(20, 8, printed=printed)
    window.paint("> ", "status", cursor=(2, 0))
    for count, rows in story:
        window.settle(count, *rows[: 8 - len(window.region[0])])
        assert window.lines() == [*window.wanted, *(row.text.rstrip() for row in window.region[0])]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(texts, max_size=8), max_size=6))
def test_a_region_that_grows_and_shrinks_anywhere_is_shown(frames: list[list[str]]) -> None:
    window = Window(20, 8, printed=3)
    for rows in frames:
        window.paint(*rows, "last", cursor=(0, 0)) if len(rows) < 8 else window.paint(*rows)
        assert window.lines()[-len(window.region[0]) :] == [row.text for row in window.region[0]] or not rows
        assert window.lines()[:3] == window.wanted


def test_rows_that_settle_cost_next_to_nothing_and_what_is_below_is_moved() -> None:
    window = Window(20, 8)
    window.paint("a paragraph", "", "-" * 20, "> ", "-" * 20, "status", cursor=(2, 3))
    assert len(window.settle(2)) < 40
    assert len(window.paint("x", "-" * 20, "> ", "-" * 20, "status", cursor=(2, 2))) < 60
    assert window.lines() == ["a paragraph", "", "x", "-" * 20, ">", "-" * 20, "status"]


def test_a_region_higher_than_the_window_shows_its_end() -> None:
    window = Window(20, 4)
    window.paint("1", "2", "3", "4", "5", "6", cursor=(1, 5))
    assert window.lines() == ["3", "4", "5", "6"]
    assert (window.screen.cursor.x, window.screen.cursor.y) == (1, 3)


def test_a_row_typed_into_is_all_that_is_written() -> None:
    window = Window(20, 4)
    window.paint("> a", "status", cursor=(3, 0))
    assert window.paint("> ab", "status", cursor=(4, 0)) == b"\x1b[?25lb\x1b[?25h"


def test_leaving_puts_the_cursor_below_the_region() -> None:
    window = Window(20, 5, printed=1)
    window.above("answer")
    window.paint("> ", "status", cursor=(2, 0))
    window.feed(window.painter.leave())
    window.feed(b"$ ls")
    assert window.lines() == ["shell 0", "answer", ">", "status", "$ ls"]
    assert not window.screen.cursor.hidden


def test_a_region_is_drawn_anew_where_it_was_when_the_window_becomes_wider_or_lower() -> None:
    window = Window(20, 8, printed=2)
    window.paint("one", "two", "three", cursor=(0, 1))
    for width, height in ((30, 8), (30, 4), (18, 6)):
        window.screen.resize(height, width)
        window.painter.resize(width, height)
        window.paint("one", "two", "three", cursor=(0, 1))
        assert window.lines()[-3:] == ["one", "two", "three"]
        assert window.lines().count("one") == 1
    assert window.screen.cursor.y == 3 - 1 or window.screen.display[window.screen.cursor.y].rstrip() == "two"


def test_a_terminal_that_breaks_lines_anew_is_followed_to_where_the_region_begins_then() -> None:
    painter = InlinePainter(INKWELL, width=20, height=10)
    painter.paint([Row.of(("x" * 20, PLAIN)), Row.of(("y" * 12, PLAIN)), Row.of(("z", PLAIN))], (0, 2))
    painter.resize(8, 10)
    assert painter.paint([], None).startswith(b"\x1b[?25l\r\x1b[5A\x1b[m\x1b[J")
