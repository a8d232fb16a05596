"""The text as rows: soft wrapping, chips, the selection, and where the cursor is.

Only rows around the cursor are laid out, and a row whose text did not change is the same object as before. Invariant:
the place of the cursor is a cell of the returned rows. Not its job: prompt sign, border, placeholder.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from aircher.tui.editor.editor import Editor
from aircher.tui.editor.wrapping import Extent, View, Wrapping
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.rows import EMPTY, Row, Span


def editor_rows(
    editor: Editor, width: int, look: Look, labels: Mapping[str, str], height: int | None = None
) -> tuple[list[Row], Place]:
    """Return the rows around the cursor, and the cursor's cell in them.

    Args:
        editor: Whose text; from now on up and down go by rows of this width.
        width: Cells of a row.
        look: How chips and the selection look.
        labels: What a private-use character stands for; it is shown as one piece.
        height: The most rows; ``None`` = all of the text.
    """
    view = editor.view
    view.suit(width, look, labels)
    text, at, selection = editor.text, editor.cursor, editor.selection
    extents = _window(view, text, at, height)
    drawn: dict[str, Row] = {}
    rows = []
    for extent in extents:
        part = text[extent.start : extent.end]
        row = drawn.get(part) or view.drawn.get(part) or _row(view.wrapping, part, look)
        drawn[part] = row
        if selection is not None and selection[0] <= extent.end and selection[1] > extent.start:
            cells = _selected_cells(view.wrapping, text, extent, selection)
            row = row.fit(max(row.width, cells[1])).marked(*cells, look.style(Role.SELECTION))
        rows.append(row)
    view.drawn = drawn
    row_at_cursor = view.wrapping.row_at(text, at)
    x = view.wrapping.x_at(text, row_at_cursor, at)
    return rows, Place(min(x, view.wrapping.width - 1), extents.index(row_at_cursor))


def offset_at(editor: Editor, x: int, y: int) -> int:
    """Return the offset at a cell, counted from the first of the rows drawn last; ``y`` = -1 is the row above them."""
    wrapping, text = editor.view.wrapping, editor.text
    row = wrapping.row_at(text, min(editor.view.top, len(text)))
    if y < 0:
        row = wrapping.row_before(text, row) or row
    for below in islice(_down(wrapping, text, row), max(0, y) + 1):
        row = below
    return wrapping.offset_at(text, row, x)


def _window(view: View, text: str, at: int, height: int | None) -> list[Extent]:
    """Return the rows to show: those shown before as long as the cursor is among them, else as few others as can be."""
    wrapping = view.wrapping
    if height is None:
        return list(_down(wrapping, text, wrapping.row_at(text, 0)))
    height = max(1, height)
    cursor = wrapping.row_at(text, at)
    top = wrapping.row_at(text, min(view.top, len(text)))
    rows = [cursor]
    for row in _up(wrapping, text, cursor):
        if len(rows) == height or rows[0].start <= top.start:
            break
        rows.insert(0, row)
    for row in _down(wrapping, text, cursor):
        if len(rows) == height:
            break
        if row != cursor:
            rows.append(row)
    for row in _up(wrapping, text, rows[0]):
        if len(rows) == height:
            break
        rows.insert(0, row)
    view.top = rows[0].start
    return rows


def _down(wrapping: Wrapping, text: str, row: Extent) -> Iterator[Extent]:
    following: Extent | None = row
    while following is not None:
        yield following
        following = wrapping.row_after(text, following)


def _up(wrapping: Wrapping, text: str, row: Extent) -> Iterator[Extent]:
    before = wrapping.row_before(text, row)
    while before is not None:
        yield before
        before = wrapping.row_before(text, before)


def _row(wrapping: Wrapping, part: str, look: Look) -> Row:
    text, chip = look.style(Role.TEXT), look.style(Role.ACCENT)
    if part.isascii() and part.isprintable():
        return Row.of((part, text)) if part else EMPTY
    spans: list[Span] = []
    for piece in wrapping.pieces(part):
        style = chip if piece.is_chip else text
        if spans and spans[-1][1] is style:
            spans[-1] = (spans[-1][0] + piece.text, style)
        else:
            spans.append((piece.text, style))
    return Row.of(*spans)


def _selected_cells(wrapping: Wrapping, text: str, extent: Extent, selection: tuple[int, int]) -> tuple[int, int]:
    """Return from which cell of a row to before which one is selected; a selected newline is the cell behind it."""
    start = wrapping.x_at(text, extent, max(extent.start, selection[0]))
    end = wrapping.x_at(text, extent, min(extent.end, selection[1]))
    has_newline = extent.is_last and extent.end < selection[1]
    return start, min(wrapping.width, end + 1) if has_newline else end
