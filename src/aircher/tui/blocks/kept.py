"""Rows are drawn once, and kept until something they depend on is another.

Invariant: what was not drawn anew is the same object, and of what was, the rows that came out equal are the old ones.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from aircher.tui.look import Look
from aircher.tui.terminal.rows import Row


class KeptRows:
    """Rows, and what they were drawn for."""

    __slots__ = ("_key", "_rows")

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._rows: Sequence[Row] = ()

    def get(self, key: tuple[object, ...], draw: Callable[[], Sequence[Row]]) -> Sequence[Row]:
        """Return the rows for ``key``: the kept ones, or drawn ones."""
        if key != self._key:
            drawn = draw()
            self._rows = drawn if self._key is None or drawn is self._rows else _reusing(self._rows, drawn)
            self._key = key
        return self._rows


def _reusing(old: Sequence[Row], new: Sequence[Row]) -> Sequence[Row]:
    rows = list(new)
    for at, (before, after) in enumerate(zip(old, new, strict=False)):
        if before is not after and before == after:
            rows[at] = before
    return rows


class StillBlock(ABC):
    """A block that is whole from the start; what it looks like is drawn by whoever extends it."""

    def __init__(self) -> None:
        self._kept = KeptRows()
        self._version = 0
        self._is_toggled = False

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return how it looks."""
        return self._kept.get((width, look, self._is_toggled, self._version), lambda: self._drawn(width, look))

    def forget_drawing(self) -> None:
        """Have it drawn anew: something it depends on has come."""
        self._version += 1

    @property
    @abstractmethod
    def source(self) -> str:
        """Return its text."""

    @property
    def is_live(self) -> bool:
        """Return that it never moves."""
        return False

    def toggle(self) -> bool:
        """Refuse: there is nothing to fold."""
        return False

    @abstractmethod
    def _drawn(self, width: int, look: Look) -> Sequence[Row]:
        """Return how it looks now."""
