"""Display blocks as plain text, for where nothing can be drawn."""

from typing import assert_never

from aircher.domain.display import (
    CallsBlock,
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
    TodoState,
)
from aircher.support.text import display_width

_BOXES: dict[TodoState, str] = {"pending": "[ ]", "in_progress": "[>]", "completed": "[x]"}


def plain_text(block: DisplayBlock) -> str:
    """Return the block as text without colours; foreign characters are still in it."""
    match block:
        case TextBlock(text=text) | NoticeBlock(text=text):
            return text
        case DiffBlock(path=path, diff=diff, added=added, removed=removed):
            return f"{path} +{added} -{removed}\n{diff}"
        case ShellBlock(command=command, output=output, exit_status=status):
            ended = "" if status in {0, None} else f"\nexit status {status}"
            return f"$ {command}\n{output}{ended}"
        case TableBlock(header=header, rows=rows):
            return _table((header, *rows))
        case TodoBlock(items=items):
            return "\n".join(f"{_BOXES[item.state]} {item.text}" for item in items)
        case CallsBlock(calls=calls):
            return "\n".join(f"{call.name} {call.subject}: {call.summary or call.state}" for call in calls)
    assert_never(block)


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
