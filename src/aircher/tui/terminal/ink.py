"""A row as the cells of a screen: which sign stands where, and with which pen.

Invariant: no cell holds a control character or a direction override, whatever the row holds: this is the last gate
before the terminal. A sign of two cells is followed by a cell with an empty text.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat
from typing import TypeAlias

from aircher.tui.terminal.encoding import PLAIN_PEN, Encoder, Pen
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import clusters, width_alone

Cell: TypeAlias = tuple[str, Pen]
Ink: TypeAlias = list[Cell]

BLANK: Cell = (" ", PLAIN_PEN)
REPLACEMENT = "\ufffd"
_FORBIDDEN = dict.fromkeys(
    (*range(32), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)), REPLACEMENT
)
"""Controls, line separators, direction overrides. Read only."""


class Inkwell:
    """Turns rows into cells for one terminal."""

    def __init__(self, encoder: Encoder, encoding: str = "utf-8") -> None:
        """Make cells for a terminal that reads text in ``encoding``."""
        self.encoder = encoder
        self.encoding = encoding

    def ink(self, row: Row, width: int) -> Ink:
        """Return at most ``width`` cells, without those at the end that look like nothing."""
        ink: Ink = []
        for text, style in row.spans:
            pen = self.encoder.pen(style)
            if text.isascii() and text.isprintable():
                ink.extend(zip(text, repeat(pen)))
            else:
                self._add(ink, clusters(guarded(text)), pen)
        if len(ink) > width:
            if not ink[width][0]:
                ink[width - 1] = (" ", ink[width - 1][1])
            del ink[width:]
        while ink and ink[-1][0] == " " and ink[-1][1].is_plain:
            ink.pop()
        return ink

    def _add(self, ink: Ink, signs: Iterable[tuple[str, int]], pen: Pen) -> None:
        for sign, size in signs:
            shown = sign if self.encoding == "utf-8" else encodable(sign, size, self.encoding)
            if size:
                ink.append((shown, pen))
                if size == 2:
                    ink.append(("", pen) if shown == sign else (shown, pen))
            elif ink and shown:  # a mark belongs to the sign before it
                at = len(ink) - 1 if ink[-1][0] else len(ink) - 2
                ink[at] = (ink[at][0] + shown, ink[at][1])


def guarded(text: str) -> str:
    """Return the text with a replacement sign for every character that a terminal could obey."""
    if text.isprintable():
        return text
    return text.translate(_FORBIDDEN).encode("utf-8", "replace").decode()


@lru_cache(maxsize=1024)
def encodable(sign: str, size: int, encoding: str) -> str:
    """Return the sign, or where the encoding has none for it a space for a blank, nothing for a mark, else ``?``."""
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return (" " if sign.isspace() else "?") if size else ""
    return sign


@lru_cache(maxsize=1024)
def is_doubtful(sign: str) -> bool:
    """Return whether terminals may disagree on how many cells a sign takes: sequences, and emoji of the last years."""
    if len(sign) <= 1:
        return sign >= "\U0001f000" and width_alone(sign) == 0
    import unicodedata

    is_mark_only = all(unicodedata.category(char) == "Mn" and not "\ufe00" <= char <= "\ufe0f" for char in sign[1:])
    return not is_mark_only or width_alone(sign[0]) == 0
