"""Writes cells to a terminal with few bytes: it knows where the cursor stands and which pen is in use.

Invariant: text comes from `Ink` only, so nothing but this module's own sequences can move the cursor. Where terminals
may disagree with us on a sign's width, the cells under it are erased before, and what follows is placed anew.

Source: ECMA-48 and the VT220 manual; all of it is understood by xterm, tmux, screen and the Linux console.
"""

from itertools import groupby
from operator import itemgetter

from aircher.tui.terminal.encoding import PLAIN_PEN, Encoder, Pen
from aircher.tui.terminal.ink import BLANK, Ink, is_doubtful

GAP_CELLS = 6
"""So many cells that did not change are written again rather than jumped over: the jump costs as many bytes."""
ERASED_CELLS = 14
"""Empty cells in the middle of a row are erased at once from this number on."""


class Brush:
    """The bytes of one frame.

    Attributes:
        parts: What has been written.
        x: Column of the cursor; ``None`` = not certain.
        y: Its row; ``None`` = not certain.
        pen: What the terminal writes with.
    """

    __slots__ = ("_encoder", "_is_relative", "_width", "parts", "pen", "x", "y")

    def __init__(self, encoder: Encoder, *, width: int, is_relative: bool = False) -> None:
        """Begin at an uncertain place; ``is_relative`` = rows are counted from where the program began to draw."""
        self.parts: list[str] = []
        self.x: int | None = 0 if is_relative else None
        self.y: int | None = 0 if is_relative else None
        self.pen: Pen = PLAIN_PEN
        self._encoder = encoder
        self._width = width
        self._is_relative = is_relative

    def reset(self) -> None:
        """Have a plain pen, whatever the terminal wrote with."""
        self.parts.append("\x1b[m\x1b]8;;\x1b\\" if self._encoder.has_links else "\x1b[m")
        self.pen = PLAIN_PEN

    def move(self, x: int, y: int) -> None:
        """Have the cursor at this cell."""
        if y != self.y:
            if x == 0 and self.y is not None and y == self.y + 1:
                self.parts.append("\r\n")
            elif self._is_relative and self.y is not None:
                steps = y - self.y
                self.parts.append(f"\x1b[{steps}B" if steps > 0 else f"\x1b[{-steps}A")
                self._to_column(x)
            else:
                self.parts.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        elif x != self.x:
            self._to_column(x)
        self.x, self.y = x, y

    def use(self, pen: Pen) -> None:
        """Have the terminal write with this pen."""
        if pen is not self.pen:
            self.parts.append(self._encoder.change(self.pen, pen))
            self.pen = pen

    def use_plain(self) -> None:
        """Have a pen with which erasing leaves the terminal's own background."""
        if not self.pen.is_plain:
            self.use(PLAIN_PEN)

    def write(self, ink: Ink, y: int, start: int, end: int) -> None:
        """Write the cells of a row from ``start`` to before ``end``."""
        self.move(start, y)
        at = start
        for pen, group in groupby(ink[start:end], itemgetter(1)):
            signs = [sign for sign, _ in group]
            text = "".join(signs)
            if pen.is_plain and len(signs) >= ERASED_CELLS and text.isspace():
                self._skip(at + len(signs), y)
            else:
                self.use(pen)
                if text.isascii() or not any(map(is_doubtful, signs)):
                    self.parts.append(text)
                    self.x = at + len(signs)
                else:
                    self._write_doubtful(signs, at)
            at += len(signs)
            if self.x is None and at < end:
                self._to_column(at)
                self.x = at

    def erase_rest(self) -> None:
        """Erase the row from the cursor to its end."""
        self.use_plain()
        self.parts.append("\x1b[K")

    def scroll(self, top: int, bottom: int, by: int, *, height: int) -> None:
        """Move the rows from ``top`` to ``bottom`` (both included) up by ``by``, or down if it is negative."""
        self.use_plain()
        is_whole = bottom == height - 1
        margins = "" if is_whole else f"\x1b[{top + 1};{bottom + 1}r"
        self.parts.append(margins)
        self.x = self.y = None
        self.move(0, top)
        self.parts.append(f"\x1b[{by}M" if by > 0 else f"\x1b[{-by}L")
        if not is_whole:
            self.parts.append("\x1b[r")
            self.x = self.y = None

    def _to_column(self, x: int) -> None:
        self.parts.append(f"\x1b[{x + 1}G" if x else "\r")

    def _skip(self, to: int, y: int) -> None:
        """Erase the cells from the cursor to before ``to``."""
        if self.x is None:
            return
        self.use_plain()
        self.parts.append(f"\x1b[{to - self.x}X")
        if to < self._width:
            self.move(to, y)
        else:
            self.x = None

    def _write_doubtful(self, signs: list[str], at: int) -> None:
        for place, sign in enumerate(signs, at):
            if not sign:
                continue
            if self.x is None:
                self._to_column(place)
            size = 2 if place - at + 1 < len(signs) and not signs[place - at + 1] else 1
            if is_doubtful(sign):
                self.parts.append(f"\x1b[{size}X{sign}")
                self.x = None
            else:
                self.parts.append(sign)
                self.x = place + size


def paint_row(brush: Brush, y: int, before: Ink | None, after: Ink, *, width: int) -> None:
    """Turn a row of the screen that shows ``before`` (``None`` = not known) into ``after``.

    A sign that may spill over its cells is followed by the whole rest of its row, which covers what it spilled.
    """
    stretches = changes(before, after) if before is not None else [(0, len(after))] if after else []
    is_spilled = any(is_doubtful(sign) for start, end in stretches for sign, _ in after[start:end])
    if is_spilled:
        stretches = [(stretches[0][0], len(after))]
    for start, end in stretches:
        brush.write(after, y, start, end)
    if len(after) < width and (before is None or is_spilled or len(before) > len(after)):
        brush.move(len(after), y)
        brush.erase_rest()


def changes(before: Ink, after: Ink) -> list[tuple[int, int]]:
    """Return the stretches of ``after`` that have to be written, from left to right; no sign is begun in its middle."""
    shown = before[: len(after)]
    shown.extend([BLANK] * (len(after) - len(shown)))
    found: list[tuple[int, int]] = []
    start = end = -1
    for at, (old, new) in enumerate(zip(shown, after, strict=True)):
        if old != new:
            if start < 0:
                start = at
            elif at - end > GAP_CELLS:
                found.append((start, _whole(after, end)))
                start = at
            end = at + 1
    if start >= 0:
        found.append((start, _whole(after, end)))
    return found


def _whole(ink: Ink, end: int) -> int:
    """Return where the sign ends of which the cell before ``end`` is a part."""
    while end < len(ink) and not ink[end][0]:
        end += 1
    return end
