"""What of the conversation is held, and what was let go.

Held are the turns around what is seen and the last ones, so that the end is there at once. Between them, and above,
may be a gap: one row that says so, and knows what is missing.
"""

from bisect import bisect_right
from collections.abc import Sequence

from aircher.domain.records import dataclass
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row
from aircher.tui.viewport.contents import Contents, Held
from aircher.tui.viewport.walking import Shown

MAX_TURNS = 60
"""Are held. A turn is a handful of blocks; far more than anybody scrolls back without searching."""
MAX_ROWS = 6_000
"""Are held: about 150 screens, and with half a kilobyte a row about 3 MB of what is laid out."""
TAIL_TURNS = 6
"""The last turns that stay while somebody reads far up: going to the end shows them at once."""
KEPT_SHARE = 0.7
"""Of the bounds is kept when something is let go, so that it happens once in many turns."""


class Gap:
    """A `Block` that stands for turns that are not held.

    Attributes:
        until_seq: Of the event with which goes on what is held below.
        starts: The first event of each missing turn, in order; ``None`` = everything before ``until_seq``.
    """

    def __init__(self, until_seq: int, starts: Sequence[int] | None = None) -> None:
        self.until_seq = until_seq
        self.starts = starts
        self._drawn: tuple[int, Look, Sequence[Row]] | None = None

    def drop_since(self, seq: int) -> bool:
        """Miss no turn that began with this event or later; return whether another one is still missing."""
        self.until_seq = min(self.until_seq, seq)
        if self.starts is not None:
            self.starts = [start for start in self.starts if start < seq]
        return self.starts is None or bool(self.starts)

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return one row that says that something is missing here."""
        drawn = self._drawn
        if drawn is None or drawn[0] != width or drawn[1] is not look:
            dots = look.glyphs.dot * 3
            row = Row.of((f"{dots} earlier turns {dots}", look.style(Role.MUTED))).cut(0, width)
            self._drawn = drawn = (width, look, [row])
        return drawn[2]

    @property
    def source(self) -> str:
        """Return nothing: it is not part of what was said."""
        return ""

    @property
    def is_live(self) -> bool:
        """Return that it does not move."""
        return False

    def toggle(self) -> bool:
        """Refuse: there is nothing to fold."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A turn that is held: where it begins among the items, where the next one does, and its event."""

    start: int
    end: int
    seq: int


def gap_of(held: Held) -> Gap | None:
    """Return the gap that this place is."""
    return held.block if isinstance(held.block, Gap) else None


def stretches(contents: Contents) -> list[Stretch]:
    """Return the turns that are held; what comes before the first one goes with it."""
    items = contents.items
    starts = [at for at, held in enumerate(items) if held.starts_turn]
    first = 1 if items and gap_of(items[0]) is not None else 0
    if not starts:
        return []
    starts[0] = first
    ends = [*starts[1:], len(items)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        last = end - 1 if end > start and gap_of(items[end - 1]) is not None else end
        found.append(Stretch(start=start, end=last, seq=items[start].seq))
    return found


def kept(contents: Contents, turns: Sequence[Stretch], first: int, last: int) -> tuple[int, int, int]:
    """Return which turns to keep: from the first of these numbers to before the second, and from the third on.

    ``first`` and ``last`` are the numbers of the turns that are seen; both are above the hole or below it.
    """
    hole = hole_after(contents, turns)
    rows = [contents.heights.before(turn.end) - contents.heights.before(turn.start) for turn in turns]
    tail = max(hole, len(turns) - TAIL_TURNS)
    top = hole if last >= hole else 0
    if last + 1 >= tail:
        low, high, tail = min(first, tail), len(turns), len(turns)
    else:
        low, high = first, last + 1
    room_rows = int(MAX_ROWS * KEPT_SHARE) - sum(rows[low:high]) - sum(rows[tail:])
    room_turns = int(MAX_TURNS * KEPT_SHARE) - (high - low) - (len(turns) - tail)
    bottom = min(tail, hole) if last < hole else tail
    while room_turns > 0 and (low > top or high < bottom):
        goes_up = low > top and (high >= bottom or first - low <= high - last)
        turn = low - 1 if goes_up else high
        if rows[turn] > room_rows:
            break
        low, high = (turn, high) if goes_up else (low, turn + 1)
        room_rows -= rows[turn]
        room_turns -= 1
    return low, high, tail


def hole_after(contents: Contents, turns: Sequence[Stretch]) -> int:
    """Return how many turns are held above the gap between turns; 0 = there is no such gap."""
    items = contents.items
    return next((at for at, turn in enumerate(turns) if at and gap_of(items[turn.start - 1]) is not None), 0)


def assembled(contents: Contents, turns: Sequence[Stretch], low: int, high: int, tail: int) -> list[Held]:
    """Return the items of these turns, as `kept` numbers them, with gaps for what is missing."""
    items = contents.items
    above = items[turns[0].start - 1] if turns[0].start else None
    hole = hole_after(contents, turns)
    found: list[Held] = []
    if above is not None and low == 0:
        found.append(above)
    elif low > 0:
        found.append(Held(Gap(turns[low].seq)))
    found.extend(items[turns[low].start : turns[high - 1].end])
    if tail >= len(turns):
        return found
    missing = [turn.seq for turn in turns[high:tail]]
    old = gap_of(items[turns[hole].start - 1]) if hole else None
    if old is not None and high <= hole <= tail:
        before = [turn.seq for turn in turns[high:hole]]
        missing = [*before, *(old.starts or ()), *(turn.seq for turn in turns[hole:tail])]
    if missing:
        found.append(Held(Gap(turns[tail].seq, missing), seq=missing[0]))
    found.extend(items[turns[tail].start :])
    return found


def seen_turns(contents: Contents, turns: Sequence[Stretch], shown: Sequence[Shown], *, around: int) -> tuple[int, int]:
    """Return the numbers of the first and last turn that are seen, or are so many rows around what is seen."""
    heights, starts = contents.heights, [turn.start for turn in turns]
    top = heights.before(shown[0].held.index) + shown[0].at - around
    bottom = heights.before(shown[-1].held.index) + shown[-1].at + around
    first, last = (bisect_right(starts, heights.find(max(0, row))[0]) - 1 for row in (top, bottom))
    return max(0, first), max(0, last)


def known_starts(contents: Contents, read: Sequence[int]) -> list[int]:
    """Return the first event of every turn that is held, was read, or is known to be missing."""
    starts = {*read, *(turn.seq for turn in stretches(contents))}
    for held in contents.items:
        gap = gap_of(held)
        starts.update((gap.starts or ()) if gap is not None else ())
    return sorted(starts)
