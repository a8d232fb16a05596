"""A screen that covers what was printed, and what is there once it has gone."""

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.terminal.emulator import INKWELL, TwoScreens

from aircher.tui.terminal.capabilities import Capabilities
from aircher.tui.terminal.cover import CoveredPainter
from aircher.tui.terminal.inline import InlinePainter
from aircher.tui.terminal.painter import Painter
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import PLAIN

WIDTH, HEIGHT = 20, 8
texts = st.lists(st.text(alphabet="abc xyz", min_size=1, max_size=18).map(str.strip).filter(len), max_size=6)
cursors = st.none() | st.tuples(st.integers(0, 25), st.integers(0, 6))


class Printed(TwoScreens, pyte.HistoryScreen):
    """With scrollback."""


class Seen:
    """An inline region that can be covered, in a terminal with scrollback."""

    def __init__(self, *, is_console: bool = False) -> None:
        self.screen = Printed(WIDTH, HEIGHT, history=10_000, ratio=1)
        self.restoring: list[str] = []
        self._stream = pyte.ByteStream(self.screen)
        region = InlinePainter(INKWELL, width=WIDTH, height=HEIGHT, reflows=False)
        alternate = Painter(INKWELL, width=WIDTH, height=HEIGHT)
        can = Capabilities(is_console=is_console)
        self.painter = CoveredPainter(region, alternate, can, covered=self.restoring.append)

    def above(self, printed: list[str], region: list[str], cursor: tuple[int, int] | None) -> None:
        self._stream.feed(self.painter.above(rows(printed), rows(region), cursor))

    def over(self, shown: list[str], cursor: tuple[int, int] | None) -> None:
        self._stream.feed(self.painter.over(rows(shown), cursor))

    def feed(self, data: bytes) -> None:
        self._stream.feed(data)

    def lines(self) -> list[str]:
        above = ["".join(line[x].data for x in range(self.screen.columns)) for line in self.screen.history.top]
        lines = [line.rstrip() for line in [*above, *self.screen.display]]
        while lines and not lines[-1]:
            lines.pop()
        return lines


def rows(texts: list[str]) -> list[Row]:
    return [Row.of((text, PLAIN)) for text in texts]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(texts, texts, cursors, st.lists(st.tuples(texts, cursors), max_size=2)), max_size=6))
def test_whatever_was_shown_on_it_everything_is_where_it_was(
    story: list[tuple[list[str], list[str], tuple[int, int] | None, list[tuple[list[str], tuple[int, int] | None]]]],
) -> None:
    seen, wanted = Seen(), list[str]()
    for printed, region, cursor, boxes in story:
        wanted += printed
        seen.above(printed, region, cursor)
        before = seen.lines(), (seen.screen.cursor.x, seen.screen.cursor.y, seen.screen.cursor.hidden)
        assert before[0] == [*wanted, *region]
        for shown, place in boxes:
            seen.over(shown, place)
            assert [line.rstrip() for line in seen.screen.display] == [*shown, *[""] * (HEIGHT - len(shown))]
            assert seen.screen.cursor.hidden is (place is None)
        seen.above([], region, cursor)
        after = seen.lines(), (seen.screen.cursor.x, seen.screen.cursor.y, seen.screen.cursor.hidden)
        assert after == before


def test_whoever_gives_the_terminal_back_knows_whether_it_is_there() -> None:
    seen = Seen()
    seen.above(["answer"], ["> "], (2, 0))
    seen.over(["box"], None)
    seen.over(["box", "and more"], None)
    assert len(seen.restoring) == 1
    assert seen.restoring[0].endswith("\x1b[?1049l")
    seen.feed(seen.painter.leave())
    seen.feed(b"$ ls")
    assert seen.restoring[1:] == [""]
    assert seen.lines() == ["answer", ">", "$ ls"]


def test_it_is_drawn_whole_after_somebody_else_has_written_on_it_or_the_window_has_changed() -> None:
    seen = Seen()
    seen.above(["answer"], ["> "], (2, 0))
    seen.over(["box"], None)
    seen.feed(b"\x1b[2J")
    seen.painter.forget()
    seen.over(["box"], None)
    assert seen.screen.display[0].rstrip() == "box"
    seen.painter.resize(WIDTH, HEIGHT)
    seen.feed(b"\x1b[2J")
    seen.over(["box"], None)
    assert seen.screen.display[0].rstrip() == "box"
    seen.above([], ["> "], (2, 0))
    assert seen.lines() == ["answer", ">"]


def test_a_terminal_with_one_screen_shows_boxes_in_the_region() -> None:
    seen = Seen(is_console=True)
    seen.above(["answer"], ["> "], (2, 0))
    seen.over(["box"], None)
    assert seen.lines() == ["answer", "box"]
    assert seen.restoring == []


def test_frames_are_shown_at_once_on_both_screens_where_that_can_be_had() -> None:
    seen = Seen()
    seen.painter.has_sync = True
    assert b"\x1b[?2026h" in seen.painter.over(rows(["box"]), None)
    assert b"\x1b[?2026h" in seen.painter.paint(rows(["> "]), (2, 0))
