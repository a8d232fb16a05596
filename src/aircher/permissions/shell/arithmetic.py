"""Whether arithmetic only computes: a variable in it may hold code that bash would run.

Invariant: an expression passes only if all it names holds numbers. Not its job: its result.
"""

import re

from aircher.permissions.shell.expansion import Shell, decoded, expand_one
from aircher.permissions.shell.nodes import Text, Unreadable, Word
from aircher.permissions.shell.values import NUMBER, Field, Kind, State

_ALLOWED = re.compile(r"[\w \t\n+\-*/%<>=!&|^~?:,()#]*", re.ASCII)
_NAME = re.compile(r"(?<![\w#])[A-Za-z_]\w*", re.ASCII)
_PLACE = "\0"
_JOINED = re.compile(r"[A-Za-z_]\w*\0|\0[\w\0]", re.ASCII)
_FAILING = re.compile(r"[/%]=?\s*(?![1-9\s])|\*\*|(?<![\w#])0\d|[-+*/%<>=&|^~!?:,(]\s*$")
_CHANGES = re.compile(r"\+\+|--|(?<![=!<>])=(?!=)|<<=|>>=")
_VALUE = re.compile(r"[+-]?(?:0[xX][0-9A-Fa-f]+|\d+(?:#\w+)?)?", re.ASCII)


def check_sum(expression: Word, shell: Shell, state: State) -> None:
    """Return if the expression is harmless; variables that it changes hold numbers afterwards.

    Raises:
        Unreadable: It may run code.
    """
    text = ""
    for part in expression.parts:
        if isinstance(part, Text):
            text += decoded(part.text)
            continue
        for field in expand_one(Word([part]), shell, state):
            if field.kind is Kind.EXACT:
                check_text(field.text, shell, state)
            elif field.kind is not Kind.NUMBER:
                raise Unreadable("computes with a value that may hold code")
        text += _PLACE
    if _JOINED.search(text):
        raise Unreadable("computes with a name that is put together")
    check_text(text.replace(_PLACE, "0"), shell, state)


def check_text(text: str, shell: Shell, state: State) -> None:
    """As `check_sum`, for letters without expansions."""
    if not _ALLOWED.fullmatch(text):
        raise Unreadable("computes something that may run code")
    if shell.has_lines and _FAILING.search(text):
        raise Unreadable("computes something that may fail, which ends this line but not the next")
    is_changing = _CHANGES.search(text) is not None
    for name in _NAME.findall(text):
        if name in state.variables:
            variable = state.variables[name]
            if not all(map(_is_number, variable.elements or variable.alternatives)):
                raise Unreadable("computes with a value that may hold code")
        if is_changing:
            shell.assign(name, state, NUMBER)


def _is_number(value: Field | None) -> bool:
    if value is None or value.kind is Kind.NUMBER:
        return True
    return value.kind is Kind.EXACT and _VALUE.fullmatch(value.text.strip()) is not None
