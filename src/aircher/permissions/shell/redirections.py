"""What redirections read, write and connect to, and what they give a command to read.

Invariant: a target that cannot be told is unknown. Not its job: what the command does with it.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from aircher.domain.effects import Connects, Effect, Unknown
from aircher.domain.records import dataclass
from aircher.permissions.shell.expansion import expand, expand_one
from aircher.permissions.shell.nodes import Process, Redirection, Word
from aircher.permissions.shell.touching import touch
from aircher.permissions.shell.values import Field, Kind, State, Stream

if TYPE_CHECKING:
    from types import EllipsisType

    from aircher.permissions.shell.walk import Walker

_SOCKET = re.compile(r"/+dev/+(?:tcp|udp)/+([^/]+)/+([^/]+)")
_NEVER_FAILING = frozenset({"0", "1", "2", "/dev/null"})
_DESCRIPTOR = re.compile(r"\d*-?")


@dataclass(slots=True)
class Redirected:
    """The sum of a command's redirections.

    Attributes:
        stdin: What the command reads instead; ``...`` = no redirection says.
        is_silent: Whether what it prints goes elsewhere, or more than it prints comes along.
    """

    effects: list[Effect] = field(default_factory=list)
    stdin: Stream | EllipsisType = ...
    is_silent: bool = False


def may_fail(redirections: list[Redirection]) -> bool:
    """Tell whether bash may be unable to do one of them; the command then does not run."""
    for one in redirections:
        is_text = one.operator in {"<<", "<<-", "<<<"}
        is_process = len(one.target.parts) == 1 and isinstance(one.target.parts[0], Process)
        if not (is_text or is_process or one.target.literal() in _NEVER_FAILING):
            return True
    return False


def redirect(redirections: list[Redirection], walker: Walker, state: State) -> Redirected:
    """Return what the redirections do in ``state``."""
    found = Redirected()
    for redirection in redirections:
        if redirection.descriptor.startswith("{"):
            walker.assign(redirection.descriptor.strip("{}"), state, Field("", Kind.NUMBER))
        is_input = redirection.descriptor in {"", "0"}
        if re.fullmatch("0+", redirection.descriptor):
            found.stdin = None
        match redirection.operator:
            case "<<" | "<<-" | "<<<" if not is_input:
                _text(redirection.target, walker, state)
            case "<<" | "<<-" | "<<<":
                found.stdin = _text(redirection.target, walker, state)
            case "<":
                found.stdin = _input(redirection.target, walker, state, found)
            case "<>":
                found.stdin = None
                _files(redirection, walker, state, found)
            case "<&":
                found.stdin = None
                _copy(redirection, walker, state, found)
            case ">&":
                found.is_silent = True
                _copy(redirection, walker, state, found)
            case _:
                found.is_silent = found.is_silent or redirection.descriptor in {"", "1"}
                _files(redirection, walker, state, found)
    return found


def _text(target: Word, walker: Walker, state: State) -> Stream:
    values = expand_one(target, walker, state)
    if len(values) != 1 or not values[0].is_exact:
        return None
    return [Field(line) for line in values[0].text.removesuffix("\n").split("\n")]


def _input(target: Word, walker: Walker, state: State, found: Redirected) -> Stream:
    if len(target.parts) == 1 and isinstance(target.parts[0], Process) and not target.parts[0].is_output:
        return walker.substitute(target.parts[0].body, state)
    _file("<", target, walker, state, found)
    return None


def _copy(redirection: Redirection, walker: Walker, state: State, found: Redirected) -> None:
    """A number copies a descriptor, anything else is a file."""
    values = expand_one(redirection.target, walker, state)
    if all(value.is_exact and value.text and _DESCRIPTOR.fullmatch(value.text) for value in values):
        return
    _files(redirection, walker, state, found)


def _files(redirection: Redirection, walker: Walker, state: State, found: Redirected) -> None:
    _file(redirection.operator, redirection.target, walker, state, found)


def _file(operator: str, target: Word, walker: Walker, state: State, found: Redirected) -> None:
    for fields in expand(target, walker, state):
        for value in fields:
            socket = _SOCKET.fullmatch(value.text)
            if socket is not None and value.kind is not Kind.EXACT:
                found.effects.append(Unknown(reason="connects to a host that is only known when it runs"))
            elif socket is not None:
                port = int(socket[2]) if socket[2].isdigit() and len(socket[2]) < 6 else None
                found.effects.append(Connects(host=socket[1].lower(), port=port))
            else:
                if operator in {"<", "<>", "<&"}:
                    found.effects += touch("reads", value, state, has_links=walker.has_links)
                if operator not in {"<", "<&"}:
                    found.effects += touch("writes", value, state, has_links=walker.has_links)
