"""What the pattern of a rule means: paths, command texts, hosts.

Invariant: pure; a path is never opened, and time is bounded by the product of the lengths. A rule that refuses or asks
means more where there is doubt, one that allows means less.
"""

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import PurePath
from typing import TypeAlias

from aircher.permissions.places import Places

_Names: TypeAlias = tuple[str, ...]
_ANY_DEPTH = "**"
_GLOB = "*?["
_BRACKETS = re.compile(r"\[[^]]+\]")


def is_text_meant(text: str, pattern: str) -> bool:
    r"""Say whether a text is what the pattern names: ``*`` stands for anything, ``\*`` for a star.

    >>> is_text_meant("git status -s", "git status*"), is_text_meant("git push", "git status*")
    (True, False)
    """
    return _text_expression(pattern).fullmatch(_spaced(text)) is not None


@lru_cache(maxsize=64)
def _spaced(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=512)
def _text_expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(?<!\\)\*+", " ".join(pattern.split()))
    # each part but the last is taken where it comes first, and never again elsewhere: no backtracking
    firsts = "".join(f"(?>{re.escape(part)})" if at == 0 else f"(?>.*?{re.escape(part)})" for at, part in _plain(parts))
    last = re.escape(parts[-1].replace("\\*", "*"))
    return re.compile(firsts + (f".*{last}" if len(parts) > 1 else last), re.DOTALL)


def _plain(parts: Sequence[str]) -> list[tuple[int, str]]:
    return [(at, part.replace("\\*", "*")) for at, part in enumerate(parts[:-1])]


@lru_cache(maxsize=64)
def is_one_command(text: str) -> bool:
    """Say whether a text is a simple command: outside of quotes nothing in it begins another one.

    A line that could not be taken apart stands whole in its action, and no rule for its beginning may mean the rest.
    """
    quote, is_escaped = "", False
    for char in text.strip():
        if is_escaped:
            is_escaped = False
        elif char == "\\" and quote != "'":
            is_escaped = True
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "\n;&|()":
            return False
    return not quote


def escaped_text(text: str) -> str:
    """Return the pattern that means this text and nothing else."""
    return " ".join(text.split()).replace("*", "\\*")


def escaped_path(path: str) -> str:
    """Return the pattern that means this path, and what is below it, and nothing else."""
    return "".join(f"[{char}]" if char in _GLOB else char for char in path)


def is_host_meant(host: str, port: int | None, pattern: str, *, is_wide: bool) -> bool:
    """Say whether a host is what the pattern names; ``*.name`` means what is below ``name``.

    Args:
        host: Lower case; ``*`` = some host that is not known.
        port: ``None`` = some port that is not known.
        pattern: A host, with ``:PORT`` if only that one is meant.
        is_wide: In doubt it is meant: ``name`` itself for ``*.name``, and any port for one that is not known.
    """
    wanted = pattern.lower().rstrip(".")
    name, colon, digits = wanted.rpartition(":")
    if colon and digits.isdecimal() and (":" not in name or name.endswith("]")):
        if port != int(digits) and not (port is None and is_wide):
            return False
        wanted = name
    wanted, host = wanted.strip("[]"), host.rstrip(".").strip("[]")
    if wanted == "*":
        return True
    if wanted.startswith("*."):
        return host.endswith(wanted[1:]) or (is_wide and host == wanted[2:])
    return host == wanted


class Fit(IntEnum):
    """How surely a pattern means a path."""

    NONE = 0
    POSSIBLE = 1
    CERTAIN = 2


class PathMatcher:
    """Says which paths a pattern means.

    ``*``, ``?`` and ``[…]`` stand for something within a name, ``**`` for any number of folders. A pattern without a
    slash means that name at any depth; one with a slash counts from a root; ``/…`` and ``~/…`` are absolute. What is
    said of a folder is said of everything below it.

    Args:
        places: The folders that patterns count from.
        is_wide: In doubt a path is meant: letter case does not matter, ``/…`` counts from a root too, and a name
            counts outside the workspace too.
    """

    def __init__(self, *, places: Places, is_wide: bool) -> None:
        self._roots = tuple(map(str, places.roots))
        self._home = str(places.home)
        self._is_wide = is_wide

    def fit(self, path: PurePath, pattern: str, *, is_deep: bool = False) -> Fit:
        """Return how surely the pattern means this path.

        Args:
            path: Absolute; its names may hold wildcards. Where one is wide, any match counts; else all must.
            pattern: As written in the rule.
            is_deep: Something below the path counts as well.
        """
        text = str(path)
        names = _names(text.lower() if self._is_wide else text)
        best = Fit.NONE
        for wanted in _readings(pattern, self._roots, self._home, is_wide=self._is_wide):
            best = max(best, _fit(names, wanted, is_deep=is_deep, is_wide=self._is_wide))
            if best is Fit.CERTAIN:
                break
        return best


