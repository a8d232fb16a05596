"""Breaks styled text into rows between words; a word that is wider than a row is broken between signs."""

import re
from collections.abc import Iterable, Iterator

from aircher.tui.terminal.rows import EMPTY, Row, Span, clean
from aircher.tui.terminal.styles import Style
from aircher.tui.terminal.widths import cells, clusters

_WORDS = re.compile(r" +|[^ ]+")
_WIDE = re.compile("[\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")


def wrapped(spans: Iterable[Span], width: int) -> list[Row]:
    """Return rows of at most ``width`` cells; see `rows.wrap`."""
    filling = _Filling(width)
    for text, style in spans:
        first, *more = text.split("\n")
        filling.add(clean(first), style)
        for line in more:
            filling.end_row()
            filling.add(clean(line), style)
    filling.end_row()
    return filling.rows


class _Filling:
    """Rows that are full, the one that is being filled, and the word at its end that may still grow."""

    def __init__(self, width: int) -> None:
        self.rows: list[Row] = []
        self._width = width
        self._row: list[Span] = []
        self._used = 0
        self._word: list[Span] = []
        self._word_width = 0

    def add(self, text: str, style: Style) -> None:
        """Add text without newlines."""
        for match in _WORDS.finditer(text):
            piece = match[0]
            if piece[0] == " ":
                self._end_word()
                self._space(piece, style)
            elif piece.isascii() or not _WIDE.search(piece):
                self._word.append((piece, style))
                self._word_width += cells(piece)
            else:
                self._add_wide(piece, style)

    def end_row(self) -> None:
        """End the row as a newline does."""
        self._end_word()
        self._close()

    def _add_wide(self, piece: str, style: Style) -> None:
        """Add a word of a script without spaces: it may be broken after every sign of it, whatever stands before."""
        for cluster, size in clusters(piece):
            self._word.append((cluster, style))
            self._word_width += size
            if _WIDE.match(cluster):
                self._end_word()

    def _space(self, piece: str, style: Style) -> None:
        if self._used + len(piece) <= self._width:
            self._row.append((piece, style))
            self._used += len(piece)
        elif self._used:
            self._used = self._width  # left out: the next word begins a row

    def _end_word(self) -> None:
        if not self._word:
            return
        is_indented = all(text.isspace() for text, _ in self._row)
        if (
            self._used + self._word_width > self._width
            and self._used
            and not (is_indented and self._used < self._width)
        ):
            self._close()
        for text, style in self._word:
            self._put(text, style)
        self._word = []
        self._word_width = 0

    def _put(self, text: str, style: Style) -> None:
        """Add a piece of a word to the row, and to further rows what does not fit."""
        size = cells(text)
        if self._used + size <= self._width:
            self._row.append((text, style))
            self._used += size
            return
        for piece, taken in _fitting(text, self._width - self._used, self._width):
            if self._used + taken > self._width or not piece:
                self._close()
            if piece:
                self._row.append((piece, style))
                self._used += taken

    def _close(self) -> None:
        spans = _joined(self._row)
        while spans and not spans[-1][0].rstrip(" "):
            spans.pop()
        if spans:
            text, style = spans[-1]
            spans[-1] = (text.rstrip(" "), style)
        self.rows.append(Row(tuple(spans), sum(cells(text) for text, _ in spans)) if spans else EMPTY)
        self._row = []
        self._used = 0


def _fitting(text: str, first: int, width: int) -> Iterator[tuple[str, int]]:
    """Yield pieces of a long text with their widths: one for the room that is left, then one for each row."""
    if text.isascii():
        yield text[:first], min(first, len(text))
        for at in range(first, len(text), width):
            yield text[at : at + width], min(width, len(text) - at)
        return
    piece: list[str] = []
    used, room = 0, first
    for cluster, size in clusters(text):
        if used + size > room:
            yield "".join(piece), used
            piece, used, room = [], 0, width
        piece.append(cluster)
        used += size
    yield "".join(piece), used


def _joined(spans: list[Span]) -> list[Span]:
    """Return neighbours of one style as one."""
    joined: list[Span] = []
    for text, style in spans:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return joined
