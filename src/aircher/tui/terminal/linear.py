"""For a terminal that only prints lines: no moving, no colours. What is printed stays; one line at the end is edited.

Invariant: nothing but text, carriage returns, newlines and backspaces is sent.
"""

from collections.abc import Sequence

from aircher.tui.terminal.ink import Inkwell
from aircher.tui.terminal.rows import Row


class LinearPainter:
    """Prints rows, and below them the one row in which the cursor stands."""

    def __init__(self, inkwell: Inkwell, *, width: int) -> None:
        """Begin in an empty line."""
        self.has_sync = False
        self._inkwell = inkwell
        self._width = width
        self._line = ""
        self._at = 0

    def resize(self, width: int, height: int) -> None:  # noqa: ARG002 - as the other painters have it
        """Draw for this width from now on."""
        self._width = width
        self.forget()

    def forget(self) -> None:
        """Take nothing of the line for known."""
        self._line, self._at = "", 0

    def leave(self) -> bytes:
        """Return what ends the line."""
        ending = b"\r\n" if self._line else b""
        self.forget()
        return ending

    def above(self, rows: Sequence[Row], then: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what prints rows, and the line of the cursor below them."""
        printed = "".join(self._text(row) + "\r\n" for row in rows)
        return self._encoded(self._replaced("", 0) + printed) + self.paint(then, cursor)

    def over(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what shows the row of the cursor: there is one line."""
        return self.paint(rows, cursor)

    def paint(self, rows: Sequence[Row], cursor: tuple[int, int] | None) -> bytes:
        """Return what shows the row of the cursor; without a cursor the line is emptied."""
        if cursor is None or not rows:
            return self._encoded(self._replaced("", 0))
        line = self._text(rows[max(0, min(cursor[1], len(rows) - 1))])
        at = max(0, min(cursor[0], self._width - 1))
        return self._encoded(self._replaced(line.ljust(at), at))

    def _replaced(self, line: str, at: int) -> str:
        if (line, at) == (self._line, self._at):
            return ""
        blanks = " " * (len(self._line) - len(line))
        written = f"\r{line}{blanks}" + "\b" * (len(line) + len(blanks) - at)
        if line.startswith(self._line) and self._at == len(self._line):
            written = line[len(self._line) :] + "\b" * (len(line) - at)
        self._line, self._at = line, at
        return written

    def _text(self, row: Row) -> str:
        return "".join(sign for sign, _ in self._inkwell.ink(row, self._width - 1))

    def _encoded(self, text: str) -> bytes:
        return text.encode(self._inkwell.encoding, "replace")
