"""How the indentation of a quote became the indentation of the file, and how that of new lines does.

Invariant: one rule for the whole quote. If no single rule explains every line there is no shift, and the quote is not
these lines (`uniform`), or, where blanks in front of a line mean nothing, each line has its own (`ragged`).
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

Rule = Callable[[str], str | None]
Pair = tuple[str, str]

INDENTATION = "indentation"
TABS = "tabs and blanks"
_TAB_WIDTHS = (4, 2, 8, 3, 1, 6)


class Shift:
    """The rule, from pairs of a quoted line's indentation and the file's.

    Attributes:
        rungs: What was undone; empty = nothing.
        change: What the quote lacks (``+``) or has too much (``-``), to compare two parts of one quote.
    """

    def __init__(self, pairs: Sequence[Pair], rule: Rule, *, rungs: tuple[str, ...], change: str, unit: str) -> None:
        self._known = dict(pairs)
        self._unit = unit
        self._rule = rule
        self.rungs = rungs
        self.change = change

    def __call__(self, indentation: str) -> str | None:
        """Return the file's indentation for a new line's, or ``None`` if it cannot follow."""
        known = self._known.get(indentation)
        found = known if known is not None else self._rule(indentation)
        if found is None or known is not None:
            return found
        if "\t" in found and self._unit.startswith(" "):
            return found.replace("\t", self._unit)
        if self.change and self._unit == "\t" and found and "\t" not in found and len(found) % _TAB_WIDTHS[0] == 0:
            return "\t" * (len(found) // _TAB_WIDTHS[0])
        return found


def uniform(pairs: Sequence[Pair], new: Sequence[str], *, has_tabs: bool, unit: str) -> Shift | None:
    """Return the one rule that explains all pairs, or ``None``.

    Args:
        pairs: Indentation in the quote and in the file, of every line that is not blank.
        new: Indentations of the new lines, which tell how wide the model takes a level to be.
        has_tabs: Whether the lines of the file are indented with tabs.
        unit: One level of the whole file, empty if its lines do not agree: what new levels are made of.
    """
    if len(dict(pairs)) != len(set(pairs)):
        return None
    if all(quoted == own for quoted, own in pairs):
        return Shift(pairs, lambda indentation: indentation, rungs=(), change="", unit=unit)
    return _prefixed(pairs, new, has_tabs=has_tabs, unit=unit) or _converted(pairs, new, unit=unit)


def ragged(pairs: Sequence[Pair], new: Sequence[str], *, has_tabs: bool, unit: str) -> list[Shift] | None:
    """Return a rule for each line, for languages that do not care, or ``None`` if even one line has none."""
    shifts = [uniform([pair], new, has_tabs=has_tabs, unit=unit) for pair in pairs]
    return [shift for shift in shifts if shift is not None] if None not in shifts else None


def _prefixed(pairs: Sequence[Pair], new: Sequence[str], *, has_tabs: bool, unit: str) -> Shift | None:
    quoted, own = pairs[0]
    lacks = own[: len(own) - len(quoted)] if len(own) > len(quoted) else ""
    has_more = quoted[: len(quoted) - len(own)] if len(quoted) > len(own) else ""
    if any(lacks + one != has_more + other for one, other in pairs):
        return None
    is_mixed = has_tabs and any(" " in line for line in new) and not any("\t" in one for one, _ in pairs if one)
    width = _level([*(one for one, _ in pairs), *new])

    def rule(indentation: str) -> str | None:
        if not indentation.startswith(has_more):
            return None
        rest = indentation[len(has_more) :]
        if is_mixed and "\t" not in rest and "\t" in (own + lacks):
            rest = "\t" * (len(rest) // width) + " " * (len(rest) % width)
        return lacks + rest

    return Shift(pairs, rule, rungs=(INDENTATION,), change=f"+{lacks}" if lacks else f"-{has_more}", unit=unit)


def _converted(pairs: Sequence[Pair], new: Sequence[str], *, unit: str) -> Shift | None:
    """Return the rule if one side has tabs where the other has blanks."""
    into_tabs = any("\t" in own for _, own in pairs)
    found: dict[int, int] = {}
    for width in _TAB_WIDTHS:
        changes = {_columns(own, width) - _columns(quoted, width) for quoted, own in pairs}
        if len(changes) == 1:
            found[width] = changes.pop()
    exact = [width for width, change in found.items() if change == 0]
    level = _level([*(one for one, _ in pairs), *new])
    widths = exact or sorted(found, key=lambda width: width != level)
    if not widths:
        return None
    width = level if level in widths else widths[0]
    change = found[width]

    def rule(indentation: str) -> str | None:
        columns = _columns(indentation, width) + change
        if columns < 0:
            return None
        return "\t" * (columns // width) + " " * (columns % width) if into_tabs else " " * columns

    rungs = (TABS,) if change == 0 else (TABS, INDENTATION)
    return Shift(pairs, rule, rungs=rungs, change=f"{change}/{width}", unit=unit.strip("\t"))


def _columns(indentation: str, width: int) -> int:
    tabs = indentation.count("\t")
    return tabs * width + len(indentation) - tabs


def _level(indentations: Sequence[str]) -> int:
    """Return how many blanks these lines take for one level: the smallest step between two of them."""
    widths = sorted({len(indentation) for indentation in indentations if "\t" not in indentation})
    steps = [after - before for before, after in pairwise(widths)]
    return min((step for step in steps if step > 1), default=4)
