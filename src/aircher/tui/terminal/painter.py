"""Turns the frame that a screen shows into the next one with few bytes. Pure: rows in, bytes out.

Invariant: once the bytes have been written to a terminal of the size that was told, it shows the rows, and the cursor
stands where it was asked for. A row that is the same object, or equal, costs nothing. Not its job: when to paint.
"""

from collections.abc import Sequence

from aircher.tui.terminal.brush import Brush, paint_row
from aircher.tui.terminal.ink import Inkwell
from aircher.tui.terminal.rows import EMPTY, Row
from aircher.tui.terminal.scrolling import find_scroll

SYNC_ON, SYNC_OFF = "\x1b[?2026h", "\x1b[?2026l"
"""A terminal shows what is between them at once. Source: https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036"""
CURSOR_ON, CURSOR_OFF = "\x1b[?25h", "\x1b[?25l"


class Painter:
    """The whole of a screen.

    Attributes:
        has_sync: Whether the terminal is known to show a frame at once.
    """

    def __init__(self, inkwell: Inkwell, *, width: int, height: int, has_sync: bool = False) -> None:
        """Begin with a screen of which nothing is known."""
        self.has_sync = has_sync
        self._inkwell = inkwell
        self._width = width
        self._height = height
        self._shown: list[Row | None] = [None] * height
        self._brush = Brush(inkwell.encoder, width=width)
        self._brush.reset()
        self._is_cursor_shown: bool | None = None

    def resize(self, width: int, height: int) -> None:
        """Draw for this size from now on; terminals do what they like with the rows they had."""
        self._width, self._height = width, height
        self.forget()

    def forget(self) -> None:
        """Take nothing of the screen for known: somebody else has written on it."""
        self._shown = [None] * self._height
        self._brush = Brush(self._inkwell.encoder, width=self._width)
        self._brush.reset()
        self._is_cursor_shown = None

    def paint(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what makes the screen show these rows, and the cursor at a cell of them (``None`` = hide it).

        Rows beyond the screen are left out, cells beyond it too.
        """
        new = [*rows[: self._height], *[EMPTY] * (self._height - len(rows))]
        old = self._shown
        changed = _changed(old, new)
        brush = self._brush
        place = cursor and (max(0, min(cursor[0], self._width - 1)), max(0, min(cursor[1], self._height - 1)))
        if scroll := find_scroll(old, new, changed):
            brush.scroll(*scroll, height=self._height)
            old = scroll.applied(old)
            changed = _changed(old, new)
        is_quiet = self._is_cursor_shown is False or (place is not None and all(y == place[1] for y in changed))
        for y in changed:
            before = old[y]
            shown = None if before is None else self._inkwell.ink(before, self._width)
            paint_row(brush, y, shown, self._inkwell.ink(new[y], self._width), width=self._width)
        self._shown = list(new)
        return self._finished(place, is_quiet=is_quiet and not scroll)

    def _finished(self, place: tuple[int, int] | None, *, is_quiet: bool) -> bytes:
        """Return the frame: its bytes, the cursor put in its place, shown at once as far as the terminal can."""
        brush = self._brush
        has_drawn = bool(brush.parts)
        if place is not None:
            brush.move(*place)
        body = "".join(brush.parts)
        brush.parts.clear()
        was_shown, self._is_cursor_shown = self._is_cursor_shown, place is not None
        if has_drawn and self.has_sync:
            body = f"{SYNC_ON}{body}{_switch(was_shown, to=self._is_cursor_shown)}{SYNC_OFF}"
        elif has_drawn and not is_quiet and was_shown is not False:
            body = f"{CURSOR_OFF}{body}{_switch(False, to=self._is_cursor_shown)}"  # noqa: FBT003 - it is hidden now
        else:
            body += _switch(was_shown, to=self._is_cursor_shown)
        return body.encode(self._inkwell.encoding, "replace")


def _changed(old: Sequence[Row | None], new: Sequence[Row]) -> list[int]:
    pairs = enumerate(zip(old, new, strict=True))
    return [y for y, (before, after) in pairs if before is not after and before != after]


def _switch(was: bool | None, *, to: bool) -> str:  # noqa: FBT001 - what the cursor is now, `None` = not known
    if was is to:
        return ""
    return CURSOR_ON if to else CURSOR_OFF
