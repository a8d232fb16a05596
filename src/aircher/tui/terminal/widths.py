"""How many cells text takes, cluster by cluster: what the eye sees as one sign is never cut in two.

Most text is made of signs that stand alone and whose width is known from their range: Latin, Greek, Cyrillic, lines
and arrows of one cell, CJK and most emoji of two. Only the rest needs `wcwidth`, whose tables take 25 ms to load.

Source: Unicode Standard Annex 29 (clusters) and 11 (widths), as `wcwidth` has them; a test compares the ranges.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

ALONE = (
    " \x7f\xa0\xad\xae\u0300\u0391\u03a2\u03a3\u0483\u048a\u0530\u2010\u2028\u2030\u205f\u20a0\u20c1\u2100\u218c"
    "\u2190\u231a\u232b\u23e9\u2400\u2427\u2460\u25fd\u2600\u2614\u2654\u267f\u2705\u270a\u270c\u274d\u2753\u2756"
    "\u2757\u2795\u27c0\u2b1b\u2b50\u2b51\u2e9b\u2ef4\u2f00\u2fd6\u3000\u302a\u3041\u3097\u309b\u3100\u3105\u3130"
    "\u3131\u3164\u3250\ua48d\uac00\ud7a4\uf900\ufa6e\uff01\uff61\U0001f337\U0001f37d\U0001f3a0\U0001f3cb"
    "\U0001f400\U0001f43f\U0001f442\U0001f4fd\U0001f4ff\U0001f53e\U0001f5fb\U0001f650\U0001f680\U0001f6c6"
    "\U0001f90c\U0001f93b\U0001f947\U0001fa00\U00020000\U0002a6e0"
)
"""Where the ranges of signs begin and, next to it, where they end, that never join with another of them."""
WIDE_SIGNS = "\u2705\u2728\u274c\u2753\u2754\u2755\u2757\u2b50"
"""Those of two cells among symbols; the others begin with CJK."""
SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
MOST_CELLS = 2


@lru_cache(maxsize=4096)
def width_alone(char: str) -> int:
    """Return the width of a sign that stands alone; 0 = it may join with its neighbours."""
    if bisect_right(ALONE, char) % 2 == 0:
        return 0
    return 2 if char >= "\u2e80" or char in WIDE_SIGNS else 1


def cells(text: str) -> int:
    """Return the width of text without control characters."""
    if text.isascii():
        return len(text)
    widths = set(map(width_alone, set(text)))
    if 0 in widths:
        return sum(width for _, width in _joined(text))
    return len(text) if 2 not in widths else sum(map(width_alone, text))


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield each grapheme cluster with its width: 0, 1 or 2."""
    if text.isascii():
        return ((char, 1) for char in text)
    if 0 in set(map(width_alone, set(text))):
        return _joined(text)
    return zip(text, map(width_alone, text), strict=True)


def split_at(text: str, at: int) -> tuple[str, str, int]:
    """Return what fits into ``at`` cells, the rest, and the width of the first: less if a wide sign would be cut.

    Signs without a width stay with the sign before them.
    """
    at = max(0, at)
    if text.isascii():
        return text[:at], text[at:], min(at, len(text))
    taken = width = 0
    for cluster, size in clusters(text):
        if width + size > at:
            break
        taken += len(cluster)
        width += size
    return text[:taken], text[taken:], width


def _joined(text: str) -> Iterator[tuple[str, int]]:
    from wcwidth import iter_graphemes

    for cluster in iter_graphemes(text):
        for part in _parts(cluster):
            yield part, _width(part)


@lru_cache(maxsize=4096)
def _parts(cluster: str) -> tuple[str, ...]:
    """Return the cluster, cut before skin tones beside what has no skin: terminals give them cells of their own."""
    from wcwidth import wcswidth

    if len(cluster) == 1 or wcswidth(cluster) <= MOST_CELLS:
        return (cluster,)
    starts = [0, *(at for at in range(1, len(cluster)) if cluster[at] in SKIN_TONES), len(cluster)]
    return tuple(cluster[start:end] for start, end in pairwise(starts))


@lru_cache(maxsize=4096)
def _width(cluster: str) -> int:
    from wcwidth import wcswidth

    return min(MOST_CELLS, max(0, wcswidth(cluster)))
