"""One simple command: its words, assignments and redirections, and what is then run.

Invariant: every list of words that the command may become is looked at. Not its job: single builtins and programs.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from aircher.domain.effects import Effect, Runs, Unknown
from aircher.domain.records import dataclass
from aircher.permissions.shell.arithmetic import check_text
from aircher.permissions.shell.expansion import expand, expand_one
from aircher.permissions.shell.nodes import Assignment, Simple, Substitution, Unreadable, Word
from aircher.permissions.shell.redirections import may_fail, redirect
from aircher.permissions.shell.values import (
    MAX_ALTERNATIVES,
    UNRESOLVED,
    Field,
    Kind,
    State,
    Stream,
    Variable,
    check_assigned,
    join,
)
from aircher.permissions.shell.variables import variable_effects

if TYPE_CHECKING:
    from aircher.permissions.shell.ledger import Outcome
    from aircher.permissions.shell.walk import Walker

_TO_FILES = frozenset({">", ">>", ">|", "&>", "&>>"})
_STANDARD = re.compile(r"(?:/usr(?:/local)?)?/s?bin/([\w.+-]+|\[)")
"""Where the normal ``PATH`` leads; a program there is the one of that name."""


@dataclass(slots=True)
class Call:
    """One program or builtin with its arguments, about to run.

    Attributes:
        name: As the table of programs has it.
        arguments: The words behind the name.
        declared: Words of declaring builtins that are assignments.
        effects: What is found goes here.
    """

    name: str
    arguments: list[Field]
    walker: Walker
    state: State
    stdin: Stream
    effects: list[Effect]
    declared: tuple[Assignment, ...] = ()

    def unknown(self, reason: str) -> None:
        """Note something that cannot be derived."""
        self.effects.append(Unknown(reason=reason))


def run_simple(node: Simple, walker: Walker, state: State, stdin: Stream) -> Outcome:
    """Return how the command may end."""
    from aircher.permissions.shell.builtins import BUILTINS
    from aircher.permissions.shell.ledger import both

    effects: list[Effect] = []
    walker.noted.append(effects)
    try:
        state = state.copy()
        lists = _argument_lists(node, walker, state)
        redirected = redirect(node.redirections, walker, state)
        effects += redirected.effects
        stdin = None if "stdin" in state.options else stdin
        stdin = stdin if redirected.stdin is ... else redirected.stdin
        if lists == [[]] and not any(isinstance(word, Assignment) for word in node.words):
            for assignment in node.assignments:
                assign(assignment, walker, state)
            walker.emit("", *effects)
            return both(state, [] if not node.redirections else None)
        is_read = bool(node.words) and isinstance(node.words[0], Word) and node.words[0].literal() == "read"
        for assignment in node.assignments:
            values = _values(assignment, walker, state)
            if is_read and assignment.name == "IFS":  # how `read` cuts its line, and nothing else
                stdin = stdin if values == [Field("")] else None
                continue
            check_assigned(assignment.name, values, state)
            for value in values:
                effects += variable_effects(assignment.name, value, is_exported=True)
    finally:
        walker.noted.pop()
    first = node.words[0] if node.words else None
    is_computed = isinstance(first, Word) and any(isinstance(part, Substitution) for part in first.parts)
    declared = tuple(word for word in node.words if isinstance(word, Assignment))
    for assignment in node.assignments:
        if not is_read and any(fields and fields[0].text in BUILTINS for fields in lists):
            state.variables[assignment.name] = UNRESOLVED  # some builtins see it, some keep it
    outcome: Outcome | None = None
    walker.is_redirected = any(one.operator in _TO_FILES and one.descriptor in {"", "1"} for one in node.redirections)
    for fields in lists:
        following = run_fields(
            fields,
            walker,
            state.copy(),  # builtins change it, and each variant is a way of its own
            stdin,
            effects=list(effects),
            declared=declared,
            has_assignments=bool(node.assignments),
            is_computed=is_computed,
        )
        outcome = following if outcome is None else _either(outcome, following)
    if outcome is None:
        return both(state)
    if may_fail(node.redirections):
        outcome = type(outcome)(outcome.success, join(outcome.failure, state), outcome.printed)
    return type(outcome)(outcome.success, outcome.failure, None) if redirected.is_silent else outcome


def _either(first: Outcome, second: Outcome) -> Outcome:
    printed = None if first.printed is None or second.printed is None else [*first.printed, *second.printed]
    return type(first)(join(first.success, second.success), join(first.failure, second.failure), printed)


def _argument_lists(node: Simple, walker: Walker, state: State) -> list[list[Field]]:
    lists: list[list[Field]] = [[]]
    for word in node.words:
        if isinstance(word, Assignment):
            continue
        options = expand(word, walker, state)
        if len(lists) * len(options) > MAX_ALTERNATIVES:
            raise Unreadable("has more variants than are looked at")
        lists = [head + tail for head in lists for tail in options]
    return lists


def _values(assignment: Assignment, walker: Walker, state: State) -> list[Field]:
    if isinstance(assignment.value, list):
        found = [field for word in assignment.value for fields in expand(word, walker, state) for field in fields]
        walker.look(found, state)
        return found
    return expand_one(assignment.value, walker, state)


def assign(assignment: Assignment, walker: Walker, state: State, *, is_exported: bool = False) -> None:
    """Let the assignment happen in ``state`` and record what that changes for programs."""
    values = _values(assignment, walker, state)
    name = assignment.name
    check_assigned(name, values, state)
    for value in values or [Field("")]:
        walker.record(*variable_effects(name, value, is_exported=is_exported))
    if name == "IFS":
        state.options |= {"ifs"}
    before = state.variables.get(name)
    if assignment.subscript:
        if not re.fullmatch(r"\d+", assignment.subscript):
            _check_subscript(assignment.subscript, walker, state)
        state.variables[name] = UNRESOLVED
    elif isinstance(assignment.value, list):
        known = before.elements if before is not None and before.elements is not None else ()
        is_known = not assignment.is_appended or before is not None
        elements = (*known, *values) if assignment.is_appended else tuple(values)
        state.variables[name] = Variable((None,), elements) if is_known else UNRESOLVED
    elif assignment.is_appended:
        state.variables[name] = _appended(before, values)
    else:
        state.assign(name, *values)


def _check_subscript(subscript: str, walker: Walker, state: State) -> None:
    """Bash computes the place in an array, even a quoted one, unless the array was declared to have names."""
    match = re.fullmatch(r"([\"']?)\$?([A-Za-z_]\w*)\1", subscript, re.ASCII)
    if match is None:
        raise Unreadable("computes the place in an array, which may run code")
    check_text(match[2], walker, state)


def _appended(before: Variable | None, values: list[Field]) -> Variable:
    if before is None or before.elements is not None:
        return UNRESOLVED
    found: list[Field | None] = []
    for first in before.alternatives:
        for second in values:
            if first is None:
                found.append(second)
            elif first.is_exact and second.is_exact:
                found.append(Field(first.text + second.text))
            else:
                return UNRESOLVED
    distinct = tuple(dict.fromkeys(found))
    return Variable(distinct) if len(distinct) <= MAX_ALTERNATIVES else UNRESOLVED


def shown(fields: list[Field]) -> str:
    """Return a command's words as one line; what is not known is ``…``, what is a pattern stays one."""
    words = []
    for field in fields:
        match field.kind:
            case Kind.EXACT:
                words.append(shlex.quote(field.text))
            case Kind.PATTERN:
                words.append(field.text)
            case _:
                words.append(f"{field.text}…")
    return " ".join(words)


