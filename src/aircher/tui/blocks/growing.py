"""Rows of a plain text that grows at its end.

Invariant: rows of lines that have ended are never made again, and of the open line only the last row is.
"""

from aircher.tui.blocks.layout import plain_wrapped
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import Style


class GrowingRows:
    """A text, laid out as it arrives.

    Attributes:
        rows: What it looks like so far; the last one may be replaced.
    """

    __slots__ = ("_open", "_style", "_width", "rows")

    def __init__(self, text: str, width: int, style: Style) -> None:
        self.rows: list[Row] = []
        self._open: str | None = None
        self._width = width
        self._style = style
        self.append(text)

    def append(self, text: str) -> None:
        """Take more of the text."""
        if not text:
            return
        if self._open is not None:
            self.rows.pop()
        whole = (self._open or "") + text
        self.rows.extend(plain_wrapped(whole, self._width, self._style))
        line = whole[whole.rfind("\n") + 1 :]
        trailing = len(line) - len(line.rstrip(" "))
        self._open = self.rows[-1].text + " " * trailing
