"""The builtins of bash: how each changes the shell, and what it touches.

Invariant: a builtin, or a way to call one, that is not known here is unknown. Not its job: programs.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from aircher.permissions.shell import declarations, nested_text
from aircher.permissions.shell.conditions import check_test
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.touching import places, touch
from aircher.permissions.shell.values import ANY, Field, Kind, State, Stream, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aircher.permissions.shell.ledger import Outcome
    from aircher.permissions.shell.simple import Call

_NUMBER = re.compile(r"[+-]?\d+")
_FORM = re.compile(r"(?:[^%\\]|%s|%%|\\[nt])*")
_PIECE = re.compile(r"%s|%%|\\[nt]|[^%\\]")
_PLAIN_ESCAPES: Mapping[str, str] = MappingProxyType({"%%": "%", "\\n": "\n", "\\t": "\t"})
_CD_FLAGS = frozenset({"-L", "-P", "-e", "-LP", "-PL"})


def run_builtin(call: Call) -> Outcome:
    """Return how the builtin may end; what it touches is added to the call."""
    for field in call.arguments:
        if field.kind is Kind.PATTERN:
            call.effects += touch("lists", field, call.state, has_links=call.walker.has_links)
    call.walker.noted.append(call.effects)
    try:
        return BUILTINS[call.name](call)
    finally:
        call.walker.noted.pop()


def _both(state: State | None, printed: Stream = None) -> Outcome:
    from aircher.permissions.shell.ledger import both

    return both(state, printed)


def _harmless(call: Call) -> Outcome:
    return _both(call.state)


def _unknown(reason: str) -> Callable[[Call], Outcome]:
    def run(call: Call) -> Outcome:
        call.unknown(reason)
        return _both(call.state)

    return run


def _unless(allowed: str, reason: str) -> Callable[[Call], Outcome]:
    """Return a builtin that is harmless with the words of ``allowed`` only."""
    words = frozenset(allowed.split())

    def run(call: Call) -> Outcome:
        if not all(field.is_exact and field.text in words for field in call.arguments):
            call.unknown(reason)
        return _both(call.state)

    return run


def _echo(call: Call) -> Outcome:
    fields = list(call.arguments)
    while fields and fields[0].is_exact and re.fullmatch(r"-[neE]+", fields[0].text):
        flag = fields.pop(0).text
        if "e" in flag and any("\\" in field.text for field in fields):
            return _both(call.state)
    if any(field.kind >= Kind.ANY or ("sh" in call.state.options and "\\" in field.text) for field in fields):
        return _both(call.state)
    if all(field.is_exact for field in fields):
        text = " ".join(field.text for field in fields)
        return _both(call.state, [Field(line) for line in text.split("\n")])
    return _both(call.state, fields)


def _printf(call: Call) -> Outcome:
    fields = list(call.arguments)
    if fields and fields[0].is_exact and fields[0].text.startswith("-v"):
        name = Field(fields[0].text[2:]) if fields[0].text != "-v" else fields[1] if len(fields) > 1 else ANY
        call.walker.assign(declarations.name_of(name), call.state, ANY)
        return _both(call.state)
    if not fields or (fields[0].may_be_flag and fields[0] != Field("--")):
        if fields and not (fields[0].is_exact and fields[0].text[:2] != "-v"):
            call.unknown("prints in a form that is only known when it runs")
        return _both(call.state)
    fields = fields[1:] if fields[0] == Field("--") else fields
    form, values = fields[0] if fields else Field(""), fields[1:]
    if form.is_exact and re.search(r"%[-+ #0'*\d.]*[hlLjztq]*n", form.text.replace("%%", "")):
        raise Unreadable("counts into a variable")
    if any(field.is_exact and "\n" in field.text for field in values):
        return _both(call.state)
    if form.is_exact and all(value.is_exact for value in values) and _FORM.fullmatch(form.text):
        return _both(call.state, _formatted(form.text, [value.text for value in values]))
    if form in {Field("%s\\n"), Field("%s\n"), Field("%s\\0")} and all(value.kind < Kind.ANY for value in values):
        return _both(call.state, values)
    if form == Field("%s") and len(values) == 1 and values[0].is_exact:
        return _both(call.state, values)
    if form.is_exact and not values and not re.search(r"[%\\]", form.text.removesuffix("\\n")):
        return _both(call.state, [Field(form.text.removesuffix("\\n"))])
    return _both(call.state)


def _formatted(form: str, values: list[str]) -> Stream:
    """Return the lines that a form of words, ``%s`` and plain escapes prints; it is used up to the last value."""
    pieces, text = _PIECE.findall(form), ""
    while True:
        for piece in pieces:
            text += (values.pop(0) if values else "") if piece == "%s" else _PLAIN_ESCAPES.get(piece, piece)
        if not values or "%s" not in pieces:
            break
    return [Field(line) for line in text.removesuffix("\n").split("\n")]


def _pwd(call: Call) -> Outcome:
    folders = call.state.folders
    return _both(call.state, [Field(folders[0])] if len(folders) == 1 else None)


def _cd(call: Call) -> Outcome:
    from aircher.permissions.shell.ledger import Outcome

    fields = list(call.arguments)
    while fields and fields[0].is_exact and fields[0].text in _CD_FLAGS:
        fields.pop(0)
    if fields and fields[0] == Field("--"):
        fields.pop(0)
    moved = call.state.copy()
    if not fields:
        home = call.state.variables.get("HOME")
        fields = [Field(str(call.walker.setting.home))] if home is None else [ANY]
    target = fields[0]
    if len(fields) > 1 or target.kind >= Kind.ANY or target.text.startswith("-") or call.walker.has_links:
        moved.folders = ()
    elif target != Field(""):
        found = list(places(target, call.state))
        is_certain = target.is_exact and None not in found
        moved.folders = tuple(dict.fromkeys(place for place in found if place is not None)) if is_certain else ()
        call.effects += touch("lists", target, call.state, has_links=call.walker.has_links)
    moved.variables["OLDPWD"] = Variable((ANY,))
    return Outcome(moved, call.state, None if target.text.startswith("-") else [])


def _pushd(call: Call) -> Outcome:
    from aircher.permissions.shell.ledger import Outcome

    if len(call.arguments) != 1 or call.arguments[0].text[:1] in {"-", "+"}:
        moved = call.state.copy()
        moved.folders, moved.stack = (), None
        return Outcome(moved, call.state)
    outcome = _cd(call)
    if outcome.success is not None:
        before, stack = call.state.folders, call.state.stack
        outcome.success.stack = (*stack, before[0]) if stack is not None and len(before) == 1 else None
    return Outcome(outcome.success, outcome.failure)


def _popd(call: Call) -> Outcome:
    from aircher.permissions.shell.ledger import Outcome

    moved = call.state.copy()
    if call.arguments or not moved.stack:
        moved.folders, moved.stack = (), None
    else:
        moved.folders, moved.stack = (moved.stack[-1],), moved.stack[:-1]
    return Outcome(moved, call.state)


def _exit(call: Call) -> Outcome:
    is_plain = len(call.arguments) <= 1 and all(
        field.kind is Kind.NUMBER or (field.is_exact and _NUMBER.fullmatch(field.text)) for field in call.arguments
    )
    return _both(None if is_plain else call.state)


def _leave(kind: str) -> Callable[[Call], Outcome]:
    def run(call: Call) -> Outcome:
        is_left = call.walker.escape(kind, call.state)
        is_plain = all(field.kind is Kind.NUMBER or _NUMBER.fullmatch(field.text) for field in call.arguments[:1])
        return _both(None if is_left and is_plain and len(call.arguments) <= 1 else call.state)

    return run


def _test(call: Call) -> Outcome:
    check_test(call.arguments, call.walker, call.state)
    return _both(call.state)


def _true(call: Call) -> Outcome:
    from aircher.permissions.shell.ledger import Outcome

    return Outcome(call.state, None, [])


def _false(call: Call) -> Outcome:
    from aircher.permissions.shell.ledger import Outcome

    return Outcome(None, call.state, [])


def _shift(call: Call) -> Outcome:
    state = call.state.copy()
    if state.positional is not None:
        if not call.arguments and state.positional and state.positional[0].kind is Kind.PATTERN:
            return _both(state)  # it may be several words, of which one is gone
        state.positional = state.positional[1:] if not call.arguments else None
    return _both(state)


def _alias(call: Call) -> Outcome:
    if any(not field.is_exact or "=" in field.text for field in call.arguments):
        call.unknown("gives commands another meaning (alias)")
    return _both(call.state)


def _read(call: Call) -> Outcome:
    return declarations.read(call)


def _set(call: Call) -> Outcome:
    return declarations.set_options(call)


BUILTINS: Mapping[str, Callable[[Call], Outcome]] = MappingProxyType(
    {
        **dict.fromkeys((":", "true"), _true),
        "false": _false,
        **dict.fromkeys(
            ("type", "times", "dirs", "help", "caller", "disown", "bg", "fg", "unalias", "logout"), _harmless
        ),
        **dict.fromkeys(("export", "declare", "typeset", "local", "readonly"), declarations.declare),
        **dict.fromkeys(("test", "["), _test),
        "exit": _exit,
        "jobs": _unless("-l -n -p -r -s", "may run a command (jobs)"),
        **dict.fromkeys(("break", "continue"), _leave("loop")),
        **dict.fromkeys(("source", "."), _unknown("runs the commands of a file")),
        **dict.fromkeys(("mapfile", "readarray"), declarations.read_array),
        "echo": _echo,
        "printf": _printf,
        "pwd": _pwd,
        "cd": _cd,
        "pushd": _pushd,
        "popd": _popd,
        "return": _leave("function"),
        "shift": _shift,
        "alias": _alias,
        "read": _read,
        "set": _set,
        "shopt": declarations.set_shell_options,
        "unset": declarations.unset,
        "let": declarations.let,
        "getopts": declarations.get_options,
        "eval": nested_text.evaluate,
        "exec": nested_text.execute,
        "command": nested_text.command,
        "builtin": nested_text.builtin,
        "trap": nested_text.trap,
        "hash": _unless("-r", "changes where a program is looked for (hash)"),
        "enable": _unless("-a -p", "changes which builtins there are (enable)"),
        "umask": _unless("-S -p", "changes the rights of new files (umask)"),
        "ulimit": _unless("-a -n -f -u -v -S -H", "changes the limits of the shell (ulimit)"),
        "wait": _unless("-n -f %1", "waits for something that is only known when it runs"),
        "kill": _unless("-l -L", "sends a signal to a process"),
        "suspend": _unknown("sends a signal to a process"),
        "history": _unknown("reads or changes the history of the shell"),
        "fc": _unknown("runs commands of the history"),
        "bind": _unknown("changes the keys of the shell"),
        "complete": _unknown("sets commands that completion runs"),
        "compgen": _unless("", "may run code for a completion"),
        "compopt": _unknown("sets commands that completion runs"),
    }
)
