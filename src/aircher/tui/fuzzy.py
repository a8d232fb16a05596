"""Which of many texts somebody means who typed a few letters of one.

Invariant: a text is only found if it holds all letters in their order, and its positions are those of such letters.
However many texts there are, only so many are looked at closely: `_CLOSELY` of each kind, those that a glance says fit
best. Not its job: where the texts come from, and to be quick with more than some ten thousand of them.
"""

import re
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from typing import NamedTuple

_STARTS = frozenset("/\\_-. :")
_CLOSELY = 400
"""Texts scored exactly, of those that hold the query in one piece and of the others: a score takes some 4 µs."""
_PATTERN_LETTERS = 64
"""A pattern of more letters takes longer to build than to do without: 20,000 of them, a paste, took 290 ms."""
_OCCURRENCES = 4
"""Places of one text at which the whole query may stand and is scored."""


class Match(NamedTuple):
    """A text that holds all letters in their order: its place, how well it fits, and where the letters stand."""

    at: int
    score: float
    positions: tuple[int, ...]


class Ranked(NamedTuple):
    """The best matches, best first, and how many there are in all."""

    matches: list[Match]
    total: int


def rank(query: str, texts: Sequence[str], *, limit: int) -> list[Match]:
    """Return the best matches, best first; an empty query matches everything in its order.

    Letters that follow each other, begin a word, or stand near the end of a path count more; case only counts if the
    query has capitals.
    """
    return Ranking(texts).best(query, limit=limit).matches


class Ranking:
    """Texts that are searched again with each letter: a longer query is only looked for where the shorter one was.

    It may be used from a thread as long as its texts stay as they are.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._lowered: Sequence[str] | None = None
        self._last: tuple[str, Sequence[int]] = ("", range(len(texts)))

    def best(self, query: str, *, limit: int) -> Ranked:
        """Return what `rank` does, and the number of all matches."""
        wanted = query.replace(" ", "")
        if not wanted:
            return Ranked([Match(at, 0.0, ()) for at in range(min(limit, len(self._texts)))], len(self._texts))
        has_capitals = wanted != wanted.lower()
        known = self._texts if has_capitals else self._lower_texts()
        found = self._holding(wanted, known)
        matches = [
            match
            for at in _promising(wanted, found, known)
            if (match := _match(at, wanted, self._texts[at], known[at])) is not None
        ]
        matches.sort(key=lambda match: (-match.score, len(self._texts[match.at]), match.at))
        return Ranked(matches[:limit], len(found))

    def _lower_texts(self) -> Sequence[str]:
        if self._lowered is None:
            self._lowered = [text.lower() for text in self._texts]
        return self._lowered

    def _holding(self, wanted: str, known: Sequence[str]) -> Sequence[int]:
        """Return the texts that hold all letters in their order."""
        last, among = self._last
        if not wanted.startswith(last):
            among = range(len(self._texts))
        if len(wanted) == 1:
            found = [at for at in among if wanted in known[at]]
        elif len(wanted) > _PATTERN_LETTERS:
            found = [at for at in among if _holds(wanted, known[at])]
        else:  # possessive, from the beginning: each letter of a text is looked at once
            letters = (re.escape(letter) for letter in wanted)
            holds = re.compile("".join(f"[^{letter}]*+{letter}" for letter in letters), re.DOTALL).match
            found = [at for at in among if holds(known[at])]
        self._last = (wanted, found)
        return found


def _holds(wanted: str, text: str) -> bool:
    """Return whether a text holds all letters in their order."""
    if len(text) < len(wanted):
        return False
    at = -1
    return all((at := text.find(letter, at + 1)) >= 0 for letter in wanted)


def _promising(wanted: str, found: Sequence[int], known: Sequence[str]) -> Iterable[int]:
    """Return the texts to look at closely: those that a name or a folder begins with, then the shorter ones."""
    if len(found) <= _CLOSELY:
        return found
    begins = "/" + wanted
    count = len(known)
    beginning, whole, apart = [], [], []
    for at in found:
        text = known[at]
        key = len(text) * count + at  # one number: the shorter text first
        if wanted not in text:
            apart.append(key)
        elif begins in text or text.startswith(wanted):
            beginning.append(key)
        else:
            whole.append(key)
    near = nsmallest(_CLOSELY, beginning)
    near += nsmallest(_CLOSELY - len(near), whole)
    return [key % count for key in (*near, *nsmallest(_CLOSELY, apart))]


def _match(at: int, wanted: str, text: str, known: str) -> Match | None:
    if len(known) != len(text):  # some letters become two when they are made small: then positions would be wrong
        known = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    whole = known.rfind(wanted)
    if whole < 0:
        positions = _apart(wanted, known)
        return None if positions is None else Match(at, _score(positions, text), positions)
    best: Match | None = None
    for _ in range(_OCCURRENCES):
        positions = tuple(range(whole, whole + len(wanted)))
        score = _score(positions, text)
        if best is None or score > best.score:
            best = Match(at, score, positions)
        whole = known.rfind(wanted, 0, whole + len(wanted) - 1)
        if whole < 0:
            break
    return best


def _apart(wanted: str, text: str) -> tuple[int, ...] | None:
    """Return where the letters stand, as far to the right as they can: in a path, names say more than folders."""
    found = []
    end = len(text)
    for letter in reversed(wanted):
        end = text.rfind(letter, 0, end)
        if end < 0:
            return None
        found.append(end)
    return tuple(reversed(found))


def _score(positions: tuple[int, ...], text: str) -> float:
    score = 0.0
    last = -2
    for at in positions:
        if at == last + 1:
            score += 3
        before = text[at - 1] if at else "/"
        if before in _STARTS or (text[at].isupper() and before.islower()):
            score += 2
        last = at
    name_at = text.rfind("/", 0, len(text) - 1) + 1
    score += sum(1 for at in positions if at >= name_at)
    if not text[positions[-1] + 1 : positions[-1] + 2].isalnum():  # a whole word: /mode before /model
        score += 1
    between = positions[-1] - positions[0] + 1 - len(positions)
    return score - min(between, 20) / 10 - len(text) / 1000
