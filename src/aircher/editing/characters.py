"""The rung of single characters: the same text but for invisible, typographic or composed ones, anywhere in a line."""

from collections.abc import Sequence
from itertools import zip_longest

from aircher.editing.exact import cut_off, is_cut_otherwise, joined, lies_in_literal, undone_places
from aircher.editing.fit import Answer, Fit, ambiguous
from aircher.editing.folds import COMPOSED, INVISIBLE, TYPOGRAPHIC, ColumnMap, Undoing, folded, needed
from aircher.editing.quote import Quote, body, indentation
from aircher.editing.source import Patch, Source
from aircher.editing.weave import merged, opcodes

_ORDER = (INVISIBLE, TYPOGRAPHIC, COMPOSED)


def find(source: Source, quote: Quote) -> Answer:
    """Return the one place that is the quote when both are folded."""
    wanted = folded(quote.old)
    if quote.is_whole_lines or quote.replace_all or quote.is_huge or (wanted == quote.old and source.plain.isascii()):
        return None
    lines = [folded(line) for line in source.lines]
    text = "\n".join(lines) + ("\n" if source.ends and source.ends[-1] else "")
    places = undone_places(text, wanted)
    if not places:
        return None
    spots = [text.count("\n", 0, place) for place in places]
    if len(places) > 1:
        return ambiguous([spot + 1 for spot in spots], how="but for invisible or typographic characters")
    start = _raw(source, lines, text, places[0])
    end = _raw(source, lines, text, places[0] + len(wanted), is_end=True)
    is_bare = quote.new[:1] in (" ", "\t") and cut_off(source, quote, start) != ""
    if is_bare or is_cut_otherwise(source, quote, start) or lies_in_literal(source, quote, start, end):
        return None
    return _fit(source, quote, start, end)


def _raw(source: Source, lines: Sequence[str], text: str, place: int, *, is_end: bool = False) -> int:
    """Return the place in `Source.plain` of a place in the folded text."""
    line = text.count("\n", 0, place)
    column = place - (text.rfind("\n", 0, place) + 1)
    if line >= len(lines):
        return len(source.plain)
    return source.starts[line] + ColumnMap(source.lines[line]).raw(column, is_end=is_end)


def _fit(source: Source, quote: Quote, start: int, end: int) -> Fit:
    own, quoted, new = source.plain[start:end].split("\n"), quote.old.split("\n"), quote.new.split("\n")
    pairs = list(zip(quoted, own, strict=True))
    undoing = Undoing(pairs)
    old_keys, new_keys = [folded(line).strip() for line in quoted], [folded(line).strip() for line in new]
    texts: list[str] = []
    for tag, i1, i2, j1, j2 in opcodes(old_keys, new_keys):
        for i, j in zip_longest(range(i1, i2), range(j1, j2)):
            if j is None:
                continue
            front = own[i] if tag == "equal" and folded(quoted[i]) == folded(new[j]) else undoing(new[j])
            if tag == "equal":
                texts.append(indentation(front) + body(new[j] if quoted[i] == own[i] else own[i]))
            elif i is not None and i2 - i1 == j2 - j1:
                texts.append(indentation(front) + merged(undoing, quoted[i], own[i], new[j]))
            else:
                texts.append(front)
    text = joined(source, source.line_at(start), old_keys, new_keys, texts)
    rungs = {rung for one, other in pairs for rung in needed(one, other, str)}
    return Fit(patches=(Patch(start, end, text),), rungs=tuple(r for r in _ORDER if r in rungs), start=start, end=end)
