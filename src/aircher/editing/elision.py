"""The rung of elisions: a quote with a line such as ``# ... unchanged ...`` for lines that it does not show.

Invariant: what is not shown stays. Every shown part must stand once in the file, in order, near the others, shifted
alike, and the new text must elide at the same points.
"""

import re
from itertools import pairwise

from aircher.editing import already
from aircher.editing.fit import Answer, Fit, Unfit
from aircher.editing.lines import Place, filled, is_decoy, places
from aircher.editing.quote import Quote, indentation, is_blank, lines_of
from aircher.editing.source import Source

RUNG = "elision"
_MAX_HIDDEN_LINES = 400  # more than any function that somebody would abridge with care
_COMMENT = r"^\s*(?:#|//|--|;|%|/\*+|<!--|\{/\*|\*)\s*(.*?)\s*(?:\*/\}?|-->)?\s*$"
_STRONG = r"\b(?:rest|unchanged|existing|remaining|omitted|same|previous|snip(?:ped)?|truncated|elided|skipped)\b"
_FILLING = (
    r"a|an|and|are|as|above|before|below|block|body|class|code|contents?|elsewhere|everything|files?|fields|for|from|"
    r"functions?|here(?:'s)?|implementation|imports|in|is|it|keep|kept|lines?|logic|methods?|more|no|changes|not|of|"
    r"original|others?|parts?|properties|remains?|section|shown|stays|still|stuff|tests|that|the|this|to|unmodified|was"
)
_ONLY_FILLING = rf"(?:(?:{_STRONG}|\b(?:{_FILLING})\b)[\s.,:;()\[\]-]*)+"


def is_marker(line: str) -> bool:
    """Return whether the line stands for lines that are not shown."""
    text = line.strip()
    if text in {"...", "\u2026"}:
        return True
    comment = re.match(_COMMENT, line)
    has_dots = "..." in text or "\u2026" in text
    if comment is None and not text.startswith(("...", "\u2026", "[...", "[\u2026", "(...", "(\u2026")):
        return False
    body = comment[1] if comment is not None else text
    words = re.findall(r"[a-z']+", body.lower())
    if not words:
        return has_dots and re.fullmatch(r"[\s.\u2026()\[\]*-]*", body) is not None
    if len(words) > 12 or re.search(r"[^\w\s.,:;'\u2026()\[\]-]", body):
        return False
    is_about_rest = re.search(_STRONG, body.lower()) is not None
    return is_about_rest and (has_dots or re.fullmatch(_ONLY_FILLING, body.lower()) is not None)


def find(source: Source, quote: Quote) -> Answer:
    """Return the places of all shown parts."""
    old = _parts(quote.old)
    if len(old) < 2 or quote.replace_all or quote.is_huge:
        return None
    new = _parts(quote.new)
    if len(new) != len(old):
        return Unfit(reason="old leaves out lines and new does not leave them out: nothing says that they may go")
    pairs = [Quote(old=one, new=other) for one, other in zip(old, new, strict=True)]
    if any(is_blank(pair.old) and not is_blank(pair.new) for pair in pairs):
        return Unfit(reason="new adds lines next to an elision where old shows none: quote the line before or behind")
    shown = [pair for pair in pairs if not is_blank(pair.old)]
    if not shown or any(_is_scrap(pair.old) for pair in shown):
        return Unfit(reason="a part of old beside an elision has no word in it: quote more")
    found: list[Place] = []
    for pair in shown:
        here = places(source, pair)
        if len(here) != 1 or is_decoy(source, pair, here[0]):
            how = "several places" if here else "no place"
            return Unfit(reason=f"old leaves out lines, and a part of it fits {how} of the file: quote it in full")
        found.append(here[0])
    return _together(source, shown, found)


def _is_scrap(part: str) -> bool:
    """Return whether a part is a single line without a word in it."""
    return part.strip().count("\n") == 0 and not any(sign.isalnum() for sign in part)


def _parts(text: str) -> list[str]:
    parts = [""]
    for line in lines_of(text):
        if is_marker(line):
            parts.append("")
        else:
            parts[-1] += line + "\n"
    return parts


def _together(source: Source, shown: list[Quote], found: list[Place]) -> Fit | Unfit:
    """Return all parts as one fit if they belong together."""
    for before, after in pairwise(found):
        if not before.last < after.first <= before.last + _MAX_HIDDEN_LINES:
            return Unfit(reason="the parts of old around an elision are not near each other, or in another order")
        if not _is_one_block(source, before, after):
            return Unfit(reason="the parts of old around an elision belong to different blocks of the file")
    if len({place.change for place in found}) > 1:
        return Unfit(reason="the parts of old around an elision are indented differently than in the file")
    fits: list[Fit] = []
    for pair, place in zip(shown, found, strict=True):
        fit = filled(source, pair, place)
        if isinstance(fit, Unfit):
            return fit
        if any(already.is_carried_out(source, patch) for patch in fit.patches):
            return Unfit(reason=already.REASON, is_done=True)
        fits.append(fit)
    rungs = tuple(dict.fromkeys([RUNG, *(rung for fit in fits for rung in fit.rungs)]))
    patches = tuple(patch for fit in fits for patch in fit.patches)
    return Fit(patches=patches, rungs=rungs, start=fits[0].start, end=fits[-1].end)


def _is_one_block(source: Source, before: Place, after: Place) -> bool:
    """Return whether no hidden line is further out than the first line of the part before."""
    outer = len(indentation(source.lines[before.first]).expandtabs(4))
    hidden = (line for line in source.lines[before.last + 1 : after.first] if not is_blank(line))
    return all(len(indentation(line).expandtabs(4)) >= outer for line in hidden)