@lru_cache(maxsize=64)
def _names(path: str) -> _Names:
    return tuple(path.split("/")[1:]) if path != "/" else ()


@lru_cache(maxsize=2048)
def _readings(pattern: str, roots: _Names, home: str, *, is_wide: bool) -> tuple[_Names, ...]:
    """Return the names of absolute paths that a pattern stands for, from each place that it may count from."""
    if is_wide:
        pattern, roots, home = pattern.lower(), tuple(root.lower() for root in roots), home.lower()
    wanted = tuple(name for name in pattern.split("/") if name not in ("", "."))
    if pattern == "~" or pattern.startswith("~/"):
        return ((*_names(escaped_path(home)), *wanted[1:]),)
    is_absolute = pattern.startswith("/")
    if is_absolute and not is_wide:
        return (wanted,)
    if "/" not in pattern.rstrip("/"):
        wanted = (_ANY_DEPTH, *wanted)
        if is_wide:
            return (wanted,)
    of_roots = ((*_names(escaped_path(root)), *wanted) for root in roots)
    return (wanted, *of_roots) if is_absolute else tuple(of_roots)


def _fit(names: _Names, wanted: _Names, *, is_deep: bool, is_wide: bool) -> Fit:
    """Say how surely the names, or those of a folder above, are what is wanted.

    It tells after how many names each part of the pattern can be done with. With ``is_deep`` it is enough that
    something below the names can be what is wanted, and certain where the rest of the pattern names it.
    """
    start = 0
    for name, want in zip(names, wanted, strict=False):  # most rules speak of other folders: that is soon seen
        if want == _ANY_DEPTH:
            break
        if name != want:
            if not _is_wild(want) and not _is_wild(name):
                return Fit.NONE
            break
        start += 1
    names, wanted = names[start:], wanted[start:]
    certain, possible = {0}, {0}
    is_below = False
    for position, want in enumerate(wanted):
        if is_deep and len(names) in possible:
            is_below = True
            if len(names) in certain and not any(map(_is_wild, _without_tail(wanted[position:]))):
                return Fit.CERTAIN
        certain = _reached(certain, names, want, is_met=_is_one if is_wide else _is_all)
        possible = _reached(possible, names, want, is_met=_may_be_one) if is_wide else certain
        if not possible:
            break
    if certain:
        return Fit.CERTAIN
    return Fit.POSSIBLE if possible or is_below else Fit.NONE


def _without_tail(wanted: _Names) -> _Names:
    return wanted[:-1] if wanted[-1] == _ANY_DEPTH else wanted


def _reached(before: set[int], names: _Names, want: str, *, is_met: Callable[[str, str], bool]) -> set[int]:
    if want == _ANY_DEPTH:
        return set(range(min(before), len(names) + 1)) if before else before
    return {at + 1 for at in before if at < len(names) and (names[at] == want or is_met(names[at], want))}


def _is_wild(name: str) -> bool:
    return "*" in name or "?" in name or "[" in name


def _is_all(name: str, want: str) -> bool:
    """Say whether every name that the first may stand for is wanted."""
    if not _is_wild(name):
        return _is_wild(want) and fnmatchcase(name, want)
    has_only_stars = "?" not in want and "[" not in want and "[" not in name
    return want == "*" or (has_only_stars and fnmatchcase(name, want))


def _is_one(name: str, want: str) -> bool:
    if _is_wild(want):
        return fnmatchcase(name, want)
    return _is_wild(name) and fnmatchcase(want, name)


def _may_be_one(name: str, want: str) -> bool:
    if not (_is_wild(name) and _is_wild(want)):
        return _is_one(name, want)
    return _overlap(_BRACKETS.sub("?", name), _BRACKETS.sub("?", want))


def _overlap(one: str, other: str) -> bool:
    """Say whether some name matches both patterns of ``*`` and ``?``."""
    rows = {0} | {at for at in range(1, len(other) + 1) if set(other[:at]) == {"*"}}
    for sign in one:
        after: set[int] = set()
        if sign == "*":
            after = set(range(min(rows), len(other) + 1)) if rows else after
        else:
            for at in sorted(rows):
                if at < len(other) and (other[at] in (sign, "?", "*") or sign == "?"):
                    after.add(at if other[at] == "*" else at + 1)
        for at in range(len(other)):
            if at in after and other[at] == "*":
                after.add(at + 1)
        rows = after
    return len(other) in rows
