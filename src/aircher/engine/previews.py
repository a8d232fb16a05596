"""What a call would do, to be looked at by whoever is asked about it.

Invariant: a preview never fails a call, never takes long and is never large: what cannot be had is left out.
"""

import asyncio
from dataclasses import replace
from typing import Any

from aircher.domain.display import DiffBlock, DisplayBlock, NoticeBlock, ShellBlock, TextBlock
from aircher.domain.tools import Previewing, Tool

DEADLINE_S = 2.0  # the person who is to answer waits for it
MOST_BLOCKS = 20
MOST_CHARS = 200_000  # of all blocks together, some 4,000 lines: what nobody reads need not be recorded
_CUT = "\n… (too long to be shown)"


async def previewed(tool: Tool[Any], args: object) -> tuple[DisplayBlock, ...]:
    """Return what the tool shows of a call with these arguments before it runs; nothing if it cannot."""
    if not isinstance(tool, Previewing):
        return ()
    looking = asyncio.ensure_future(tool.preview(args))
    try:
        await asyncio.wait([looking], timeout=DEADLINE_S)
    finally:
        looking.cancel()
    if not looking.done() or looking.cancelled() or looking.exception() is not None:
        return ()
    return bounded(looking.result())


def bounded(blocks: tuple[DisplayBlock, ...]) -> tuple[DisplayBlock, ...]:
    """Return the first blocks, and of them the beginning where they are too long together."""
    kept: list[DisplayBlock] = []
    left = MOST_CHARS
    for block in blocks[:MOST_BLOCKS]:
        match block:
            case TextBlock(text=text) if len(text) > left:
                kept.append(replace(block, text=text[:left] + _CUT))
            case DiffBlock(diff=text) if len(text) > left:
                kept.append(replace(block, diff=text[: text.rfind("\n", 0, left) + 1].rstrip("\n") + _CUT))
            case ShellBlock(command=text) if len(text) > left:
                kept.append(replace(block, command=text[:left] + _CUT))
            case _:
                kept.append(block)
        match block:
            case TextBlock(text=text) | DiffBlock(diff=text) | ShellBlock(command=text):
                left = max(left - len(text), 0)
            case _:
                pass
    if len(blocks) > MOST_BLOCKS:
        kept.append(NoticeBlock(text=f"and {len(blocks) - MOST_BLOCKS} more, not shown"))
    return tuple(kept)
