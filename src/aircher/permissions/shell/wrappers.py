"""Programs that run others: what they run is looked at like a command of its own.

Invariant: what a wrapper would run is analysed in the state it would run in, or is unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aircher.permissions.shell.arguments import parse_arguments
from aircher.permissions.shell.nested_text import run_shell
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.programs import apply
from aircher.permissions.shell.touching import places, touch
from aircher.permissions.shell.values import MANY, Field, Kind, State, Stream, put
from aircher.permissions.shell.variables import variable_effects

if TYPE_CHECKING:
    from aircher.permissions.shell.arguments import Arguments
    from aircher.permissions.shell.simple import Call
    from aircher.permissions.shell.tables import Program

_OVERRULING = frozenset({"-n", "-L", "-l", "--max-args", "--max-lines"})
_OUTSIDE = frozenset({"functions", "builtins"})


def _run(fields: list[Field], call: Call, state: State, stdin: Stream) -> Stream:
    from aircher.permissions.shell.simple import run_fields

    outcome = call.walker.nested(lambda: run_fields(fields, call.walker, state, stdin, effects=[], skips=_OUTSIDE))
    return outcome.printed


def read_wrapper(program: Program, call: Call) -> Stream:
    """A wrapper whose last words are a command."""
    found = parse_arguments(program, call.arguments)
    command = _command(found, program, call)
    if not command:
        return None
    if program.name == "nohup" and not call.walker.is_redirected:  # where its output is a terminal
        call.effects += touch("writes", Field("nohup.out"), call.state, has_links=call.walker.has_links)
    return _run(command, call, call.state, call.stdin)


def _command(found: Arguments, program: Program, call: Call) -> list[Field]:
    command, found.command = found.command or [], None
    found.operands = []
    apply(found, program, call)
    return command


def read_env(program: Program, call: Call) -> Stream:
    """Variables, then a command; without one it prints all variables."""
    found = parse_arguments(program, call.arguments)
    command = _command(found, program, call)
    state = call.state
    for role, field in found.bound:
        if role == "BASE":
            moved = list(places(field, state)) if field.is_exact else []
            call.effects += touch("lists", field, state, has_links=call.walker.has_links)
            state = state.copy()
            state.folders = () if call.walker.has_links else tuple(place for place in moved if place is not None)
        if role == "UNSET":
            call.effects += variable_effects(field.text, None, is_exported=True) if field.is_exact else ()
    while command and (command[0].kind is not Kind.EXACT or "=" in command[0].text):
        name, equals, _ = command[0].text.partition("=")
        if not equals or command[0].kind is Kind.MANY:
            raise Unreadable("runs a program whose name is only known when it runs")
        value = command[0].after(len(name) + 1)
        call.effects += variable_effects(name, value, is_exported=True)
        command = command[1:]
    if not command:
        call.unknown("prints variables, which may hold keys")
        return None
    return _run(command, call, state, call.stdin)


def read_xargs(program: Program, call: Call) -> Stream:
    """Words of its input become words of a command."""
    found = parse_arguments(program, call.arguments)
    command = _command(found, program, call) or [Field("echo")]
    placeholders = [field for role, field in found.bound if role == "REPLACE"]
    if found.flags & {"-i", "--replace"} and not placeholders:
        placeholders = [Field("{}")]
    placeholder = placeholders[0] if placeholders else None
    if placeholder is not None and found.flags & _OVERRULING:  # the later one of two counts
        _run(command + _incoming(call, found, is_by_line=False), call, call.state, None)
    if len(placeholders) > 1:
        raise Unreadable("puts words into a command at a place that is not known")
    incoming = _incoming(call, found, is_by_line=placeholder is not None)
    if placeholder is None:
        return _run(command + incoming, call, call.state, None)
    if not placeholder.is_exact or not placeholder.text:
        raise Unreadable("puts words into a command at a place that is not known")
    if placeholder.text in command[0].text:
        raise Unreadable("runs a program whose name is only known when it runs")
    for word in incoming:
        _run([put(field, placeholder.text, word) for field in command], call, call.state, None)
    return None


def _incoming(call: Call, found: Arguments, *, is_by_line: bool) -> list[Field]:
    if call.stdin is None or found.flags & {"-a", "--arg-file", "-d", "--delimiter"}:
        return [MANY]
    words: list[Field] = []
    for line in call.stdin:
        if line.kind is Kind.PATTERN:
            words.append(line)
        elif line.is_exact and not any(char in line.text for char in "'\"\\"):
            text = line.text.lstrip(" \t")
            is_whole = is_by_line or found.flags & {"-0", "--null"}
            words += map(Field, [text] if is_whole else re.findall(r"[^ \t]+", text))
        else:
            return [MANY]
    return words


def read_shell(_program: Program, call: Call) -> Stream:
    """A shell that is given a text."""
    run_shell(call.arguments, call)
    return None
