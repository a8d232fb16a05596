"""Puts new lines in place of a file's lines that a quote was found to be.

Invariant: a line that the replacement does not change is the file's own line, with its blanks, its characters, its line
end, however it was quoted; only what differs between the quote and the new text reaches the file.
"""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from aircher.domain.records import dataclass
from aircher.editing.folds import ColumnMap, Undoing, folded
from aircher.editing.quote import body, indentation, is_blank
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
    keeps_gaps, keeps_blanks = _gaps_are_certain(match, partners), _keeps_blanks(match, lines, partners)
    out: list[str] = []
    before = -1
    latest = end
    for place, line in enumerate(lines):
        partner = partners[place]
        after = len(match.own) if partner is None else partner
        out += _gap(match, before, partner, gaps[place], latest) if keeps_gaps else [latest] * gaps[place]
        latest = end if partner is None else match.ends[after] or end
        text = _rendered(match, line, partners, place, keeps_blanks=keeps_blanks)
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


def _rendered(match: Match, line: str, partners: Sequence[int | None], place: int, *, keeps_blanks: bool) -> str:
    """Return a new line as it has to stand in the file."""
    partner = partners[place]
    if partner is None:
        return _indented(_neighbour(match, partners, place), line) + match.undoing(body(line))
    quoted, own = match.quoted[partner], match.own[partner]
    if place == partner == 0 and _has_same_front(own, line) and not _has_same_front(own, quoted):
        raise Unwoven("new is indented as the file is, and old is not: quote the indentation too")
    if match.form(quoted) != match.form(line):
        return _indented(match.shifts[partner], line) + merged(match.undoing, quoted, own, line)
    is_new = _is_meant(quoted, own, line) or (not keeps_blanks and _differs_in_blanks(quoted, own))
    front = indentation(own) if _has_same_front(quoted, line) else _indented(match.shifts[partner], line)
    return front + (match.undoing(body(line)) if is_new else body(own))


def _keeps_blanks(match: Match, lines: Sequence[str], partners: Sequence[int | None]) -> bool:
    """Return whether untouched lines keep the blanks of the file where the quote has others.

    They do not if a changed line was quoted with other blanks too: either all of them are the file's, or none.
    """
    kept = {
        partner
        for line, partner in zip(lines, partners, strict=True)
        if partner is not None
        and match.form(match.quoted[partner]) == match.form(line)
        and _has_same_front(match.quoted[partner], line)
    }
    return not any(
        place not in kept and _differs_in_blanks(quoted, own)
        for place, (quoted, own) in enumerate(zip(match.quoted, match.own, strict=True))
    )


def _differs_in_blanks(quoted: str, own: str) -> bool:
    one, other = folded(body(quoted)), folded(body(own))
    return one != other and "".join(one.split()) == "".join(other.split())


def _has_same_front(quoted: str, line: str) -> bool:
    return folded(indentation(quoted)) == folded(indentation(line))


def _is_meant(quoted: str, own: str, line: str) -> bool:
    """Return whether a line that changes only in its blanks or typography was quoted right, so that it shall change."""
    bodies = [body(text) for text in (quoted, own, line)]
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
    found = shift(folded(indentation(line)))
    if found is None:
        raise Unwoven("new is indented less than what old has too much")
    return found


def merged(undoing: Undoing, quoted: str, own: str, line: str) -> str:
    """Return a changed line, but for its indentation, with the file's characters where the replacement leaves them."""
    quoted, own, line = body(quoted), body(own), body(line)
    plain = undoing(line)
    if folded(own) == own or len(own) > _MAX_LINE or len(line) > _MAX_LINE:
        return plain
    theirs, ours = quoted.rstrip(" \t"), own.rstrip(" \t")
    if folded(theirs) != folded(ours):
        return plain
    to_own = ColumnMap(ours)
    columns = [len(folded(theirs[:place])) for place in range(len(theirs) + 1)]
    parts: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, quoted, line, autojunk=False).get_opcodes():
        if tag == "equal" and i2 <= len(theirs):
            parts.append(ours[to_own.raw(columns[i1]) : to_own.raw(columns[i2], is_end=True)])
        else:
            parts.append(undoing(line[j1:j2]))
    return "".join(parts)
