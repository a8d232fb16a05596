"""A command line, what it printed, and how it ended."""

from aircher.domain.display import ShellBlock
from aircher.tui.blocks.layout import beginning, cut_line, ending, hanging, indented, more_row, plain_rows
from aircher.tui.blocks.output import without_codes
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row, clean

_SIGN = "$ "
_MOST_COMMAND_LINES = 3


def shell_rows(block: ShellBlock, width: int, look: Look, *, most_rows: int | None) -> list[Row]:
    """Return command, output and exit status: all, or of the output a row for each of its last lines."""
    rows = command_rows(block.command, width, look, is_whole=most_rows is None)
    rows.extend(output_rows(block.output, width, look, most_rows=most_rows))
    if block.exit_status:
        rows.append(cut_line(f"exit {block.exit_status}", width, look.style(Role.ERROR), look.glyphs))
    return rows


def command_rows(command: str, width: int, look: Look, *, is_whole: bool = True) -> list[Row]:
    """Return a command line as it would be typed; lines are broken between words, as nothing of them may be lost."""
    command = command.strip("\n")
    lines, more = (command.split("\n"), 0) if is_whole else beginning(command, _MOST_COMMAND_LINES)
    style = look.style(Role.TEXT)
    lead = Row(((_SIGN, look.style(Role.PRIMARY)),), len(_SIGN))
    inner = max(2, width - len(_SIGN))
    first, *others = (row for line in lines for row in hanging(clean(line), inner, style))
    rows = [lead.beside(first), *indented(others, len(_SIGN))]
    if more:
        rows.extend(indented([more_row(more, inner, look)], len(_SIGN)))
    return rows


def output_rows(output: str, width: int, look: Look, *, most_rows: int | None) -> list[Row]:
    """Return what was printed; of much only the end, where errors are."""
    text = without_codes(output).strip("\n")
    if not text:
        return []
    style = look.style(Role.MUTED)
    if most_rows is None:
        return plain_rows(text.split("\n"), width, style)
    return tail_rows(*ending(text, most_rows), width=width, look=look)


def tail_rows(before: int, lines: list[str], *, width: int, look: Look, is_folded: bool = True) -> list[Row]:
    """Return a row a line, below the count of those that came before: which are folded away, or lost."""
    style = look.style(Role.MUTED)
    rows = [cut_line(line, width, style, look.glyphs) for line in lines]
    return [more_row(before, width, look, is_above=True, can_unfold=is_folded), *rows] if before else rows
