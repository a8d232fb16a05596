"""The rung of white space: the same lines, but indented by one shift, or with other blanks where they mean nothing.

Invariant: a window counts as a fit only if every line is explained. Of several fits one is taken only if it stands at
the quoted depth, needs fewer things undone than every other, and nothing that another does not need as well.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from aircher.domain.records import dataclass
from aircher.editing.fit import Answer, Fit, Unfit, ambiguous
from aircher.editing.folds import COMPOSED, INVISIBLE, TYPOGRAPHIC, Undoing, folded, needed
from aircher.editing.literals import Literals, reads_as_prose
from aircher.editing.quote import Quote, indentation, is_blank
from aircher.editing.shift import INDENTATION, TABS, Shift, ragged, uniform
from aircher.editing.source import Source
from aircher.editing.spacing import is_same_but_blanks
from aircher.editing.weave import Match, Unwoven, split_gaps, woven
from aircher.editing.windows import Window

TRAILING = "blanks at line ends"
EMPTY_LINES = "empty lines"
INNER = "blanks inside lines"
RAGGED = "indentation of single lines"
FINAL = "final line end"
ORDER = (FINAL, TRAILING, EMPTY_LINES, INDENTATION, TABS, RAGGED, INNER, INVISIBLE, TYPOGRAPHIC, COMPOSED)

LineTest = Callable[[str, str, int], tuple[str, ...] | None]
"""What has to be undone between a quoted line and the file's line at a place; ``None`` = they are different lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Lines of the file that a quote was found to be; ``first`` and ``last`` with the blank lines around it."""

    first: int
    last: int
    match: Match
    rungs: frozenset[str]

    @property
    def change(self) -> str:
        """How the indentation was changed."""
        return self.match.shifts[0].change


def find(source: Source, quote: Quote) -> Answer:
    """Return the one place that is the quote but for white space."""
    if quote.replace_all or quote.is_huge:
        return None
    found = places(source, quote)
    if len(found) == 1 and INNER in found[0].rungs and _count(source, quote) > 1:
        return Unfit(reason="old fits several places but for blanks inside lines: quote it as it stands in the file")
    return settle(source, quote, found)


def places(source: Source, quote: Quote) -> list[Place]:
    """Return every place that is the quote but for white space and single characters."""
    form = partial(compact, is_free=source.syntax.has_free_spacing)
    literals = Literals(source.plain, source.syntax)
    test = partial(_difference, source, literals)
    windows = source.index("compact", form).windows(quote.old_lines)
    found = [place_of(source, quote, window, test, form) for window in windows]
    kept = [place for place in found if place is not None]
    return [place for place in kept if not quote.is_in_place or all(not s.change for s in place.match.shifts)]


def _count(source: Source, quote: Quote) -> int:
    """Return how many places are the quote but for all blanks, wherever they are."""
    form = partial(compact, is_free=source.syntax.has_free_spacing)
    return len(source.index("compact", form).windows(quote.old_lines))


def compact(line: str, *, is_free: bool) -> str:
    """Return the key by which lines are compared: without blanks, or only without those around it."""
    text = folded(line)
    return "".join(text.split()) if is_free else text.strip()


def settle(source: Source, quote: Quote, found: Sequence[Place]) -> Answer:
    """Return the best place with the new text in it, if it is clearly the best."""
    if not found:
        return None
    best = min(found, key=lambda place: len(place.rungs))
    is_shifted = not best.rungs.isdisjoint((INDENTATION, TABS, RAGGED))
    if any(place is not best and (is_shifted or not best.rungs < place.rungs) for place in found):
        return ambiguous([place.first + 1 for place in found], how="but for white space")
    return None if is_decoy(source, quote, best) else filled(source, quote, best)


def filled(source: Source, quote: Quote, place: Place) -> Fit | Unfit:
    """Return the place with the new text in it."""
    try:
        text = woven(place.match, quote.new_lines, end=source.end_near(place.first))
    except Unwoven as exc:
        return Unfit(reason=str(exc))
    patch = source.lines_from(place.first, place.last + 1, text)
    if not source.ends[place.last] and text.endswith(("\n", "\r")):
        patch = source.lines_from(place.first, place.last + 1, text[: -2 if text.endswith("\r\n") else -1])
    rungs = tuple(rung for rung in ORDER if rung in place.rungs) or tuple(sorted(place.rungs))
    return Fit(patches=(patch,), rungs=rungs, start=patch.start, end=patch.end)


