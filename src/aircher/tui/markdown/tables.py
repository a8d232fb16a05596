"""Tables: columns as wide as they need, cells that wrap where the width does not suffice, a list where nothing fits.

Invariant: rows that are laid out stay the same objects until a finished row needs a wider column.
"""

from collections.abc import Sequence
from typing import TypeAlias

from aircher.tui.markdown.leaves import Margin
from aircher.tui.markdown.palette import Palette
from aircher.tui.terminal.rows import EMPTY, Row, Span, wrap
from aircher.tui.terminal.styles import Style
from aircher.tui.terminal.widths import cells

Cell: TypeAlias = list[Span]

MIN_COLUMN = 3
GAP = 3
"""Cells between two columns: a line with a space on both sides."""


class TableLayout:
    """The finished rows of a table."""

    def __init__(self, alignments: str, head: Sequence[Cell], palette: Palette) -> None:
        """Begin with the row of titles; ``alignments`` has a letter a column, ``l``, ``c`` or ``r``."""
        self._alignments = alignments
        self._head = [[(text, Style(bold=True).over(style)) for text, style in cell] for cell in head]
        self._palette = palette
        self._cells: list[Sequence[Cell]] = []
        self._needs = [MIN_COLUMN] * len(alignments)
        self._laid: list[Row] = []
        self._laid_cells = 0
        self._laid_for: tuple[list[int], int] | None = None
        self._measure(self._head)

    def add(self, row: Sequence[Cell]) -> None:
        """Take a finished row."""
        self._cells.append(row)
        self._measure(row)

    def rows(self, margin: Margin, width: int, unfinished: Sequence[Sequence[Cell]] = ()) -> list[Row]:
        """Return the table, with rows at its end that are not finished; columns do not grow for them."""
        room = width - margin.width
        columns = _shares(self._needs, room - GAP * (len(self._needs) - 1))
        if self._laid_for != (columns, width):
            self._laid = self._titles(columns, margin, room)
            self._laid_cells = 0
            self._laid_for = (columns, width)
        for row in self._cells[self._laid_cells :]:
            self._laid += self._row(row, columns, margin, room)
        self._laid_cells = len(self._cells)
        return [*self._laid, *(line for row in unfinished for line in self._row(row, columns, margin, room))]

    def _measure(self, row: Sequence[Cell]) -> None:
        for at, cell in enumerate(row[: len(self._needs)]):
            lines = "".join(text for text, _ in cell).split("\n")
            self._needs[at] = max(self._needs[at], *(cells(line) for line in lines))

    def _titles(self, columns: list[int], margin: Margin, room: int) -> list[Row]:
        glyphs, border = self._palette.look.glyphs, self._palette.border
        if not columns:
            titles = [span for cell in self._head for span in [*cell, (f" {glyphs.dot} ", border)]][:-1]
            return margin.beside(wrap(titles, room), is_first=True)
        joint = glyphs.horizontal + glyphs.cross + glyphs.horizontal
        line = joint.join(glyphs.horizontal * column for column in columns)
        rule = Row(((line, border),), cells(line))
        return margin.beside([*self._across(self._head, columns), rule], is_first=True)

    def _row(self, row: Sequence[Cell], columns: list[int], margin: Margin, room: int) -> list[Row]:
        return margin.beside(self._across(row, columns) if columns else self._listed(row, room), is_first=False)

    def _across(self, row: Sequence[Cell], columns: list[int]) -> list[Row]:
        """Return one row of cells side by side."""
        blocks = [_wrapped(row[at] if at < len(row) else [], column) for at, column in enumerate(columns)]
        return [
            self._line([block[line] if line < len(block) else EMPTY for block in blocks], columns)
            for line in range(max(map(len, blocks)))
        ]

    def _line(self, pieces: Sequence[Row], columns: list[int]) -> Row:
        """Return one line of each cell; the spaces behind the last one are left out."""
        separator = f" {self._palette.look.glyphs.vertical} "
        spans: list[Span] = []
        width = 0
        between = ""
        for at, (piece, column) in enumerate(zip(pieces, columns, strict=True)):
            spare = column - piece.width
            left = {"l": 0, "c": spare // 2, "r": spare}[self._alignments[at]]
            between += separator * bool(at) + " " * left
            if between:
                spans.append((between, self._palette.border))
            spans += piece.spans
            width += len(between) + piece.width
            between = " " * (spare - left)
        return Row(tuple(spans), width)

    def _listed(self, row: Sequence[Cell], room: int) -> list[Row]:
        """Return one row of cells below each other, each with its title."""
        rows = [EMPTY]
        for at, cell in enumerate(row):
            title = self._head[at] if at < len(self._head) else []
            if cell:
                rows += wrap([*title, (": ", self._palette.muted), *cell] if title else cell, room)
        return rows


def _wrapped(cell: Cell, column: int) -> Sequence[Row]:
    """Return the rows of a cell; most are short and plain, and a wider column asks for all of them again."""
    if not cell:
        return (EMPTY,)
    text = cell[0][0]
    if len(cell) == 1 and text.isascii() and len(text) <= column and text == text.strip() and text.isprintable():
        return (Row((cell[0],), len(text)),)
    return wrap(cell, column)


def _shares(needs: Sequence[int], room: int) -> list[int]:
    """Return a width for each column: what it needs, or an equal share of what the modest ones leave.

    Nothing is returned if not even the smallest columns fit.
    """
    if room < MIN_COLUMN * len(needs):
        return []
    shares = list(needs)
    open_columns = sorted(range(len(needs)), key=lambda at: needs[at])
    for index, at in enumerate(open_columns):
        share = room // (len(needs) - index)
        if needs[at] > share:
            spare = room - share * (len(needs) - index)
            for rank, other in enumerate(sorted(open_columns[index:])):
                shares[other] = share + (rank < spare)
            break
        room -= needs[at]
    return shares
