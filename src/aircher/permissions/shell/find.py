"""The expressions of find: what it lists, runs, deletes and writes.

Invariant: the predicates are those of the table; another one is `Unreadable`.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.touching import touch
from aircher.permissions.shell.values import Field, Kind, State, Stream, as_pattern, put

if TYPE_CHECKING:
    from aircher.permissions.shell.simple import Call
    from aircher.permissions.shell.tables import Program

_OPERATORS = frozenset({"(", ")", "!", ",", "-a", "-o", "-and", "-or", "-not"})
_NEGATED = frozenset({"-name", "-iname", "-path", "-ipath", "-wholename", "-type", "-newer", "-user", "-perm"})
_RUNNING = frozenset({"-exec", "-ok", "-execdir", "-okdir"})
_ACTIONS = _RUNNING | {"-print", "-print0", "-printf", "-delete", "-ls", "-fprint", "-fprint0", "-fprintf", "-fls"}
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
    return expression.found if expression.is_printing else None


def _without_negated(texts: list[str]) -> list[str]:
    """Return the words without ``! -test value``, which finds less and never more."""
    found: list[str] = []
    rest = list(texts)
    while rest:
        word = rest.pop(0)
        if word in {"!", "-not"} and rest and rest[0] in _NEGATED:
            rest = rest[2:]
        else:
            found.append(word)
    return found


def _without_pruned(texts: list[str]) -> list[str]:
    """Return the words behind ``… -prune -o``, if what stands before does nothing and is not printed either."""
    for index, (word, following) in enumerate(itertools.pairwise(texts)):
        before, after = texts[:index], texts[index + 2 :]
        if word != "-prune" or following not in {"-o", "-or"} or before.count("(") != before.count(")"):
            continue
        if _ACTIONS.isdisjoint(before) and not _ACTIONS.isdisjoint(after) and "," not in before:
            return _without_pruned(after)
    return texts


def _is_expression(field: Field) -> bool:
    return field.may_be_flag or (field.is_exact and field.text in _OPERATORS)


def _below(start: Field, name: str) -> Field:
    text = start.text if start.kind is Kind.PATTERN else as_pattern(start.text)
    return Field(f"{text.rstrip('/') or ''}/**/{name}", Kind.PATTERN)


class _Expression:
    """One expression, read from left to right."""

    def __init__(self, program: Program, fields: list[Field], starts: list[Field], call: Call) -> None:
        self.program = program
        self.rest = fields
        self.starts = starts
        self.call = call
        self.is_printing = True
        self.names = self._names(fields)
        self.found = [_below(start, name) for start in starts for name in self.names]
        if self.names == ["*"]:
            is_file = any(
                field == Field("-type") and following == Field("f") for field, following in itertools.pairwise(fields)
            )
            is_below = is_file or Field("-mindepth") in fields
            self.found += [] if is_below else starts

    def _names(self, fields: list[Field]) -> list[str]:
        """Return patterns for the names that are found: narrower than all only if nothing but tests are joined."""
        texts = [field.text if field.is_exact else "" for field in fields]
        texts = _without_pruned(_without_negated(texts))
        if "," in texts or "!" in texts or "-not" in texts:
            return ["*"]
        names = [
            (following if text == "-name" else "")
            for text, following in itertools.pairwise(texts)
            if text in {"-name", "-iname"}
        ]
        if not names or "" in names or any(re.search(r"[\\/]", name) for name in names):
            return ["*"]
        if any(text in {"-o", "-or"} for text in texts):
            return names if self._is_plain_choice(texts) else ["*"]
        return names[:1]

    def _is_plain_choice(self, texts: list[str]) -> bool:
        """Tell whether every branch of ``-o`` has a name of its own, so that nothing else is found."""
        inner = " ".join(texts)
        words = r"(?:-type f )?"
        branch = r"(?:-type f )?-name \S+(?: -type f)?"
        pattern = rf"{words}(?:\( )?{branch}(?: -o {branch})+(?: \))?(?: -type f)?(?: .*)?"
        if not re.fullmatch(pattern, inner):
            return False
        return "(" in texts or not any(text in _RUNNING or text in {"-delete", "-print", "-print0"} for text in texts)

    def run(self) -> None:
        """Note what the expression does."""
        while self.rest:
            field = self.rest.pop(0)
            if not field.is_exact:
                raise Unreadable("looks for something that is only known when it runs")
            if field.text in _OPERATORS:
                continue
            if field.text in _RUNNING:
                self._execute(field.text)
            elif field.text == "-delete":
                for found in self.found:
                    self.call.effects += touch("deletes", found, self.call.state, has_links=self.call.walker.has_links)
            else:
                self._test(field.text)

    def _test(self, name: str) -> None:
        from aircher.permissions.shell.arguments import Arguments
        from aircher.permissions.shell.programs import effects_of

        flag = self.program.flags.get(name)
        if flag is None or flag.reason:
            raise Unreadable(flag.reason if flag else f"gives find the word {name}, which is not known")
        if name in {"-printf", "-fprint", "-fprintf", "-fls", "-ls", "-fprint0"}:
            self.is_printing = False
        for role in flag.roles:
            if not self.rest:
                raise Unreadable("gives find a word without its value")
            value = self.rest.pop(0)
            if value.kind is Kind.MANY:
                raise Unreadable("looks for something that is only known when it runs")
            self.call.effects += effects_of(role, value, self.call, Arguments())

    def _execute(self, name: str) -> None:
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
        self.is_printing = False
        if not command or "{}" in command[0].text:
            raise Unreadable("runs a program whose name is only known when it runs")
        state = self.call.state
        if name.endswith("dir"):
            state = State(())
        found = self.found if not name.endswith("dir") else [Field("", Kind.ANY)]
        choices = [found] if is_many else [[field] for field in found]
        for choice in choices:
            words: list[Field] = []
            for field in command:
                words += choice if field == Field("{}") else [put(field, "{}", name) for name in choice[:1]]
            run_fields(
                words,
                self.call.walker,
                state,
                None,
                effects=[],
                skips=frozenset({"functions", "builtins"}),
            )
