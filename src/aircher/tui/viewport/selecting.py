"""Selecting text of the conversation, with the mouse or by keyboard.

A selection lies between two cells of the conversation, not of the screen: scrolling and what arrives do not move it.
Of a sign of two cells both belong to it or none.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

from aircher.tui.terminal.events import KeyPressed
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import clusters
from aircher.tui.viewport.copied import copied_lines, lines_of
from aircher.tui.viewport.scroller import Scroller
from aircher.tui.viewport.walking import Spot, moved

Unit: TypeAlias = Literal["cell", "word", "line"]

REPEAT_S = 0.4
"""Between two presses that are one double click: what desktops use."""
_UNITS: tuple[Unit, ...] = ("cell", "word", "line")
_WORD_SIGNS = "_-./~:@+#%"
"""Belong to a word besides letters and digits: a double click takes a path or a URL."""


class Point(NamedTuple):
    """A cell of the conversation."""

    spot: Spot
    cell: int

    @property
    def order(self) -> tuple[int, int, int]:
        """Return what sorts points in the order of reading."""
        return (*self.spot.order, self.cell)


class Selecting:
    """What is selected.

    Attributes:
        cursor: Where the keyboard's cursor is; ``None`` = nobody selects by keyboard.
        pull: Rows that a drag at an edge scrolls each time `autoscroll` is called; 0 = none.
    """

    def __init__(self, scroller: Scroller, *, now_s: Callable[[], float]) -> None:
        self.cursor: Point | None = None
        self.pull = 0
        self._scroller = scroller
        self._now_s = now_s
        self._from: Point | None = None
        self._to: Point | None = None
        self._unit: Unit = "cell"
        self._pressed: tuple[int, int, float, int] = (-1, -1, -1.0, 0)

    @property
    def span(self) -> tuple[Point, Point] | None:
        """Return the first cell that is selected and the one behind the last; ``None`` = none is."""
        if self._from is None or self._to is None:
            return None
        if self._from.spot.held.index < 0 or self._to.spot.held.index < 0:
            self.clear()
            return None
        start, end = sorted((self._from, self._to), key=lambda point: point.order)
        if self._unit == "cell":
            start, end = (Point(point.spot, sign_at(point)[0]) for point in (start, end))
            return (start, end) if start != end else None
        if self._unit == "word":
            return Point(start.spot, self._word(start)[0]), Point(end.spot, self._word(end)[1])
        return Point(self._line(start.spot, -1), 0), _end_of(self._line(end.spot, 1))

    def clear(self) -> None:
        """Select nothing."""
        self._from = self._to = self.cursor = None
        self._unit = "cell"
        self.pull = 0

    @property
    def is_begun(self) -> bool:
        """Return whether one end is set."""
        return self._from is not None

    def begin(self, point: Point) -> None:
        """Set one end, and the other one there, too."""
        self._from = self._to = point

    def extend(self, point: Point) -> None:
        """Set the other end, if one is set."""
        if self._from is not None:
            self._to = point

    def press(self, x: int, y: int) -> None:
        """Begin where the mouse was pressed; the second time there with its word, the third with its line."""
        last_x, last_y, at_s, count = self._pressed
        now_s = self._now_s()
        is_again = (x, y) == (last_x, last_y) and now_s - at_s <= REPEAT_S
        self._pressed = (x, y, now_s, count % 3 + 1 if is_again else 1)
        self.clear()
        self._unit = _UNITS[self._pressed[3] - 1]
        point = self.point(x, y)
        if point is not None:
            self.begin(point)

    def drag(self, x: int, y: int) -> None:
        """Extend to here; at the upper and lower edge `pull` says how to go on."""
        point = self.point(x, y)
        if point is None:
            return
        last = self._scroller.height - 1
        self.pull = min(0, y - 1) if y <= 0 else max(0, y - last + 1) if y >= last else 0
        self.extend(point)

    def autoscroll(self) -> None:
        """Scroll as a drag at an edge asks, and extend to there."""
        scroller = self._scroller
        if not self.pull or not scroller.shown:
            return
        scroller.keep_place()
        before = scroller.shown[-1 if self.pull > 0 else 0].spot
        scroller.scroll_by(self.pull)
        to = moved(scroller.contents, before, self.pull)
        self.extend(_end_of(to) if self.pull > 0 else Point(to, 0))

    def point(self, x: int, y: int) -> Point | None:
        """Return what of the conversation is at a cell of the last frame; ``None`` = nothing is shown."""
        shown = self._scroller.shown
        if not shown:
            return None
        if y >= len(shown):
            return _end_of(shown[-1].spot)
        found = shown[max(0, y)]
        return Point(found.spot, max(0, min(x, found.row.width)))

    def text(self) -> str:
        """Return what is selected; empty = nothing is."""
        span = self.span
        if span is None:
            return ""
        start, end = span
        contents = self._scroller.contents
        parts: list[str] = []
        for index in range(start.spot.held.index, end.spot.held.index + 1):
            held = contents.items[index]
            rows = contents.rows_of(held)
            first = start.spot.row if held is start.spot.held else 0
            last = min(end.spot.row, len(rows) - 1) if held is end.spot.held else len(rows) - 1
            pieces: list[tuple[int, Row]] = []
            for at in range(first, last + 1):
                left = start.cell if (held, at) == start.spot else 0
                right = end.cell if (held, at) == end.spot else rows[at].width
                pieces.append((at, rows[at].cut(left, right)))
            if pieces:
                parts.append("\n".join(copied_lines(held, pieces)))
        return "\n\n".join(part for part in parts if part.strip("\n"))

    def _word(self, point: Point) -> tuple[int, int]:
        rows = point.spot.held.rows
        if point.spot.row >= len(rows):
            return 0, 0
        start = at = 0
        for sign, width in clusters(rows[point.spot.row].text):
            is_word = sign[0].isalnum() or sign in _WORD_SIGNS
            if at > point.cell and not is_word:
                return start, at
            at += width
            if not is_word:
                if at > point.cell:
                    return at - width, at
                start = at
        return start, at

    def _line(self, spot: Spot, step: int) -> Spot:
        """Return the first (-1) or last (1) row of the line that was wrapped into this row and others."""
        lines, at = lines_of(spot.held), spot.row
        while 0 <= at + step < len(lines) and at < len(lines) and lines[at if step < 0 else at + 1].seam is not None:
            at += step
        return Spot(spot.held, at)


def sign_at(point: Point) -> tuple[int, int]:
    """Return the first cell of the sign at a point, and the cell behind it; behind the row's end signs take one."""
    rows = point.spot.held.rows
    at = 0
    for _, width in clusters(rows[point.spot.row].text) if point.spot.row < len(rows) else ():
        if at + width > point.cell:
            return at, at + width
        at += width
    return point.cell, point.cell + 1


