"""Secrets taken out of what people are shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias, assert_never

from aircher.domain.display import (
    CallsBlock,
    DelegatedCall,
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
)

Mask: TypeAlias = Callable[[str], tuple[str, int]]
"""Takes secrets out of a text; returns it and how many there were."""


def unmasked(text: str) -> tuple[str, int]:
    """Return the text as it is."""
    return text, 0


def text_chars(block: DisplayBlock) -> int:
    """Return how much free text the block has."""
    match block:
        case TextBlock(text=text) | DiffBlock(diff=text) | ShellBlock(output=text):
            return len(text)
        case TableBlock(rows=rows):
            return sum(len(cell) for row in rows for cell in row)
        case CallsBlock(calls=calls):
            return sum(len(call.subject) + len(call.summary) for call in calls)
        case _:
            return 0


def masked_block(block: DisplayBlock, mask: Mask) -> DisplayBlock:
    """Return the block with its free text masked; what is a name, a word or a number stays."""
    match block:
        case TextBlock():
            return replace(block, text=mask(block.text)[0])
        case DiffBlock():
            return replace(block, diff=mask(block.diff)[0])
        case ShellBlock():
            return replace(block, command=mask(block.command)[0], output=mask(block.output)[0])
        case TableBlock():
            return replace(block, rows=tuple(tuple(mask(cell)[0] for cell in row) for row in block.rows))
        case CallsBlock():
            return replace(block, calls=tuple(masked_call(call, mask) for call in block.calls))
        case TodoBlock() | NoticeBlock():
            return block
        case _:
            assert_never(block)


def masked_call(call: DelegatedCall, mask: Mask) -> DelegatedCall:
    """Return a subagent's call with its words masked."""
    return replace(call, subject=mask(call.subject)[0], summary=mask(call.summary)[0])
