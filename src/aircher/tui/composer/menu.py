"""A popup's list: a few choices of many, of which one is taken.

Invariant: a row is drawn anew only if it changed. Not its job: where the choices come from, and what taking one does.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import Style
from aircher.tui.terminal.widths import cells

MOST_ROWS = 8  # more would hide the end of the conversation, which is what people write about
_LABEL_SHARE = 0.6
_GAP = 2


class Choice(NamedTuple):
    """One that can be taken.

    Attributes:
        value: What it stands for.
        label: What is shown: one clean line.
        detail: What is shown behind it.
        positions: Letters of the label that were searched for.
        keeps_end: Whether a label that is too long is cut at its beginning: of a path, the end says more.
    """

    value: str
    label: str
    detail: str = ""
    positions: tuple[int, ...] = ()
    keeps_end: bool = False


class Menu:
    """The choices, which of them Enter takes, and which are in sight.

    Attributes:
        has_moved: Whether somebody has gone to a choice; before, it is only the best one.
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        """Take the choices, best first; there is at least one."""
        self.choices = choices
        self.at = 0
        self.has_moved = False
        self._first = 0
        self._drawn: dict[tuple[int, bool, int, str], Row] = {}
        self._drawn_for: tuple[int, Look] | None = None

    @property
    def chosen(self) -> Choice:
        """Return the one that Enter takes."""
        return self.choices[self.at]

    def move(self, by: int) -> None:
        """Go on by so many; past either end is the other one."""
        self.at = (self.at + by) % len(self.choices)
        self.has_moved = True

    def go_to(self, row: int) -> bool:
        """Go to the choice that was drawn last in this row; ``False`` = there is none."""
        at = self._first + row
        if row < 0 or row >= MOST_ROWS or at >= len(self.choices):
            return False
        self.at = at
        self.has_moved = True
        return True

    def rows(self, width: int, height: int, look: Look) -> list[Row]:
        """Return the rows, the best choice on top; each is exactly ``width`` wide."""
        shown = min(MOST_ROWS, height, len(self.choices))
        if shown <= 0 or width <= 0:
            return []
        self._first = max(min(self._first, self.at, len(self.choices) - shown), self.at - shown + 1)
        if self._drawn_for is None or self._drawn_for[0] != width or self._drawn_for[1] is not look:
            self._drawn_for = (width, look)
            self._drawn = {}
        visible = range(self._first, self._first + shown)
        room = max(cells(self.choices[at].label) for at in visible)
        if any(self.choices[at].detail for at in visible):
            room = min(room, int(width * _LABEL_SHARE))
        return [self._row(at, room, self._sign(at, shown, look), look) for at in visible]

    def _row(self, at: int, room: int, sign: str, look: Look) -> Row:
        key = (at, at == self.at, room, sign)
        row = self._drawn.get(key)
        if row is None:
            assert self._drawn_for is not None
            row = self._drawn[key] = _drawn(self.choices[at], key, self._drawn_for[0], look)
        return row

    def _sign(self, at: int, shown: int, look: Look) -> str:
        """Return what says at the edge that there is more in this direction."""
        if at == self._first > 0:
            return look.glyphs.up
        return look.glyphs.down if at == self._first + shown - 1 < len(self.choices) - 1 else " "


def _drawn(choice: Choice, key: tuple[int, bool, int, str], width: int, look: Look) -> Row:
    _, is_chosen, room, sign = key
    ground = look.style(Role.CHOSEN if is_chosen else Role.DIALOG)
    inner = max(0, width - 3)  # a space at either side, and the sign
    room = min(room, inner)
    label = _cut(_label(choice, look.style(Role.HIT).over(ground), ground), room, look, ground, choice)
    row = label.fit(room, ground)
    detail_room = inner - room - _GAP
    if choice.detail and detail_room > 0:
        detail = Row.of((choice.detail, ground if is_chosen else look.style(Role.MUTED).over(ground)))
        row = row.fit(room + _GAP, ground).beside(_cut(detail, detail_room, look, ground, None))
    edge = Row.of((" ", ground))
    return edge.beside(row.fit(inner, ground)).beside(Row.of((f"{sign} ", ground))).fit(width, ground)


def _label(choice: Choice, hit: Style, plain: Style) -> Row:
    """Return the label with the letters marked that were searched for."""
    spans: list[tuple[str, Style]] = []
    done = 0
    for at in choice.positions:
        if done <= at < len(choice.label):
            spans += [(choice.label[done:at], plain), (choice.label[at], hit)]
            done = at + 1
    return Row.of(*spans, (choice.label[done:], plain))


def _cut(row: Row, width: int, look: Look, ground: Style, choice: Choice | None) -> Row:
    """Return the row, or as much of it as fits with a sign for the rest."""
    if row.width <= width:
        return row
    sign = Row.of((look.glyphs.ellipsis, ground))
    if choice is not None and choice.keeps_end:
        return sign.beside(row.cut(row.width - width + 1, row.width)).fit(width, ground)
    return row.cut(0, width - 1).beside(sign).fit(width, ground)