def place_of(source: Source, quote: Quote, window: Window, test: LineTest, form: Callable[[str], str]) -> Place | None:
    """Return the window as a place, or ``None`` if not every line of it is explained."""
    quoted, gaps = split_gaps(quote.old_lines)
    own = [source.lines[line] for line in window.lines]
    rungs: set[str] = set()
    for one, other, line in zip(quoted, own, window.lines, strict=True):
        difference = test(one, other, line)
        if difference is None:
            return None
        rungs.update(difference)
    shifts = _shifts(source, quote, window, quoted)
    if shifts is None:
        return None
    first, last = _with_blanks(source, window, gaps)
    rungs.update(rung for shift in shifts for rung in shift.rungs)
    if len({shift.change for shift in shifts}) > 1:
        rungs.add(RAGGED)
    own_gaps = _own_gaps(source, window, first, last)
    if [len(gap) for gap in own_gaps] != gaps:
        rungs.add(EMPTY_LINES)
    if quote.old.endswith("\n") and not source.ends[last]:
        rungs.add(FINAL)
    match = Match(
        quoted=quoted,
        own=own,
        gaps=own_gaps,
        quoted_gaps=gaps,
        ends=[source.ends[line] for line in window.lines],
        shifts=shifts,
        undoing=Undoing(zip(quoted, own, strict=True)),
        form=form,
        has_ends_undone=any(_end(one) and not _end(other) for one, other in zip(quoted, own, strict=True)),
    )
    return Place(first=first, last=last, match=match, rungs=frozenset(rungs))


def _end(line: str) -> str:
    return line[len(line.rstrip()) :]


def _difference(source: Source, literals: Literals, quoted: str, own: str, line: int) -> tuple[str, ...] | None:
    if quoted == own:
        return ()
    rungs = needed(quoted, own, partial(compact, is_free=True))
    one, other = folded(quoted), folded(own)
    if _end(one) != _end(other):
        rungs += (TRAILING,)
    if one.strip() == other.strip():
        return rungs
    if not source.syntax.has_free_spacing or not literals.are_known or other != own or not own.isascii():
        return None
    protected = literals.columns(line)
    return (*rungs, INNER) if is_same_but_blanks(own, one, protected) else None


def _shifts(source: Source, quote: Quote, window: Window, quoted: Sequence[str]) -> list[Shift] | None:
    pairs = [
        (folded(indentation(one)), indentation(source.lines[line]))
        for one, line in zip(quoted, window.lines, strict=True)
    ]
    new = [folded(indentation(line)) for line in quote.new_lines if not is_blank(line)]
    has_tabs = any("\t" in own for _, own in pairs)
    shift = uniform(pairs, new, has_tabs=has_tabs, unit=source.indent_unit)
    if shift is not None:
        return [shift] * len(pairs)
    if not source.syntax.has_free_indentation:
        return None
    literals = Literals(source.plain, source.syntax)
    if literals.are_known and any(literals.run_into(line) for line in window.lines):
        return None
    return ragged(pairs, new, has_tabs=has_tabs, unit=source.indent_unit)


def _with_blanks(source: Source, window: Window, gaps: Sequence[int]) -> tuple[int, int]:
    """Return the window with as many of the file's blank lines around it as the quote has there."""
    first, last = window.first, window.last
    while window.first - first < gaps[0] and first > 0 and is_blank(source.lines[first - 1]):
        first -= 1
    while last - window.last < gaps[-1] and last + 1 < len(source.lines) and is_blank(source.lines[last + 1]):
        last += 1
    return first, last


def _own_gaps(source: Source, window: Window, first: int, last: int) -> list[list[str]]:
    """Return the file's blank lines in front of each line of the window, and behind the last."""
    edges = [first - 1, *window.lines, last + 1]
    return [
        [source.lines[line] + source.ends[line] for line in range(before + 1, after)]
        for before, after in pairwise(edges)
    ]


def is_decoy(source: Source, quote: Quote, place: Place) -> bool:
    """Return whether the place only holds the quoted code as text: inside a comment or a string around it."""
    if place.rungs <= {TRAILING, FINAL, EMPTY_LINES} or not source.syntax.module:
        return False
    literals = Literals(source.plain, source.syntax)
    return literals.enclose(place.first, place.last) and not reads_as_prose(quote.old_lines)
