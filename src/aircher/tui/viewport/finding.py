"""Finding text in the conversation.

Hits are counted in what blocks say they are (`Block.source`) and marked in their rows: a hit may be folded away, and
then counts. Counting goes in slices, so that typing into the search never waits for a long conversation.
"""

from collections.abc import Iterator
from typing import NamedTuple

from aircher.tui.parts import Block
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import cells
from aircher.tui.viewport.contents import Contents, Held

SLICE_CHARS = 400_000
"""Are searched at a time: about a millisecond."""


class Needle:
    """What is looked for; without capitals, case does not matter."""

    __slots__ = ("_folds", "text")

    def __init__(self, text: str) -> None:
        self._folds = text == text.lower()
        self.text = text

    def count(self, text: str) -> int:
        """Return how often it occurs."""
        return self._seen(text).count(self.text) if self.text else 0

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where it begins and ends, each time."""
        seen, at = self._seen(text), 0
        while self.text and (at := seen.find(self.text, at)) >= 0:
            yield at, at + len(self.text)
            at += len(self.text)

    def _seen(self, text: str) -> str:
        if not self._folds:
            return text
        lowered = text.lower()
        if len(lowered) == len(text):
            return lowered
        return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


class RowHit(NamedTuple):
    """A hit in a block's rows; ``tail`` = in how many cells it ends in the next row, with that row's indent."""

    row: int
    start: int
    end: int
    tail: tuple[int, int] | None = None


def hits_in_row(needle: Needle, row: Row) -> list[tuple[int, int]]:
    """Return the cells of every hit."""
    text = row.text
    if text.isascii():
        return list(needle.find(text))
    return [(cells(text[:start]), cells(text[:end])) for start, end in needle.find(text)]


def hit_across(needle: Needle, above: Row, below: Row) -> tuple[int, tuple[int, int]] | None:
    """Return where a hit begins that was wrapped between two rows, and its cells in the second."""
    length = len(needle.text)
    if length < 2:
        return None
    end = above.text.rstrip()
    begin = below.text.lstrip()
    indent = below.width - cells(begin)
    tail, head = end[-length:], begin[:length]
    for between in (" ", ""):
        for first, last in needle.find(f"{tail}{between}{head}"):
            inside = last - len(tail) - len(between)
            if first < len(tail) and inside > 0:
                start = cells(end) - cells(tail[first:])
                return start, (indent, indent + cells(head[:inside]))
    return None


def row_hits(needle: Needle, held: Held) -> list[RowHit]:
    """Return every hit in the rows of a block, from top to bottom."""
    found: list[RowHit] = []
    rows = held.rows
    for at, row in enumerate(rows):
        found.extend(RowHit(at, start, end) for start, end in hits_in_row(needle, row))
        across = hit_across(needle, row, rows[at + 1]) if at + 1 < len(rows) else None
        if across is not None:
            found.append(RowHit(at, across[0], row.width, across[1]))
    return found


class Hit(NamedTuple):
    """The hit that is looked at: the so many-th of its block, from 0."""

    held: Held
    number: int


class Tally:
    """How many hits every block has.

    Attributes:
        total: Counted so far.
    """

    def __init__(self, contents: Contents) -> None:
        self.total = 0
        self.needle = Needle("")
        self._contents = contents
        self._counts: dict[Held, int] = {}
        self._waiting: dict[Held, None] = {}
        self._replaced = 0

    @property
    def is_complete(self) -> bool:
        """Return whether every block was counted."""
        return not self._waiting and self._replaced == self._contents.replaced

    def begin(self, text: str) -> None:
        """Look for this; if it continues what was looked for, only where that was found."""
        items = self._contents.items
        narrows = self.is_complete and self.needle.text and self.needle.text in text and text == text.lower()
        self._waiting = dict.fromkeys(held for held in items if not narrows or self._counts.get(held, 1))
        self.needle = Needle(text)
        self.total = 0
        self._counts = {held: 0 for held, count in self._counts.items() if not count} if narrows else {}
        if not text:
            self._waiting.clear()

    def step(self) -> bool:
        """Count for a moment, newest first; ``False`` = everything is counted."""
        if self._replaced != self._contents.replaced:
            self._forget_lost()
        chars = 0
        while self._waiting and chars < SLICE_CHARS:
            held, _ = self._waiting.popitem()
            if held.index >= 0:
                chars += self._count(held)
        return bool(self._waiting)

    def known(self, held: Held) -> int | None:
        """Return the hits of one block; ``None`` = nobody counted them."""
        return self._counts.get(held)

    def of(self, held: Held) -> int:
        """Return the hits of one block, counting them if nobody did."""
        if held not in self._counts:
            self._count(held)
        return self._counts[held]

    def outdate(self, block: Block) -> None:
        """Count a block again when there is time: it changed, or is new."""
        held = self._contents.held(block) if self.needle.text else None
        if held is not None:
            self._waiting[held] = None

    def before(self, held: Held) -> int:
        """Return how many hits the blocks above have, as far as they were counted."""
        return sum(count for other, count in self._counts.items() if other.index < held.index)

    def _forget_lost(self) -> None:
        """Leave out blocks that are held no longer, and look through those that are new."""
        self._replaced = self._contents.replaced
        for held in [held for held in self._counts if held.index < 0]:
            self.total -= self._counts.pop(held)
        if self.needle.text:
            self._waiting = dict.fromkeys(held for held in self._contents.items if held not in self._counts)

    def _count(self, held: Held) -> int:
        source = held.block.source
        before = self._counts.get(held, 0)
        count = self._counts[held] = self.needle.count(source)
        self.total += count - before
        return len(source) + 100
