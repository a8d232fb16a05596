"""Whether a replacement was carried out before: its new text already stands around the place that old fits.

Invariant: only a replacement that keeps what it quotes and adds to it can look undone although it is done.
"""

from collections.abc import Sequence

from aircher.editing.folds import folded
from aircher.editing.quote import Quote, is_blank
from aircher.editing.source import Patch, Source

REASON = "this replacement was already made: the new text stands in the file, where old fits"
_MAX_PLACES = 50


def is_carried_out(source: Source, patch: Patch) -> bool:
    """Return whether the new text of a patch already stands where it would be put."""
    old, new = source.plain[patch.start : patch.end], source.fitted(patch.text)
    return _stands_literally(source, old, new, patch.start) or _stands_in_lines(source, old, new, patch)


def stands_elsewhere(source: Source, quote: Quote) -> bool:
    """Return whether the new text stands in the file, as lines, however indented."""
    wanted = _keys(quote.new.split("\n"))
    own = _keys(source.lines)
    letters = sum(map(len, wanted))
    if letters < 8 or len(wanted) > len(own):
        return False
    starts = (place for place, key in enumerate(own) if key == wanted[0])
    return any(own[place : place + len(wanted)] == wanted for place in starts)


def _stands_literally(source: Source, old: str, new: str, start: int) -> bool:
    if len(new) <= len(old):
        return False
    place = new.find(old)
    for _ in range(_MAX_PLACES):
        if place < 0:
            return False
        if start >= place and source.plain.startswith(new, start - place):
            return True
        place = new.find(old, place + 1)
    return False


def _stands_in_lines(source: Source, replaced: str, text: str, patch: Patch) -> bool:
    """Return whether the lines around the place are the new ones, however indented."""
    old, new = _keys(replaced.split("\n")), _keys(text.split("\n"))
    if not old or len(new) <= len(old):
        return False
    first, last = source.line_at(patch.start), source.line_at(max(patch.start, patch.end - 1))
    extra = len(new) - len(old)
    if _keys(source.lines[first : last + 1]) != old:
        return False
    before = _near(source, range(first - 1, -1, -1), extra)[::-1]
    after = _near(source, range(last + 1, len(source.lines)), extra)
    around = [*before, *old, *after]
    places = [k for k in range(extra + 1) if new[k : k + len(old)] == old][:_MAX_PLACES]
    return any(len(before) - k >= 0 and around[len(before) - k : len(before) - k + len(new)] == new for k in places)


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
