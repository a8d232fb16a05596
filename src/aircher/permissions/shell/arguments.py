"""Which word of a call has which role, by the table of programs.

Invariant: as the usual parser of flags reads them; a flag that the table does not have, or a word that may be one, is
`Unreadable`. A shortened flag counts where the table has all flags of its program. Not its job: what a role means.
"""

from __future__ import annotations

import re
from dataclasses import field

from aircher.domain.records import dataclass
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.tables import Flag, Program, Spec
from aircher.permissions.shell.values import Field, Kind

_NUMBER = re.compile(r"-\d+")


@dataclass(slots=True)
class Arguments:
    """The words of a call, told apart.

    Attributes:
        flags: The flags that were given.
        bound: Values of flags and operands, each with its role.
        operands: The operands alone, in order.
        command: What a wrapper would run.
    """

    flags: set[str] = field(default_factory=set)
    bound: list[tuple[str, Field]] = field(default_factory=list)
    operands: list[Field] = field(default_factory=list)
    command: list[Field] | None = None


class Parser:
    """Reads the words of one call."""

    def __init__(self, program: Program, fields: list[Field]) -> None:
        self.program = program
        self.rest = list(fields)
        self.spec = program.operands
        self.found = Arguments()
        self.is_instead = False

    def parse(self) -> Arguments:
        """Return the words with their roles."""
        while self.rest:
            current = self.rest.pop(0)
            if current == Field("--"):
                self.found.operands += self.rest
                break
            if (
                (current.kind is Kind.EXACT and current.text[:1] != "-")
                or not current.may_be_flag
                or current == Field("-")
                or current.kind is Kind.NUMBER
            ):
                self._operand(current)
            elif current.kind is not Kind.EXACT and not current.text.startswith("-"):
                self._uncertain(current)
            elif self.program.has_words:
                self._word(current)
            elif current.text.startswith("--"):
                self._long(current)
            else:
                self._short(current)
            if self.program.stops and self.found.operands:
                self.found.operands += self.rest
                break
        self._bind()
        return self.found

    def _operand(self, current: Field) -> None:
        if current.kind is Kind.MANY:
            self._uncertain(current)
        if self.spec is None and current.is_exact and current.text in self.program.flags:
            self.found.flags.add(current.text)  # as in `go version`
            return
        self.found.operands.append(current)

    def _uncertain(self, current: Field) -> None:
        if self.program.is_wary and current.kind is Kind.PATTERN:
            raise Unreadable(f"gives {self.program.name} names that may be flags; ./{current.text} cannot be")
        if current.kind >= Kind.ANY or self.spec is None:
            raise Unreadable(f"gives {self.program.name} words that are only known when it runs")
        self.found.operands.append(current)

    def _flag(self, name: str) -> Flag:
        flag = self.program.flags.get(name)
        if flag is None:
            raise Unreadable(self.program.otherwise or f"gives {self.program.name} the flag {name}, which is not known")
        if flag.reason:
            raise Unreadable(flag.reason)
        self.found.flags.add(name)
        self.is_instead |= flag.is_instead
        if flag.operands is not None:
            self.spec = flag.operands
        return flag

    def _take(self, flag: Flag, joined: Field | None) -> None:
        values = [] if joined is None else [joined]
        while len(values) < len(flag.roles) and not (flag.is_optional and joined is None):
            if not self.rest:
                raise Unreadable(f"gives {self.program.name} a flag without its value")
            values.append(self.rest.pop(0))
        if any(value.kind is Kind.MANY for value in values):
            raise Unreadable(f"gives {self.program.name} words that are only known when it runs")
        self.found.bound += zip(flag.roles, values, strict=False)

    def _long(self, current: Field) -> None:
        name, equals, _ = current.text.partition("=")
        if current.kind is not Kind.EXACT and not equals:
            raise Unreadable(f"gives {self.program.name} a flag that is only known when it runs")
        flag = self._flag(self._full(name))
        if equals and not flag.roles:
            raise Unreadable(f"gives {self.program.name} the flag {name} with a value")
        self._take(flag, current.after(len(name) + 1) if equals else None)

    def _full(self, name: str) -> str:
        """Return the one long flag that ``name`` begins, or ``name``."""
        flags = self.program.flags
        if not self.program.abbreviates or name in flags or len(name) < 3:
            return name
        longer = [flag for flag in flags if flag.startswith(name)]
        return longer[0] if len(longer) == 1 else name

    def _word(self, current: Field) -> None:
        """A flag of a program whose long flags have one dash."""
        name, equals, _ = current.text.partition("=")
        if current.kind is not Kind.EXACT and not equals:
            raise Unreadable(f"gives {self.program.name} a flag that is only known when it runs")
        flag = self._flag(name)
        self._take(flag, current.after(len(name) + 1) if equals else None)

    def _short(self, current: Field) -> None:
        if self.program.has_numbers and current.kind is Kind.EXACT and _NUMBER.fullmatch(current.text):
            return
        if self.program.has_numbers and current.text == "-" and current.kind is not Kind.EXACT:
            raise Unreadable(f"gives {self.program.name} a flag that is only known when it runs")
        if current.is_exact and len(current.text) > 2 and current.text in self.program.flags:
            self._take(self._flag(current.text), None)
            return
        for position in range(1, len(current.text)):
            name = f"-{current.text[position]}"
            flag = self._flag(name)
            if flag.roles and self.program.is_apart and len(current.text) > len(name):
                raise Unreadable(f"gives {self.program.name} a flag and its value in one word")
            if flag.roles:
                rest = current.after(position + 1)
                is_joined = bool(rest.text) or rest.kind is not Kind.EXACT
                self._take(flag, rest if is_joined else None)
                return
        if current.kind is not Kind.EXACT:
            raise Unreadable(f"gives {self.program.name} a flag that is only known when it runs")

    def _bind(self) -> None:
        operands = list(self.found.operands)
        spec = self.spec
        if spec is not None and spec.after == ("TARGET",) and any(role == "FOLDER" for role, _ in self.found.bound):
            spec = spec._replace(after=())
        if self.program.needs and not self.program.needs & self.found.flags:
            raise Unreadable(self.program.otherwise or f"gives {self.program.name} words whose meaning is not known")
        if spec is None:
            if operands or not self.found.flags:
                raise Unreadable(
                    self.program.otherwise or f"gives {self.program.name} words whose meaning is not known"
                )
            return
        if self.is_instead:
            spec = Spec(spec.before[1:], spec.repeated, spec.after, spec.default)
        for role in spec.before:
            if role == "COMMAND":
                self.found.command = operands
                return
            if operands:
                self.found.bound.append((role.rstrip("?"), operands.pop(0)))
        tail = operands[max(len(operands) - len(spec.after), 0) :] if spec.after else []
        middle = operands[: len(operands) - len(tail)]
        if spec.repeated == "COMMAND":
            self.found.command = middle
        elif spec.repeated:
            if not middle and spec.default:
                middle = [Field(spec.default)]
            self.found.bound += [(spec.repeated, operand) for operand in middle]
        elif middle:
            raise Unreadable(f"gives {self.program.name} more words than are known")
        self.found.bound += zip(spec.after, tail, strict=False)


def parse_arguments(program: Program, fields: list[Field]) -> Arguments:
    """Return the words of a call with their roles.

    Raises:
        Unreadable: A word's role cannot be told.
    """
    return Parser(program, fields).parse()
