"""Commands of normal mode that are neither motions nor operators."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_after, border_before
from aircher.tui.editor.vim.commands import Command
from aircher.tui.editor.vim.places import first_letter, lines_down
from aircher.tui.editor.vim.state import Kept, Mode, State
from aircher.tui.editor.words import is_blank

Action: TypeAlias = Callable[[State, Command], None]

ALIASES: Mapping[str, tuple[str, str]] = {
    "x": ("d", "l"),
    "delete": ("d", "l"),
    "X": ("d", "h"),
    "D": ("d", "$"),
    "C": ("c", "$"),
    "Y": ("y", "y"),
    "s": ("c", "l"),
    "S": ("c", "c"),
}
"""Commands that are an operator with a motion."""


def _insert(state: State, command: Command) -> None:
    state.insert(command, times=command.times)


def _append(state: State, command: Command) -> None:
    buffer = state.buffer
    buffer.move(min(line_end(buffer.text, buffer.cursor), border_after(buffer.text, buffer.cursor)))
    state.insert(command, times=command.times)


def _insert_first(state: State, command: Command) -> None:
    text, at = state.buffer.text, state.buffer.cursor
    start, end = line_start(text, at), line_end(text, at)
    while start < end and is_blank(text, start):
        start += 1
    state.buffer.move(start)
    state.insert(command, times=command.times)


def _append_last(state: State, command: Command) -> None:
    state.buffer.move(line_end(state.buffer.text, state.buffer.cursor))
    state.insert(command, times=command.times)


def _open_below(state: State, command: Command) -> None:
    _new_line_below(state)
    state.insert(command, times=command.times, again=_new_line_below)


def _new_line_below(state: State) -> None:
    buffer = state.buffer
    end = line_end(buffer.text, buffer.cursor)
    buffer.replace(end, end, "\n")


def _open_above(state: State, command: Command) -> None:
    buffer = state.buffer
    start = line_start(buffer.text, buffer.cursor)
    buffer.replace(start, start, "\n")
    buffer.move(start)
    state.insert(command, times=command.times, again=_new_line_below)


def _write_over(state: State, command: Command) -> None:
    state.insert(command, times=command.times)
    state.mode = Mode.REPLACE


def _replace_sign(state: State, command: Command) -> None:
    """So many signs are another one; not done if the line has not so many. A newline takes the place of all."""
    buffer = state.buffer
    start = end = buffer.cursor
    for _ in range(command.times):
        if end >= line_end(buffer.text, end):
            return
        end = border_after(buffer.text, end)
    if command.sign == "\n":
        buffer.replace(start, end, "\n")
    else:
        buffer.replace(start, end, command.sign * command.times)
        buffer.move(border_before(buffer.text, buffer.cursor))


def _swap_case(state: State, command: Command) -> None:
    buffer = state.buffer
    start = end = buffer.cursor
    stop = line_end(buffer.text, start)
    for _ in range(command.times):
        end = min(stop, border_after(buffer.text, end))
    buffer.replace(start, end, buffer.text[start:end].swapcase())


def _join(state: State, command: Command) -> None:
    start = line_start(state.buffer.text, state.buffer.cursor)
    join(state, start, max(2, command.times), gap=" ")


def _join_closely(state: State, command: Command) -> None:
    start = line_start(state.buffer.text, state.buffer.cursor)
    join(state, start, max(2, command.times), gap="")


def join(state: State, start: int, lines: int, *, gap: str) -> None:
    """So many lines are one, with ``gap`` between them instead of their indents; the cursor is at the last gap."""
    buffer = state.buffer
    last = lines_down(buffer.text, start, lines - 1)
    if last == line_start(buffer.text, start):
        if lines > 2:
            buffer.move(last)
        return
    end = line_end(buffer.text, last)
    first, *others = buffer.text[start:end].split("\n")
    joined, at = first, len(first)
    for other in others:
        bare = other.lstrip(" \t") if gap else other
        at = len(joined)
        if gap and bare and not bare.startswith(")") and joined and not joined.endswith((" ", "\t")):
            joined += gap
        elif gap and joined.endswith((" ", "\t")):
            at = len(joined)
        joined += bare
    buffer.replace(start, end, joined)
    buffer.move(start + at)


def _put_behind(state: State, command: Command) -> None:
    kept = state.kept(command.register)
    if kept is None:
        return
    buffer = state.buffer
    end = line_end(buffer.text, buffer.cursor)
    at = end if kept.is_lines else min(end, border_after(buffer.text, buffer.cursor))
    put(state, at, kept, command.times, is_behind=True)


def _put_before(state: State, command: Command) -> None:
    kept = state.kept(command.register)
    if kept is None:
        return
    buffer = state.buffer
    at = line_start(buffer.text, buffer.cursor) if kept.is_lines else buffer.cursor
    put(state, at, kept, command.times, is_behind=False)


def put(state: State, at: int, kept: Kept, times: int, *, is_behind: bool) -> None:
    """What a register has is in the text, so often: lines behind the line that ends at ``at``, or before it."""
    buffer = state.buffer
    if kept.is_lines:
        lines = "\n".join([kept.text] * times)
        buffer.replace(at, at, "\n" + lines if is_behind else lines + "\n")
        buffer.move(first_letter(buffer.text, at + 1 if is_behind else at))
        return
    buffer.replace(at, at, kept.text * times)
    if "\n" in kept.text:
        buffer.move(at)
    elif kept.text:
        buffer.move(border_before(buffer.text, buffer.cursor))


def _undo(state: State, command: Command) -> None:
    for _ in range(command.times):
        if not state.buffer.undo():
            break


def _redo(state: State, command: Command) -> None:
    for _ in range(command.times):
        if not state.buffer.redo():
            break


def _select(mode: Mode) -> Action:
    def act(state: State, command: Command) -> None:
        state.anchor = state.buffer.cursor
        state.mode = mode
        text, at = state.buffer.text, state.buffer.cursor
        if mode is Mode.VISUAL_LINE and command.times > 1:
            state.buffer.move(lines_down(text, at, command.times - 1))
        elif mode is Mode.VISUAL:
            for _ in range(command.times - 1):
                at = min(line_end(text, at), border_after(text, at))
            state.buffer.move(at)

    return act


def select_again(state: State, command: Command) -> None:  # noqa: ARG001 - as every action
    """What was selected last is selected."""
    last = state.last_selected
    if last is None:
        return
    state.leave_visual()
    state.mode, state.anchor = last.mode, min(last.anchor, len(state.buffer.text))
    state.buffer.move(last.cursor)


ACTIONS: Mapping[str, Action] = {
    "i": _insert,
    "insert": _insert,
    "a": _append,
    "I": _insert_first,
    "A": _append_last,
    "o": _open_below,
    "O": _open_above,
    "R": _write_over,
    "r": _replace_sign,
    "~": _swap_case,
    "J": _join,
    "gJ": _join_closely,
    "p": _put_behind,
    "P": _put_before,
    "u": _undo,
    "ctrl+r": _redo,
    "v": _select(Mode.VISUAL),
    "V": _select(Mode.VISUAL_LINE),
    "gv": select_again,
}
"""Every action by its keys."""

CHANGES = frozenset("iaIAoORr~JpP") | {"gJ", "insert"}
"""Actions that ``.`` repeats."""
