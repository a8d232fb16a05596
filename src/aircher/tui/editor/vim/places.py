"""Places in a text as vim counts them: lines, their first letters, the last sign that a cursor can be on."""

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_before
from aircher.tui.terminal.widths import cells, clusters

FAR = 1 << 40
"""A column behind every line's end."""


def last_on_line(text: str, at: int) -> int:
    """Return the last sign of a line, or the start of an empty one."""
    end = line_end(text, at)
    return end if end == 0 or text[end - 1] == "\n" else border_before(text, end)


def first_letter(text: str, at: int) -> int:
    """Return the first sign of a line that is no blank; the last one if there are only blanks."""
    start, end = line_start(text, at), line_end(text, at)
    while start < end and text[start] in " \t":
        start += 1
    return start if start < end else last_on_line(text, at)


def is_in_indent(text: str, at: int) -> bool:
    """Return whether only blanks are before ``at`` in its line."""
    return not text[line_start(text, at) : at].strip(" \t")


def is_empty_line(text: str, at: int) -> bool:
    """Return whether the line of ``at`` has no character."""
    return (at == 0 or text[at - 1] == "\n") and (at == len(text) or text[at] == "\n")


def is_blank_line(text: str, at: int) -> bool:
    """Return whether the line of ``at`` has blanks only."""
    return not text[line_start(text, at) : line_end(text, at)].strip()


def line_of_number(text: str, number: int) -> int:
    """Return where a line begins, counted from 1; the last one if there are fewer."""
    at = 0
    for _ in range(number - 1):
        found = text.find("\n", at)
        if found < 0:
            break
        at = found + 1
    return at


def lines_down(text: str, at: int, count: int) -> int:
    """Return the start of the line so many further down (up if negative), or as far as it goes."""
    start = line_start(text, at)
    for _ in range(abs(count)):
        if count > 0:
            end = line_end(text, start)
            if end == len(text):
                break
            start = end + 1
        elif start == 0:
            break
        else:
            start = line_start(text, start - 1)
    return start


def column(text: str, at: int) -> int:
    """Return the cell of an offset in its unbroken line; a tab counts as one."""
    return cells(text[line_start(text, at) : at].replace("\t", " "))


def at_column(text: str, start: int, wanted: int) -> int:
    """Return the offset at a cell of the line that begins at ``start``, its end if it is shorter."""
    line = text[start : line_end(text, start)]
    if line.isascii():
        return start + min(wanted, len(line))
    at = used = 0
    for cluster, size in clusters(line):
        used += 1 if cluster == "\t" else size
        if used > wanted:
            break
        at += len(cluster)
    return start + at
