"""The topmost rung: the quote stands in the file as it is, once. What is written then is the new text as it is."""

import re
from collections.abc import Sequence

from aircher.editing.fit import Answer, Fit, Unfit, ambiguous
from aircher.editing.folds import INVISIBLE_SIGNS
from aircher.editing.literals import Literals, reads_as_prose
from aircher.editing.quote import Quote, indentation, is_blank
from aircher.editing.source import Patch, Source
from aircher.editing.weave import opcodes

_MAX_REPORTED = 9
_MIN_PIECE = 4  # letters of a line that is quoted in part
_COMMENT_SIGN = r"\s*(?:#+|//+|/?\*+|--|;+|%+|<!--)\s*"


def find(source: Source, quote: Quote) -> Answer:
    """Return the one literal place, or all of them if all are meant."""
    if quote.is_whole_lines:
        return None
    if quote.undone:
        places = undone_places(source.plain, quote.old)
    else:
        places = _places(source.plain, quote.old, is_every=quote.replace_all)
    if not places:
        return None
    if len(places) == 1 and not quote.replace_all and _is_by_chance(source, quote, places[0]):
        return None
    if not quote.replace_all and len(places) > 1:
        return ambiguous([source.line_at(place) + 1 for place in places], how="exactly")
    fits = [_fit(source, quote, place) for place in places]
    wrong = next((fit for fit in fits if isinstance(fit, Unfit)), None)
    if wrong is not None:
        return wrong
    good = [fit for fit in fits if isinstance(fit, Fit)]
    if len(good) < len(fits):
        return None
    patches = tuple(patch for fit in good for patch in fit.patches)
    return Fit(patches=patches, rungs=good[0].rungs, start=good[0].start, end=good[-1].end)


def _is_by_chance(source: Source, quote: Quote, start: int) -> bool:
    """Return whether the place is not what was quoted, although it reads the same: more belongs to it."""
    end = start + len(quote.old)
    if quote.undone:
        return lies_in_literal(source, quote, start, end)
    text = source.plain
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    before = text[source.starts[source.line_at(start)] : start]
    is_line = "\n" in quote.old or not before.strip()
    if any(sign in INVISIBLE_SIGNS for sign in around) or (is_line and _splits_a_word(text, start, end)):
        return True
    return bool(before) and not before.strip() and quote.old[0].isspace() and _ends_a_line(text, end)


def _ends_a_line(text: str, end: int) -> bool:
    return end == len(text) or "\n" in text[end - 1 : end + 1]


def _places(text: str, old: str, *, is_every: bool) -> list[int]:
    """Return where ``old`` stands: side by side if every place is meant, else also overlapping, and not all."""
    places: list[int] = []
    place = text.find(old)
    while place >= 0 and (is_every or len(places) < _MAX_REPORTED):
        places.append(place)
        place = text.find(old, place + (len(old) if is_every else 1))
    return places


def undone_places(text: str, wanted: str) -> list[int]:
    """Return where a quote in which something was undone stands: only as whole words, not in a comment around it."""
    places = _places(text, wanted, is_every=False) if wanted else []
    return [place for place in places if not _is_torn(text, place, place + len(wanted))]


def lies_in_literal(source: Source, quote: Quote, start: int, end: int) -> bool:
    """Return whether the place is the inside of a string or comment of several lines, and the quote is no prose."""
    literals = Literals(source.plain, source.syntax)
    is_inside = literals.enclose(source.line_at(start), source.line_at(max(start, end - 1)))
    return is_inside and not reads_as_prose(quote.old_lines)


def _is_torn(text: str, start: int, end: int) -> bool:
    """Return whether the place starts or ends inside a word, or inside what the quote shows as a line's indentation."""
    if _splits_a_word(text, start, end):
        return True
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if text[start] in " \t" and before:
        return True
    first, *others = text[start:end].split("\n")
    if others and before.strip() and _is_scrap(first):
        return True
    if others and others[-1] and text[end : end + 1] not in ("", "\n") and _is_scrap(others[-1]):
        return True
    return re.fullmatch(_COMMENT_SIGN, before) is not None


def _splits_a_word(text: str, start: int, end: int) -> bool:
    if start > 0 and _is_one_word(text[start - 1], text[start]):
        return True
    return end < len(text) and _is_one_word(text[end - 1], text[end])


def _is_scrap(piece: str) -> bool:
    """Return whether a piece of a line is too little to know the line by."""
    return sum(sign.isalnum() for sign in piece) < _MIN_PIECE


def _is_one_word(left: str, right: str) -> bool:
    return (left.isalnum() or left == "_") and (right.isalnum() or right == "_")


def _fit(source: Source, quote: Quote, place: int) -> Answer:
    end = place + len(quote.old)
    line = source.line_at(place)
    start = place
    if quote.new[:1] in (" ", "\t") and (front := cut_off(source, quote, place)):
        if indentation(quote.new) != front:
            return Unfit(reason="old starts behind the indentation of its line, new brings another one: quote it too")
        start = source.starts[line]
    elif is_cut_otherwise(source, quote, place):
        if _ends_a_line(source.plain, end):
            return None  # whole lines without their indentation: another rung puts it back
        return Unfit(reason="old starts behind the indentation of its line, new has lines without it: quote it too")
    text = _with_ends(source, quote, place)
    rungs = () if start == place else ("indentation of the first line",)
    return Fit(patches=(Patch(start, end, text),), rungs=rungs, start=place, end=end)


def cut_off(source: Source, quote: Quote, place: int) -> str:
    """Return the indentation behind which the quote starts; empty = it starts elsewhere."""
    before = source.plain[source.starts[source.line_at(place)] : place]
    return "" if before.strip(" \t") or quote.old[0].isspace() else before


def is_cut_otherwise(source: Source, quote: Quote, place: int) -> bool:
    """Return whether the quote lacks the indentation of its first line, and new lines lack theirs, quoted ones not."""
    front = cut_off(source, quote, place)
    return bool(front) and _stands_out(quote.new, front) and not _stands_out(quote.old, front)


def _stands_out(text: str, front: str) -> bool:
    """Return whether a line behind the first one is not indented as far as ``front``, or not further in a block."""
    first, *others = [line for line in text.split("\n") if not is_blank(line)] or [""]
    is_flat = first.rstrip().endswith((":", "{", "(", "[")) and any(
        indentation(line) == front and line.strip()[0] not in ")]}" for line in others[:1]
    )
    return is_flat or any(not line.startswith(front) for line in others)


def _with_ends(source: Source, quote: Quote, place: int) -> str:
    """Return the new text with the line ends of the file."""
    return joined(source, source.line_at(place), quote.old.split("\n"), quote.new.split("\n"))


def joined(source: Source, first: int, old: Sequence[str], new: Sequence[str], texts: Sequence[str] = ()) -> str:
    """Return new lines joined by the line ends of the file, each by that of the line it replaces.

    Args:
        source: The file.
        first: Where in it the old lines begin.
        old: The old lines.
        new: The new ones, to tell which replaces which.
        texts: What to write for them, if not themselves.
    """
    texts = texts or new
    own = [source.ends[first + i] for i in range(len(old) - 1)]
    latest = source.end_near(first)
    if len({*own, latest}) == 1:
        return latest.join(texts)
    ends: list[str | None] = [None] * len(new)
    for tag, i1, i2, j1, j2 in opcodes(old, new):
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            ends[j1:j2] = [own[i] if i < len(own) else None for i in range(i1, i2)]
    parts = [texts[0]]
    for line, end in zip(texts[1:], ends, strict=False):
        latest = end or latest
        parts += [latest, line]
    return "".join(parts)