def _end_of(spot: Spot) -> Point:
    rows = spot.held.rows
    return Point(spot, rows[spot.row].width if spot.row < len(rows) else 0)


class KeyboardSelecting:
    """Moves a cursor over the conversation: arrows, Home, End, pages; Space sets the other end, shift extends."""

    def __init__(self, scroller: Scroller, selecting: Selecting, copy: Callable[[str], object]) -> None:
        self._scroller = scroller
        self._selecting = selecting
        self._copy = copy

    def begin(self) -> None:
        """Put the cursor at the last row that is seen."""
        shown = self._scroller.shown
        self._selecting.clear()
        if shown:
            self._scroller.keep_place()
            self._selecting.cursor = Point(shown[-1].spot, 0)

    def handle(self, event: KeyPressed) -> bool:
        """Move, set the other end, copy (Enter) or leave (Escape); ``False`` = the key means nothing here."""
        selecting = self._selecting
        cursor = selecting.cursor
        if cursor is None or cursor.spot.held.index < 0:
            return False
        if event.key in {"enter", "escape"}:
            text = selecting.text()
            if text and event.key == "enter":
                self._copy(text)
            selecting.clear()
            return True
        if event.key == "space":
            selecting.begin(cursor)
            return True
        is_extending = event.key.startswith("shift+")
        to = self._target(cursor, event.key.removeprefix("shift+"))
        if to is None:
            return False
        if is_extending and not selecting.is_begun:
            selecting.begin(cursor)
        selecting.cursor = to
        selecting.extend(to)
        self._reveal(to.spot)
        return True

    def _target(self, cursor: Point, key: str) -> Point | None:
        contents, page = self._scroller.contents, max(1, self._scroller.height - 1)
        rows_by = {"up": -1, "down": 1, "pageup": -page, "pagedown": page}
        if key in rows_by:
            return Point(moved(contents, cursor.spot, rows_by[key]), cursor.cell)
        width = _end_of(cursor.spot).cell
        if key == "home":
            return Point(cursor.spot, 0)
        if key == "end":
            return _end_of(cursor.spot)
        if key == "right":
            return Point(cursor.spot, sign_at(cursor)[1]) if cursor.cell < width else Point(self._next(cursor, 1), 0)
        if key == "left":
            at = sign_at(Point(cursor.spot, min(cursor.cell, width)))[0]
            before = Point(cursor.spot, at - 1)
            return Point(cursor.spot, sign_at(before)[0]) if at else _end_of(self._next(cursor, -1))
        return None

    def _next(self, cursor: Point, by: int) -> Spot:
        return moved(self._scroller.contents, cursor.spot, by)

    def _reveal(self, spot: Spot) -> None:
        """Scroll as little as it takes to see a row."""
        scroller = self._scroller
        shown = scroller.shown
        if not shown:
            return
        if spot.order < shown[0].spot.order:
            scroller.scroll_to(spot)
        elif spot.order > shown[-1].spot.order:
            scroller.scroll_to(moved(scroller.contents, spot, 1 - scroller.height))
