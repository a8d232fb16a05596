"""Tables that tools show: columns as wide as they need, fewer cells where the width does not do.

Invariant: where not even narrow columns fit, every row becomes a list of its cells, so that nothing is lost.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from aircher.domain.display import TableBlock
from aircher.tui.blocks.layout import more_row, shortened
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import EMPTY, Row, clean, wrap
from aircher.tui.terminal.styles import Style
from aircher.tui.terminal.widths import cells

_GAP = 2
_NARROWEST = 6
"""Below it a column tells nothing any more."""


def table_rows(block: TableBlock, width: int, look: Look, *, most_rows: int | None) -> list[Row]:
    """Return the table: all rows, or its first ones."""
    shown = block.rows if most_rows is None else block.rows[:most_rows]
    more = len(block.rows) - len(shown)
    columns = max((len(row) for row in (block.header, *shown)), default=0)
    if not columns:
        return []
    wanted = [max(2, *(cells(_cell(row, at)) for row in (block.header, *shown))) for at in range(columns)]
    widths = fitted_widths(wanted, width - _GAP * (columns - 1))
    rows = (
        _grid(block.header, shown, widths, look, is_whole=most_rows is None)
        if widths
        else _listed(block.header, shown, width, look)
    )
    return [*rows, more_row(more, width, look, noun="row")] if more else rows


def fitted_widths(wanted: Sequence[int], width: int) -> list[int]:
    """Return how wide each column becomes: the widest give way first; none = they do not fit at all."""
    if sum(wanted) <= width:
        return list(wanted)
    if sum(min(size, _NARROWEST) for size in wanted) > width:
        return []
    low, high = _NARROWEST, max(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(min(size, middle) for size in wanted) <= width else (low, middle - 1)
    widths = [min(size, low) for size in wanted]
    for at, size in enumerate(wanted):
        if sum(widths) < width and size > widths[at]:
            widths[at] += 1
    return widths


def _grid(
    header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], look: Look, *, is_whole: bool
) -> list[Row]:
    text = look.style(Role.TEXT)
    is_right = [bool(rows) and all(_is_number(_cell(row, at)) for row in rows) for at in range(len(widths))]

    def lines(row: Sequence[str], style: Style) -> Iterator[Row]:
        columns = [
            [part.text for part in wrap([(_cell(row, at), style)], width)]
            if is_whole and width > 1
            else [shortened(_cell(row, at), width, look.glyphs)]
            for at, width in enumerate(widths)
        ]
        for parts in zip_longest(*columns, fillvalue=""):
            yield _line(parts, widths, is_right, style)

    total = sum(widths) + _GAP * (len(widths) - 1)
    rule = Row(((look.glyphs.horizontal * total, look.style(Role.BORDER)),), total)
    return [*lines(header, text._replace(bold=True)), rule, *(line for row in rows for line in lines(row, text))]


def _line(parts: Sequence[str], widths: Sequence[int], is_right: Sequence[bool], style: Style) -> Row:
    drawn = ""
    for part, width, to_right in zip(parts, widths, is_right, strict=True):
        pad = " " * (width - cells(part))
        drawn += (pad + part if to_right else part + pad) + " " * _GAP
    drawn = drawn.rstrip()
    return Row(((drawn, style),), cells(drawn)) if drawn else EMPTY


def _listed(header: Sequence[str], rows: Sequence[Sequence[str]], width: int, look: Look) -> list[Row]:
    """Return each row as lines of ``name: cell``, with an empty row between them."""
    muted, text = look.style(Role.MUTED), look.style(Role.TEXT)
    drawn: list[Row] = []
    for number, row in enumerate(rows):
        if number:
            drawn.append(EMPTY)
        for at in range(len(row)):
            name = f"{_cell(header, at)}: " if _cell(header, at) else ""
            drawn.extend(wrap([(name, muted), (_cell(row, at), text)], width))
    return drawn


def _cell(row: Sequence[str], at: int) -> str:
    return clean(" ".join(row[at].split())) if at < len(row) else ""


def _is_number(text: str) -> bool:
    return bool(text) and text.strip("+-$%").replace(",", "").replace(".", "", 1).isdecimal()
