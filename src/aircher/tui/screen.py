"""Puts the parts' rows together into a frame: conversation, panel, what waits, popup, prompt, status bar, dialogs.

Invariant: a frame has the screen's height, and rows that did not change are the same objects as in the frame before.
Not its job: what the parts show, and writing to the terminal.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aircher.domain.records import dataclass
from aircher.tui.parts import Place
from aircher.tui.terminal.rows import EMPTY, Row
from aircher.tui.terminal.styles import Style

LEAST_PANEL_SCREEN = 80
"""Columns below which a panel would leave too little of the conversation."""
LEAST_VIEW_ROWS = 3


class Region(NamedTuple):
    """Where a part lies: its first cell and its size."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, x: int, y: int) -> bool:
        """Return whether a cell of the screen belongs to it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


NOWHERE = Region(0, 0, 0, 0)


@dataclass(slots=True, kw_only=True)
class Layout:
    """Where everything lies in the frame last drawn: for the mouse."""

    view: Region = NOWHERE
    panel: Region = NOWHERE
    find: Region = NOWHERE
    input: Region = NOWHERE

    def move_down(self, rows: int) -> None:
        """Put what was laid out from line 0 on below this many rows."""
        self.find = self.find._replace(y=self.find.y + rows)
        self.input = self.input._replace(y=self.input.y + rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Rows from top to bottom, and where the cursor is; ``None`` = it is hidden.

    Below native scrollback one that is over it does not drive away what the terminal shows of before.
    """

    rows: Sequence[Row]
    cursor: Place | None
    is_over: bool = False


class Joints:
    """Rows put next to each other or onto a ground; what was put together before is the same row again."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[Row, Row, Row]] = {}
        self._laid: dict[int, tuple[Row, Style, Row]] = {}

    def join(self, y: int, left: Row, right: Row, width: int) -> Row:
        """Return ``left``, filled up to ``width``, with ``right`` beside it, for line ``y`` of the screen."""
        known = self._last.get(y)
        if known is not None and known[0] is left and known[1] is right and known[2].width == width + right.width:
            return known[2]
        joined = left.fit(width).beside(right)
        self._last[y] = (left, right, joined)
        return joined

    def lay(self, y: int, row: Row, ground: Style, width: int) -> Row:
        """Return ``row`` on a ground that fills ``width`` cells, for line ``y`` of the screen."""
        known = self._laid.get(y)
        if known is not None and known[0] is row and known[1] == ground and known[2].width == width:
            return known[2]
        laid = row.on(ground).fit(width, ground)
        self._laid[y] = (row, ground, laid)
        return laid


def filled(rows: Sequence[Row], height: int) -> list[Row]:
    """Return exactly so many rows: what is missing is empty, at the end."""
    return [*rows[:height], *[EMPTY] * (height - len(rows))]


def panel_width(width: int, wanted: int) -> int:
    """Return how wide a panel is on a screen of this width; 0 = there is no room for one."""
    return 0 if width < LEAST_PANEL_SCREEN else min(wanted, width // 2)
