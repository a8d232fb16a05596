"""Where in a text the cursor may stand: at the borders of what the eye sees as one sign.

Offsets are those of Python strings. Invariant: the cost depends on the surroundings of an offset, not on the length of
the text. Not its job: widths in cells.
"""

from aircher.tui.terminal.widths import clusters

_LOOK_BACK = 256
"""Characters that are searched for a sure border; text without any for so long has flags or joined signs only."""
_WINDOW = 64
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Two of them are a flag."""
_FLAGS_AT_MOST = 1024
"""Letters of flags in a row that are counted; in more of them, flags begin at even offsets."""


def border_after(text: str, at: int) -> int:
    """Return the next border after the border ``at``; the end of the text is the last one."""
    end = len(text)
    if at + 1 >= end:
        return end
    if text[at] < "\x80" and text[at + 1] < "\x80":
        return at + 1
    size = _WINDOW
    while True:
        cluster, _ = next(clusters(text[at : at + size]))
        if len(cluster) < size or at + size >= end:
            return at + len(cluster)
        size *= 8


def border_before(text: str, at: int) -> int:
    """Return the last border before ``at``; the beginning of the text is the first one."""
    if at <= 1:
        return 0
    if text[at - 1] < "\x80" and text[at - 2] < "\x80":
        return at - 1
    return border_at_or_before(text, at - 1)


def border_at_or_before(text: str, at: int) -> int:
    """Return ``at`` if it is a border, else the start of the cluster around it; outside the text, its nearest end."""
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    last = following = _sure_border(text, at)
    for cluster, _ in clusters(text[last : at + _WINDOW]):
        if following >= at:
            break
        last = following
        following += len(cluster)
    return following if following == at else last


def border_at_or_after(text: str, at: int) -> int:
    """Return ``at`` if it is a border, else the end of the cluster around it; outside the text, its nearest end."""
    before = border_at_or_before(text, at)
    return before if before >= min(at, len(text)) else border_after(text, before)


def _sure_border(text: str, at: int) -> int:
    """Return an offset at or before ``at`` that is a border whatever comes before it."""
    stop = max(0, at - _LOOK_BACK)
    while at > stop:
        left, right = text[at - 1], text[at]
        if left == "\n" or right == "\n" or (_is_solid(left) and _is_solid(right)):
            return at
        at -= 1
    if text[at] in _FLAG_LETTERS:
        before = text[max(0, at - _FLAGS_AT_MOST) : at]
        length = len(before) - len(before.rstrip(_FLAG_LETTERS))
        at -= (at if length == _FLAGS_AT_MOST else length) % 2
    return at


def _is_solid(char: str) -> bool:
    """Return whether nothing joins this character to another such one: letters of the most frequent scripts."""
    return (
        char < "\u0300"
        or "\u0370" <= char <= "\u0482"
        or "\u048a" <= char <= "\u052f"
        or "\u3041" <= char <= "\u3096"
        or "\u30a0" <= char <= "\u30ff"
        or "\u3400" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7a3"
    )
