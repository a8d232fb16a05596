"""Containers and the rows in them: what stands left of a row, and where an empty row is.

An empty row separates blocks; in lists only where the source has an empty line, so that an item looks the same before
and after it is known whether the list has others.
"""

from aircher.domain.records import dataclass
from aircher.tui.markdown.leaves import Margin
from aircher.tui.markdown.source import Source
from aircher.tui.terminal.rows import EMPTY, Row, Span
from aircher.tui.terminal.widths import cells

MIN_ROOM = 16
"""What is nested deeper than leaves so much room for text, or half of the width, stands no further in."""


@dataclass(slots=True)
class _Box:
    """Something that contains blocks.

    Attributes:
        rest: What stands left of its rows.
        pending: What stands left of its first one, until there was one.
        follows_source: Whether empty rows are where the source has empty lines.
    """

    rest: tuple[Span, ...] = ()
    pending: tuple[Span, ...] | None = None
    width: int = 0
    follows_source: bool = False
    has_content: bool = False


class Nesting:
    """The rows so far, and the containers that are open."""

    def __init__(self, width: int, *, has_above: bool) -> None:
        """Begin outside of any container; ``has_above`` = there are rows above the first one."""
        self.rows: list[Row] = []
        self._width = width
        self._has_above = has_above
        self._boxes = [_Box(has_content=has_above)]
        self._gap: Row | None = None
        self._gap_depth = 0

    @property
    def depth(self) -> int:
        """Return how many containers are open."""
        return len(self._boxes) - 1

    @property
    def next_row(self) -> int:
        """Return which row the next block will begin in."""
        return len(self.rows) + self._has_gap

    @property
    def has_pending(self) -> bool:
        """Return whether the innermost container has shown nothing but waits to show its marker."""
        return self._boxes[-1].pending is not None

    def begin(self, source: Source, at: int) -> None:
        """Begin a block at this byte of the source."""
        box = self._boxes[-1]
        if box.has_content and (not box.follows_source or source.is_after_blank(at)):
            self.want_gap()
        box.has_content = True

    def want_gap(self) -> None:
        """Have an empty row before the next one."""
        if self._gap is None:
            self._gap_depth = self.depth
            rest = self.margin().rest
            text = "".join(text for text, _ in rest)
            self._gap = Row(rest, cells(text)).cut(0, cells(text.rstrip())) if text.strip() else EMPTY

    def margin(self) -> Margin:
        """Return what stands left of the next block."""
        if len(self._boxes) == 1:
            return Margin((), (), 0)
        first: list[Span] = []
        rest: list[Span] = []
        for box in self._boxes:
            first += box.rest if box.pending is None else box.pending
            rest += box.rest
        return Margin(tuple(first), tuple(rest), sum(box.width for box in self._boxes))

    def emit(self, rows: list[Row]) -> None:
        """Add the rows of a block, its margin in them."""
        if not rows:
            return
        if self._has_gap:
            self.rows.append(self._gap or EMPTY)
        self._gap = None
        self.rows += rows
        for box in self._boxes:
            box.pending = None

    def enter(self, rest: Span, marker: Span | None = None) -> bool:
        """Enter a container: an item if it has a marker. ``False`` = there is no room, and nothing shows it."""
        width = cells(rest[0])
        is_item = marker is not None
        used = sum(box.width for box in self._boxes)
        if used + width > self._width - min(MIN_ROOM, self._width // 2):
            self._boxes.append(_Box(follows_source=is_item))
            return False
        pending = None if marker is None else (marker,)
        self._boxes.append(_Box(rest=(rest,), pending=pending, width=width, follows_source=is_item))
        return True

    def mark(self, marker: Span) -> None:
        """Show another marker, as wide as the one that is pending."""
        self._boxes[-1].pending = (marker,)

    def leave(self) -> None:
        """Leave a container; an item that is empty shows its marker."""
        if self.has_pending:
            margin = self.margin()
            self.emit([Row(margin.first, margin.width)])
        self._boxes.pop()
        if self._gap_depth > self.depth:
            self._gap = None  # nothing came after it

    @property
    def _has_gap(self) -> bool:
        return self._gap is not None and (bool(self.rows) or self._has_above)
