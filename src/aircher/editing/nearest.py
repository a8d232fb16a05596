"""The lines of a file that are most like a quote which does not fit, and what is different there.

Invariant: bounded, whatever the sizes; it only informs, nothing is ever applied because of it.
"""

import re
from collections import Counter
from difflib import SequenceMatcher

from aircher.editing.outcome import Near
from aircher.editing.quote import is_blank
from aircher.editing.source import Source

_MAX_LINES = 20_000  # of a file that are looked at
_MAX_SHOWN = 12
_MAX_CHARS = 400
_MIN_LIKENESS_RATIO = 0.5
_WORD = r"\w+"


def nearest(source: Source, old: str) -> Near | None:
    """Return the most similar lines, or ``None`` if none is similar."""
    quoted = [line for line in old.split("\n") if not is_blank(line)][:200]
    if not quoted:
        return None
    first = _best_start(source, quoted)
    if first is None:
        return None
    lines = source.lines[first : first + min(len(quoted), _MAX_SHOWN)]
    return Near(first_line=first + 1, lines=tuple(_cut(line) for line in lines), differs=_difference(quoted, lines))


def _best_start(source: Source, quoted: list[str]) -> int | None:
    """Return where as many lines as the quote has share the most words with it."""
    wanted = [set(re.findall(_WORD, line[:_MAX_CHARS])) for line in quoted]
    rarity = Counter(word for words in wanted for word in words)
    votes: Counter[int] = Counter()
    for place, line in enumerate(source.lines[:_MAX_LINES]):
        words = set(re.findall(_WORD, line[:_MAX_CHARS]))
        if rarity.keys().isdisjoint(words):
            continue
        for offset, other in enumerate(wanted[:_MAX_SHOWN]):
            common = len(words & other)
            if common and common * 2 >= len(other) and place >= offset:
                votes[place - offset] += common
    for start, _ in votes.most_common(5):
        best = max(_likeness(one, other) for one, other in zip(quoted, source.lines[start:], strict=False))
        if best >= _MIN_LIKENESS_RATIO:
            return start
    return None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.strip()[:_MAX_CHARS], other.strip()[:_MAX_CHARS], autojunk=False).ratio()


def _difference(quoted: list[str], lines: list[str]) -> str:
    """Return the first line that differs, as it is quoted and as it stands in the file."""
    for offset, (one, own) in enumerate(zip(quoted, lines, strict=False)):
        if one == own:
            continue
        if one.strip() == own.strip():
            return f"quoted line {offset + 1} has other blanks around it than the file"
        return f"quoted line {offset + 1} is {_cut(one.strip())!r}, the file has {_cut(own.strip())!r}"
    if len(lines) < len(quoted):
        return f"quoted line {len(lines) + 1} is not there: {_cut(quoted[len(lines)].strip())!r}"
    return "the lines are there, but not the quote as a whole"


def _cut(line: str) -> str:
    return line if len(line) <= _MAX_CHARS else line[:_MAX_CHARS] + "…"
