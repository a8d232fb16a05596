"""Whether a replacement was carried out before: its new text already stands around the place that old fits.

Invariant: only a replacement that keeps what it quotes and adds to it can look undone although it is done.
"""

from collections.abc import Sequence

from aircher.editing.fit import Fit
from aircher.editing.folds import folded
from aircher.editing.quote import Quote, is_blank
from aircher.editing.source import Source

REASON = "this replacement was already made: the new text stands in the file, where old fits"
_MAX_PLACES = 50


def is_carried_out(source: Source, quote: Quote, fit: Fit) -> bool:
    """Return whether the new text already stands there."""
    return _stands_literally(source, quote, fit.start) or _stands_in_lines(source, quote, fit)


def stands_elsewhere(source: Source, quote: Quote) -> bool:
    """Return whether the new text stands in the file, as lines, however indented."""
    wanted = _keys(quote.new.split("\n"))
    own = _keys(source.lines)
    letters = sum(map(len, wanted))
    if letters < 8 or len(wanted) > len(own):
        return False
    starts = (place for place, key in enumerate(own) if key == wanted[0])
    return any(own[place : place + len(wanted)] == wanted for place in starts)


def _stands_literally(source: Source, quote: Quote, start: int) -> bool:
    if len(quote.new) <= len(quote.old):
        return False
    place = quote.new.find(quote.old)
    for _ in range(_MAX_PLACES):
        if place < 0:
            return False
        if start >= place and source.plain.startswith(quote.new, start - place):
            return True
        place = quote.new.find(quote.old, place + 1)
    return False


def _stands_in_lines(source: Source, quote: Quote, fit: Fit) -> bool:
    """Return whether the lines around the place are the new ones, however indented."""
    old, new = _keys(quote.old.split("\n")), _keys(quote.new.split("\n"))
    if not old or len(new) <= len(old):
        return False
    first, last = source.line_at(fit.start), source.line_at(max(fit.start, fit.end - 1))
    extra = len(new) - len(old)
    if _keys(source.lines[first : last + 1]) != old:
        return False
    before = _near(source, range(first - 1, -1, -1), extra)[::-1]
    after = _near(source, range(last + 1, len(source.lines)), extra)
    around = [*before, *old, *after]
    places = [k for k in range(extra + 1) if new[k : k + len(old)] == old][:_MAX_PLACES]
    return any(
        len(before) - k >= 0 and around[len(before) - k : len(before) - k + len(new)] == new for k in places
    )


def _near(source: Source, lines: range, count: int) -> list[str]:
    """Return the keys of the nearest ``count`` lines that are not blank."""
    found: list[str] = []
    for line in lines:
        if len(found) == count:
            break
        if not is_blank(source.lines[line]):
            found.append(_key(source.lines[line]))
    return found


def _keys(lines: Sequence[str]) -> list[str]:
    return [_key(line) for line in lines if not is_blank(line)]


def _key(line: str) -> str:
    return "".join(folded(line).split())
