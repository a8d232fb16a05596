"""What a unified diff says, line by line, and which words of two lines differ.

Invariant: the work of a comparison is bounded: long lines are compared at their ends only.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from aircher.tui.terminal.rows import clean

Marks: TypeAlias = tuple[tuple[int, int], ...]
"""Parts of a line, each from a character to before another."""

_LONGEST_COMPARED = 400
"""Characters; the time grows with their square."""
_MOST_ALIGNED = 900
"""Pairs of lines that are looked at to find which belong together: about 2 ms."""
_LEAST_ALIKE = 0.35
"""Of the longer line; two lines that share less are not one line that was changed."""


class DiffLine(NamedTuple):
    """A line of a diff: its clean text, and its numbers before and after (0 = it has none there).

    ``sign`` is ``+``, ``-``, a space, ``@`` where lines are left out, or ``!`` for a remark of the diff itself.
    ``cut_chars`` of its end are not in ``text``.
    """

    sign: str
    text: str
    old: int = 0
    new: int = 0
    cut_chars: int = 0


class Pair(NamedTuple):
    """What stands side by side: a line as it was and as it is; ``None`` = there is none."""

    old: DiffLine | None
    new: DiffLine | None


def diff_lines(diff: str, *, most_chars: int | None = None) -> Iterator[DiffLine]:
    """Yield the lines of a unified diff without file headers, of each so many characters; ``None`` = all."""
    old = new = 0
    for line in diff.removesuffix("\n").split("\n"):
        cut = 0 if most_chars is None else max(0, len(line) - 1 - most_chars)
        sign, text = line[:1], clean(line[1 : len(line) - cut])
        match sign:
            case "@":
                old, new = _starts(line, old, new)
                yield DiffLine("@", clean(line.rpartition("@@")[2].strip()[:most_chars]))
            case "+":
                yield DiffLine(sign, text, 0, new, cut)
                new += 1
            case "-":
                yield DiffLine(sign, text, old, 0, cut)
                old += 1
            case " ":
                yield DiffLine(sign, text, old, new, cut)
                old, new = old + 1, new + 1
            case "":
                yield DiffLine(" ", "", old, new)
                old, new = old + 1, new + 1
            case _:
                yield DiffLine("!", clean(line[:most_chars].removeprefix("\\ ")))


def groups(lines: Iterable[DiffLine]) -> Iterator[list[DiffLine]]:
    """Yield lines that were changed together, and every other line by itself."""
    group: list[DiffLine] = []
    for line in lines:
        if line.sign not in "+-" or (line.sign == "-" and group and group[-1].sign == "+"):
            if group:
                yield group
            group = []
        if line.sign in "+-":
            group.append(line)
        else:
            yield [line]
    if group:
        yield group


def pairs(group: Sequence[DiffLine]) -> list[Pair]:
    """Return the lines of a group as they stand beside each other."""
    if len(group) == 1 and group[0].sign not in "+-":
        return [Pair(group[0], group[0])]
    removed = [line for line in group if line.sign == "-"]
    added = [line for line in group if line.sign == "+"]
    paired: list[Pair] = []
    old_at = new_at = 0
    for old_end, new_end in [*_alike(removed, added), (len(removed), len(added))]:
        paired += [Pair(old, new) for old, new in zip_longest(removed[old_at:old_end], added[new_at:new_end])]
        if old_end < len(removed):
            paired.append(Pair(removed[old_end], added[new_end]))
        old_at, new_at = old_end + 1, new_end + 1
    return paired


def _alike(removed: Sequence[DiffLine], added: Sequence[DiffLine]) -> list[tuple[int, int]]:
    """Return which removed lines came back changed, in order: those pairs that have most in common, all in all.

    With as many lines on either side, or very many, each belongs to the one in its place.
    """
    if len(removed) == len(added) or not 0 < len(removed) * len(added) <= _MOST_ALIGNED:
        return []
    best: list[list[tuple[float, tuple[tuple[int, int], ...]]]] = [[(0.0, ())] * (len(added) + 1)]
    for at, old in enumerate(removed):
        row = [best[-1][0]]
        for other, new in enumerate(added):
            share = _shared(old.text.strip(), new.text.strip())
            before, known = best[-1][other]
            both = (before + share, (*known, (at, other))) if share >= _LEAST_ALIKE else (0.0, ())
            row.append(max(best[-1][other + 1], row[-1], both, key=lambda found: found[0]))
        best.append(row)
    return list(best[-1][-1][1])


def _shared(old: str, new: str) -> float:
    """Return which share of the longer text both begin and end with."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    return (start + end) / max(len(old), len(new), 1)


def changed_words(old: str, new: str) -> tuple[Marks, Marks]:
    """Return which parts of two lines differ; nothing if they are too different for that to tell something."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    longer = max(len(old), len(new))
    if longer > _LONGEST_COMPARED:
        return _if_alike(((start, len(old) - end),), ((start, len(new) - end),), longer - _indent(old, new))
    return _compared(old, new)


@lru_cache(maxsize=512)
def _compared(old: str, new: str) -> tuple[Marks, Marks]:
    import re
    from difflib import SequenceMatcher

    before, after = (re.findall(r"\w+|\s+|.", text) for text in (old, new))
    old_marks: list[tuple[int, int]] = []
    new_marks: list[tuple[int, int]] = []
    old_at = new_at = 0
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old_size, new_size = sum(map(len, before[start:end])), sum(map(len, after[new_start:new_end]))
        if kind != "equal":
            _mark(old_marks, old_at, old_size)
            _mark(new_marks, new_at, new_size)
        old_at, new_at = old_at + old_size, new_at + new_size
    return _if_alike(tuple(old_marks), tuple(new_marks), max(len(old), len(new)) - _indent(old, new))


def _mark(marks: list[tuple[int, int]], at: int, size: int) -> None:
    """Add a part; one that follows at once, or after one character, becomes one with that before."""
    if not size:
        return
    if marks and at - marks[-1][1] <= 1:
        marks[-1] = (marks[-1][0], at + size)
    else:
        marks.append((at, at + size))


def _if_alike(old: Marks, new: Marks, longer: int) -> tuple[Marks, Marks]:
    changed = max(sum(end - start for start, end in marks) for marks in (old, new))
    is_alike = longer and 1 - changed / longer >= _LEAST_ALIKE
    return tuple(filter(_is_some, old)) if is_alike else (), tuple(filter(_is_some, new)) if is_alike else ()


def _indent(old: str, new: str) -> int:
    """Return the indentation that two lines share: it makes no two lines alike."""
    return min(len(text) - len(text.lstrip()) for text in (old, new))


def _is_some(mark: tuple[int, int]) -> bool:
    return mark[0] < mark[1]


def _common(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _starts(line: str, old: int, new: int) -> tuple[int, int]:
    """Return the first numbers that a line such as ``@@ -12,3 +14,4 @@`` names."""
    words = line.split(" ", 3)
    if len(words) < 3:
        return old, new
    first, second = (word[1:].partition(",")[0] for word in words[1:3])
    if not (first.isdecimal() and second.isdecimal() and len(first + second) < 20):
        return old, new
    return int(first), int(second)
