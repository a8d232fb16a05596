"""Paragraphs that grow: only what comes after the last row that is certain is broken into rows again.

Invariant: the rows are those of breaking the whole text; those that stay the same are the same objects.
"""

from collections.abc import Sequence

from aircher.tui.terminal.rows import Row, Span, wrap

Spans = Sequence[Span]


class Margin:
    """What stands before the first row of a paragraph, and before the others; both are equally wide."""

    __slots__ = ("first", "rest", "width")

    def __init__(self, first: tuple[Span, ...], rest: tuple[Span, ...], width: int) -> None:
        """Take clean spans."""
        self.first = first
        self.rest = rest
        self.width = width

    def same_as(self, other: "Margin") -> bool:
        """Return whether both look the same."""
        return self.width == other.width and self.first == other.first and self.rest == other.rest

    def beside(self, rows: Sequence[Row], *, is_first: bool) -> list[Row]:
        """Return rows with the margin at their left."""
        if not self.first and not self.rest:
            return list(rows)
        first = self.first if is_first else self.rest
        return [Row((*(self.rest if at else first), *row.spans), self.width + row.width) for at, row in enumerate(rows)]


class TextLeaf:
    """A paragraph with its margin."""

    def __init__(self, margin: Margin, spans: Spans, width: int) -> None:
        """Break it into rows; ``spans`` are clean, apart from newlines."""
        self.margin = margin
        self.spans = spans
        self._room = width - margin.width
        self._inner = wrap(spans, self._room)
        self._starts: list[int] | None = None
        self.rows = margin.beside(self._inner, is_first=True)

    def update(self, spans: Spans) -> None:
        """Take another text in its place, which usually begins in the same way."""
        if spans == self.spans:
            return
        kept, start = self._certain(spans)
        inner = wrap(_from(spans, start) if kept else spans, self._room)
        self.spans = spans
        self._inner[kept:] = inner
        self.rows = [*self.rows[:kept], *self.margin.beside(inner, is_first=not kept)]
        if self._starts is not None:
            del self._starts[kept:]

    def _certain(self, spans: Spans) -> tuple[int, int]:
        """Return how many rows the other text has in common for certain, and where in it the next one begins."""
        if len(self._inner) < 3:
            return 0, 0
        starts = self._known_starts()
        common = _common(self.spans, spans)
        last = len(starts) - 1
        while last > 0 and starts[last] > common:
            last -= 1
        kept = last - 1  # where a row ends is decided by the word after it
        return (kept, starts[kept]) if kept > 0 else (0, 0)

    def _known_starts(self) -> list[int]:
        """Return where in the text the rows begin; fewer than there are if that cannot be told."""
        text = "".join(text for text, _ in self.spans)
        starts = [] if self._starts is None else self._starts
        at = starts[-1] + len(self._inner[len(starts) - 1].text) if starts else 0
        for row in self._inner[len(starts) :]:
            said = row.text
            while not text.startswith(said, at) and text[at : at + 1] in {" ", "\n"}:
                at += 1
            if not said or not text.startswith(said, at):
                break
            starts.append(at)
            at += len(said)
        self._starts = starts
        return starts


def _common(old: Spans, new: Spans) -> int:
    """Return how many characters both have in common at the beginning, their styles too."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one == other:
            count += len(one[0])
            continue
        if one[1] == other[1]:
            count += _common_length(one[0], other[0])
        break
    return count


def _common_length(one: str, other: str) -> int:
    if other.startswith(one):
        return len(one)
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(other))


def _from(spans: Spans, start: int) -> list[Span]:
    """Return the spans from a character on."""
    rest: list[Span] = []
    at = 0
    for text, style in spans:
        if at + len(text) > start:
            rest.append((text[max(0, start - at) :], style))
        at += len(text)
    return rest
