"""One line of the screen: styled text of a known width, never changed once made.

Invariant: a row's text holds no control character and no direction override, whoever wrote it: `Row.of` takes them
out. What was drawn once is kept by identity, so drawing it again costs nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from aircher.support.text import without_controls
from aircher.tui.terminal.styles import PLAIN, Style
from aircher.tui.terminal.widths import cells, split_at

Span: TypeAlias = tuple[str, Style]

TAB = "    "


def clean(text: str) -> str:
    """Return what of foreign text may be shown on one line; tabs become spaces, newlines a space."""
    if text.isascii() and text.isprintable():
        return text
    return without_controls(text.replace("\t", TAB).replace("\n", " ").replace("\r", "")).translate(_UNPRINTABLE)


_UNPRINTABLE = {**dict.fromkeys(range(55296, 57344), "�"), 0x2028: " ", 0x2029: " "}
"""Halves of characters, of which no terminal could be sent any, and two more signs for a new line. Read only."""


class Row:
    """Spans from left to right; ``width`` is their sum in cells.

    Attributes:
        stands_for_more: Whether it tells how much is folded away at its place.
    """

    __slots__ = ("spans", "width")
    stands_for_more = False

    def __init__(self, spans: tuple[Span, ...], width: int) -> None:
        """Take spans that are clean and as wide as is said: whoever has foreign text calls `of`."""
        self.spans = spans
        self.width = width

    @classmethod
    def of(cls, *spans: Span) -> "Row":
        """Return a row of this text, cleaned."""
        cleaned = tuple((clean(text), style) for text, style in spans if text)
        return cls(cleaned, sum(cells(text) for text, _ in cleaned))

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Row) and self.spans == other.spans)

    def __hash__(self) -> int:
        return hash(self.spans)

    def __repr__(self) -> str:
        return f"Row({self.text!r})"

    @property
    def text(self) -> str:
        """Return what a person reads."""
        return "".join(text for text, _ in self.spans)

    def cut(self, start: int, end: int) -> "Row":
        """Return the cells from ``start`` to before ``end``; halves of wide signs become spaces."""
        if start <= 0 and end >= self.width:
            return self
        if end <= start:
            return EMPTY
        return Row(tuple(_cut(self.spans, start, end)), max(0, min(end, self.width) - max(0, start)))

    def fit(self, width: int, fill: Style = PLAIN) -> "Row":
        """Return exactly ``width`` cells: cut, or filled up at the right."""
        if self.width == width:
            return self
        if self.width > width:
            return self.cut(0, width)
        return Row((*self.spans, (" " * (width - self.width), fill)), width)

    def beside(self, right: "Row") -> "Row":
        """Return both in one."""
        return Row((*self.spans, *right.spans), self.width + right.width)

    def under(self, top: "Row", *, at: int) -> "Row":
        """Return this row with another one lying on it from cell ``at`` on."""
        left = self.cut(0, at).fit(at)
        return left.beside(top).beside(self.cut(at + top.width, self.width))

    def on(self, below: Style) -> "Row":
        """Return this row where a background shines through."""
        return Row(tuple((text, style.over(below)) for text, style in self.spans), self.width)

    def marked(self, start: int, end: int, mark: Style) -> "Row":
        """Return this row with ``mark`` laid over the cells from ``start`` to before ``end``."""
        start, end = max(0, start), min(end, self.width)
        if start >= end:
            return self
        inside = ((text, mark.over(style)) for text, style in _cut(self.spans, start, end))
        return Row((*_cut(self.spans, 0, start), *inside, *_cut(self.spans, end, self.width)), self.width)


class MoreRow(Row):
    """A row that stands for others, which are folded away."""

    __slots__ = ()
    stands_for_more = True


EMPTY = Row((), 0)


def blank(width: int, style: Style = PLAIN) -> Row:
    """Return an empty row of this width."""
    return Row(((" " * width, style),), width) if width > 0 else EMPTY


def _cut(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    at = 0
    for text, style in spans:
        size = cells(text)
        if at + size > start and at < end:
            yield (_cells_of(text, max(0, start - at), min(size, end - at)), style)
        at += size


def _cells_of(text: str, start: int, end: int) -> str:
    """Return the cells of a text; a sign of two cells of which one is asked for becomes a space."""
    if text.isascii():
        return text[start:end]
    _, rest, skipped = split_at(text, start)
    lead = ""
    if skipped < start:
        _, rest, _ = split_at(rest, 2)
        lead = " "
        start = skipped + 2
        if start > end:
            return lead
    taken, _, width = split_at(rest, end - start)
    return lead + taken + " " * (end - start - width)


def wrap(spans: Iterable[Span], width: int) -> list[Row]:
    """Return a paragraph broken into rows of at most ``width`` cells (at least 2), between words if possible.

    Newlines in it begin a new row. Spaces at which a row is broken are left out. At least one row is returned.
    """
    from aircher.tui.terminal.wrapping import wrapped  # its patterns are compiled for the first long text

    return wrapped(spans, max(2, width))
