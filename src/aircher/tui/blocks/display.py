"""What tools show, as rows: whole for who asked to see it, folded where it stands among other things."""

from collections.abc import Callable
from typing import TypeAlias, assert_never

from aircher.domain.display import (
    CallsBlock,
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
)
from aircher.tui.blocks.delegated import calls_rows, count_row
from aircher.tui.blocks.diff import diff_rows
from aircher.tui.blocks.diff_colors import DiffColors
from aircher.tui.blocks.notice import notice_rows
from aircher.tui.blocks.shell import shell_rows
from aircher.tui.blocks.table import table_rows
from aircher.tui.blocks.text import text_rows
from aircher.tui.blocks.todo import todo_rows
from aircher.tui.look import Look
from aircher.tui.terminal.rows import Row

Draw: TypeAlias = "Callable[[DisplayBlock, int, Look, DiffColors | None], list[Row]]"
"""Draws a block, whole or folded."""

FOLDED_TEXT_ROWS = 3
FOLDED_SHELL_ROWS = 5
FOLDED_FAILURE_ROWS = 10
"""Of a command that failed: why, stands in its last lines."""
FOLDED_TABLE_ROWS = 8
FOLDED_DIFF_ROWS = 24
"""Half of a usual screen: a change is what people check."""


def display_rows(block: DisplayBlock, width: int, look: Look, colors: DiffColors | None = None) -> list[Row]:
    """Return the whole block; ``colors`` are those of diffs."""
    match block:
        case TextBlock():
            return text_rows(block, width, look, most_rows=None)
        case DiffBlock():
            return diff_rows(block, width, look, colors=colors)
        case ShellBlock():
            return shell_rows(block, width, look, most_rows=None)
        case TableBlock():
            return table_rows(block, width, look, most_rows=None)
        case TodoBlock():
            return todo_rows(block, width, look)
        case NoticeBlock():
            return notice_rows(block.text, block.level, width, look)
        case CallsBlock():
            return calls_rows(block.calls, width, look, most_rows=None)
        case _:
            assert_never(block)


def folded_rows(block: DisplayBlock, width: int, look: Look, colors: DiffColors | None = None) -> list[Row]:
    """Return the part of the block that tells most, and how much more there is."""
    match block:
        case TextBlock():
            return text_rows(block, width, look, most_rows=FOLDED_TEXT_ROWS)
        case DiffBlock():
            return diff_rows(block, width, look, colors=colors, most_rows=FOLDED_DIFF_ROWS)
        case ShellBlock():
            most = FOLDED_FAILURE_ROWS if block.exit_status else FOLDED_SHELL_ROWS
            return shell_rows(block, width, look, most_rows=most)
        case TableBlock():
            return table_rows(block, width, look, most_rows=FOLDED_TABLE_ROWS)
        case CallsBlock():
            return [count_row(block.calls, width, look)]
        case TodoBlock() | NoticeBlock():
            return display_rows(block, width, look)
        case _:
            assert_never(block)


def display_source(block: DisplayBlock) -> str:
    """Return the block's text as it is copied and searched."""
    match block:
        case TextBlock():
            return block.text
        case DiffBlock():
            return f"{block.path}\n{block.diff}"
        case ShellBlock():
            return f"$ {block.command}\n{block.output}".rstrip("\n")
        case TableBlock():
            return "\n".join("\t".join(row) for row in (block.header, *block.rows))
        case TodoBlock():
            boxes = {"completed": "[x]", "in_progress": "[>]", "pending": "[ ]"}
            return "\n".join(f"{boxes[item.state]} {item.text}" for item in block.items)
        case NoticeBlock():
            return block.text
        case CallsBlock():
            return "\n".join(f"{call.name} {call.subject}: {call.summary or call.state}" for call in block.calls)
        case _:
            assert_never(block)
