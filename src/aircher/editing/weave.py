"""Puts new lines in place of a file's lines that a quote was found to be.

Invariant: a line that the replacement does not change is the file's own line, with its blanks, its characters, its line
end, however it was quoted; only what differs between the quote and the new text reaches the file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from aircher.editing.folds import ColumnMap, Undoing, folded
from aircher.editing.quote import indentation, is_blank
from aircher.editing.shift import Shift

_MAX_CELLS = 1_000_000  # of the table old x new; beyond it a block is replaced as a whole
_MAX_LINE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What the quote was found to be.

    Attributes:
        quoted: Its lines that are not blank.
        own: The file's lines for them, and the blank ones between them: ``gaps[i]`` are the blank lines of the file in
            front of ``own[i]``, with their line ends; the last item those behind the last line.
        quoted_gaps: The same of the quote, as numbers.
        ends: Line ends of ``own``.
        shifts: How each quoted line's indentation became the file's.
        undoing: What else was undone.
        form: The form in which a quoted line and the file's are the same.
        has_ends_undone: The quote has blanks at line ends that the file does not have.
    """

    quoted: Sequence[str]
    own: Sequence[str]
    gaps: Sequence[Sequence[str]]
    quoted_gaps: Sequence[int]
    ends: Sequence[str]
    shifts: Sequence[Shift]
    undoing: Undoing
    form: Callable[[str], str]
    has_ends_undone: bool = False


class Unwoven(Exception):
    """The new text cannot follow the way the quote was undone; the message says why."""


def woven(match: Match, new: Sequence[str], *, end: str) -> str:
    """Return the text that takes the place of the matched lines and of the blank ones around them.

    Args:
        match: What was found.
        new: The new lines.
        end: The line end of lines that have no model in the file.

    Raises:
        Unwoven: It cannot be told what new lines should look like.
    """
    lines, gaps = split_gaps(new)
    partners = _partners([match.form(line) for line in match.quoted], [match.form(line) for line in lines])
    keeps_gaps = _gaps_are_certain(match, partners)
    out: list[str] = []
    before = -1
    latest = end
    for place, line in enumerate(lines):
        partner = partners[place]
        after = len(match.own) if partner is None else partner
        out += _gap(match, before, partner, gaps[place], latest) if keeps_gaps else [latest] * gaps[place]
        latest = end if partner is None else match.ends[after] or end
        text = _rendered(match, line, partner, partners, place)
        is_new = partner is None or text != match.own[partner]
        out.append((text.rstrip() if match.has_ends_undone and is_new else text) + latest)
        before = -2 if partner is None else partner
    behind = None if not lines else len(match.own)
    out += _gap(match, before, behind, gaps[-1], latest) if keeps_gaps else [latest] * gaps[-1]
    return "".join(out)


