"""A line of code to rows: cut at the width, never rearranged; colours change neither text nor shape."""

from collections.abc import Sequence

from aircher.support.highlighting import LexedLine
from aircher.tui.markdown.leaves import Margin
from aircher.tui.markdown.palette import Palette, SpanPool
from aircher.tui.terminal.rows import Row, Span, clean
from aircher.tui.terminal.widths import cells, clusters, split_at

INDENT = "  "


class CodeLines:
    """What the rows of one block of code have in common; safe to use from another thread."""

    def __init__(self, margin: Margin, width: int, palette: Palette) -> None:
        """Take the margin of the block, without the indentation of code."""
        indent = () if margin.width + len(INDENT) + 2 > width else ((INDENT, palette.text),)
        self._first: tuple[Span, ...] = (*margin.first, *indent)
        self._rest: tuple[Span, ...] = (*margin.rest, *indent)
        self._margin_width = margin.width + (len(INDENT) if indent else 0)
        self._room = max(2, width - self._margin_width)
        self._palette = palette

    @property
    def highlights(self) -> bool:
        """Return whether code is to be coloured at all."""
        return self._palette.look.highlights

    def label(self, language: str) -> Row:
        """Return the row above the code, which is the block's first."""
        text, _, taken = split_at(clean(language), self._room)
        return Row((*self._first, (text, self._palette.muted)), self._margin_width + taken)

    def plain(self, line: str, *, is_first: bool) -> list[Row]:
        """Return the rows of a line without colours; ``is_first`` = the block begins with it."""
        style = self._palette.code_block
        return [
            self._row(((text, style),) if text else (), width, is_first=is_first and not at)
            for at, (text, width) in enumerate(_cut(clean(line), self._room))
        ]

    def colored(self, lexed: Sequence[LexedLine], *, is_first: bool) -> list[list[Row]]:
        """Return the rows of each line in colours; ``is_first`` = the block begins with the first of them."""
        pool: SpanPool = {}
        return [self._colored(line, pool, is_first=is_first and not at) for at, line in enumerate(lexed)]

    def _colored(self, line: LexedLine, pool: SpanPool, *, is_first: bool) -> list[Row]:
        spans = self._palette.code_spans(line.tokens, pool)
        rows = []
        for at, (text, width) in enumerate(_cut("".join(text for text, _ in spans), self._room)):
            head, spans = _split(spans, len(text))
            rows.append(self._row(tuple(head), width, is_first=is_first and not at))
        return rows

    def _row(self, spans: tuple[Span, ...], width: int, *, is_first: bool) -> Row:
        row = Row((*(self._first if is_first else self._rest), *spans), self._margin_width + width)
        style = self._palette.code_block
        return row if style.bg is None else row.fit(self._margin_width + self._room, style)


def _cut(text: str, room: int) -> list[tuple[str, int]]:
    """Return the pieces of a clean line that fit, with their widths; at least one."""
    width = cells(text)
    if width <= room:
        return [(text, width)]
    if text.isascii():
        return [(text[at : at + room], min(room, len(text) - at)) for at in range(0, len(text), room)]
    pieces = []
    start = at = used = 0
    for cluster, size in clusters(text):
        if used + size > room:
            pieces.append((text[start:at], used))
            start, used = at, 0
        at += len(cluster)
        used += size
    return [*pieces, (text[start:], used)]


def _split(spans: list[Span], at: int) -> tuple[list[Span], list[Span]]:
    """Return the spans up to a character, and the others."""
    if at >= sum(len(text) for text, _ in spans):
        return spans, []
    head: list[Span] = []
    for index, (text, style) in enumerate(spans):
        if len(text) > at:
            rest = [(text[at:], style), *spans[index + 1 :]]
            return ([*head, (text[:at], style)] if at else head), rest
        head.append((text, style))
        at -= len(text)
    return head, []
