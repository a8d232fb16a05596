"""A screen that lies over all that was printed, and goes without a trace: for boxes too high to be printed below it.

Invariant: once it has gone, the screen below, its cursor and its modes are what they were before. What is printed above
the region takes it away: the rows would not be seen otherwise.
"""

from collections.abc import Callable, Sequence

from aircher.tui.terminal.capabilities import Capabilities
from aircher.tui.terminal.inline import InlinePainter
from aircher.tui.terminal.modes import covering, uncovering
from aircher.tui.terminal.painter import CURSOR_OFF, CURSOR_ON, Painter
from aircher.tui.terminal.rows import Row


class CoveredPainter:
    """A region below what was printed, and the alternate screen over both while frames are wanted there."""

    def __init__(
        self, region: InlinePainter, screen: Painter, can: Capabilities, *, covered: Callable[[str], None]
    ) -> None:
        """Begin uncovered.

        Args:
            region: Draws the region.
            screen: Draws the alternate screen.
            can: What the terminal can do.
            covered: Is told what takes the alternate screen away while it is there, and ``""`` once it is not.
        """
        self._region = region
        self._screen = screen
        self._can = can
        self._covered = covered
        self._is_covered = False
        self._is_cursor_shown = True

    @property
    def has_sync(self) -> bool:
        """Whether the terminal is known to show a frame at once."""
        return self._region.has_sync

    @has_sync.setter
    def has_sync(self, value: bool) -> None:
        self._region.has_sync = self._screen.has_sync = value

    def paint(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what makes the region show these rows, and nothing lie on it."""
        return self.above((), rows, cursor)

    def above(self, rows: Sequence[Row], then: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what prints rows above the region, and then shows a frame in it."""
        uncovered = self._uncover()
        self._is_cursor_shown = cursor is not None
        return uncovered + self._region.above(rows, then, cursor)

    def over(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what shows a frame on the alternate screen, or in the region where there is no such screen."""
        if self._can.is_console:
            return self.paint(rows, cursor)
        if self._is_covered:
            return self._screen.paint(rows, cursor)
        self._is_covered = True
        self._covered(uncovering(self._can))
        self._screen.forget()
        return covering(self._can).encode() + self._screen.paint(rows, cursor)

    def resize(self, width: int, height: int) -> None:
        """Draw for this size from now on."""
        self._screen.resize(width, height)
        self._region.resize(width, height)

    def forget(self) -> None:
        """Take nothing for known of what is seen; nobody can have written on what is covered."""
        painter = self._screen if self._is_covered else self._region
        painter.forget()

    def leave(self) -> bytes:
        """Return what puts the cursor below the region, which stays as it is."""
        uncovered = self._uncover()
        self._is_cursor_shown = True
        return uncovered + self._region.leave()

    def _uncover(self) -> bytes:
        if not self._is_covered:
            return b""
        self._is_covered = False
        self._covered("")
        return (uncovering(self._can) + (CURSOR_ON if self._is_cursor_shown else CURSOR_OFF)).encode()
