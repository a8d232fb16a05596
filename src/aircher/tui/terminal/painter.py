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

    def above(self, rows: Sequence[Row], then: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:  # noqa: ARG002 - as the other painters have it
        """Return what shows the frame: the screen is whole, there is no above."""
        return self.paint(then, cursor)

    def over(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what shows the frame: the screen is ours anyway."""
        return self.paint(rows, cursor)

    def leave(self) -> bytes:
        """Return nothing: the screen goes as a whole."""
        return b""

    def _finished(self, place: tuple[int, int] | None, *, is_quiet: bool) -> bytes:
        brush = self._brush
        has_drawn = bool(brush.parts)
        if place is not None:
            brush.move(*place)
        body = "".join(brush.parts)
        brush.parts.clear()
        was_shown, self._is_cursor_shown = self._is_cursor_shown, place is not None
        steady = is_quiet or not has_drawn
        body = framed(
            body, cursor=(was_shown, place is not None), has_sync=self.has_sync and has_drawn, is_steady=steady
        )
        return body.encode(self._inkwell.encoding, "replace")


def framed(body: str, *, cursor: tuple[bool | None, bool], has_sync: bool, is_steady: bool) -> str:
    """Return the bytes of a frame so that nobody sees it being drawn.

    Args:
        body: What is drawn.
        cursor: Whether it was shown (``None`` = not known), and whether it will be.
        has_sync: Whether the terminal is asked to show the frame at once.
        is_steady: Whether the cursor does not wander about while the frame is drawn.
    """
    was_shown, will_show = cursor
    switch = CURSOR_ON if will_show else CURSOR_OFF
    if has_sync:
        return SYNC_ON + body + (switch if will_show is not was_shown else "") + SYNC_OFF
    if not is_steady and was_shown is not False:
        return CURSOR_OFF + body + (switch if will_show else "")
    return body + (switch if will_show is not was_shown else "")


def _changed(old: Sequence[Row | None], new: Sequence[Row]) -> list[int]:
    pairs = enumerate(zip(old, new, strict=True))
    return [y for y, (before, after) in pairs if before is not after and before != after]
