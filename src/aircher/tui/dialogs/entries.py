"""What a list shows: entries, those that match what was typed, and the one that is chosen.

Invariant: the chosen one is among those shown, or nothing is. Pure: no drawing, no loading.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from aircher.domain.records import dataclass
from aircher.tui.fuzzy import Ranking
from aircher.tui.terminal.rows import clean

ValueT = TypeVar("ValueT")

MOST_HITS = 500
"""Matches that are shown: nobody pages further, a letter more is quicker."""

_WEAK = 2
"""A score for each letter below which letters are scattered: neither neighbours nor the beginnings of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[ValueT]):
    """One thing to choose.

    Attributes:
        value: What it stands for.
        label: Its name, one line.
        detail: What is said about it at the right, where there is room.
        detail_hits: Where in the detail, a clean one then, signs stand that were looked for.
        search: More words by which it is found; they are not shown.
        group: The headline it stands under; empty = none.
        cells: Further columns, the most important first; the last ones are left out where a row is too narrow.
        is_current: Whether it is what is in use now.
    """

    value: ValueT
    label: str
    detail: str = ""
    detail_hits: tuple[int, ...] = ()
    search: str = ""
    group: str = ""
    cells: tuple[str, ...] = ()
    is_current: bool = False


class Shown(NamedTuple, Generic[ValueT]):
    """An entry in the list, and where letters that were typed stand in its label."""

    entry: Entry[ValueT]
    positions: tuple[int, ...] = ()


class Found(NamedTuple, Generic[ValueT]):
    """What a query finds: best first within a group, the group of the best first; ``total`` counts all matches."""

    shown: list[Shown[ValueT]]
    total: int


class Entries(Generic[ValueT]):
    """All entries of a list, and how they are found."""

    def __init__(self, entries: Sequence[Entry[ValueT]] = ()) -> None:
        self.all = entries
        self._ranking: Ranking | None = None
        self._texts: Sequence[str] = ()

    def find(self, query: str) -> Found[ValueT]:
        """Return what matches: labels that hold the letters, entries that hold the words anywhere, scattered letters.

        Everything is returned, in its order, if nothing is asked for. It may run in a thread.
        """
        words = query.lower().split()
        if not words:
            return Found(_grouped([Shown(entry) for entry in self.all]), len(self.all))
        if self._ranking is None:
            self._texts = [_searched(entry) for entry in self.all]
            self._ranking = Ranking([clean(entry.label) for entry in self.all])
        matches, total = self._ranking.best(query, limit=MOST_HITS)
        shown = [Shown(self.all[match.at], match.positions) for match in matches]
        if total == len(matches):  # letters that lie about in a description would find everything: there, words count
            known = {match.at for match in matches}
            holding = [at for at, text in enumerate(self._texts) if all(word in text for word in words)]
            more = [at for at in holding if at not in known]
            least = _WEAK * sum(map(len, words))
            weak = next((at for at, match in enumerate(matches) if match.score < least), len(matches))
            shown[weak:weak] = [Shown(self.all[at]) for at in more[: MOST_HITS - len(shown)]]
            total += len(more)
        return Found(_grouped(shown), total)


class Selection(Generic[ValueT]):
    """The entries shown, as lines with headlines between them, and the chosen one."""

    def __init__(self) -> None:
        self.shown: Sequence[Shown[ValueT]] = ()
        self.total = 0
        self.at = 0
        self.lines: Sequence[int | str] = ()
        """Each line of the list: an entry by its number, or a headline."""
        self._line_of: Sequence[int] = ()

    @property
    def chosen(self) -> Entry[ValueT] | None:
        """Return the entry that Enter takes; ``None`` = there is none."""
        return self.shown[self.at].entry if self.shown else None

    @property
    def line(self) -> int:
        """Return the line that the chosen entry stands on."""
        return self._line_of[self.at] if self.shown else 0

    def show(self, found: Found[ValueT], *, at: int) -> None:
        """Show these, the one at this place chosen."""
        self.shown, self.total = found
        lines: list[int | str] = []
        line_of: list[int] = []
        group = ""
        for number, (entry, _) in enumerate(self.shown):
            if entry.group != group:
                group = entry.group
                lines.append(group)
            line_of.append(len(lines))
            lines.append(number)
        self.lines, self._line_of = lines, line_of
        self.move_to(at)

    def move_to(self, at: int) -> None:
        """Choose this one, or the nearest there is."""
        self.at = max(0, min(at, len(self.shown) - 1))

    def place_of(self, value: ValueT) -> int | None:
        """Return where this value is shown."""
        return next((at for at, shown in enumerate(self.shown) if shown.entry.value == value), None)

    def current(self) -> int:
        """Return where the entry in use is shown; else the first."""
        return next((at for at, shown in enumerate(self.shown) if shown.entry.is_current), 0)


def _searched(entry: Entry[ValueT]) -> str:
    return "\n".join((entry.label, entry.group, *entry.cells, entry.detail, entry.search)).lower()


def _grouped(shown: list[Shown[ValueT]]) -> list[Shown[ValueT]]:
    """Return the same with groups together, each where its first one stands."""
    groups: dict[str, list[Shown[ValueT]]] = {}
    for item in shown:
        groups.setdefault(item.entry.group, []).append(item)
    return shown if len(groups) < 2 else [item for group in groups.values() for item in group]
