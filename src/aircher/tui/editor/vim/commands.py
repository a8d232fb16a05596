"""What keys say: a pure parser from the keys so far to a command."""

from collections.abc import Container, Sequence
from dataclasses import replace
from enum import Enum, auto

from aircher.domain.records import dataclass


class Verdict(Enum):
    """Why keys are no command."""

    UNFINISHED = auto()
    WRONG = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command in full.

    Attributes:
        name: An operator, a motion or an action, as the tables have it.
        register: What ``"`` named; empty = the unnamed one.
        count: ``None`` = none was given.
        motion: What an operator goes over: a motion, a text object, or its own name for lines.
        sign: What ``f``, ``r`` and their like take, or what is searched for.
    """

    name: str
    register: str = ""
    count: int | None = None
    motion: str = ""
    sign: str = ""

    @property
    def times(self) -> int:
        """Return how often."""
        return self.count or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The names that a mode knows, and which of them want more."""

    operators: Container[str]
    motions: Container[str]
    objects: Container[str]
    actions: Container[str]
    has_objects_alone: bool = False


PREFIXES = "g"
OBJECT_PREFIXES = ("i", "a")
TAKES_SIGN = frozenset({"f", "F", "t", "T", "r"})
TAKES_LINE = frozenset({"/", "?"})
_COUNT_AT_MOST = 99_999


class _UnfinishedError(Exception):
    """The keys end where another one is needed."""


class _Reader:
    """Keys from left to right."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self._at = 0

    def take(self) -> str:
        """Return the next key."""
        if self._at >= len(self._keys):
            raise _UnfinishedError
        self._at += 1
        return self._keys[self._at - 1]

    def peek(self) -> str:
        """Return the next key without taking it."""
        key = self.take()
        self._at -= 1
        return key

    def count(self) -> int | None:
        """Take digits; ``None`` = there are none. A zero alone is a motion."""
        digits = ""
        while self.peek() in set("0123456789" if digits else "123456789"):
            digits += self.take()
        return min(int(digits), _COUNT_AT_MOST) if digits else None

    def name(self) -> str:
        """Take a name of one key, or of two."""
        key = self.take()
        return key + self.take() if key in PREFIXES else key

    def sign(self, name: str) -> str:
        """Take what a command of this name wants behind it."""
        if name in TAKES_SIGN:
            return _typed(self.take())
        line = ""
        while name in TAKES_LINE and (key := self.take()) != "enter":
            line += _typed(key)
        return line


def parse(keys: Sequence[str], grammar: Grammar) -> Command | Verdict:
    """Return the command that the keys are."""
    reader = _Reader(keys)
    try:
        return _command(reader, grammar)
    except _UnfinishedError:
        return Verdict.UNFINISHED


def is_searching(keys: Sequence[str]) -> bool:
    """Return whether the keys are in the middle of what is searched for: then every letter belongs to it."""
    return any(key in TAKES_LINE and (at == 0 or keys[at - 1] not in TAKES_SIGN) for at, key in enumerate(keys))


def _command(reader: _Reader, grammar: Grammar) -> Command | Verdict:
    count = reader.count()
    register = ""
    while reader.peek() == '"':
        reader.take()
        register = reader.take()
        count = _product(count, reader.count())
    if grammar.has_objects_alone and reader.peek() in OBJECT_PREFIXES:
        name = reader.take() + reader.take()
        return Command(name=name, count=count, register=register) if name in grammar.objects else Verdict.WRONG
    name = reader.name()
    if name in grammar.operators:
        return _operation(reader, grammar, name=name, register=register, count=count)
    if name in grammar.actions or name in grammar.motions:
        return _with_sign(Command(name=name, register=register, count=count), reader.sign(name))
    return Verdict.WRONG


def _with_sign(command: Command, sign: str) -> Command | Verdict:
    last = command.motion or command.name
    if last in TAKES_SIGN and not sign:
        return Verdict.WRONG
    return replace(command, sign=sign)


def _operation(reader: _Reader, grammar: Grammar, *, name: str, register: str, count: int | None) -> Command | Verdict:
    count = _product(count, reader.count())
    if reader.peek() in OBJECT_PREFIXES:
        motion = reader.take() + reader.take()
        if motion not in grammar.objects:
            return Verdict.WRONG
    else:
        motion = reader.name()
        if motion == name or (len(name) == 2 and motion == name[1]):
            return Command(name=name, register=register, count=count, motion=name)
        if motion not in grammar.motions:
            return Verdict.WRONG
    return _with_sign(Command(name=name, register=register, count=count, motion=motion), reader.sign(motion))


def _typed(key: str) -> str:
    """Return the text of a key; keys that type nothing have none."""
    named = {"enter": "\n", "space": " ", "tab": "\t"}.get(key, key)
    return "" if len(named) > 1 and named.isascii() else named


def _product(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one * other, _COUNT_AT_MOST)
