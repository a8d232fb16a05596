"""How a list looks: the line that filters, headlines, entries, and what is said when there are none.

Invariant: the chosen entry is in sight, and the list does not change its height while one types.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from aircher.tui.dialogs import columns as layout
from aircher.tui.dialogs.columns import Column, Widths
from aircher.tui.dialogs.entries import Entry, Selection
from aircher.tui.dialogs.line import Line
from aircher.tui.dialogs.scrolling import Scrolling
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import EMPTY, Row, wrap

ValueT = TypeVar("ValueT")

_WITHOUT_END = 10_000
_MARK = 2
BAR = 2
"""Cells of the bar beside a list that has more lines than there is room for."""
_WITH_HEADLINES = 4
"""Rows for entries from which on the columns' headlines have room, too."""


class Said(NamedTuple):
    """Words beside and below the line: how many there are, and what is wrong or missing."""

    state: str
    problem: str = ""
    nothing: str = ""


class ListView(Generic[ValueT]):
    """Where things stand on the screen since the list was drawn last.

    Attributes:
        width: Cells of the list, without a preview.
        natural: How wide the columns would like to be.
        scrolling: The window on its lines.
        cursor_x: Where the next letter of the filter goes.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.width = 0
        self.natural = Widths(0, (), 0)
        self.scrolling = Scrolling()
        self.cursor_x = 0
        self._columns = columns
        self._has_headlines = any(column.title for column in columns)
        self._most_lines = _WITHOUT_END
        self._first_y = 0

    def measure(self, entries: Sequence[Entry[ValueT]], *, may_grow: bool) -> None:
        """Take the sizes of all entries, so that they do not change with what is shown of them."""
        self.natural = layout.natural(entries, self._columns)
        lines = len(entries) + len({entry.group for entry in entries} - {""})
        self._most_lines = _WITHOUT_END if may_grow else lines

    def entry_at(self, y: int, selection: Selection[ValueT]) -> int | None:
        """Return the entry that is drawn in this row."""
        line = y - self._first_y + self.scrolling.top
        if y < self._first_y or not 0 <= line < len(selection.lines) or y >= self._first_y + self.scrolling.height:
            return None
        at = selection.lines[line]
        return at if isinstance(at, int) else None

    def rows(
        self, line: Line | None, selection: Selection[ValueT], said: Said, *, height: int, look: Look
    ) -> list[Row]:
        """Return the list, ``self.width`` wide."""
        head: list[Row] = []
        if line is not None:
            head.append(self._filter_row(line, said.state, look))
        if said.problem:
            head += wrap([(said.problem, look.style(Role.ERROR))], self.width)
        if said.nothing and not selection.shown:
            head += wrap([(said.nothing, look.style(Role.MUTED))], self.width)
        return self._with_entries(head, selection, height, look)

    def _with_entries(self, head: list[Row], selection: Selection[ValueT], height: int, look: Look) -> list[Row]:
        has_headlines = self._has_headlines and bool(selection.shown) and height - len(head) > _WITH_HEADLINES
        room = max(1, height - len(head) - has_headlines)
        inner = self.width - BAR * (len(selection.lines) > room)
        widths = layout.fitted(self.natural, inner)
        if has_headlines and widths.cells:
            head.append(layout.header_row(self._columns, widths, self.width, look))
        room = max(1, height - len(head))
        line = selection.line
        headline = line - 1 if line and isinstance(selection.lines[line - 1], str) else line
        self._first_y = len(head)
        self.scrolling.fit(len(selection.lines), room)
        self.scrolling.to_show(line, first=headline)
        start = self.scrolling.top
        drawn = [EMPTY] * start  # what is out of sight above is not drawn
        for at in selection.lines[start : start + room]:
            if isinstance(at, str):
                drawn.append(Row.of((at, look.style(Role.SECONDARY))))
            else:
                is_chosen = at == selection.at
                shown = selection.shown[at]
                drawn.append(layout.entry_row(shown, self._columns, widths, inner, look, is_chosen=is_chosen))
        rows = [*head, *self.scrolling.view(drawn, self.width, look)]
        return rows[:height] + [EMPTY] * (min(height, len(head) + self._most_lines) - len(rows))

    def _filter_row(self, line: Line, count: str, look: Look) -> Row:
        told = Row.of((f" {count}", look.style(Role.MUTED)))
        room = max(1, self.width - _MARK - told.width)
        typed, at = line.row(room, look)
        self.cursor_x = _MARK + at
        mark = Row.of((f"{look.glyphs.prompt} ", look.style(Role.PRIMARY)))
        return mark.beside(typed.fit(room)).beside(told)
