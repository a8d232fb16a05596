"""A few answers to pick from: by number, by letter, by arrows and Enter, by mouse.

Invariant: nothing is chosen at first, so that an Enter meant for something else picks nothing: it takes a look and a
move, or the answer's own key. Pure rows; not its job: what an answer means.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from aircher.tui.look import Look, Role
from aircher.tui.terminal.events import KeyPressed, MouseUsed
from aircher.tui.terminal.rows import EMPTY, Row, clean, wrap
from aircher.tui.terminal.styles import Style


class Option(NamedTuple):
    """An answer: what it is called in the program, to the reader, where there is little room; and its letter."""

    name: str
    label: str
    short: str = ""
    key: str = ""


class _Target(NamedTuple):
    y: int
    left: int
    right: int
    at: int


class Menu:
    """The answers; ``at`` is the one that Enter picks, ``None`` = none yet.

    Attributes:
        picked: Called with the answer that was picked.
    """

    def __init__(self, options: Sequence[Option], *, at: int | None = None) -> None:
        self.options = options
        self.at = at
        self.picked: Callable[[Option], None] = lambda _: None
        self._targets: Sequence[_Target] = ()

    def press(self, event: KeyPressed) -> bool:
        """Take a key; ``False`` = it is nothing here."""
        count = len(self.options)
        match event.key:
            case "down" | "tab" | "right":
                self.at = 0 if self.at is None else (self.at + 1) % count
            case "up" | "shift+tab" | "left":
                self.at = count - 1 if self.at is None else (self.at - 1) % count
            case "enter":
                if self.at is None:
                    return False
                self.picked(self.options[self.at])
            case _:
                at = self._at_key(event.key)
                if at is None:
                    return False
                self.at = at
                self.picked(self.options[at])
        return True

    def point(self, event: MouseUsed) -> bool:
        """Take a click on an answer, counted from the menu's first cell."""
        if event.kind != "press" or event.button != "left":
            return False
        for target in self._targets:
            if target.y == event.y and target.left <= event.x < target.right:
                self.at = target.at
                self.picked(self.options[target.at])
                return True
        return False

    def rows(self, width: int, look: Look) -> list[Row]:
        """Return each answer on rows of its own, at most three."""
        rows: list[Row] = []
        targets: list[_Target] = []
        for at, option in enumerate(self.options):
            label = wrap([(clean(option.label), look.style(Role.TEXT))], max(2, width - 8))[:3]
            for number, text in enumerate(label):
                head = self._head(at, look) if number == 0 else Row.of((" " * 5, look.style(Role.TEXT)))
                tail = Row.of((f"  {option.key}", look.style(Role.KEY))) if option.key and number == 0 else EMPTY
                row = head.beside(text.fit(width - 5 - tail.width).beside(tail) if tail.width else text).fit(width)
                targets.append(_Target(len(rows), 0, width, at))
                rows.append(self._marked(row, at, look))
        self._targets = targets
        return rows

    def short_rows(self, width: int, look: Look) -> list[Row]:
        """Return as many answers on a row as fit, in few words."""
        rows: list[Row] = [EMPTY]
        targets: list[_Target] = []
        for at, option in enumerate(self.options):
            name = Row.of((clean(option.short or option.label), look.style(Role.TEXT)))
            cell = self._head(at, look).beside(name).cut(0, width)
            if rows[-1].width and rows[-1].width + 1 + cell.width > width:
                rows.append(EMPTY)
            left = rows[-1].width + (1 if rows[-1].width else 0)
            rows[-1] = rows[-1].fit(left).beside(self._marked(cell, at, look))
            targets.append(_Target(len(rows) - 1, left, left + cell.width, at))
        self._targets = targets
        return rows

    def _head(self, at: int, look: Look) -> Row:
        sign = look.glyphs.prompt if at == self.at else " "
        return Row.of((f"{sign} ", look.style(Role.ACCENT)), (f"{at + 1}", look.style(Role.KEY)), ("  ", Style()))

    def _marked(self, row: Row, at: int, look: Look) -> Row:
        return row.marked(0, row.width, look.style(Role.CHOSEN)) if at == self.at else row

    def _at_key(self, key: str) -> int | None:
        if key.isdecimal() and 0 < int(key) <= len(self.options):
            return int(key) - 1
        return next((at for at, option in enumerate(self.options) if option.key and option.key == key), None)
