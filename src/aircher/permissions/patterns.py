"""What the pattern of a rule means: paths, command texts, hosts.

Invariant: pure; a path is never opened, and time is bounded by the product of the lengths. A rule that refuses or asks
means more where there is doubt, one that allows means less.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
    return _text_expression(pattern).fullmatch(" ".join(text.split())) is not None


@lru_cache(maxsize=512)
def _text_expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(?<!\\)\*+", " ".join(pattern.split()))
    # each part but the last is taken where it comes first, and never again elsewhere: no backtracking
    firsts = "".join(f"(?>{re.escape(part)})" if at == 0 else f"(?>.*?{re.escape(part)})" for at, part in _plain(parts))
    last = re.escape(parts[-1].replace("\\*", "*"))
    return re.compile(firsts + (f".*{last}" if len(parts) > 1 else last), re.DOTALL)


def _plain(parts: Sequence[str]) -> list[tuple[int, str]]:
    return [(at, part.replace("\\*", "*")) for at, part in enumerate(parts[:-1])]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PathMatcher:
    """Says which paths a pattern means.

    ``*``, ``?`` and ``[…]`` stand for something within a name, ``**`` for any number of folders. A pattern without a
    slash means that name at any depth; one with a slash counts from a root; ``/…`` and ``~/…`` are absolute. What is
    said of a folder is said of everything below it.

    Attributes:
        places: The folders that patterns count from.
        is_wide: In doubt a path is meant: letter case does not matter, ``/…`` counts from a root too, and a name
            counts outside the workspace too.
    """

    places: Places
    is_wide: bool

    def fit(self, path: PurePath, pattern: str, *, is_deep: bool = False) -> Fit:
        """Return how surely the pattern means this path.

        Args:
            path: Absolute; its names may hold wildcards. Where one is wide, any match counts; else all must.
            pattern: As written in the rule.
            is_deep: Something below the path counts as well.
        """
        if self.is_wide:
            pattern = pattern.lower()
            path = PurePath(str(path).lower())
        return max(
            (
                _fit(names, wanted, is_deep=is_deep, is_wide=self.is_wide)
                for names, wanted in self._readings(path, pattern)
            ),
            default=Fit.NONE,
        )

    def _readings(self, path: PurePath, pattern: str) -> Iterator[tuple[_Names, _Names]]:
        """Yield what stands for the path and for the pattern, from each place that the pattern may count from."""
        absolute = path.parts[1:]
        wanted = tuple(name for name in pattern.split("/") if name not in ("", "."))
        if pattern == "~" or pattern.startswith("~/"):
            yield absolute, (*self._cased(self.places.home).parts[1:], *wanted[1:])
            return
        if pattern.startswith("/"):
            yield absolute, wanted
            if not self.is_wide:
                return
        if "/" not in pattern.rstrip("/"):
            wanted = (_ANY_DEPTH, *wanted)
            if self.is_wide:
                yield absolute, wanted
        for root in map(self._cased, self.places.roots):
            if path.is_relative_to(root):
                yield path.relative_to(root).parts, wanted
            elif root.is_relative_to(path):  # the path is above the root, and so above what is wanted
                yield absolute, (*root.parts[1:], *wanted)

    def _cased(self, path: PurePath) -> PurePath:
        return PurePath(str(path).lower()) if self.is_wide else path


def _fit(names: _Names, wanted: _Names, *, is_deep: bool, is_wide: bool) -> Fit:
    """Say how surely the names, or those of a folder above, are what is wanted.

    It tells after how many names each part of the pattern can be done with. With ``is_deep`` it is enough that
    something below the names can be what is wanted, and certain where the rest of the pattern names it.
    """
    certain, possible = {0}, {0}
    is_below = False
    for position, want in enumerate(wanted):
        if is_deep and len(names) in possible:
            is_below = True
            if len(names) in certain and not any(map(_is_wild, _without_tail(wanted[position:]))):
                return Fit.CERTAIN
        certain = _reached(certain, names, want, is_met=_is_one if is_wide else _is_all)
        possible = _reached(possible, names, want, is_met=_may_be_one) if is_wide else certain
    if certain:
        return Fit.CERTAIN
    return Fit.POSSIBLE if possible or is_below else Fit.NONE


def _without_tail(wanted: _Names) -> _Names:
    return wanted[:-1] if wanted[-1] == _ANY_DEPTH else wanted


def _reached(before: set[int], names: _Names, want: str, *, is_met: Callable[[str, str], bool]) -> set[int]:
    if want == _ANY_DEPTH:
        return set(range(min(before), len(names) + 1)) if before else before
    return {at + 1 for at in before if at < len(names) and is_met(names[at], want)}


def _is_wild(name: str) -> bool:
    return any(sign in name for sign in _GLOB)


def _is_all(name: str, want: str) -> bool:
    """Say whether every name that the first may stand for is wanted."""
    if not _is_wild(name):
        return fnmatchcase(name, want)
    has_only_stars = not any(sign in want for sign in "?[") and "[" not in name
    return name == want or want == "*" or (has_only_stars and fnmatchcase(name, want))


def _is_one(name: str, want: str) -> bool:
    return fnmatchcase(name, want) or (not _is_wild(want) and fnmatchcase(want, name))


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
