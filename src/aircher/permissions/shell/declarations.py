"""Builtins that name variables: a name may hold an index that runs code, so each is checked.

Invariant: a name that is no plain one is `Unreadable`. Not its job: what a variable means to programs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aircher.permissions.shell.arithmetic import check_text
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.simple import assign
from aircher.permissions.shell.values import ANY, NUMBER, UNRESOLVED, Field, Kind, State, Variable, check_assigned
from aircher.permissions.shell.variables import variable_effects

if TYPE_CHECKING:
    from aircher.permissions.shell.ledger import Outcome
    from aircher.permissions.shell.simple import Call

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SET = frozenset("euxvfCnbhmBHET")
_SET_NAMES = frozenset(
    [
        "errexit",
        "nounset",
        "pipefail",
        "xtrace",
        "verbose",
        "noglob",
        "noclobber",
        "noexec",
        "errtrace",
        "functrace",
        "monitor",
        "hashall",
    ]
)
_SHOPT = frozenset({"nullglob", "failglob", "globstar", "inherit_errexit", "checkwinsize", "nocasematch"})
_READ_VALUES = "adinNptu"


def name_of(field: Field) -> str:
    """Return the variable that a field names."""
    if not field.is_exact or not _NAME.fullmatch(field.text):
        raise Unreadable("sets a variable whose name may run code")
    return field.text


def _done(state: State) -> Outcome:
    from aircher.permissions.shell.ledger import both

    return both(state, [])


def declare(call: Call) -> Outcome:
    """``export``, ``declare``, ``typeset``, ``local``, ``readonly``."""
    state, walker = call.state, call.walker
    flags, names = _flags(call.arguments)
    if not flags <= set("aAgxrpfF") and not (call.name == "export" and flags <= set("np")):
        raise Unreadable("gives a variable a meaning of its own")
    if flags & set("fF") and (call.name == "export" or "x" in flags):
        call.unknown("hands a function to programs")
    is_exported = (call.name == "export" and "n" not in flags) or "x" in flags
    if flags & set("fF") and not call.declared:
        return _done(state)
    if "p" in flags or not (names or call.declared):
        call.unknown("prints variables, which may hold keys")
    is_local = walker.hidden and (call.name == "local" or (call.name in {"declare", "typeset"} and "g" not in flags))
    for assignment in call.declared:
        assign(assignment, walker, state, is_exported=is_exported)
        if is_local:
            walker.hidden[-1].add(assignment.name)
    for field in names:
        name, equals, _ = field.text.partition("=")
        if field.kind is Kind.MANY or (field.kind is not Kind.EXACT and not equals):
            raise Unreadable("sets a variable whose name is only known when it runs")
        name = name_of(Field(name.removesuffix("+") if equals else name))
        if is_local:
            walker.hidden[-1].add(name)
        if equals:
            value = ANY if field.kind is not Kind.EXACT or field.text[len(name)] == "+" else field.after(len(name) + 1)
            walker.record(*variable_effects(name, value, is_exported=is_exported))
            walker.assign(name, state, value)
            continue
        if is_local and call.name != "export":
            state.assign(name, None)
        if is_exported:
            for held in state.variables.get(name, UNRESOLVED).alternatives:
                walker.record(*variable_effects(name, held, is_exported=True))
    named = {assignment.name for assignment in call.declared} | {re.split(r"\+?=", field.text)[0] for field in names}
    if "A" in flags:
        state.variables.update(dict.fromkeys(named, UNRESOLVED))  # its values are keys too
    if call.name == "readonly" or "r" in flags:
        state.options |= {f"fixed {name}" for name in named}
    return _done(state)


def _flags(fields: list[Field]) -> tuple[set[str], list[Field]]:
    flags: set[str] = set()
    for index, field in enumerate(fields):
        if field == Field("--"):
            return flags, fields[index + 1 :]
        if field.kind is not Kind.EXACT and field.may_be_flag:
            raise Unreadable("sets a variable whose name is only known when it runs")
        if field.text[:1] not in {"-", "+"} or len(field.text) < 2:
            return flags, fields[index:]
        flags |= set(field.text[1:])
    return flags, []


def read(call: Call) -> Outcome:
    """``read``: each name holds something that came in."""
    state = call.state
    fields = list(call.arguments)
    names: list[str] = []
    is_whole = True
    while fields:
        field = fields.pop(0)
        if not field.is_exact:
            raise Unreadable("reads into a variable whose name is only known when it runs")
        if not field.text.startswith("-") or names:
            names.append(name_of(field))
            continue
        letters = field.text[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in _READ_VALUES:
                value = Field(letters) if letters else fields.pop(0) if fields else Field("")
                letters = ""
                is_whole &= letter == "p" or (letter == "d" and value == Field(""))
                if letter == "a":
                    state.variables[name_of(value)] = UNRESOLVED
                    call.walker.record(*variable_effects(value.text, ANY, is_exported=False))
            elif letter not in "rse":
                raise Unreadable("reads in a way that is not known")
    values = _incoming(call) if len(names) == 1 and is_whole else [ANY]
    if len(values) > 1 and any(field.text.startswith("-") and "d" in field.text for field in call.arguments):
        are_exact = all(value.is_exact for value in values)  # up to a null byte: one of them, or all together
        values += [Field("\n".join(value.text for value in values))] if are_exact else []
    for name in names or ["REPLY"]:
        for value in values:
            call.walker.assign(name, state, value)
        state.assign(name, *values)
    from aircher.permissions.shell.ledger import both

    return both(state)


def _incoming(call: Call) -> list[Field]:
    if not call.stdin or any(re.search(r"^\s|\s$|\\", field.text) for field in call.stdin):
        return [ANY]
    return list(dict.fromkeys(call.stdin))


def read_array(call: Call) -> Outcome:
    """``mapfile``: its callback is code."""
    names = []
    for field in call.arguments:
        if not field.is_exact:
            raise Unreadable("reads into a variable whose name is only known when it runs")
        if field.text.startswith("-"):
            if field.text != "-t":
                raise Unreadable("reads lines in a way that may run code")
        else:
            names.append(name_of(field))
    for name in names or ["MAPFILE"]:
        call.walker.record(*variable_effects(name, ANY, is_exported=False))
        is_known = call.stdin is not None and all(field.kind < Kind.ANY for field in call.stdin)
        call.state.variables[name] = Variable((None,), tuple(call.stdin or ())) if is_known else UNRESOLVED
    return _done(call.state)


def get_options(call: Call) -> Outcome:
    """``getopts``: sets the variable it names."""
    if len(call.arguments) > 1:
        call.walker.assign(name_of(call.arguments[1]), call.state, ANY)
    call.state.assign("OPTARG", ANY)
    call.state.assign("OPTIND", NUMBER)
    return _done(call.state)


def let(call: Call) -> Outcome:
    """``let``: arithmetic."""
    for field in call.arguments:
        if field.kind is not Kind.NUMBER:
            if not field.is_exact:
                raise Unreadable("computes with a value that may hold code")
            check_text(field.text, call.walker, call.state)
    return _done(call.state)


def unset(call: Call) -> Outcome:
    """``unset``: variables, and functions of that name where there is no variable."""
    flags, names = _flags(call.arguments)
    if "n" in flags:
        raise Unreadable("unsets a name that stands for another")
    for field in names:
        name = name_of(field)
        if "f" in flags:
            call.state.functions.pop(name, None)
            continue
        if name in call.state.functions:
            call.state.functions[name] = None
        check_assigned(name, [], call.state)
        call.walker.record(*variable_effects(name, None, is_exported=False))
        call.state.variables[name] = Variable((None,))
    return _done(call.state)


def set_options(call: Call) -> Outcome:
    """``set``: options that change no meaning pass, and positional parameters."""
    fields = list(call.arguments)
    if not fields:
        call.unknown("prints variables, which may hold keys")
    while fields:
        field = fields.pop(0)
        if field == Field("--"):
            _set_positional(call.state, fields)
            break
        if not field.is_exact and field.may_be_flag:
            raise Unreadable("sets options that are only known when it runs")
        if field.text[:1] not in {"-", "+"} or len(field.text) < 2:
            _set_positional(call.state, [field, *fields])
            break
        letters = field.text[1:]
        if letters.endswith("o"):
            name = fields.pop(0) if fields else Field("")
            letters = letters[:-1]
            if not name.is_exact or (name.text and name.text not in _SET_NAMES):
                call.unknown("sets an option that changes what commands mean")
        if not set(letters) <= _SET:
            call.unknown("sets an option that changes what commands mean")
    return _done(call.state)


def _set_positional(state: State, fields: list[Field]) -> None:
    state.positional = None if any(field.kind is Kind.MANY for field in fields) else tuple(fields)


def set_shell_options(call: Call) -> Outcome:
    """``shopt``: options that change no meaning pass."""
    flags, names = _flags(call.arguments)
    if not flags <= set("suqp") or not all(field.is_exact and field.text in _SHOPT for field in names):
        call.unknown("sets an option that changes what commands mean")
    if Field("nullglob") in names and flags & {"s"}:
        call.state.options |= {"nullglob"}
    if Field("nocasematch") in names:
        call.state.options |= {"nocase"}
    return _done(call.state)
