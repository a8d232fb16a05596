"""Tries a regular expression only where a certain word stands: looking for a word costs next to nothing.

Invariant: a pattern is compiled once, and not before its word was found. What it matched is not searched again.
"""

import re
from collections.abc import Iterator
from functools import cache


def matches(word: str, pattern: str, text: str, *, lowered: str | None = None) -> Iterator[re.Match[str]]:
    """Yield what the pattern matches at each place of the word, in order, without overlaps.

    Args:
        word: What the pattern's match begins with.
        pattern: The regular expression.
        text: What is searched.
        lowered: The same in small letters, to find the word in whatever case; ``None`` = as it is written.
    """
    where = text if lowered is None else lowered
    at = where.find(word)
    while at >= 0:
        end = at + len(word)
        if found := compiled(pattern).match(text, at):
            yield found
            end = max(end, found.end())
        at = where.find(word, end)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern, compiled when it is first asked for."""
    return re.compile(pattern)
