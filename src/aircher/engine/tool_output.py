"""Cuts what a tool answers down to what a model should read.

Invariant: beginning and end are kept, the gap is named with its size and with the place where all of it can be read.
"""

from aircher.domain.ids import CallId
from aircher.engine.ports import SavedOutputs

MOST_CHARS = 40_000  # of one result: about 10,000 tokens, a twelfth of a small window
MOST_CHARS_TOGETHER = 120_000  # of the results of one answer: many calls at once must not fill the window either
_HEAD_SHARE = 0.6  # what a program is about stands at its beginning, how it ended at its end


def allowance(calls: int) -> int:
    """Return how many characters each of so many calls may answer with."""
    return min(MOST_CHARS, MOST_CHARS_TOGETHER // max(calls, 1))


async def fitted(content: str, limit: int, *, call_id: CallId, outputs: SavedOutputs | None) -> str:
    """Return the content if it is short enough, else its beginning and end; all of it is saved then."""
    if len(content) <= limit:
        return content
    path = None if outputs is None else await outputs.save(call_id, content)
    head = content[: int(limit * _HEAD_SHARE)]
    tail = content[len(content) - (limit - len(head)) :]
    head, tail = head[: head.rfind("\n")] or head, tail[tail.find("\n") + 1 :] or tail
    where = f"; all of it is in {path}: read the part you need" if path else ""
    left_out = len(content) - len(head) - len(tail)
    return f"{head}\n[… {left_out:,} of {len(content):,} characters left out{where} …]\n{tail}"
