"""Builtins that run other commands: ``eval``, ``exec``, ``command``, ``builtin``, ``trap``; and texts given to shells.

Invariant: a text that is not known to the letter is unknown. Not its job: programs that run others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.touching import touch
from aircher.permissions.shell.values import Field, Kind, State, Stream

if TYPE_CHECKING:
    from aircher.permissions.shell.ledger import Outcome
    from aircher.permissions.shell.simple import Call
    from aircher.permissions.shell.walk import Walker

_STRICT = ([Field("pipefail")], [Field("errexit")], [Field("nounset")])
_BASH_ONLY = re.compile(
    r"\(\(|\[\[|\$'|\$\"|&>|>&[^0-9-]|[<>]\(|<<<|\$\{(?:!|[\w@*]+(?:[/^,@\[]|:(?![-=?+])))|\w\+="
    r"|\bfunction\b|\bselect\b|=\(|\|&|(?<!\$)\{[^ ]*(?:,|\.\.)"
    r"|\b(?:declare|typeset|shopt|mapfile|readarray|pushd|popd|dirs|let|source|builtin|enable|caller|compgen|disown|logout"
    r"|coproc|history|printf\s+-v|read\s+-[^r\s]|export\s+-|trap\b.*\b(?:DEBUG|ERR|RETURN))\b"
)
"""What other shells read in another way."""


def _both(state: State | None, printed: Stream = None) -> Outcome:
    from aircher.permissions.shell.ledger import both

    return both(state, printed)


def run_text(text: str, walker: Walker, state: State, stdin: Stream) -> Outcome:
    """Return how a text may end that a shell reads in ``state``."""
    from aircher.permissions.shell.analysis import read_confirmed

    body = read_confirmed(text)
    walker.has_lines |= "\n" in text.strip()
    return walker.nested(lambda: walker.run(body, state, stdin))


def evaluate(call: Call) -> Outcome:
    """``eval``: its words are a text."""
    fields = call.arguments[1:] if call.arguments[:1] == [Field("--")] else call.arguments
    if not all(field.is_exact for field in fields):
        call.unknown("evaluates a text that is only known when it runs")
        return _both(call.state)
    return run_text(" ".join(field.text for field in fields), call.walker, call.state, call.stdin)


def execute(call: Call) -> Outcome:
    """``exec``: a program in place of the shell, or redirections for the rest of it."""
    from aircher.permissions.shell.simple import run_fields

    fields = list(call.arguments)
    while fields and fields[0] in {Field("-c"), Field("-l"), Field("--")}:
        fields.pop(0)
    if fields and fields[0].may_be_flag:
        call.unknown("runs a program under another name")
    elif fields:
        run_fields(fields, call.walker, call.state, call.stdin, effects=[], skips=frozenset({"functions", "builtins"}))
    if call.arguments:
        return _both(call.state)
    state = call.state.copy()
    state.options |= {"stdin"}  # redirections of the shell itself
    return _both(state)


def command(call: Call) -> Outcome:
    """``command``: passes over functions."""
    from aircher.permissions.shell.simple import run_fields

    fields = list(call.arguments)
    while fields and fields[0].is_exact and fields[0].text in {"-p", "--", "-v", "-V", "-pv", "-pV"}:
        flag = fields.pop(0)
        if "v" in flag.text.lower():
            return _both(call.state)
    if not fields:
        return _both(call.state)
    if fields[0].may_be_flag:
        call.unknown("runs a program whose name is only known when it runs")
        return _both(call.state)
    return run_fields(fields, call.walker, call.state, call.stdin, effects=[], skips=frozenset({"functions"}))


def builtin(call: Call) -> Outcome:
    """``builtin``: passes over functions and programs."""
    from aircher.permissions.shell.builtins import BUILTINS

    if not call.arguments:
        return _both(call.state)
    first = call.arguments[0]
    if not first.is_exact or first.text not in BUILTINS or call.declared:
        call.unknown("runs a builtin that is not known")
        return _both(call.state)
    call.name, call.arguments = first.text, call.arguments[1:]
    return call.walker.nested(lambda: BUILTINS[first.text](call))


def trap(call: Call) -> Outcome:
    """``trap``: a text that runs at some time, in whatever state the shell is in then."""
    from aircher.permissions.shell.walk import is_same

    fields = call.arguments[1:] if call.arguments[:1] == [Field("--")] else call.arguments
    if not fields or (fields[0].is_exact and fields[0].text in {"-", "", "-p", "-l", "-P"}):
        return _both(call.state)
    if not fields[0].is_exact:
        call.unknown("sets a trap that is only known when it runs")
        return _both(call.state)
    later = State((), functions=dict.fromkeys(call.state.functions), positional=None, options=frozenset({"ifs"}))
    call.walker.has_trap = True
    end = run_text(fields[0].text, call.walker, later.copy(), None).either
    if end is not None and not is_same(end, later):
        raise Unreadable("sets a trap that changes the shell")
    return _both(call.state)


def run_shell(fields: list[Field], call: Call) -> None:
    """Analyse what a shell is told to do: ``-c`` with a text that is known."""
    index = 0
    while index < len(fields) and fields[index].is_exact and fields[index].text.startswith("-"):
        text = fields[index].text
        if text in {"--version", "--help"}:
            return
        if set(text[1:]) <= set("ceuxl") and "c" in text:
            break
        if re.fullmatch(r"-[eux]*o", text) and fields[index + 1 : index + 2] in _STRICT:
            index += 2
            continue
        if text == "-n" and not any(field.may_be_flag or field.text[:1] == "+" for field in fields[index + 1 :]):
            for field in fields[index + 1 : index + 2]:
                call.effects += touch("reads", field, call.state, has_links=call.walker.has_links)
            return  # it is only checked
        if text not in {"-e", "-u", "-x", "-eu", "-ex", "-eux", "--norc", "--noprofile"}:
            call.unknown(f"starts {call.name} in a way that is not known")
            return
        index += 1
    else:
        call.unknown("runs commands of a file or of its input")
        return
    rest = fields[index + 1 :]
    if not rest or not rest[0].is_exact or rest[0].text.startswith(("-", "+")):
        call.unknown("runs a text that is only known when it runs")
        return
    positional = None if any(field.kind is Kind.MANY for field in rest) else tuple(rest[2:])
    inner = State(call.state.folders, positional=positional)
    if "ifs" in call.state.options:
        raise Unreadable("hands a changed environment to a shell")
    if call.name != "bash" and _BASH_ONLY.search(rest[0].text):
        raise Unreadable("gives sh what only bash reads that way")
    if call.name != "bash":
        inner.options |= {"sh"}
    run_text(rest[0].text, call.walker, inner, call.stdin)
