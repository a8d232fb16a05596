"""Finds the lines of a file that a quote may be: the same lines in the same order, blank ones aside.

Invariant: linear in the size of the file, whatever is in it; lines are compared by keys, and keys by a string search.
"""

from collections.abc import Callable, Sequence

from aircher.domain.records import dataclass
from aircher.editing.quote import is_blank

MAX_WINDOWS = 64  # a quote with more places than that is ambiguous anyway
_MAX_KEYS = 0x10F000  # different lines: as many as there are characters


@dataclass(frozen=True, slots=True)
class Window:
    """Places, from 0, of the lines that correspond to the quote's lines that are not blank."""

    lines: tuple[int, ...]

    @property
    def first(self) -> int:
        """The first of them."""
        return self.lines[0]

    @property
    def last(self) -> int:
        """The last of them."""
        return self.lines[-1]


class LineIndex:
    """The lines of one file by one kind of key."""

    def __init__(self, lines: Sequence[str], key: Callable[[str], str]) -> None:
        self._key = key
        self._places = [place for place, line in enumerate(lines) if not is_blank(line)]
        keys = [key(lines[place]) for place in self._places]
        self._numbers = {one: number for number, one in enumerate(dict.fromkeys(keys))}
        is_usable = len(self._numbers) < _MAX_KEYS
        self._text = "".join(map(chr, map(self._numbers.__getitem__, keys))) if is_usable else ""

    def windows(self, quoted: Sequence[str], *, limit: int = MAX_WINDOWS) -> list[Window]:
        """Return the places where lines with the same keys stand; at most ``limit``."""
        wanted = self.encoded(quoted)
        found: list[Window] = []
        if not wanted:
            return found
        place = self._text.find(wanted)
        while place >= 0 and len(found) < limit:
            found.append(Window(tuple(self._places[place : place + len(wanted)])))
            place = self._text.find(wanted, place + 1)
        return found

    def encoded(self, quoted: Sequence[str]) -> str:
        """Return the lines as a text to look for; empty if one of them is nowhere in the file, or all are blank."""
        numbers = [self._numbers.get(self._key(line), -1) for line in quoted if not is_blank(line)]
        return "" if -1 in numbers else "".join(map(chr, numbers))
