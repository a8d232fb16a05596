"""Up to where a text can be frozen: before a block or an item of which it is certain that it begins there.

What begins a block is certain once there is more of its line than a marker, and an empty line before it. A fence, a
heading and a table need no empty line before them, but their own lines have to be finished.
"""

from typing import NamedTuple

from aircher.support.markdown_parser import Mark
from aircher.tui.markdown.source import Source, is_undecided


class Cut(NamedTuple):
    """A place in a source, in bytes; ``is_in_list`` = the list goes on after it."""

    at: int
    is_in_list: bool


def last_cut(source: Source, marks: list[Mark]) -> Cut | None:
    """Return where the last block or item begins, if all before it is certain."""
    last = marks[-1]
    at = source.line_start(last.start)
    if last.name == "-List" and len(marks) > 1:
        item = source.line_start(marks[-2].start)
        if item > at:
            return None if is_undecided(source.line(item)) else Cut(item, is_in_list=True)
    if not at:
        return None
    line = source.line(at)
    if source.is_after_blank(at):
        return None if is_undecided(line) else Cut(at, is_in_list=False)
    is_certain = line.endswith(b"\n") and (last.name == "-Heading" and line.lstrip(b" ").startswith(b"#"))
    is_certain = is_certain or is_fence(source, last) or (last.name == "-Table" and is_table(source, at))
    return Cut(at, is_in_list=False) if is_certain else None


def is_fence(source: Source, mark: Mark) -> bool:
    """Return whether the mark is that of a fence whose first line is finished."""
    line = source.line(source.line_start(mark.start))
    bare = line.lstrip(b" ")
    is_fenced = bare.startswith((b"```", b"~~~")) and len(line) - len(bare) < 4
    return mark.name[1:] == "CodeBlock" and is_fenced and line.endswith(b"\n")


def is_table(source: Source, at: int) -> bool:
    """Return whether both lines are finished that make a table of what begins here."""
    first = source.line(at)
    return source.line(at + len(first)).endswith(b"\n")


def blank_after_table(source: Source, marks: list[Mark]) -> Cut | None:
    """Return the end of a table after which an empty line has come: what follows is no row of it."""
    end = source.data.rfind(b"\n") + 1
    if marks[-1].name != "-Table" or not end or source.data[source.line_start(end - 1) : end].strip():
        return None
    return Cut(end, is_in_list=False)