def run_fields(
    fields: list[Field],
    walker: Walker,
    state: State,
    stdin: Stream,
    *,
    effects: list[Effect],
    declared: tuple[Assignment, ...] = (),
    skips: frozenset[str] = frozenset(),
    has_assignments: bool = False,
    is_computed: bool = False,
) -> Outcome:
    """Return how a command of these words may end, and record its action.

    Wrappers pass over ``functions``, ``builtins`` or both: ``skips`` says so. What another command printed is no name
    of a program that anybody could agree to: ``is_computed``.
    """
    from aircher.permissions.shell.builtins import BUILTINS, run_builtin
    from aircher.permissions.shell.ledger import both
    from aircher.permissions.shell.programs import run_program

    walker.step()
    text = shown(fields)
    if declared:
        text += "".join(f" {assignment.name}=…" for assignment in declared)
    if not fields:
        walker.emit("", *effects)
        return both(state)
    first, arguments = fields[0], fields[1:]
    if is_computed or not first.is_exact:
        walker.emit(text, *effects, Unknown(reason="runs a program whose name is only known when it runs"))
        return both(state)
    name = first.text
    standard = _STANDARD.fullmatch(name)
    call = Call(name, arguments, walker, state, stdin, effects, declared)
    if "functions" not in skips and name in state.functions:
        walker.emit(text, *effects)
        body = state.functions[name]
        if body is None:
            raise Unreadable(f"calls {name}, which may be a function")
        if has_assignments:
            raise Unreadable("sets variables for a function")
        walker.look(arguments, state)
        known = all(field.kind is not Kind.MANY for field in arguments)
        return walker.call(body, state, tuple(arguments) if known else None, stdin)
    if "builtins" not in skips and name in BUILTINS:
        outcome = run_builtin(call)
        walker.emit(text, *effects)
        return outcome
    call.name = standard[1] if standard is not None else name
    effects.append(Runs(program=call.name))
    printed = run_program(call)
    walker.emit(text, *effects)
    return both(state, printed)
