"""What changed between two texts, for people.

Invariant: pure, in bounded time: where two texts differ in very many lines, these are not compared with each other, and
all of them are told as taken out and put in; of what nobody could read only the numbers are told.
"""

from difflib import unified_diff

from aircher.domain.display import DiffBlock

_MOST_LINES = 2000  # that differ on both sides together; the time grows with their square
_MOST_CHARS = 200_000  # some 4,000 lines
_CONTEXT = 3


def diff_block(path: str, before: str, after: str) -> DiffBlock:
    """Return the unified diff of two texts whose lines end in LF; ``path`` as people write it."""
    old, new = before.splitlines(), after.splitlines()
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    removed, added = len(old) - start - end, len(new) - start - end
    if removed + added > _MOST_LINES:
        if sum(map(len, (*old[start : len(old) - end], *new[start : len(new) - end]))) > _MOST_CHARS:
            diff = f"@@ -{start + 1},{removed} +{start + 1},{added} @@\n(too long to be shown)"
            return DiffBlock(path=path, diff=diff, added=added, removed=removed)
        lines = _replaced(old, new, start, end)
    else:
        lines = [line.rstrip("\n") for line in unified_diff(old, new, lineterm="")][2:]
    return DiffBlock(
        path=path,
        diff="\n".join(lines),
        added=sum(line.startswith("+") for line in lines),
        removed=sum(line.startswith("-") for line in lines),
    )


def _replaced(old: list[str], new: list[str], start: int, end: int) -> list[str]:
    """Return the hunk in which everything between the first and the last lines is another."""
    above, below = old[max(0, start - _CONTEXT) : start], old[len(old) - end : len(old) - end + _CONTEXT]
    removed, added = old[start : len(old) - end], new[start : len(new) - end]
    around = len(above) + len(below)
    first = start - len(above) + 1
    old_size, new_size = len(removed) + around, len(added) + around
    return [
        f"@@ -{first if old_size else 0},{old_size} +{first if new_size else 0},{new_size} @@",
        *(f" {line}" for line in above),
        *(f"-{line}" for line in removed),
        *(f"+{line}" for line in added),
        *(f" {line}" for line in below),
    ]


def _common(some: list[str], others: list[str]) -> int:
    pairs = zip(some, others, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others)))
