"""Rules of what is refused, ``read(PATTERN)``: how they are written and which paths they mean.

Invariant: pure; a path is never opened. In doubt a rule means more: letter case does not matter, a pattern without a
slash means the name at any depth, and what a rule says of a folder it says of everything below.
"""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import PurePath

_READ = re.compile(r"\s*read(?:_file)?\s*\(\s*([^\s~].*?)\s*\)\s*", re.IGNORECASE | re.DOTALL)
_ANY_DEPTH = "**"


def read_pattern(rule: str) -> str | None:
    """Return the pattern of a rule about reading, ``read(PATTERN)`` or ``read_file(PATTERN)``.

    ``None`` = the rule is about something else, or cannot be understood: no pattern, ``~``, or ``..`` in it.
    """
    match = _READ.fullmatch(rule)
    return None if match is None or ".." in match[1].split("/") else match[1]


def is_meant(path: PurePath, pattern: str, *, roots: Sequence[PurePath]) -> bool:
    """Say whether a pattern means this path.

    ``*`` and ``?`` stand for anything within a name, ``**`` for any number of folders. A pattern with a slash counts
    from a root; one that begins with a slash from the root or from the top of the file system.

    Args:
        path: Absolute.
        pattern: From `read_pattern`.
        roots: Absolute folders that patterns count from.
    """
    wanted = [name for name in pattern.lower().split("/") if name not in ("", ".")]
    if "/" not in pattern.rstrip("/"):
        wanted.insert(0, _ANY_DEPTH)
    places = [path.relative_to(root) for root in roots if path.is_relative_to(root)]
    if pattern.startswith("/"):
        places.append(path.relative_to(path.anchor))
    return any(_fits([name.lower() for name in place.parts], wanted) for place in places)


def _fits(names: Sequence[str], wanted: Sequence[str]) -> bool:
    """Say whether the names, or those of a folder above, are what is wanted: tells after how many they can be."""
    reached = {0}
    for want in wanted:
        if want == _ANY_DEPTH:
            reached = set(range(min(reached), len(names) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], want)}
    return bool(reached)
