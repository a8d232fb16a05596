"""A text with a cursor: the only place where either changes.

One string holds all of it: at 1 MB a change copies it in well under a millisecond (two with emoji in it), and nothing
else has to be kept in step. Invariant: cursor and anchor are borders within the text, which holds no control
characters but tabs and newlines. Not its job: what a key means.
"""

from aircher.support.text import without_controls
from aircher.tui.editor.graphemes import border_at_or_after, border_at_or_before
from aircher.tui.editor.history import Change, History, Kind

_LINE_ENDS = (("\r\n", "\n"), ("\r", "\n"), ("\u2028", "\n"), ("\u2029", "\n"))


def cleaned(text: str) -> str:
    """Return foreign text as it may be edited: line ends are newlines, control characters and halves are gone."""
    if text.isascii() and text.isprintable():
        return text
    for foreign, newline in _LINE_ENDS:
        text = text.replace(foreign, newline)
    text = without_controls(text)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Buffer:
    """Text, cursor and, where something is selected, the selection's other end (``anchor``)."""

    def __init__(self) -> None:
        self._text = ""
        self._cursor = 0
        self.anchor: int | None = None
        self.history = History()

    @property
    def text(self) -> str:
        """Return all of it."""
        return self._text

    @property
    def cursor(self) -> int:
        """Return the offset that the cursor is before."""
        return self._cursor

    @property
    def selection(self) -> tuple[int, int] | None:
        """Return where the selection begins and ends; ``None`` = nothing is selected."""
        if self.anchor is None or self.anchor == self._cursor:
            return None
        return min(self.anchor, self._cursor), max(self.anchor, self._cursor)

    def move(self, to: int) -> None:
        """Put the cursor to the border at or before ``to``."""
        self._cursor = border_at_or_before(self._text, to)

    def replace(self, start: int, end: int, text: str) -> None:
        """``text`` stands between two offsets now, and the cursor is behind it. Clusters are replaced whole."""
        start = border_at_or_before(self._text, start)
        end = border_at_or_after(self._text, max(start, end))
        removed, before = self._text[start:end], self._cursor
        self._text = "".join((self._text[:start], text, self._text[end:]))
        self._cursor = border_at_or_after(self._text, start + len(text))
        self.anchor = None
        if removed != text:
            change = Change(at=start, removed=removed, inserted=text)
            self.history.record(change, before=before, after=self._cursor)

    def type(self, text: str) -> None:
        """The selection, or nothing, gave place to ``text``."""
        start, end = self.selection or (self._cursor, self._cursor)
        self.replace(start, end, text)

    def begin(self, kind: Kind = Kind.OTHER) -> None:
        """The changes that follow are undone together, and with those before if they continue them."""
        self.history.begin(kind, self._cursor)

    def undo(self) -> bool:
        """The last group of changes is taken back; ``False`` = there was none."""
        group = self.history.undo()
        if group is None:
            return False
        for change in reversed(group.changes):
            self._put(change.at, len(change.inserted), change.removed)
        self._settle(group.before)
        return True

    def redo(self) -> bool:
        """The group that was undone last is done again; ``False`` = there was none."""
        group = self.history.redo()
        if group is None:
            return False
        for change in group.changes:
            self._put(change.at, len(change.removed), change.inserted)
        self._settle(group.after)
        return True

    def forget(self) -> None:
        """Nothing before now can be undone."""
        is_held = self.history.is_held
        self.history = History()
        self.history.is_held = is_held

    def _put(self, at: int, length: int, text: str) -> None:
        self._text = "".join((self._text[:at], text, self._text[at + length :]))

    def _settle(self, cursor: int) -> None:
        self.anchor = None
        self._cursor = border_at_or_before(self._text, cursor)


def line_start(text: str, at: int) -> int:
    """Return where the line of ``at`` begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the line of ``at`` ends: its newline, or the end of the text."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found