def split_gaps(lines: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the lines that are not blank, and how many blank ones are in front of each and at the end."""
    kept: list[str] = []
    gaps = [0]
    for line in lines:
        if is_blank(line):
            gaps[-1] += 1
        else:
            kept.append(line)
            gaps.append(0)
    return kept, gaps


def _partners(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Return for each new line the old one it stands for: the same text, or the one it replaces, one for one."""
    partners: list[int | None] = [None] * len(new)
    for tag, i1, i2, j1, j2 in opcodes(old, new):
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            partners[j1:j2] = range(i1, i2)
    return partners


def opcodes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return what turns one list of lines into the other, as `difflib` does, in bounded time."""
    head = next(
        (i for i, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    rest = min(len(old), len(new)) - head
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [("equal", 0, head, 0, head)] if head else []
    if len(middle[0]) * len(middle[1]) > _MAX_CELLS:
        found.append(("replace", head, len(old) - tail, head, len(new) - tail))
    elif middle[0] or middle[1]:
        matcher = SequenceMatcher(None, middle[0], middle[1], autojunk=False)
        found += [(tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in matcher.get_opcodes()]
    if tail:
        found.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return found


def _gaps_are_certain(match: Match, partners: Sequence[int | None]) -> bool:
    """Return whether every blank line that only the file has has its place in the new text too.

    A line that was put between two lines which the quote shows as neighbours, but which the file holds apart, may
    belong on either side.
    """
    if all(len(own) == quoted for own, quoted in zip(match.gaps, match.quoted_gaps, strict=True)):
        return True
    before: int | None = -1
    for partner in [*partners, len(match.own)]:
        place = before + 1 if partner is None and before is not None else partner if before is None else None
        if place is not None and len(match.gaps[place]) != match.quoted_gaps[place]:
            return False
        before = partner
    return True


def _gap(match: Match, before: int, partner: int | None, wanted: int, end: str) -> list[str]:
    """Return the blank lines in front of a new line: the file's own ones where the replacement leaves them alone."""
    if partner is None or before < -1:
        beside = match.gaps[before + 1 if partner is None else partner] if partner is not None or before >= -1 else ()
        return list(beside) if len(beside) == wanted else [end] * wanted
    around = [before + 1] if partner == before + 1 else [before + 1, partner]
    own = [line for place in around for line in match.gaps[place]]
    if wanted == sum(match.quoted_gaps[place] for place in around):
        return own
    return [*own[:wanted], *[end] * (wanted - len(own))]


def _rendered(match: Match, line: str, partner: int | None, partners: Sequence[int | None], place: int) -> str:
    """Return a new line as it has to stand in the file."""
    if partner is None:
        return _indented(_neighbour(match, partners, place), line) + match.undoing(line.lstrip(" \t"))
    quoted, own = match.quoted[partner], match.own[partner]
    if match.form(quoted) == match.form(line):
        text = line if _is_meant(quoted, own, line) else own
        if indentation(quoted) == indentation(line):
            return own if text is own else indentation(own) + match.undoing(line.lstrip(" \t"))
    else:
        text = merged(match.undoing, quoted, own, line)
    return _indented(match.shifts[partner], line) + text.lstrip(" \t")


def _is_meant(quoted: str, own: str, line: str) -> bool:
    """Return whether a line that changes only in its blanks or typography was quoted right, so that it shall change."""
    bodies = [text.lstrip(" \t") for text in (quoted, own, line)]
    return bodies[0] == bodies[1] != bodies[2]


def _neighbour(match: Match, partners: Sequence[int | None], place: int) -> Shift:
    """Return the rule for an inserted line: that of the lines around it.

    Raises:
        Unwoven: They have different ones.
    """
    before = next((partner for partner in reversed(partners[:place]) if partner is not None), None)
    after = next((partner for partner in partners[place:] if partner is not None), None)
    shifts = [match.shifts[partner] for partner in (before, after) if partner is not None] or list(match.shifts)
    if len({shift.change for shift in shifts}) > 1:
        raise Unwoven("the lines around a new one are indented differently in the file than in old")
    return shifts[0]


def _indented(shift: Shift, line: str) -> str:
    found = shift(indentation(line))
    if found is None:
        raise Unwoven("new is indented less than what old has too much")
    return found


def merged(undoing: Undoing, quoted: str, own: str, line: str) -> str:
    """Return a changed line with the file's characters where the replacement leaves them alone."""
    plain = undoing(line)
    if folded(own) == own or len(own) > _MAX_LINE or len(line) > _MAX_LINE:
        return plain
    bodies = [text.strip(" \t") for text in (quoted, own)]
    if folded(bodies[0]) != folded(bodies[1]):
        return plain
    start = len(quoted) - len(quoted.lstrip(" \t"))
    to_own = ColumnMap(bodies[1])
    columns = [len(folded(bodies[0][:place])) for place in range(len(bodies[0]) + 1)]
    parts: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, quoted, line, autojunk=False).get_opcodes():
        first, last = max(0, i1 - start), i2 - start
        if tag == "equal" and first < last <= len(bodies[0]):
            parts.append(bodies[1][to_own.raw(columns[first]) : to_own.raw(columns[last], is_end=True)])
        else:
            parts.append(undoing(line[j1:j2]))
    return "".join(parts)
