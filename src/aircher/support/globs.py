"""Glob patterns over relative paths: ``*``, ``?``, ``[…]``, ``**`` and ``{a,b}``.

A pattern without a slash means the name at any depth; one with a slash counts from the top. A leading ``!`` turns it
round. Invariant: pure, and a match takes time in proportion to path times pattern, whatever the pattern.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import translate

ANY_DEPTH = "**"
MOST_ALTERNATIVES = 64  # {a,b}{c,d}… doubles with each brace; nobody means more than this

_Part = Callable[[str], object] | None
"""Tells whether a name fits; ``None`` = any number of names."""


class BadGlob(ValueError):
    """A pattern that cannot be understood; the text says why."""


class Glob:
    """One pattern, compiled."""

    def __init__(self, pattern: str) -> None:
        """Compile the pattern.

        Raises:
            BadGlob: It has too many alternatives, an open brace, or nothing in it.
        """
        self._is_negated = pattern.startswith("!")
        text = pattern[self._is_negated :]
        self._alternatives = tuple(map(_parts, dict.fromkeys(_alternatives(text))))

    def fits(self, path: str) -> bool:
        """Tell whether the relative path (``/`` between its names) is meant."""
        names = path.split("/")
        return any(_fits(names, parts) for parts in self._alternatives) is not self._is_negated


def _alternatives(text: str) -> list[str]:
    """Return the pattern once for each choice in its braces."""
    done: list[str] = []
    waiting = [text]
    while waiting:
        pattern = waiting.pop()
        span = _innermost_brace(pattern)
        if span is None:
            done.append(pattern)
        else:
            start, end = span
            waiting += [pattern[:start] + each + pattern[end + 1 :] for each in pattern[start + 1 : end].split(",")]
        if len(done) + len(waiting) > MOST_ALTERNATIVES:
            raise BadGlob(f"the braces of {text!r} stand for more than {MOST_ALTERNATIVES} patterns")
    return done


def _innermost_brace(pattern: str) -> tuple[int, int] | None:
    end = pattern.find("}")
    start = pattern.rfind("{", 0, end) if end >= 0 else -1
    if end < 0 and "{" in pattern:
        raise BadGlob(f"{pattern!r} has a {{ without its }}")
    return None if start < 0 else (start, end)


def _parts(pattern: str) -> tuple[_Part, ...]:
    names = [name for name in pattern.split("/") if name not in ("", ".")]
    if not names:
        raise BadGlob(f"{pattern!r} names no file")
    if "/" not in pattern:
        names.insert(0, ANY_DEPTH)
    if pattern.endswith("/"):
        names.append(ANY_DEPTH)  # a folder means what is in it
    return tuple(_compiled(names))


def _compiled(names: list[str]) -> Iterator[_Part]:
    before = ""
    for name in names:
        if name != ANY_DEPTH:
            yield re.compile(translate(name)).match
        elif before != ANY_DEPTH:
            yield None
        before = name


def _fits(names: list[str], parts: tuple[_Part, ...]) -> bool:
    last = parts[-1]
    if last is not None and not last(names[-1]):
        return False  # most paths end here
    reached = {0}
    for part in parts:
        if part is None:
            reached = set(range(min(reached), len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and part(names[at])}
        if not reached:
            return False
    return len(names) in reached
