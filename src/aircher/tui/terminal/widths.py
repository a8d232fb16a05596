"""How many cells text takes, cluster by cluster: what the eye sees as one sign is never cut in two.

Source: Unicode Standard Annex 29 (clusters) and 11 (widths), as `wcwidth` has them.
"""

from collections.abc import Iterator


def cells(text: str) -> int:
    """Return the width of text without control characters."""
    if text.isascii():
        return len(text)
    return sum(width for _, width in clusters(text))


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield each grapheme cluster with its width: 0, 1 or 2."""
    if text.isascii():
        for char in text:
            yield char, 1
        return
    import wcwidth  # most sessions show some, but the first frame does not

    for cluster in wcwidth.iter_graphemes(text):
        yield cluster, min(2, max(0, wcwidth.wcswidth(cluster)))


def split_at(text: str, at: int) -> tuple[str, str, int]:
    """Return what fits into ``at`` cells, the rest, and the width of the first: less if a wide sign would be cut."""
    if text.isascii():
        return text[:at], text[at:], min(at, len(text))
    taken = width = 0
    for cluster, size in clusters(text):
        if width + size > at:
            break
        taken += len(cluster)
        width += size
    return text[:taken], text[taken:], width
