"""Text that is shown as it is, where Markdown is not to be drawn: line by line, each frozen once it is finished."""

from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row, wrap


class PlainGrowth:
    """Adds to rows what is appended to a text; see `freezing.Growth`."""

    def __init__(self, width: int, look: Look, rows: list[Row]) -> None:
        """Take the list to keep the rows in."""
        self.frozen = 0
        self._width = width
        self._look = look
        self._rows = rows
        self._open = ""

    @property
    def settled(self) -> int:
        """Return how many rows will never change again."""
        return self.frozen

    def take(self, text: str) -> None:
        """Add text; no row changes yet."""
        self._open += text

    def lay(self, *, is_last: bool) -> None:
        """Bring the rows up to date; ``is_last`` = no more text will come."""
        *lines, last = self._open.split("\n")
        if is_last and last:
            lines.append(last)
            last = ""
        self._rows[self.frozen :] = [row for line in lines for row in plain_rows(line, self._width, self._look)]
        self.frozen = len(self._rows)
        self._open = last
        if last:
            self._rows += plain_rows(last, self._width, self._look)


def plain_rows(line: str, width: int, look: Look) -> list[Row]:
    """Return the rows of one line."""
    return wrap([(line, look.style(Role.TEXT))], width)
