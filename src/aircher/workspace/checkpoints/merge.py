"""Texts, line by line: what two hands made of the same one, put together; how much differs; a diff for people.

Invariant: pure. A merge either holds both hands' changes untouched or is refused: changes that meet are a conflict.
"""

from difflib import SequenceMatcher, unified_diff
from typing import TypeAlias

MAX_MERGED_BYTES = 2 * 1024 * 1024  # matching lines takes quadratic time in the worst case
_MAX_MATCHED_LINES = 3_000  # the same, for what is left between equal heads and tails

Hunk: TypeAlias = tuple[int, int, list[bytes]]
"""Lines from ``start`` to ``end`` of the common text, and what one hand made of them."""


def merged(common: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return ``ours`` with what ``theirs`` changed in ``common``; ``None`` = they meet, or it is no text."""
    if theirs in (ours, common):
        return ours
    if ours == common:
        return theirs
    if not all(map(is_text, (common, ours, theirs))):
        return None
    base = common.splitlines(keepends=True)
    hunks = _disjoint(_hunks(base, ours.splitlines(keepends=True)), _hunks(base, theirs.splitlines(keepends=True)))
    if hunks is None:
        return None
    result: list[bytes] = []
    at = 0
    for start, end, lines in hunks:
        result += base[at:start] + lines
        at = end
    return b"".join(result + base[at:])


def is_text(data: bytes) -> bool:
    """Whether it can be merged and compared line by line."""
    return len(data) <= MAX_MERGED_BYTES and b"\0" not in data


def line_counts(before: bytes, after: bytes) -> tuple[int, int]:
    """Return how many lines were added and removed; 0 and 0 for what is not text."""
    if not (is_text(before) and is_text(after)):
        return 0, 0
    hunks = _hunks(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return sum(len(lines) for _, _, lines in hunks), sum(end - start for start, end, _ in hunks)


def diff(before: bytes, after: bytes) -> str:
    """Return a unified diff without file headers; a sentence for what is not text."""
    if not (is_text(before) and is_text(after)):
        return f"binary: {len(before):,} bytes become {len(after):,}\n"
    old, new = (
        [line.decode("utf-8", "replace") for line in data.splitlines(keepends=True)] for data in (before, after)
    )
    lines = list(unified_diff(old, new, n=3))[2:]
    return "".join(line if line.endswith("\n") else f"{line}\n\\ no newline at the end\n" for line in lines)


def _hunks(old: list[bytes], new: list[bytes]) -> list[Hunk]:
    head = _common_length(old, new)
    tail = _common_length(old[head:][::-1], new[head:][::-1])
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if not left and not right:
        return []
    if not left or not right or max(len(left), len(right)) > _MAX_MATCHED_LINES:
        return [(head, head + len(left), right)]
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return [
        (head + start, head + end, right[first:last])
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _common_length(one: list[bytes], other: list[bytes]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _disjoint(ours: list[Hunk], theirs: list[Hunk]) -> list[Hunk] | None:
    """Return all changes in order, equal ones once; ``None`` if two of them touch."""
    found: list[Hunk] = []
    for hunk in sorted([*ours, *theirs], key=lambda hunk: hunk[:2]):
        if found and hunk == found[-1]:
            continue
        if found and hunk[0] <= found[-1][1]:
            return None
        found.append(hunk)
    return found
