"""Finds the line a key stands on, which the TOML reader does not tell. Used for errors and ``config explain`` only."""

import re
from functools import lru_cache

from aircher.config.shapes import read_key

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_.\s-])+?)\s*=""")

_LONGEST_START = 500  # characters of a line that may hold its key: the patterns take quadratic time on blanks


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """Return the line of a key, counted from 1; of the nearest table or array around it if it is written inline.

    ``path`` is the way it is written in the file; an index stands for an element of an array of tables.
    """
    best_line, best_depth = 1, 0
    for here, number in _places(text):
        depth = min(len(here), len(path))
        if depth > best_depth and here[:depth] == path[:depth]:
            best_line, best_depth = number, depth
    return best_line


@lru_cache(maxsize=4)  # one question a notice, and a file of the earlier program gives many
def _places(text: str) -> tuple[tuple[tuple[str | int, ...], int], ...]:
    """Return the path and the line of every table header and key."""
    places: list[tuple[tuple[str | int, ...], int]] = []
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str | int, ...] = ()
    fence: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        fence, was_inside = _fence_after(line, fence), fence is not None
        if was_inside:
            continue
        start = line[:_LONGEST_START]
        if header := _TABLE.match(start):
            names = read_key(header[2])
            if header[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
            table = _with_indices(names, counts)
            places.append((table, number))
        elif key := _KEY.match(start):
            places.append(((*table, *read_key(key[1].strip())), number))
    return tuple(places)


def _with_indices(names: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str | int, ...]:
    path: list[str | int] = []
    for depth, name in enumerate(names, start=1):
        path.append(name)
        if names[:depth] in counts:
            path.append(counts[names[:depth]])
    return tuple(path)


def _fence_after(line: str, fence: str | None) -> str | None:
    """Return the quotes of the multi-line text that is open behind this line."""
    for quotes in ('"""', "'''"):
        if fence in (None, quotes) and line.count(quotes) % 2:
            return None if fence else quotes
    return fence
