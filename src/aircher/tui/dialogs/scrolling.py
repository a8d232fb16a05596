"""A window on rows that do not all fit: which of them are seen, and the keys that move it.

Invariant: the window never stands beyond the end. Not its job: drawing; who has rows cuts them by `top`.
"""

from collections.abc import Sequence

from aircher.tui.look import Look, Role
from aircher.tui.terminal.events import InputEvent, KeyPressed, MouseUsed
from aircher.tui.terminal.rows import Row

WHEEL_ROWS = 3


class Scrolling:
    """Where a window of ``height`` rows stands in ``total`` rows."""

    def __init__(self) -> None:
        self.top = 0
        self.height = 1
        self.total = 0

    @property
    def is_needed(self) -> bool:
        """Return whether something is out of sight."""
        return self.total > self.height

    def fit(self, total: int, height: int) -> None:
        """Take the sizes; the window moves where it would stand beyond the end."""
        self.total, self.height = total, max(1, height)
        self.by(0)

    def by(self, rows: int) -> None:
        """Move, as far as there is something."""
        self.top = max(0, min(self.top + rows, self.total - self.height))

    def to_show(self, line: int, *, first: int = 0) -> None:
        """Move as little as needed to have a line in sight, and if there is room, ``first`` as well, above it."""
        self.top = min(self.top, line)
        if line >= self.top + self.height:
            self.top = line - self.height + 1
        if first < self.top and line - first < self.height:
            self.top = first
        self.by(0)

    def handle(self, event: InputEvent, *, arrows: bool = True) -> bool:
        """Take a key or the wheel if something is out of sight; without ``arrows`` only pages, ends and the wheel."""
        if isinstance(event, MouseUsed):
            by = {"scroll_up": -WHEEL_ROWS, "scroll_down": WHEEL_ROWS}.get(event.kind, 0)
        elif isinstance(event, KeyPressed):
            by = self._steps(event.key, arrows=arrows)
        else:
            return False
        self.by(by)
        return by != 0 and self.is_needed

    def view(self, rows: Sequence[Row], width: int, look: Look) -> list[Row]:
        """Return the rows in sight, with a bar at the right if some are not; they leave it the last two cells."""
        seen = [row.fit(width) for row in rows[self.top : self.top + self.height]]
        if not self.is_needed:
            return seen
        size = max(1, self.height * self.height // self.total)
        at = (self.height - size) * self.top // max(1, self.total - self.height)
        thumb = Row.of((f" {look.glyphs.thumb}", look.style(Role.ACCENT)))
        track = Row.of((f" {look.glyphs.track}", look.style(Role.BORDER)))
        return [
            row.cut(0, width - 2).beside(thumb if at <= number < at + size else track)
            for number, row in enumerate(seen)
        ]

    def _steps(self, key: str, *, arrows: bool) -> int:
        match key:
            case "up" if arrows:
                return -1
            case "down" if arrows:
                return 1
            case "pageup":
                return -max(1, self.height - 1)
            case "pagedown":
                return max(1, self.height - 1)
            case "home" | "ctrl+home":
                return -self.total
            case "end" | "ctrl+end":
                return self.total
        return 0
