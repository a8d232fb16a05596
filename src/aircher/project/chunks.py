"""Stretches of a file, cut where symbols begin, tokenised for full-text search.

Invariant: the chunks of a file are in order, do not overlap, and their number and length are bounded.
"""

from collections.abc import Iterator, Sequence

from aircher.domain.index import ChunkRow, SymbolRow
from aircher.project.tokens import tokenize

_LEAST_LINES = 10  # a shorter piece joins the next one: bm25 would overrate it
_MOST_LINES = 50
_MOST_CHUNKS = 300
_MOST_CHUNK_CHARS = 12_000
_MOST_BODY_TOKENS = 1_500
_MOST_HEAD_TOKENS = 80


def chunks_of(path: str, lines: Sequence[str], symbols: Sequence[SymbolRow]) -> tuple[ChunkRow, ...]:
    """Return the chunks of a file that has ``lines``; an empty file has one, so that its path can be found."""
    where = tokenize(path, limit=_MOST_HEAD_TOKENS // 2)
    found = []
    for start, end in _ranges(len(lines), _cuts(symbols)):
        inside = [symbol for symbol in symbols if start <= symbol.line <= end]
        names = " ".join(f"{symbol.container} {symbol.name}" for symbol in inside)
        around = " ".join(symbol.name for symbol in symbols if symbol.line < start <= symbol.end_line)
        text = "\n".join(lines[start - 1 : end])[:_MOST_CHUNK_CHARS]
        found.append(
            ChunkRow(
                start_line=start,
                end_line=end,
                head=" ".join((where + tokenize(f"{names} {around}"))[:_MOST_HEAD_TOKENS]),
                body=" ".join(tokenize(text, limit=_MOST_BODY_TOKENS)),
            )
        )
        if len(found) >= _MOST_CHUNKS:
            break
    return tuple(found)


def _cuts(symbols: Sequence[SymbolRow]) -> list[int]:
    return sorted({symbol.line for symbol in symbols if symbol.kind != "constant"})


def _ranges(total: int, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last lines: a piece ends before a cut once it is long enough, and always at the limit."""
    start = 1
    for cut in [*cuts, total + 1]:
        while cut - start > _MOST_LINES:
            yield start, start + _MOST_LINES - 1
            start += _MOST_LINES
        if cut - start >= _LEAST_LINES or (cut == total + 1 and start <= total):
            yield start, cut - 1
            start = cut
    if total == 0:
        yield 1, 1
