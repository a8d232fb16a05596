"""What changed between two texts, for people.

Invariant: pure, in bounded time: where two texts differ in too many lines, only their numbers are told.
"""

from difflib import unified_diff

from aircher.domain.display import DiffBlock

_MOST_LINES = 2000  # that differ on both sides together; the time grows with their square


def diff_block(path: str, before: str, after: str) -> DiffBlock:
    """Return the unified diff of two texts whose lines end in LF; ``path`` as people write it."""
    old, new = before.splitlines(), after.splitlines()
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    removed, added = len(old) - start - end, len(new) - start - end
    if removed + added > _MOST_LINES:
        diff = f"@@ -{start + 1},{removed} +{start + 1},{added} @@\n(too long to be shown)"
        return DiffBlock(path=path, diff=diff, added=added, removed=removed)
    lines = [line.rstrip("\n") for line in unified_diff(old, new, lineterm="")][2:]
    return DiffBlock(
        path=path,
        diff="\n".join(lines),
        added=sum(line.startswith("+") for line in lines),
        removed=sum(line.startswith("-") for line in lines),
    )


def _common(some: list[str], others: list[str]) -> int:
    pairs = zip(some, others, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others)))
