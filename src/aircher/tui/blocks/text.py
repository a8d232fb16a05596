"""Plain text and code that a tool shows."""

from collections.abc import Sequence

from aircher.domain.display import TextBlock
from aircher.tui.blocks.layout import beginning, cut_line, more_row, plain_rows
from aircher.tui.blocks.output import without_codes
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row

_MOST_COLORED_CHARS = 2_000
"""Some fifty lines: colours of more would hold the screen up for longer than 5 ms."""
_DIFF_SIGNS = {"+": Role.SUCCESS, "-": Role.ERROR, "@": Role.SECONDARY}


def text_rows(block: TextBlock, width: int, look: Look, *, most_rows: int | None) -> list[Row]:
    """Return the text: all of it, or a row for each of its first lines."""
    text = without_codes(block.text)
    if most_rows is not None:
        lines, more = beginning(text, most_rows)
        rows = [_line(line, width, look, block.language) for line in lines]
        return [*rows, more_row(more, width, look)] if more else rows
    if block.language == "diff":
        return _changes(text.split("\n"), width, look)
    if block.language and look.highlights and len(text) <= _MOST_COLORED_CHARS:
        from aircher.tui.markdown.code import code_rows  # few tools show code

        return code_rows(text, block.language, width, look)
    return plain_rows(text.rstrip("\n").split("\n"), width, look.style(Role.TEXT), is_prose=not block.language)


def _line(line: str, width: int, look: Look, language: str) -> Row:
    role = _DIFF_SIGNS.get(line[:1], Role.MUTED) if language == "diff" else Role.MUTED
    return cut_line(line, width, look.style(role), look.glyphs)


def _changes(lines: Sequence[str], width: int, look: Look) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        rows.extend(plain_rows([line], width, look.style(_DIFF_SIGNS.get(line[:1], Role.TEXT))))
    return rows
