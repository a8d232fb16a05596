"""Which of many texts somebody means who typed a few letters of one."""

from collections.abc import Sequence
from typing import NamedTuple

_STARTS = frozenset("/\\_-. :")


class Match(NamedTuple):
    """A text that holds all letters in their order: its place, how well it fits, and where the letters stand."""

    at: int
    score: float
    positions: tuple[int, ...]


def rank(query: str, texts: Sequence[str], *, limit: int) -> list[Match]:
    """Return the best matches, best first; an empty query matches everything in its order.

    Letters that follow each other, begin a word, or stand near the end of a path count more; case only counts if the
    query has capitals.
    """
    if not query:
        return [Match(index, 0.0, ()) for index in range(min(limit, len(texts)))]
    has_capitals = query != query.lower()
    wanted = query.replace(" ", "")
    found = []
    for index, text in enumerate(texts):
        positions = _positions(wanted, text if has_capitals else text.lower())
        if positions is not None:
            found.append(Match(index, _score(positions, text), positions))
    found.sort(key=lambda match: (-match.score, len(texts[match.at]), match.at))
    return found[:limit]


def _positions(wanted: str, text: str) -> tuple[int, ...] | None:
    """Return where the letters stand, as far to the right as they can: in a path, names say more than folders."""
    at = text.rfind(wanted)
    if at >= 0:
        return tuple(range(at, at + len(wanted)))
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
        if at == 0 or text[at - 1] in _STARTS or (text[at].isupper() and text[at - 1].islower()):
            score += 2
        last = at
    name_at = text.rfind("/", 0, len(text) - 1) + 1
    score += sum(1 for at in positions if at >= name_at)
    return score - (positions[-1] - positions[0]) / (len(text) + 1) - len(text) / 1000
