"""What tests look at: ``[[ … ]]``, ``[ … ]`` and ``test``.

Invariant: an operand that bash would compute, and might run code by, is a number or `Unreadable`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aircher.permissions.shell.arithmetic import check_text
from aircher.permissions.shell.expansion import expand_one
from aircher.permissions.shell.nodes import Test, Unreadable, Word
from aircher.permissions.shell.touching import touch
from aircher.permissions.shell.values import Field, Kind, State

if TYPE_CHECKING:
    from aircher.permissions.shell.walk import Walker

_OF_FILES = frozenset(f"-{letter}" for letter in "abcdefghkprstuwxGLNOS")
_OF_TWO_FILES = frozenset({"-nt", "-ot", "-ef"})
_OF_NUMBERS = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"})
_OF_VARIABLES = frozenset({"-v", "-R"})
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def check_conditions(node: Test, walker: Walker, state: State) -> None:
    """Record what ``[[ … ]]`` looks at."""
    operands = [[Field(item)] if isinstance(item, str) else expand_one(item, walker, state) for item in node.items]
    for index, item in enumerate(node.items):
        operator = operands[index][0].text if isinstance(item, Word) and len(operands[index]) == 1 else None
        before = operands[index - 1] if index else []
        after = operands[index + 1] if index + 1 < len(operands) else []
        if operator in _OF_NUMBERS and before:
            for field in (*before, *after):
                _check_number(field, walker, state)
        elif operator in _OF_VARIABLES:
            _check_names(after)
        elif operator in _OF_TWO_FILES and before:
            _look(before + after, walker, state)
        elif operator in _OF_FILES:
            _look(after, walker, state)


def check_test(fields: list[Field], walker: Walker, state: State) -> None:
    """Record what ``[`` or ``test`` looks at."""
    for index, field in enumerate(fields):
        before, after = fields[max(index - 1, 0) : index], fields[index + 1 : index + 2]
        if field.kind >= Kind.ANY and not field.text and field.kind is Kind.MANY:
            walker.note("tests something that is only known when it runs")
        elif not field.is_exact:
            if field.may_be_flag and field.kind is not Kind.NUMBER:
                _look(after, walker, state)
        elif field.text in _OF_VARIABLES:
            _check_names(after)
        elif field.text in _OF_TWO_FILES:
            _look(before + after, walker, state)
        elif field.text in _OF_FILES:
            _look(after, walker, state)
        elif field.text in _OF_NUMBERS:
            for operand in (*before, *after):
                if operand.is_exact and "[" in operand.text:
                    raise Unreadable("computes something that may run code")


def _check_number(field: Field, walker: Walker, state: State) -> None:
    if field.is_exact:
        check_text(field.text, walker, state)
    elif field.kind is not Kind.NUMBER:
        raise Unreadable("computes with a value that may hold code")


def _check_names(fields: list[Field]) -> None:
    for field in fields:
        if not field.is_exact or not _NAME.fullmatch(field.text):
            raise Unreadable("looks for a variable whose name may run code")


def _look(fields: list[Field], walker: Walker, state: State) -> None:
    for field in fields:
        walker.record(*touch("lists", field, state, has_links=walker.has_links))
