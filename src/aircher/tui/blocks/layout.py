"""How texts are fitted into a width: cut, broken anywhere, or hung below a sign.

Invariant: no row that is returned is wider than was asked for.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from aircher.tui.look import Glyphs, Look, Role
from aircher.tui.quantities import plural
from aircher.tui.terminal.rows import EMPTY, MoreRow, Row, Span, clean, wrap
from aircher.tui.terminal.styles import PLAIN, Style
from aircher.tui.terminal.widths import cells, split_at

INDENT = 2


def shortened(text: str, width: int, glyphs: Glyphs) -> str:
    """Return the clean beginning of a line that fits, with a sign at its end if something is missing."""
    line = clean(text[: 8 * max(width, 1) + 8])  # a sign may be made of several characters
    if len(line) <= width and line.isascii() and len(text) <= len(line):
        return line
    if cells(line) <= width and len(text) <= 8 * width + 8:
        return line
    return split_at(line, max(width - 1, 0))[0].rstrip() + glyphs.ellipsis if width > 0 else ""


def cut_line(text: str, width: int, style: Style, glyphs: Glyphs) -> Row:
    """Return a line on one row, cut if it is too long."""
    line = shortened(text, width, glyphs)
    return Row(((line, style),), cells(line)) if line else EMPTY


def chopped(spans: Iterable[Span], width: int) -> list[Row]:
    """Return clean text of one line broken wherever a row is full: no space of it is lost."""
    width = max(width, 2)
    rows: list[Row] = []
    row: list[Span] = []
    used = 0
    for text, style in spans:
        rest = text
        while rest:
            piece, rest, size = split_at(rest, width - used)
            if piece:
                row.append((piece, style))
                used += size
            if rest:
                rows.append(Row(tuple(row), used))
                row, used = [], 0
    return [*rows, Row(tuple(row), used)] if row or not rows else rows


def hanging(line: str, width: int, style: Style) -> list[Row]:
    """Return a clean line broken behind spaces, which stay at the ends of rows: none is lost.

    A row whose last cell holds a sign ends within or right behind a word that is wider than a row: what follows is the
    rest of it, its space included. So nobody can take two words for one, or one for two.
    """
    width = max(width, 2)
    if line.isascii():
        return [Row(((piece, style),), len(piece)) for piece in _ascii_pieces(line, width)] or [EMPTY]
    pieces: list[str] = []
    row, used = "", 0
    for word in re.findall(" *[^ ]+ *| +", line):
        size = cells(word)
        if row and used + size > width:
            pieces.append(row)
            row, used = "", 0
        row += word
        used += size
    return [at for piece in (*pieces, row) for at in chopped([(piece, style)], width)]


def _ascii_pieces(line: str, width: int) -> Iterator[str]:
    at = 0
    while len(line) - at > width:
        end = line.rfind(" ", at, at + width) + 1 or at + width
        yield line[at:end]
        at = end
    if at < len(line):
        yield line[at:]


def indented(rows: Iterable[Row], by: int = INDENT) -> list[Row]:
    """Return the rows moved to the right; empty ones stay empty."""
    lead = (" " * by, PLAIN)
    return [type(row)((lead, *row.spans), row.width + by) if row.width else row for row in rows] if by else list(rows)


def hung(lead: Row, spans: Iterable[Span], width: int) -> list[Row]:
    """Return a paragraph right of ``lead``; further rows stand below its first word if there is room."""
    if width - lead.width < width // 2:
        return wrap((*lead.spans, *spans), width)
    first, *more = wrap(spans, width - lead.width)
    return [lead.beside(first), *indented(more, lead.width)]


def plain_wrapped(text: str, width: int, style: Style) -> list[Row]:
    """Return what `rows.wrap` returns for text of one style, for usual text in a tenth of the time."""
    width = max(width, 2)
    rows: list[Row] = []
    for line in text.split("\n"):
        if not (line.isascii() and line.isprintable()) or not _add_wrapped(rows, line, width, style):
            rows.extend(wrap([(line, style)], width))
    return rows


def _add_wrapped(rows: list[Row], line: str, width: int, style: Style) -> bool:
    """Add the rows of a line; ``False`` = nothing was added, as it begins with spaces that do not stay."""
    added: list[str] = []
    rest = line
    while len(rest) > width:
        end = rest.rfind(" ", 0, width + 1)
        piece = rest[: end if end >= 0 else width].rstrip(" ")
        if not piece:
            return False
        added.append(piece)
        rest = rest[end if end >= 0 else width :].lstrip(" ")
    rest = rest.rstrip(" ")
    if rest or not added:
        added.append(rest)
    rows.extend(Row(((piece, style),), len(piece)) if piece else EMPTY for piece in added)
    return True


def plain_rows(lines: Sequence[str], width: int, style: Style, *, is_prose: bool = False) -> list[Row]:
    """Return every line whole, broken wherever a row is full, or, of prose, between words."""
    rows: list[Row] = []
    for line in lines:
        text = clean(line)
        if len(text) <= width and text.isascii():
            rows.append(Row(((text, style),), len(text)) if text else EMPTY)
        else:
            rows.extend(hanging(text, width, style) if is_prose else chopped([(text, style)], width))
    return rows


def more_row(
    count: int, width: int, look: Look, *, noun: str = "line", is_above: bool = False, can_unfold: bool = True
) -> Row:
    """Return the muted row that says how much is not shown, and which key shows it unless it is lost."""
    number, _, counted = plural(count, noun).partition(" ")
    words = f"{number} {counted} above" if is_above else f"{number} more {counted}"
    key = f" {look.glyphs.dot} {look.full_key}" if can_unfold and look.full_key else ""
    row = cut_line(f"{look.glyphs.ellipsis} {words}{key}", width, look.style(Role.MUTED), look.glyphs)
    return MoreRow(row.spans, row.width) if can_unfold else row


def beginning(text: str, most: int) -> tuple[list[str], int]:
    """Return the first lines of a text, and how many more it has."""
    lines = text.rstrip("\n").split("\n", most)
    if len(lines) <= most:
        return lines, 0
    rest = lines.pop()
    return lines, rest.count("\n") + 1


def ending(text: str, most: int) -> tuple[int, list[str]]:
    """Return how many lines come before the last ones of a text, and these."""
    lines = text.rstrip("\n").rsplit("\n", most)
    if len(lines) <= most:
        return 0, lines
    before = lines.pop(0)
    return before.count("\n") + 1, lines
