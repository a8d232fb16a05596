"""How the entries of a list stand in columns.

Invariant: every row is exactly as wide as it was asked for. What does not fit is left out from the right: first the
last columns, then ends of words, which say so.
"""

import sys
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from aircher.tui.dialogs.box import shortened
from aircher.tui.dialogs.entries import Entry, Shown
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row, clean
from aircher.tui.terminal.styles import Style
from aircher.tui.terminal.widths import cells

ValueT = TypeVar("ValueT")

_MEASURED = 2_000
"""Entries whose widths are looked at; a wider one further down is cut."""
_MARK = 2
_GAP = 2
_NARROWEST_LABEL = 20
_NARROWEST_DETAIL = 12
_WIDEST_CELL = 40
_NARROWEST_CELL = 12
_NARROWEST_FIRST_CELL = 8
"""Of the first column: a list without it, such as settings without their values, is of little use."""
_WIDEST_LABEL = 32
"""Of a label with words beside it."""
_ROOMY_WORDS = 30
_WIDEST_WORDS = 44


class Column(NamedTuple):
    """A column beside the label: its headline (empty = none), and whether it holds numbers, then they stand right."""

    title: str
    is_number: bool = False


class Widths(NamedTuple):
    """Cells of the label, of the columns that fit, and of the detail; 0 = it is left out."""

    label: int
    cells: tuple[int, ...]
    detail: int


def natural(entries: Sequence[Entry[ValueT]], columns: Sequence[Column]) -> Widths:
    """Return how wide everything would like to be."""
    label = detail = 0
    wanted = [cells(column.title) for column in columns]
    for entry in islice(entries, _MEASURED):
        label = max(label, min(cells(clean(entry.label)), _WIDEST_LABEL if entry.detail else sys.maxsize))
        if entry.cells or not columns:
            detail = max(detail, cells(clean(entry.detail)))
        elif wanted:  # its words stand where the columns would
            words = cells(clean(entry.detail)) - sum(_GAP + size for size in wanted[:-1])
            wanted[-1] = max(wanted[-1], min(_WIDEST_WORDS, words))
        for at, text in enumerate(entry.cells[: len(wanted)]):
            wanted[at] = max(wanted[at], min(_WIDEST_CELL, cells(clean(text))))
    return Widths(label, tuple(wanted), detail)


def whole_width(widths: Widths) -> int:
    """Return the width of a row in which all of it stands."""
    return (
        _MARK
        + widths.label
        + sum(_GAP + width for width in widths.cells)
        + (_GAP + widths.detail) * (widths.detail > 0)
    )


def fitted(wanted: Widths, width: int) -> Widths:
    """Return what of it fits into rows of this width."""
    room = max(1, width - _MARK)
    kept: tuple[int, ...] = ()
    for cell in wanted.cells:
        left = room - min(wanted.label, _NARROWEST_LABEL) - sum(_GAP + size for size in kept) - _GAP
        if left < min(cell, _NARROWEST_CELL if kept else _NARROWEST_FIRST_CELL):
            break
        kept = (*kept, min(cell, left))
    room -= sum(_GAP + size for size in kept)
    label = min(wanted.label, room)
    detail = 0
    if wanted.detail and len(kept) == len(wanted.cells):
        label = min(label, max(_NARROWEST_LABEL, room // 2, room - _GAP - wanted.detail))
        detail = max(0, min(wanted.detail, room - _GAP - label))
    if detail < min(wanted.detail, _NARROWEST_DETAIL):
        return Widths(min(wanted.label, room), kept, 0)
    return Widths(label, kept, detail)


def header_row(columns: Sequence[Column], widths: Widths, width: int, look: Look) -> Row:
    """Return the headlines of the columns."""
    style = look.style(Role.MUTED)
    row = Row.of((" " * (_MARK + widths.label), style))
    for column, size in zip(columns, widths.cells, strict=False):
        row = row.beside(_cell(column.title, size, column, style, look))
    return row.fit(width)


def entry_row(
    shown: Shown[ValueT], columns: Sequence[Column], widths: Widths, width: int, look: Look, *, is_chosen: bool
) -> Row:
    """Return an entry: its mark, its label with the letters that were typed, its columns, its detail."""
    entry, muted = shown.entry, look.style(Role.MUTED)
    sign = look.glyphs.prompt if is_chosen else look.glyphs.bullet if entry.is_current else " "
    row = Row.of((f"{sign} ", look.style(Role.ACCENT)))
    if columns and entry.detail and not entry.cells:  # nothing for the columns: the words have their place
        is_roomy = width - _MARK - widths.label >= _ROOMY_WORDS
        row = row.beside(_label(shown, widths.label if is_roomy else cells(clean(entry.label)), look))
        row = row.beside(_words(entry, width - row.width - _GAP, muted, look))
    else:
        row = row.beside(_label(shown, widths.label, look))
        texts = (*entry.cells, *[""] * len(columns))
        for text, column, size in zip(texts, columns, widths.cells, strict=False):
            row = row.beside(_cell(text, size, column, muted, look))
        if widths.detail and entry.detail:
            row = row.beside(_words(entry, widths.detail, muted, look))
    row = row.fit(width)
    return row.marked(0, width, look.style(Role.CHOSEN)) if is_chosen else row


def _words(entry: Entry[ValueT], width: int, style: Style, look: Look) -> Row:
    row = _marked(entry.detail, entry.detail_hits, width, style, look)
    return Row.of((" " * _GAP, style)).beside(row)


def _cell(text: str, size: int, column: Column, style: Style, look: Look) -> Row:
    text = shortened(text, size, look.glyphs.ellipsis)
    left = " " * (_GAP + (size - cells(text)) * column.is_number)
    return Row.of((left + text, style)).fit(_GAP + size)


def _label(shown: Shown[ValueT], width: int, look: Look) -> Row:
    return _marked(shown.entry.label, shown.positions, width, look.style(Role.TEXT), look).fit(width)


def _marked(text: str, positions: Sequence[int], width: int, plain: Style, look: Look) -> Row:
    """Return as much of a text as fits, with the letters at these positions marked."""
    text, ellipsis, hit = clean(text), look.glyphs.ellipsis, look.style(Role.HIT)
    kept = shortened(text, width, ellipsis)
    end = len(kept) if kept == text else len(kept) - len(ellipsis)
    hits = {at for at in positions if at < end}
    if not hits:
        return Row.of((kept, plain))
    spans: list[tuple[str, Style]] = []
    start = 0
    for at in range(1, len(kept) + 1):
        if at == len(kept) or (at in hits) != (start in hits):
            spans.append((kept[start:at], hit if start in hits else plain))
            start = at
    return Row.of(*spans)
