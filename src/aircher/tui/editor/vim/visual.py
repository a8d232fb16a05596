"""Commands while something is selected."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_after, border_before
from aircher.tui.editor.vim.actions import join, put, select_again
from aircher.tui.editor.vim.commands import Command
from aircher.tui.editor.vim.objects import OBJECTS
from aircher.tui.editor.vim.operators import OPERATORS, delete
from aircher.tui.editor.vim.places import first_letter
from aircher.tui.editor.vim.scene import Scene
from aircher.tui.editor.vim.state import Kept, Mode, Span, State
from aircher.tui.terminal.widths import clusters

VisualAction: TypeAlias = Callable[[State, Command, Span], None]


def _operate(operator: str, *, on_lines: bool = False) -> VisualAction:
    def act(state: State, command: Command, span: Span) -> None:
        if on_lines and not span.is_lines:
            span = _lines(state, span)
        OPERATORS[operator](state, command, span)

    return act


def _lines(state: State, span: Span) -> Span:
    text = state.buffer.text
    start = line_start(text, span.start)
    return Span(start=start, end=line_end(text, span.last), origin=start, last=span.last, is_lines=True)


def _replace_signs(state: State, command: Command, span: Span) -> None:
    """Every sign is another one; newlines stay."""
    buffer = state.buffer
    text = buffer.text[span.start : span.end]
    changed = "".join(sign if sign == "\n" else command.sign for sign, _ in clusters(text))
    buffer.replace(span.start, span.end, changed)
    buffer.move(span.start)


def _join(state: State, command: Command, span: Span) -> None:  # noqa: ARG001 - as every action
    text = state.buffer.text
    state.buffer.move(span.start)
    join(state, line_start(text, span.start), max(2, text.count("\n", span.start, span.last) + 1), gap=" ")


def _put(state: State, command: Command, span: Span) -> None:
    """The register's text is instead of the selection, which is in the unnamed one now; ``P`` leaves that alone."""
    kept = state.kept(command.register)
    if kept is None:
        return
    before = dict(state.registers)
    text = state.buffer.text
    is_whole = span.is_lines and span.start == 0 and span.end == len(text)
    is_last = span.is_lines and span.end == len(text) and not is_whole
    delete(state, Command(name="d"), span)
    if command.name == "P":
        state.registers = before
    buffer = state.buffer
    if span.is_lines:
        text = "\n".join([kept.text] * command.times) if kept.is_lines else kept.text * command.times
        lines = Kept(text=text, is_lines=True)
        if is_whole:
            buffer.replace(0, len(buffer.text), text)
            buffer.move(first_letter(text, 0))
        else:
            put(state, len(buffer.text) if is_last else span.start, lines, 1, is_behind=is_last)
    elif kept.is_lines:
        buffer.replace(span.start, span.start, "\n" + "\n".join([kept.text] * command.times) + "\n")
        buffer.move(first_letter(buffer.text, span.start + 1))
    else:
        put(state, span.start, kept, command.times, is_behind=False)


def _insert_before(state: State, command: Command, span: Span) -> None:
    state.buffer.move(span.start)
    state.insert(command)


def _append_behind(state: State, command: Command, span: Span) -> None:
    state.buffer.move(span.end)
    state.insert(command)


def _swap_ends(state: State) -> None:
    cursor = state.buffer.cursor
    state.buffer.move(state.anchor)
    state.anchor = cursor


def _switch(mode: Mode) -> Callable[[State], None]:
    """Return the change to another visual mode; the same key again leaves it."""

    def switch(state: State) -> None:
        if state.mode is mode:
            state.leave_visual()
        else:
            state.mode = mode

    return switch


def select_object(state: State, command: Command) -> None:
    """A text object is selected; a selection of more than a sign grows by what follows it."""
    buffer = state.buffer
    is_growing = state.anchor != buffer.cursor
    at = border_after(buffer.text, buffer.cursor) if is_growing else buffer.cursor
    span = OBJECTS[command.name](Scene(state=state, text=buffer.text, at=at, count=command.count))
    if span is None:
        return
    if not is_growing or span.start < state.anchor:
        state.anchor = span.start
    state.mode = Mode.VISUAL_LINE if span.is_lines and command.name in {"ip", "ap"} else Mode.VISUAL
    if state.mode is Mode.VISUAL_LINE:
        buffer.move(line_start(buffer.text, span.end))
    else:
        buffer.move(max(span.start, border_before(buffer.text, span.end)))


VISUAL_ACTIONS: Mapping[str, VisualAction] = {
    "d": _operate("d"),
    "x": _operate("d"),
    "delete": _operate("d"),
    "X": _operate("d", on_lines=True),
    "D": _operate("d", on_lines=True),
    "c": _operate("c"),
    "s": _operate("c"),
    "C": _operate("c", on_lines=True),
    "S": _operate("c", on_lines=True),
    "R": _operate("c", on_lines=True),
    "y": _operate("y"),
    "Y": _operate("y", on_lines=True),
    ">": _operate(">"),
    "<": _operate("<"),
    "u": _operate("gu"),
    "gu": _operate("gu"),
    "U": _operate("gU"),
    "gU": _operate("gU"),
    "~": _operate("g~"),
    "g~": _operate("g~"),
    "J": _join,
    "r": _replace_signs,
    "p": _put,
    "P": _put,
    "I": _insert_before,
    "A": _append_behind,
}
"""What is done with the selection; it ends then."""

SELECTING: Mapping[str, Callable[[State], None]] = {
    "o": _swap_ends,
    "O": _swap_ends,
    "v": _switch(Mode.VISUAL),
    "V": _switch(Mode.VISUAL_LINE),
    "gv": lambda state: select_again(state, Command(name="gv")),
}
"""What changes the selection itself."""

NOT_REPEATED = frozenset({"y", "Y"})
