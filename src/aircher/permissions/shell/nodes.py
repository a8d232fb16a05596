"""What a bash text consists of, as `aircher.permissions.shell.reader` reads it.

Invariant: data only. Positions are byte offsets into the text that was read. Not its job: values.
"""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from aircher.domain.records import dataclass


class Unreadable(Exception):
    """A text, or a value, of which nobody can say for certain what bash would make of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Text:
    """Letters; unquoted ones may be patterns, braces and a tilde."""

    text: str
    is_quoted: bool


@dataclass(slots=True)
class Parameter:
    """``$name`` or ``${…}``.

    Attributes:
        name: Of the variable, or one special character, or digits.
        subscript: Between ``[`` and ``]``; empty = none.
        prefix: ``!`` or ``#`` before the name, or nothing.
        operator: What follows the name, such as ``:-`` or ``##``; empty = nothing does.
        argument: What follows the operator.
    """

    name: str
    is_quoted: bool
    subscript: str = ""
    prefix: str = ""
    operator: str = ""
    argument: Word | None = None


@dataclass(slots=True)
class Substitution:
    """``$(…)`` or a pair of backticks."""

    body: Sequence
    is_quoted: bool


@dataclass(slots=True)
class Process:
    """``<(…)`` or ``>(…)``."""

    body: Sequence
    is_output: bool


@dataclass(slots=True)
class Sum:
    """``$((…))``."""

    expression: Word


Part: TypeAlias = Text | Parameter | Substitution | Process | Sum


@dataclass(slots=True)
class Word:
    """One word before its expansion."""

    parts: list[Part]
    start: int = 0
    end: int = 0

    def literal(self) -> str | None:
        """Return the letters if nothing in the word is quoted or expanded, not even a pattern."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Text) and not self.parts[0].is_quoted:
            return self.parts[0].text
        return None


@dataclass(slots=True)
class Assignment:
    """``name=value``, ``name[subscript]+=value``, ``name=(values)``."""

    name: str
    value: Word | list[Word]
    subscript: str = ""
    is_appended: bool = False


@dataclass(slots=True)
class Redirection:
    """``2> target``; with ``<<`` the target is the body."""

    operator: str
    target: Word
    descriptor: str = ""


@dataclass(slots=True)
class Simple:
    """Assignments, words and redirections; words of declaring builtins may be assignments."""

    assignments: list[Assignment] = field(default_factory=list)
    words: list[Word | Assignment] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)
    start: int = 0


@dataclass(slots=True)
class Pipeline:
    """Commands whose outputs feed the next one."""

    commands: list[Node]


@dataclass(slots=True)
class Chain:
    """Commands joined by ``&&`` and ``||``: ``operators[i]`` stands before ``commands[i + 1]``."""

    commands: list[Node]
    operators: list[str]


@dataclass(slots=True)
class Sequence:
    """Commands one after the other; those whose index is in ``background`` are not waited for."""

    commands: list[Node] = field(default_factory=list)
    background: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Group:
    """``{ …; }`` or ``( … )`` or ``! …``."""

    body: Node
    is_subshell: bool = False
    is_negated: bool = False


@dataclass(slots=True)
class If:
    """Conditions with what they guard, and the rest."""

    branches: list[tuple[Sequence, Sequence]]
    otherwise: Sequence | None


@dataclass(slots=True)
class While:
    """``while`` and ``until``."""

    condition: Sequence
    body: Sequence


@dataclass(slots=True)
class For:
    """``for name in words`` and ``select``; no words = the positional parameters."""

    name: str
    words: list[Word] | None
    body: Sequence


@dataclass(slots=True)
class Count:
    """``for ((start; condition; step))``."""

    expressions: list[Word]
    body: Sequence


@dataclass(slots=True)
class Case:
    """A word, and the bodies behind its patterns."""

    word: Word
    items: list[tuple[list[Word], Sequence]]


@dataclass(slots=True)
class Function:
    """``name() body``."""

    name: str
    body: Node


@dataclass(slots=True)
class Test:
    """``[[ … ]]``: operators are strings."""

    items: list[Word | str]


@dataclass(slots=True)
class Arithmetic:
    """``((…))``."""

    expression: Word


@dataclass(slots=True)
class Redirected:
    """A compound command with redirections."""

    body: Node
    redirections: list[Redirection]


Node: TypeAlias = (
    Simple
    | Pipeline
    | Chain
    | Sequence
    | Group
    | If
    | While
    | For
    | Count
    | Case
    | Function
    | Test
    | Arithmetic
    | Redirected
)
