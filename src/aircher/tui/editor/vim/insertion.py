"""Typing in insert and replace mode, and the end of it: what was typed is repeated, and remembered for ``.``."""

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_after, border_before
from aircher.tui.editor.history import Kind
from aircher.tui.editor.moving import BY_ROWS, MOTIONS
from aircher.tui.editor.ordinary import OrdinaryKeys
from aircher.tui.editor.vim.commands import Command
from aircher.tui.editor.vim.state import Insertion, Mode, State
from aircher.tui.terminal.events import KeyPressed
from aircher.tui.terminal.widths import clusters

_ERASING = frozenset({"backspace", "ctrl+h", "shift+backspace"})


def type_key(state: State, ordinary: OrdinaryKeys, key: KeyPressed | str) -> bool:
    """Type a key, or a text that came at once; ``False`` = it says nothing here."""
    insertion = state.insertion
    if isinstance(key, str):
        ordinary.insert(key, Kind.TYPING)
        is_known = True
    elif state.mode is Mode.REPLACE and insertion is not None and (key.key in _ERASING or _types(key)):
        is_known = _write_over(state, insertion, key)
    else:
        is_known = ordinary.handle(key)
    if insertion is None:
        return is_known
    if isinstance(key, KeyPressed) and _moves(key):
        if is_known:
            _begin_anew(state, insertion)
    elif is_known:
        insertion.keys.append(key)
    return is_known


def finish_insertion(state: State, ordinary: OrdinaryKeys) -> None:
    """Normal mode is on; the cursor is on the sign before it, and ``.`` does what the command and the typing did."""
    insertion, buffer = state.insertion, state.buffer
    if insertion is not None:
        typed = tuple(insertion.keys)
        for _ in range(insertion.times - 1):
            if insertion.again is not None:
                insertion.again(state)
            for key in typed:
                type_key(state, ordinary, key)
        before = state.last_change
        size = before[2] if before is not None and before[0] == insertion.command else None
        state.last_change = (insertion.command, typed, size)
    state.insertion = None
    state.mode = Mode.NORMAL
    state.wanted = None
    buffer.anchor = None
    if buffer.cursor > line_start(buffer.text, buffer.cursor):
        buffer.move(border_before(buffer.text, buffer.cursor))


def _begin_anew(state: State, insertion: Insertion) -> None:
    """The cursor was moved while typing: what comes is an insertion of its own."""
    insertion.command = Command(name="R" if state.mode is Mode.REPLACE else "i")
    insertion.times = 1
    insertion.keys.clear()
    insertion.covered.clear()
    state.buffer.history.seal()


def _moves(key: KeyPressed) -> bool:
    plain = key.key.replace("shift+", "", 1)
    return plain in MOTIONS or plain in BY_ROWS


def _types(key: KeyPressed) -> bool:
    return bool(key.text) and key.key not in {"enter", "tab"} and not key.key.startswith(("ctrl+", "alt+"))


def _write_over(state: State, insertion: Insertion, key: KeyPressed) -> bool:
    """A sign takes the place of the one under the cursor; erasing brings that back."""
    buffer = state.buffer
    if key.key in _ERASING:
        start = border_before(buffer.text, buffer.cursor)
        if insertion.covered:
            covered = insertion.covered.pop()
            buffer.replace(start, buffer.cursor, covered)
        buffer.move(start)
        return True
    for sign, _ in clusters(key.text):
        at = buffer.cursor
        end = min(line_end(buffer.text, at), border_after(buffer.text, at))
        insertion.covered.append(buffer.text[at:end])
        buffer.replace(at, end, sign)
    return True
