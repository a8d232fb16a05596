"""The ladder: the ways in which a quote may fit a file, as a table, from the strictest down.

Invariant: the first rung that has an answer decides; a refusal is an answer too. Below the literal rungs a quote may be
read anew (`aircher.editing.readings`), each reading once, and is then held against the literal rungs again.
"""

from collections.abc import Sequence

from aircher.editing import already, characters, elision, exact, lines, spelling
from aircher.editing.damage import damage
from aircher.editing.fit import Answer, Fit, Rung, Unfit
from aircher.editing.quote import Quote
from aircher.editing.readings import READINGS, Reading
from aircher.editing.source import Source

LITERAL: tuple[Rung, ...] = (exact.find, characters.find, lines.find)
PARTIAL: tuple[Rung, ...] = (elision.find,)
MISSPELLED: tuple[Rung, ...] = (spelling.find,)


def climb(source: Source, quote: Quote) -> Fit | Unfit:
    """Return the one place that the quote means, or why there is none."""
    answer = _read(source, quote, READINGS) or _first(MISSPELLED, source, quote)
    if answer is None:
        if already.stands_elsewhere(source, quote):
            return Unfit(reason="old is not in the file, but new is: this was already replaced", is_done=True)
        return Unfit(reason="old is not in the file")
    return answer


def _read(source: Source, quote: Quote, readings: Sequence[Reading]) -> Answer:
    """Return the answer about the quote in full, about one of its readings, or about its parts."""
    answer = _first(LITERAL, source, quote)
    if answer is not None or quote.replace_all or quote.is_huge:
        return answer
    for place, reading in enumerate(readings):
        read = reading.of(quote)
        if read is not None and any(sign.isalnum() for sign in read.old):
            answer = _read(source, read, readings[place + 1 :])
            if answer is not None:
                return answer
    return _first(PARTIAL, source, quote)


def _first(rungs: Sequence[Rung], source: Source, quote: Quote) -> Answer:
    for rung in rungs:
        answer = rung(source, quote)
        if isinstance(answer, Fit):
            return _checked(source, quote, answer)
        if answer is not None:
            return answer
    return None


def _checked(source: Source, quote: Quote, fit: Fit) -> Fit | Unfit:
    """Return the fit if writing it does no plain damage and was not done before."""
    wrong = None if elision.RUNG in fit.rungs else damage(quote, source.syntax)
    if wrong is not None:
        return Unfit(reason=wrong)
    if quote.replace_all:
        return fit if not _is_part_done(source, quote) else Unfit(reason=already.REASON, is_done=True)
    if any(already.is_carried_out(source, patch) for patch in fit.patches):
        return Unfit(reason=already.REASON, is_done=True)
    return Fit(patches=fit.patches, rungs=(*quote.undone, *fit.rungs), start=fit.start, end=fit.end)


def _is_part_done(source: Source, quote: Quote) -> bool:
    """Return whether the new text, which holds the old one, already stands somewhere."""
    return quote.old in quote.new and quote.new in source.plain
