"""What a word or a variable may hold, as far as it can be told without running anything.

Invariant: values stand for at least everything that bash could put there. Not its job: expanding words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from enum import IntEnum
from typing import TypeAlias

from aircher.domain.records import dataclass
from aircher.permissions.shell.nodes import Node, Unreadable


class Kind(IntEnum):
    """How much is known of a field; later members are less."""

    EXACT = 0
    NUMBER = 1
    PATTERN = 2
    ANY = 3
    MANY = 4


@dataclass(frozen=True, slots=True)
class Field:
    """One word after expansion.

    Attributes:
        text: `EXACT`: the word; `PATTERN`: names that match, literal special characters in brackets, ``**`` = any
            depth; `ANY`, `MANY`: what it begins with for certain; `NUMBER`: empty.
        kind: `MANY` may be no word or several.
    """

    text: str
    kind: Kind = Kind.EXACT

    @property
    def is_exact(self) -> bool:
        """Whether the word is known to the letter."""
        return self.kind is Kind.EXACT

    @property
    def may_be_flag(self) -> bool:
        """Whether the word may begin with a dash."""
        if self.kind is Kind.NUMBER:
            return True
        if self.kind is Kind.PATTERN:
            return self.text[:1] in {"*", "?", "[", "-"}
        return self.text[:1] == "-" or (self.kind >= Kind.ANY and not self.text) or self.kind is Kind.MANY

    def after(self, count: int) -> "Field":
        """Return the field without its first ``count`` characters, which have to be certain."""
        return replace(self, text=self.text[count:])


ANY = Field("", Kind.ANY)
MANY = Field("", Kind.MANY)
NUMBER = Field("", Kind.NUMBER)

Stream: TypeAlias = Sequence[Field] | None
"""What a command prints, a field a line; a pattern may stand for many lines. ``None`` = nobody knows."""


class OneLine(tuple[Field, ...]):
    """A stream of a single line, which is one of these."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """What a variable may hold: one of ``alternatives``, of which ``None`` = unset; or all ``elements`` of an array."""

    alternatives: tuple[Field | None, ...] = (None,)
    elements: tuple[Field, ...] | None = None


UNRESOLVED = Variable((ANY, None))
MAX_ALTERNATIVES = 24
"""Of one variable, word or command; more are "any text"."""


@dataclass(slots=True)
class State:
    """What the shell remembers between two commands.

    Attributes:
        folders: Where it may stand; none = anywhere.
        variables: What the command line set; anything else is the environment's.
        functions: Bodies by name; ``None`` = one of several.
        positional: ``$1`` and so on; ``None`` = nobody knows.
        options: ``nullglob``; ``nocase``; ``ifs``: words are split in an unknown way; ``stdin``: of the shell itself is
            another one; ``sh``: the shell may be no bash; ``fixed NAME``: a variable that cannot change.
        stack: Of ``pushd``; ``None`` = nobody knows.
    """

    folders: tuple[str, ...]
    variables: dict[str, Variable] = field(default_factory=dict)
    functions: dict[str, Node | None] = field(default_factory=dict)
    positional: tuple[Field, ...] | None = ()
    options: frozenset[str] = frozenset()
    stack: tuple[str, ...] | None = ()

    def copy(self) -> "State":
        """Return a state that changes apart from this one."""
        return State(
            self.folders, dict(self.variables), dict(self.functions), self.positional, self.options, self.stack
        )

    def assign(self, name: str, *values: Field | None) -> None:
        """Let the variable be one of ``values``."""
        distinct = tuple(dict.fromkeys(values))
        self.variables[name] = Variable(distinct) if len(distinct) <= MAX_ALTERNATIVES else UNRESOLVED


_CONSTANTS = frozenset({"UID", "EUID", "PPID", "BASHOPTS", "SHELLOPTS", "BASH_VERSINFO"})
_COMPUTED = frozenset({"RANDOM", "SRANDOM", "SECONDS", "LINENO", "OPTIND", "HISTCMD", "BASHPID"})
_LITERAL_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)?", re.ASCII)


def check_assigned(name: str, values: Iterable[Field | None], state: State) -> None:
    """Return if bash gives the variable these values and does nothing else.

    Raises:
        Unreadable: The variable cannot change, which may end the line early, or bash computes what it is given.
    """
    if name in _CONSTANTS or f"fixed {name}" in state.options:
        raise Unreadable(f"sets {name}, which cannot be changed")
    if name in _COMPUTED:
        for value in values:
            if (
                value is not None
                and value.kind is not Kind.NUMBER
                and not (value.is_exact and _LITERAL_NUMBER.fullmatch(value.text))
            ):
                raise Unreadable(f"sets {name}, whose value is computed and may run code")


def join(first: State | None, second: State | None) -> State | None:
    """Return what holds if either of two states may; ``None`` = that way is never taken."""
    if first is None or second is None:
        return second if first is None else first
    folders = tuple(dict.fromkeys(first.folders + second.folders)) if first.folders and second.folders else ()
    return State(
        folders if len(folders) <= MAX_ALTERNATIVES else (),
        {
            name: _either(first.variables.get(name), second.variables.get(name))
            for name in first.variables.keys() | second.variables.keys()
        },
        _functions(first.functions, second.functions),
        first.positional if first.positional == second.positional else None,
        first.options | second.options,
        first.stack if first.stack == second.stack else None,
    )


def _functions(first: Mapping[str, Node | None], second: Mapping[str, Node | None]) -> dict[str, Node | None]:
    names = first.keys() | second.keys()
    return {name: first[name] if first.get(name) is second.get(name) else None for name in names if name in first} | {
        name: None for name in names if name not in first
    }


def _either(first: Variable | None, second: Variable | None) -> Variable:
    if first == second and first is not None:
        return first
    if first is None or second is None or first.elements is not None or second.elements is not None:
        known = first or second
        if known is None or known.elements is not None:
            return UNRESOLVED
        return _of((*known.alternatives, *UNRESOLVED.alternatives))
    return _of(first.alternatives + second.alternatives)


def _of(values: Iterable[Field | None]) -> Variable:
    distinct = tuple(dict.fromkeys(values))
    return Variable(distinct) if len(distinct) <= MAX_ALTERNATIVES else UNRESOLVED


def changed(before: State, after: State) -> State:
    """Return ``after`` with everything that differs from ``before`` unknown: for loops that do not settle."""
    found = after.copy()
    for name, variable in after.variables.items():
        if before.variables.get(name) != variable:
            found.variables[name] = UNRESOLVED
    if set(before.folders) != set(after.folders):
        found.folders = ()
    if before.positional != after.positional:
        found.positional = None
    if before.stack != after.stack:
        found.stack = None
    return found


_SPECIAL = re.compile(r"[*?\[]")
_ACTIVE = re.compile(r"[*?]|\[[!^]?(?:\][^\]]*|[^\]]+)\]")
BRACKET = re.compile(r"\[[!^]?\]?(?:\[([:.=])[^\]]*?\1\]|[^\]])*\]")
"""One set of characters of a pattern, as bash and other programs delimit it."""
_SIMPLE_SET = re.compile(r"\[[!^]?[^\[\]\\!^/]+\]|\[[*?\[]\]")


def as_pattern(text: str) -> str:
    """Return the pattern that only ``text`` matches."""
    return _SPECIAL.sub(lambda match: f"[{match[0]}]", text)


def is_pattern(text: str) -> bool:
    """Tell whether bash looks for names that match the unquoted ``text``."""
    return _ACTIVE.search(text) is not None


def canonical(pattern: str) -> str:
    """Return the pattern without sets that readers take in different ways: such a set may be any character."""
    return BRACKET.sub(_canonical_set, pattern)


def _canonical_set(match: re.Match[str]) -> str:
    text = match[0]
    if "/" in text:  # a name ends there, so this is no set
        return text
    return (
        f"[!{text[2:]}"
        if _SIMPLE_SET.fullmatch(text) and text[1] == "^"
        else text
        if _SIMPLE_SET.fullmatch(text)
        else "?"
    )


def from_pattern(text: str) -> Field:
    """Return the field of a pattern; exact if only one name can match."""
    plain = re.sub(r"\[([*?\[])\]", r"\1", text)
    rest = re.sub(r"\[[*?\[]\]", "", text)
    return Field(text, Kind.PATTERN) if _SPECIAL.search(rest) else Field(plain)


def put(field: Field, placeholder: str, word: Field) -> Field:
    """Return a field with a word in each place of the placeholder."""
    if placeholder not in field.text:
        return field
    if field.text == placeholder and field.is_exact:
        return Field(word.text, Kind.ANY) if word.kind is Kind.MANY else word
    head, *tail = field.text.split(placeholder)
    if word.kind >= Kind.ANY or field.kind >= Kind.ANY or word.kind is Kind.NUMBER:
        return Field(head, Kind.ANY)
    if word.is_exact and field.is_exact:
        return Field(word.text.join([head, *tail]))
    pieces = [as_pattern(piece) if field.is_exact else piece for piece in (head, *tail)]
    return from_pattern((as_pattern(word.text) if word.is_exact else word.text).join(pieces))
