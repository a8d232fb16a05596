"""The keys that people know from readline, Emacs and graphical editors.

What a key does stands in the tables at the end. Not its job: keys of the interface; it asks its keymap first.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto

from aircher.tui.editor.buffer import Buffer, line_end, line_start
from aircher.tui.editor.graphemes import border_after, border_before
from aircher.tui.editor.history import Kind
from aircher.tui.editor.killring import KillRing
from aircher.tui.editor.moving import (
    BY_ROWS,
    MOTIONS,
    big_word_left,
    lead_of_line,
    left,
    rest_of_line,
    right,
    word_left,
    word_right,
)
from aircher.tui.editor.words import word_end_after, word_start_before
from aircher.tui.editor.wrapping import View
from aircher.tui.terminal.events import KeyPressed


class _Last(Enum):
    """What the key before did, where the next one depends on it."""

    NOTHING = auto()
    CUT = auto()
    PUT_BACK = auto()
    WENT_BY_ROWS = auto()


class OrdinaryKeys:
    """Edits a buffer as keys say."""

    def __init__(self, buffer: Buffer, view: View) -> None:
        self.buffer = buffer
        self.ring = KillRing()
        self._view = view
        self._last = _Last.NOTHING
        self._now = _Last.NOTHING
        self._wanted_x = 0

    def handle(self, event: KeyPressed) -> bool:
        """Do what a key says; ``False`` = it says nothing here, or there is no row above or below."""
        self._now = _Last.NOTHING
        is_known = self._do(event)
        self._last = self._now
        return is_known

    def insert(self, text: str, kind: Kind = Kind.OTHER) -> None:
        """``text`` is at the cursor, instead of the selection."""
        if self.buffer.selection is not None:
            kind = Kind.OTHER
        self.buffer.begin(kind)
        self.buffer.type(text)
        if kind is Kind.OTHER:
            self.buffer.history.seal()
        self._last = _Last.NOTHING

    def cut(self, to: int) -> None:
        """What is between the cursor and ``to`` is in the kill ring; a selection goes there instead of it."""
        buffer = self.buffer
        start, end = buffer.selection or sorted((to, buffer.cursor))
        self.ring.keep(buffer.text[start:end], before=to < buffer.cursor, continues=self._last is _Last.CUT)
        self._now = _Last.CUT
        buffer.begin()
        buffer.replace(start, end, "")

    def copy(self) -> None:
        """The selection is in the kill ring."""
        if self.buffer.selection is not None:
            start, end = self.buffer.selection
            self.ring.keep(self.buffer.text[start:end])

    def put_back(self) -> None:
        """What was cut last is at the cursor."""
        self.insert(self.ring.newest)
        self._now = _Last.PUT_BACK

    def put_back_earlier(self) -> None:
        """What was put back just now gave place to what was cut before it."""
        if self._last is not _Last.PUT_BACK:
            return
        buffer = self.buffer
        buffer.begin()
        end = buffer.cursor
        buffer.replace(end - len(self.ring.newest), end, self.ring.turn())
        self._now = _Last.PUT_BACK

    def erase(self, to: int) -> None:
        """What is between the cursor and ``to`` is gone; a selection instead of it."""
        buffer = self.buffer
        kind = Kind.ERASING if buffer.selection is None else Kind.OTHER
        start, end = buffer.selection or sorted((to, buffer.cursor))
        buffer.begin(kind)
        buffer.replace(start, end, "")

    def by_rows(self, step: int, *, selects: bool = False) -> bool:
        """The cursor is a row further up (-1) or down (1), in the column it came from; ``False`` = there is none."""
        buffer, wrapping = self.buffer, self._view.wrapping
        text, row = buffer.text, wrapping.row_at(buffer.text, buffer.cursor)
        if self._last is not _Last.WENT_BY_ROWS:
            self._wanted_x = wrapping.x_at(text, row, buffer.cursor)
        target = wrapping.row_before(text, row) if step < 0 else wrapping.row_after(text, row)
        if target is None and not selects:
            return False
        self._now = _Last.WENT_BY_ROWS
        edge = 0 if step < 0 else len(text)
        self._go(edge if target is None else wrapping.offset_at(text, target, self._wanted_x), selects=selects)
        return True

    def forget_column(self) -> None:
        """Up and down go on from the column that the cursor is in."""
        self._last = _Last.NOTHING

    def _do(self, event: KeyPressed) -> bool:
        key = event.key
        if (edit := EDITS.get(key)) is not None:
            edit(self)
            return True
        plain_key = key.replace("shift+", "", 1)
        selects = plain_key != key
        if (motion := MOTIONS.get(plain_key)) is not None:
            self._move(motion, plain_key, selects=selects)
            return True
        if plain_key in BY_ROWS:
            return self.by_rows(BY_ROWS[plain_key], selects=selects)
        if not event.text or key == "tab" or key.startswith(("ctrl+", "alt+")):
            return False
        self._type(event.text)
        return True

    def _type(self, text: str) -> None:
        buffer = self.buffer
        at = buffer.cursor
        if text.isspace() and at and not buffer.text[at - 1].isspace() and not buffer.history.is_held:
            buffer.history.seal()
        self.insert(text, Kind.TYPING)

    def _move(self, motion: Callable[[Buffer], int], key: str, *, selects: bool) -> None:
        """Move; without shift, left and right leave a selection at its ends."""
        if not selects and self.buffer.selection is not None and key in {"left", "right"}:
            self._go(self.buffer.selection[key == "right"], selects=False)
        else:
            self._go(motion(self.buffer), selects=selects)

    def _go(self, to: int, *, selects: bool) -> None:
        buffer = self.buffer
        if not selects:
            buffer.anchor = None
        elif buffer.anchor is None:
            buffer.anchor = buffer.cursor
        buffer.move(to)
        if not buffer.history.is_held:
            buffer.history.seal()


def _swap_clusters(keys: OrdinaryKeys) -> None:
    """The clusters around the cursor have changed places; at the end of a line the two before it."""
    buffer = keys.buffer
    text, at = buffer.text, buffer.cursor
    if at == line_end(text, at):
        at = border_before(text, at)
    start, end = border_before(text, at), border_after(text, at)
    if at <= line_start(text, at) or end == at:
        return
    buffer.begin()
    buffer.replace(start, end, text[at:end] + text[start:at])


def _swap_words(keys: OrdinaryKeys) -> None:
    """The word before the cursor and the one at or behind it have changed places."""
    buffer = keys.buffer
    text = buffer.text
    end = word_end_after(text, buffer.cursor)
    second = word_start_before(text, end)
    first = word_start_before(text, second)
    first_end = word_end_after(text, first)
    if first_end > second or second >= end:
        return
    buffer.begin()
    buffer.replace(first, end, text[second:end] + text[first_end:second] + text[first:first_end])


def _respell(spell: Callable[[str], str]) -> Callable[[OrdinaryKeys], None]:
    """Return the edit that spells the rest of a word otherwise."""

    def edit(keys: OrdinaryKeys) -> None:
        buffer = keys.buffer
        start, end = buffer.cursor, word_end_after(buffer.text, buffer.cursor)
        buffer.begin()
        buffer.replace(start, end, spell(buffer.text[start:end]))

    return edit


def _erase(motion: Callable[[Buffer], int]) -> Callable[[OrdinaryKeys], None]:
    return lambda keys: keys.erase(motion(keys.buffer))


def _cut(motion: Callable[[Buffer], int]) -> Callable[[OrdinaryKeys], None]:
    return lambda keys: keys.cut(motion(keys.buffer))


def _cut_selection(keys: OrdinaryKeys) -> None:
    if keys.buffer.selection is not None:
        keys.cut(keys.buffer.cursor)


def _select_all(keys: OrdinaryKeys) -> None:
    keys.buffer.move(len(keys.buffer.text))
    keys.buffer.anchor = 0


def _undo(keys: OrdinaryKeys) -> None:
    keys.buffer.undo()


def _redo(keys: OrdinaryKeys) -> None:
    keys.buffer.redo()


def _break_line(keys: OrdinaryKeys) -> None:
    keys.insert("\n", Kind.TYPING)


def _table(
    *rows: tuple[str, Callable[[OrdinaryKeys], None]],
) -> Mapping[str, Callable[[OrdinaryKeys], None]]:
    return {key: edit for keys, edit in rows for key in keys.split()}


EDITS = _table(
    ("backspace shift+backspace ctrl+h", _erase(left)),
    ("delete ctrl+d", _erase(right)),
    ("ctrl+w", _cut(big_word_left)),
    ("alt+backspace ctrl+backspace ctrl+alt+h", _cut(word_left)),
    ("alt+d alt+delete ctrl+delete", _cut(word_right)),
    ("ctrl+k", _cut(rest_of_line)),
    ("ctrl+u", _cut(lead_of_line)),
    ("ctrl+x shift+delete", _cut_selection),
    ("alt+w ctrl+insert", OrdinaryKeys.copy),
    ("ctrl+y shift+insert", OrdinaryKeys.put_back),
    ("alt+y", OrdinaryKeys.put_back_earlier),
    ("ctrl+t", _swap_clusters),
    ("alt+t", _swap_words),
    ("alt+u", _respell(str.upper)),
    ("alt+l", _respell(str.lower)),
    ("alt+c", _respell(str.capitalize)),
    ("ctrl+_ ctrl+/ ctrl+-", _undo),
    ("alt+_ ctrl+shift+z alt+/", _redo),
    ("ctrl+shift+a", _select_all),
    ("enter shift+enter alt+enter ctrl+j", _break_line),
)
"""What a key changes."""
