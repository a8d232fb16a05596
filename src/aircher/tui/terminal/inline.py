"""Draws a region of changing height below what a terminal has already printed, without a screen of its own.

Invariant: rows given to `InlinePainter.above` are printed once, in order, and go to the terminal's own scrollback; the
region below shows the last frame. Everything is relative to where the region begins: nobody knows which row that is.
Rows that do not fit the window are left out from the top.
"""

from collections.abc import Sequence

from aircher.tui.terminal.brush import Brush, paint_row
from aircher.tui.terminal.encoding import PLAIN_PEN
from aircher.tui.terminal.ink import Inkwell
from aircher.tui.terminal.painter import framed
from aircher.tui.terminal.rows import EMPTY, Row
from aircher.tui.terminal.shifting import shift_at


class InlinePainter:
    """The lowest rows of a terminal in which others have written and will write.

    Attributes:
        has_sync: Whether the terminal is known to show a frame at once.
    """

    def __init__(
        self, inkwell: Inkwell, *, width: int, height: int, has_sync: bool = False, reflows: bool = True
    ) -> None:
        """Begin in the row of the cursor, which is taken to be empty."""
        self.has_sync = has_sync
        self._inkwell = inkwell
        self._width = width
        self._height = height
        self._reflows = reflows
        self._shown: list[Row] = []
        self._lines = 1
        self._brush = Brush(inkwell.encoder, width=width, is_relative=True)
        self._brush.reset()
        self._is_cursor_shown = True

    def resize(self, width: int, height: int) -> None:
        """Draw for this size from now on.

        A terminal that breaks lines anew has made several of each row that is too long now, so the region begins
        further up, seen from the cursor.
        """
        cursor_y, cursor_x = self._brush.y or 0, self._brush.x or 0
        above = sum(self._lines_at(row, width) for row in self._shown[:cursor_y])
        above += cursor_x // width if self._reflows and self._shown[cursor_y:] else 0
        self._width, self._height = width, height
        self._begin_anew(min(above, height - 1))

    def forget(self) -> None:
        """Take nothing of the region for known, apart from where it begins."""
        self._begin_anew(self._brush.y or 0)

    def leave(self) -> bytes:
        """Return what puts the cursor below the region, which stays as it is; drawing on begins there."""
        if self._shown:
            self._go_to(len(self._shown))
        self._brush.use(PLAIN_PEN)
        left = self._finished(is_shown=True)
        self._shown, self._lines, self._brush.y = [], 1, 0
        return left

    def above(self, rows: Sequence[Row], then: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what prints rows above the region, and then shows a frame in it as `paint` does."""
        frame = then[max(0, len(then) - self._height) :]
        over = max(0, len(rows) + len(frame) - self._height)
        for y, row in enumerate(rows[:over]):
            self._paint_row(y, row)
        self._begin_below(over)
        kept = len(rows) - over
        self._show([*rows[over:], *frame])
        self._begin_below(kept)
        return self._placed(cursor and (cursor[0], cursor[1] - len(then) + len(frame)))

    def paint(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what makes the region show these rows, and the cursor at a cell of them (``None`` = hide it)."""
        return self.above((), rows, cursor)

    def _show(self, new: list[Row]) -> None:
        brush = self._brush
        if self._shown and len(new) != len(self._shown):
            self._shift(new)
        for y, row in enumerate(new):
            self._paint_row(y, row)
        if len(self._shown) > len(new):
            brush.use_plain()
            brush.move(0, len(new))
            brush.parts.append("\x1b[J")
        self._shown = new

    def _shift(self, new: list[Row]) -> None:
        """Let rows in, or take rows out, where that leaves most of the region as it is."""
        old, by = self._shown, len(new) - len(self._shown)
        at = shift_at(old, new)
        if at == min(len(old), len(new)):
            return
        if by > 0:
            self._go_to(len(new) - 1)
            self._shown = [*old[:at], *[EMPTY] * by, *old[at:]]
        else:
            self._shown = [*old[:at], *old[at - by :]]
        self._brush.use_plain()
        self._brush.move(0, at)
        self._brush.parts.append(f"\x1b[{by}L" if by > 0 else f"\x1b[{-by}M")

    def _begin_below(self, rows: int) -> None:
        """Take this many rows for printed: the region begins below them."""
        if not rows:
            return
        self._go_to(rows)
        self._shown = self._shown[rows:]
        self._lines = max(1, self._lines - rows)
        self._brush.y = 0

    def _placed(self, cursor: tuple[int, int] | None) -> bytes:
        """Return what was drawn, with the cursor at its place at the end."""
        brush, count = self._brush, len(self._shown)
        if cursor is not None and count:
            brush.move(max(0, min(cursor[0], self._width - 1)), max(0, min(cursor[1], count - 1)))
        elif (brush.y or 0) >= count:
            brush.move(0, max(0, count - 1))
        brush.use(PLAIN_PEN)
        return self._finished(is_shown=cursor is not None)

    def _paint_row(self, y: int, row: Row) -> None:
        before = self._shown[y] if y < len(self._shown) else EMPTY
        if y >= self._lines:
            self._go_to(y)
        if before is not row and before != row:
            ink = self._inkwell.ink
            paint_row(self._brush, y, ink(before, self._width), ink(row, self._width), width=self._width)

    def _go_to(self, y: int) -> None:
        """Have the cursor at the beginning of a row, which is made if the terminal has not got it yet."""
        if self._lines <= y:
            self._brush.use_plain()
        while self._lines <= y:
            self._brush.move(0, self._lines - 1)
            self._brush.parts.append("\r\n")
            self._brush.y = self._lines
            self._lines += 1
        self._brush.move(0, y)

    def _lines_at(self, row: Row, width: int) -> int:
        """Return how many lines a terminal of this width makes of a row that was drawn for the old one."""
        return max(1, -(-len(self._inkwell.ink(row, self._width)) // width)) if self._reflows else 1

    def _begin_anew(self, above: int) -> None:
        """Forget the region, which begins so many lines above the cursor."""
        self._brush = Brush(self._inkwell.encoder, width=self._width, is_relative=True)
        self._brush.parts.append("\r" + (f"\x1b[{above}A" if above else ""))
        self._brush.reset()
        self._brush.parts.append("\x1b[J")
        self._shown = []
        self._lines = 1

    def _finished(self, *, is_shown: bool) -> bytes:
        drawn = "".join(self._brush.parts)
        self._brush.parts.clear()
        was_shown, self._is_cursor_shown = self._is_cursor_shown, is_shown
        body = framed(drawn, cursor=(was_shown, is_shown), has_sync=self.has_sync and bool(drawn), is_steady=not drawn)
        return body.encode(self._inkwell.encoding, "replace")
