"""The frame around a dialog: border, title, key hints, and its place in the middle of the screen.

Invariant: whatever the dialog draws, the box is as large as it says and within the screen. Pure: rows in, rows out.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from aircher.tui.dialogs.asking import Hint
from aircher.tui.look import Look, Role
from aircher.tui.parts import Dialog, Place
from aircher.tui.terminal.events import InputEvent, MouseUsed
from aircher.tui.terminal.rows import Row, clean
from aircher.tui.terminal.widths import cells, split_at

AnswerT = TypeVar("AnswerT")

_BESIDE = 4
"""Cells of a row that are not the dialog's: a border and a space at each side."""
_EDGES = 2
_ROOMY = 60
"""From this width on, something of the screen stays in sight left and right of the box."""
_TALL = 20


class Framed(Protocol):
    """What can be put into a box: every dialog here."""

    title: str

    @property
    def widest(self) -> int:
        """Return the most cells in a row that are of use to it."""
        ...

    @property
    def hints(self) -> Sequence[Hint]:
        """Return the keys that do something now."""
        ...

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return the inside."""
        ...

    def cursor(self, width: int, height: int) -> Place | None:
        """Return where text is being typed."""
        ...


class BoxedDialog(Framed, Dialog[AnswerT], Protocol[AnswerT]):
    """A dialog that can be put into a box: what the screen opens."""


class Boxed(NamedTuple):
    """A drawn box: its rows, the cell of the screen where its corner lies, and the cursor, in cells of the screen."""

    rows: list[Row]
    x: int
    y: int
    cursor: Place | None

    def inside(self, event: InputEvent) -> InputEvent:
        """Return an event as the dialog expects it: the mouse counted from its own first cell."""
        if not isinstance(event, MouseUsed):
            return event
        from dataclasses import replace  # most sessions never point at a dialog

        return replace(event, x=event.x - self.x - _BESIDE // 2, y=event.y - self.y - 1)


def boxed(dialog: Framed, width: int, height: int, look: Look) -> Boxed:
    """Return the dialog in its box, in the middle of a screen of this size.

    It is as wide as the dialog has use for and as high as what it draws; a dialog scrolls by itself where that is more
    than the screen.
    """
    inner = max(1, min(dialog.widest, width - _BESIDE * (2 if width >= _ROOMY else 1)))
    highest = max(1, height - _EDGES - (2 if height >= _TALL else 0))
    drawn = dialog.rows(inner, highest, look)[:highest]
    border = look.style(Role.BORDER).over(look.style(Role.DIALOG))
    ground = look.style(Role.DIALOG)
    left, right = Row.of((f"{look.glyphs.vertical} ", border)), Row.of((f" {look.glyphs.vertical}", border))
    rows = [_top(dialog.title, inner, look)]
    rows += [left.beside(row.on(ground).fit(inner, ground)).beside(right) for row in drawn]
    rows.append(_bottom(dialog.hints, inner, look))
    x, y = (width - inner - _BESIDE) // 2, max(0, (height - len(rows)) // 2)
    at = dialog.cursor(inner, highest)
    cursor = None
    if at is not None and 0 <= at.y < len(drawn):
        cursor = Place(x + _BESIDE // 2 + min(at.x, inner - 1), y + 1 + at.y)
    return Boxed(rows, x, y, cursor)


def _top(title: str, inner: int, look: Look) -> Row:
    ground = look.style(Role.DIALOG)
    border = look.style(Role.BORDER).over(ground)
    glyphs = look.glyphs
    shown = shortened(title, inner - 2, glyphs.ellipsis)
    named = Row.of((f" {shown} ", look.style(Role.DIALOG_TITLE).over(ground))) if shown else Row.of()
    rest = glyphs.horizontal * max(0, inner + 1 - named.width)
    return (
        Row.of((glyphs.top_left + glyphs.horizontal, border))
        .beside(named)
        .beside(Row.of((rest + glyphs.top_right, border)))
    )


def _bottom(hints: Sequence[Hint], inner: int, look: Look) -> Row:
    ground = look.style(Role.DIALOG)
    border = look.style(Role.BORDER).over(ground)
    key, does = look.style(Role.KEY).over(ground), look.style(Role.MUTED).over(ground)
    glyphs = look.glyphs
    told = Row.of()
    for hint in hints:
        more = Row.of((f" {hint.key}" if hint.key else "", key), (f" {hint.does} ", does))
        if told.width + more.width > inner:
            break
        told = told.beside(more)
    rest = glyphs.horizontal * max(0, inner + 1 - told.width)
    return (
        Row.of((glyphs.bottom_left + glyphs.horizontal, border))
        .beside(told)
        .beside(Row.of((rest + glyphs.bottom_right, border)))
    )


def shortened(text: str, width: int, ellipsis: str) -> str:
    """Return foreign text on one line of at most ``width`` cells; what is left out is marked."""
    text = clean(text)
    if cells(text) <= width:
        return text
    if width < 1:
        return ""
    return split_at(text, width - 1)[0] + ellipsis
