"""The expressions of find: what it lists, runs, deletes and writes.

Invariant: the predicates are those of the table; another one is `Unreadable`. What an action is done to is what may get
through the tests before it, in find's own order.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.touching import touch
from aircher.permissions.shell.values import Field, Kind, State, Stream, as_pattern, put

if TYPE_CHECKING:
    from aircher.permissions.shell.simple import Call
    from aircher.permissions.shell.tables import Program

_OPERATORS = frozenset({"(", ")", "!", ",", "-a", "-o", "-and", "-or", "-not"})
_SILENT = frozenset({"-printf", "-fprint", "-fprintf", "-fls", "-ls", "-fprint0"})
_PRINTING = frozenset({"-print", "-print0"})
_BEFORE_PLACES = frozenset({"-P", "-H"})


def read_find(program: Program, call: Call) -> Stream:
    """Return the names that find prints, and note what it does to what it finds."""
    fields = list(call.arguments)
    while fields and fields[0].is_exact and fields[0].text in _BEFORE_PLACES:
        fields.pop(0)
    starts: list[Field] = []
    while fields and not _is_expression(fields[0]):
        starts.append(fields.pop(0))
    starts = starts or [Field(".")]
    if any(start.kind >= Kind.ANY for start in starts):
        raise Unreadable("looks in a folder that is only known when it runs")
    expression = _Expression(program, fields, starts, call)
    for start in starts:
        tree = _below(start, "*")
        for field in (start, tree):
            call.effects += touch("lists", field, call.state, has_links=call.walker.has_links)
    expression.run()
    return expression.printed


def _is_expression(field: Field) -> bool:
    return field.may_be_flag or (field.is_exact and field.text in _OPERATORS)


def _below(start: Field, name: str) -> Field:
    text = start.text if start.kind is Kind.PATTERN else as_pattern(start.text)
    return Field(f"{text.rstrip('/') or ''}/**/{name}", Kind.PATTERN)


class _Found(NamedTuple):
    """What may have got so far.

    Attributes:
        names: Patterns of the names; ``None`` = any.
        is_file: Whether it is a file for certain.
    """

    names: tuple[str, ...] | None = None
    is_file: bool = False


_ALL, _NONE = _Found(), _Found(())


def _either(first: _Found, second: _Found) -> _Found:
    if _NONE in (first, second):
        return second if first == _NONE else first
    names = None if first.names is None or second.names is None else tuple(dict.fromkeys(first.names + second.names))
    return _Found(names, first.is_file and second.is_file)


def _any_case(name: str) -> str:
    """Return a pattern for the names that ``-iname`` finds."""
    return re.sub(r"[A-Za-z]", lambda letter: f"[{letter[0].lower()}{letter[0].upper()}]", name)


class _Expression:
    """One expression, read by recursive descent; each part gets what got so far, and returns what passes and fails."""

    def __init__(self, program: Program, fields: list[Field], starts: list[Field], call: Call) -> None:
        self.program = program
        self.rest = fields
        self.starts = starts
        self.call = call
        self.printed: Stream = []
        self.is_acting = False
        self.is_below = any(
            field == Field("-mindepth") and following.is_exact and re.fullmatch("0*[1-9][0-9]*", following.text)
            for field, following in itertools.pairwise(fields)
        )

    def run(self) -> None:
        """Note what the expression does."""
        passed = self._list(_ALL) if self.rest else _ALL
        if self.rest:
            raise Unreadable("gives find an expression that cannot be read")
        if not self.is_acting:
            self.printed = self._places(passed)

    def _places(self, found: _Found) -> list[Field]:
        if found.names is not None:
            return [_below(start, name) for start in self.starts for name in found.names]
        below = [_below(start, "*") for start in self.starts]
        return below if found.is_file or self.is_below else below + self.starts

    def _is_next(self, *words: str) -> bool:
        return bool(self.rest) and self.rest[0].is_exact and self.rest[0].text in words

    def _list(self, begin: _Found) -> _Found:
        passed, _ = self._or(begin)
        while self._is_next(","):
            self.rest.pop(0)
            passed, _ = self._or(begin)
        return passed

    def _or(self, begin: _Found) -> tuple[_Found, _Found]:
        passed, failed = self._and(begin)
        while self._is_next("-o", "-or"):
            self.rest.pop(0)
            following, failed = self._and(failed)
            passed = _either(passed, following)
        return passed, failed

    def _and(self, begin: _Found) -> tuple[_Found, _Found]:
        passed, failed = self._one(begin)
        while self.rest and not self._is_next("-o", "-or", ",", ")"):
            if self._is_next("-a", "-and"):
                self.rest.pop(0)
            passed, other = self._one(passed)
            failed = _either(failed, other)
        return passed, failed

    def _one(self, begin: _Found) -> tuple[_Found, _Found]:
        if not self.rest:
            raise Unreadable("gives find an expression that cannot be read")
        field = self.rest.pop(0)
        if not field.is_exact:
            raise Unreadable("looks for something that is only known when it runs")
        match field.text:
            case "!" | "-not":
                passed, failed = self._one(begin)
                return failed, passed
            case "(":
                passed, failed = self._or(begin)
                if not self._is_next(")"):
                    raise Unreadable("gives find an expression that cannot be read")
                self.rest.pop(0)
                return passed, failed
            case "-exec" | "-ok" | "-execdir" | "-okdir":
                self._execute(field.text, begin)
                return begin, begin
            case "-delete":
                self.is_acting, self.printed = True, None
                for place in self._places(begin):
                    self.call.effects += touch("deletes", place, self.call.state, has_links=self.call.walker.has_links)
                return begin, begin
            case _:
                return self._test(field.text, begin)

    def _test(self, name: str, begin: _Found) -> tuple[_Found, _Found]:
        from aircher.permissions.shell.arguments import Arguments
        from aircher.permissions.shell.programs import effects_of

        flag = self.program.flags.get(name)
        if flag is None or flag.reason:
            raise Unreadable(flag.reason if flag else f"gives find the word {name}, which is not known")
        if name in _SILENT:
            self.is_acting, self.printed = True, None
        elif name in _PRINTING:
            self.is_acting = True
            self.printed = None if self.printed is None else [*self.printed, *self._places(begin)]
        values: list[Field] = []
        for role in flag.roles:
            if not self.rest:
                raise Unreadable("gives find a word without its value")
            values.append(self.rest.pop(0))
            if values[-1].kind is Kind.MANY:
                raise Unreadable("looks for something that is only known when it runs")
            self.call.effects += effects_of(role, values[-1], self.call, Arguments())
        if name == "-false":
            return _NONE, begin
        return self._narrowed(name, values, begin), begin

    def _narrowed(self, name: str, values: list[Field], begin: _Found) -> _Found:
        """Return what passes a test."""
        if name == "-type" and values[0] == Field("f"):
            return _Found(begin.names, is_file=True)
        if name not in {"-name", "-iname"} or begin.names is not None or not values[0].is_exact:
            return begin
        text = values[0].text
        if re.search(r"[\\/]", text) or not text:
            return begin
        return _Found((text if name == "-name" else _any_case(text),), begin.is_file)

    def _execute(self, name: str, begin: _Found) -> None:
        from aircher.permissions.shell.simple import run_fields

        command: list[Field] = []
        is_many = False
        while True:
            if not self.rest:
                raise Unreadable("gives find a command that does not end")
            field = self.rest.pop(0)
            if field == Field(";"):
                break
            if field == Field("+") and command[-1:] == [Field("{}")]:
                is_many = True
                break
            command.append(field)
        self.is_acting, self.printed = True, None
        if not command or "{}" in command[0].text:
            raise Unreadable("runs a program whose name is only known when it runs")
        state = State(()) if name.endswith("dir") else self.call.state
        found = [Field("", Kind.ANY)] if name.endswith("dir") else self._places(begin)
        for choice in [found] if is_many else [[field] for field in found]:
            words: list[Field] = []
            for field in command:
                words += choice if field == Field("{}") else [put(field, "{}", one) for one in choice[:1]]
            run_fields(
                words,
                self.call.walker,
                state,
                None,
                effects=[],
                skips=frozenset({"functions", "builtins"}),
            )
