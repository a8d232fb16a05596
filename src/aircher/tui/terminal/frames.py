"""Paints the last frame that was wanted whenever the terminal can take one, and counts what that costs.

Invariant: at most one frame is on its way; a terminal that is behind loses frames, never rows to be printed above, and
of those only references are kept.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from aircher.domain.records import dataclass
from aircher.tui.terminal.capabilities import Capabilities
from aircher.tui.terminal.encoding import Encoder
from aircher.tui.terminal.ink import Inkwell
from aircher.tui.terminal.output import Output
from aircher.tui.terminal.rows import Row

RECENT_SHARE = 0.05
"""How much the newest frame counts in the recent time."""


@dataclass(slots=True, kw_only=True)
class Statistics:
    """What painting has cost.

    Attributes:
        frames: Frames that were written.
        bytes: Bytes of all frames.
        slowest_ms: The longest that making a frame has taken.
        recent_ms: How long it takes lately, as a sliding mean.
    """

    frames: int = 0
    bytes: int = 0
    slowest_ms: float = 0.0
    recent_ms: float = 0.0

    def add(self, size_bytes: int, took_ms: float) -> None:
        """Count a frame."""
        self.frames += 1
        self.bytes += size_bytes
        self.slowest_ms = max(self.slowest_ms, took_ms)
        self.recent_ms += (took_ms - self.recent_ms) * (RECENT_SHARE if self.frames > 1 else 1.0)


class Drawing(Protocol):
    """One way of drawing: the whole screen, a region at the bottom, or lines."""

    has_sync: bool

    def paint(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what makes the terminal show these rows."""
        ...

    def above(self, rows: Sequence[Row], then: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what prints rows above, and then shows a frame."""
        ...

    def over(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what shows a frame that lies over everything until the next one that does not."""
        ...

    def resize(self, width: int, height: int) -> None:
        """Draw for another size."""
        ...

    def forget(self) -> None:
        """Take nothing for known."""
        ...

    def leave(self) -> bytes:
        """Return what ends the drawing."""
        ...


class Wanted(NamedTuple):
    """A frame, and whether it lies over everything else, as `Drawing.over` has it."""

    rows: Sequence[Row]
    cursor: tuple[int, int] | None
    is_over: bool = False


def drawing(can: Capabilities, size: tuple[int, int], *, is_inline: bool, covered: Callable[[str], None]) -> Drawing:
    """Return the way of drawing for a terminal; ``covered`` is told what its cover needs to be taken away."""
    width, height = size
    inkwell = Inkwell(Encoder(can.depth, has_links=can.has_links), can.encoding)
    if can.is_dumb:
        from aircher.tui.terminal.linear import LinearPainter

        return LinearPainter(inkwell, width=width)
    from aircher.tui.terminal.painter import Painter

    screen = Painter(inkwell, width=width, height=height, has_sync=can.has_sync)
    if not is_inline:
        return screen
    from aircher.tui.terminal.cover import CoveredPainter
    from aircher.tui.terminal.inline import InlinePainter

    region = InlinePainter(inkwell, width=width, height=height, has_sync=can.has_sync, reflows=can.reflows)
    return CoveredPainter(region, screen, can, covered=covered)


class Frames:
    """The frames of one terminal.

    Attributes:
        statistics: What they have cost.
        drawing: How they are drawn.
    """

    def __init__(self, drawing: Drawing, output: Output, statistics: Statistics) -> None:
        """Begin without a frame."""
        self.statistics = statistics
        self.drawing = drawing
        self._output = output
        self._wanted: Wanted | None = None
        self._last = Wanted((), None)
        self._above: list[Row] = []
        self._is_paused = False

    def paint(
        self,
        rows: Sequence[Row],
        cursor: tuple[int, int] | None,
        *,
        above: Sequence[Row] = (),
        is_over: bool = False,
    ) -> None:
        """Show this frame, now or when the terminal has taken what is on its way, below rows that are printed.

        Below one that lies over everything nothing is printed before it has gone.
        """
        self._above.extend(above)
        self._wanted = Wanted(tuple(rows), cursor, is_over)
        self.go_on()

    def go_on(self) -> None:
        """Write what waits if the terminal can take it."""
        if self._is_paused or self._output.is_behind:
            return
        started_s = time.perf_counter()
        if data := self._drawn():
            self._output.write(data)
            self.statistics.add(len(data), (time.perf_counter() - started_s) * 1_000)

    def _drawn(self) -> bytes:
        """Return what shows everything that waits."""
        if self._wanted is None and not self._above:
            return b""
        if self._wanted is not None:
            self._last, self._wanted = self._wanted, None
        rows, cursor, is_over = self._last
        if is_over:
            return self.drawing.over(rows, cursor)
        above, self._above = self._above, []
        return self.drawing.above(above, rows, cursor) if above else self.drawing.paint(rows, cursor)

    def repaint(self) -> None:
        """Draw everything anew: somebody else has written on the screen."""
        self.drawing.forget()
        if self._wanted is None:
            self._wanted = self._last
        self.go_on()

    def resize(self, width: int, height: int) -> None:
        """Draw the next frame for another size."""
        self.drawing.resize(width, height)

    def pause(self) -> bytes:
        """Draw no more, and return what ends the drawing."""
        self._is_paused = True
        last = self._wanted or self._last
        printed = b""
        if self._above:  # it would be lost to the scrollback
            printed = self.drawing.above(self._above, *((), None) if last.is_over else last[:2])
            self._above = []
        return printed + self.drawing.leave()

    def resume(self) -> None:
        """Draw again, everything."""
        self._is_paused = False
        self.repaint()
