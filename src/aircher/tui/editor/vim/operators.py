"""What operators do with a piece of text."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.vim.commands import Command
from aircher.tui.editor.vim.places import first_letter
from aircher.tui.editor.vim.state import Span, State

Operator: TypeAlias = Callable[[State, Command, Span], None]

_INDENT = 4


def delete(state: State, command: Command, span: Span) -> None:
    """The text is in a register and gone; of lines, their newline too."""
    buffer = state.buffer
    if span.start == span.end and not span.is_lines:
        return
    state.keep(command.register, buffer.text[span.start : span.end], is_lines=span.is_lines)
    start, end = span.start, span.end
    buffer.move(span.origin)
    if not span.is_lines:
        buffer.replace(start, end, "")
        return
    if end < len(buffer.text):
        end += 1
    elif start > 0:
        start -= 1
    buffer.replace(start, end, "")
    buffer.move(first_letter(buffer.text, min(span.start, len(buffer.text))))


def change(state: State, command: Command, span: Span) -> None:
    """The text is in a register, and what is typed takes its place."""
    if span.start < span.end or span.is_lines:
        state.keep(command.register, state.buffer.text[span.start : span.end], is_lines=span.is_lines)
    state.buffer.move(span.origin)
    state.buffer.replace(span.start, span.end, "")
    state.insert(command)


def yank(state: State, command: Command, span: Span) -> None:
    """The text is in a register."""
    text = state.buffer.text[span.start : span.end]
    state.keep(command.register, text, is_lines=span.is_lines, is_yank=True)
    state.buffer.move(span.origin)


def _shift(step: int) -> Operator:
    """Return the operator that indents lines, or takes an indent away."""

    def operate(state: State, command: Command, span: Span) -> None:
        buffer = state.buffer
        start, end = line_start(buffer.text, span.start), line_end(buffer.text, max(span.start, span.end))
        if not span.is_lines and end > start and span.end > span.start:
            end = line_end(buffer.text, span.end - 1)
        steps = step * (command.times if command.motion == "" else 1)
        lines = buffer.text[start:end].split("\n")
        buffer.move(span.origin)
        buffer.replace(start, end, "\n".join(_indented(line, steps) for line in lines))
        buffer.move(first_letter(buffer.text, start))

    return operate


def _indented(line: str, steps: int) -> str:
    bare = line.lstrip(" \t")
    indent = len(line[: len(line) - len(bare)].expandtabs(_INDENT))
    return " " * max(0, indent + steps * _INDENT) + bare if line else line


def _respell(spell: Callable[[str], str]) -> Operator:
    """Return the operator that writes letters otherwise."""

    def operate(state: State, command: Command, span: Span) -> None:  # noqa: ARG001 - as every operator
        buffer = state.buffer
        buffer.move(span.origin)
        buffer.replace(span.start, span.end, spell(buffer.text[span.start : span.end]))
        buffer.move(span.origin)

    return operate


OPERATORS: Mapping[str, Operator] = {
    "d": delete,
    "c": change,
    "y": yank,
    ">": _shift(1),
    "<": _shift(-1),
    "gu": _respell(str.lower),
    "gU": _respell(str.upper),
    "g~": _respell(str.swapcase),
}
"""Every operator by its keys."""

ALWAYS_LINES = frozenset({">", "<"})
"""Operators that work on whole lines, whatever the motion."""
