"""The table of programs: which of its words each program reads, writes, runs or prints.

The files are ``aircher/permissions/programs/*.toml``; their format is described in ``docs/permissions-programs.md``.
Invariant: a program is compiled when it is first asked for, and once. Not its job: what a role means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from aircher.domain.records import dataclass

_HEADER = re.compile(r"^\[(?:\"([^\"]+)\"|([\w-]+))\]", re.MULTILINE)


class Spec(NamedTuple):
    """The roles of operands: ``before``, then any number of ``repeated``, then ``after``.

    ``optional`` of ``before`` may be missing; ``default`` stands in where nothing is repeated.
    """

    before: tuple[str, ...] = ()
    repeated: str = ""
    after: tuple[str, ...] = ()
    default: str = ""


class Flag(NamedTuple):
    """What one flag takes and does.

    Attributes:
        roles: Of its values, in order; none = it is a switch.
        is_optional: Whether its value is there only if joined to it.
        is_instead: Whether it takes the place of the first operand.
        operands: The operands' roles once it is given.
        reason: Why it cannot be derived what it does; empty = it can.
    """

    roles: tuple[str, ...] = ()
    is_optional: bool = False
    is_instead: bool = False
    operands: Spec | None = None
    reason: str = ""


@dataclass(slots=True)
class Program:
    """One program, or one subcommand."""

    name: str
    operands: Spec | None = None
    flags: dict[str, Flag] = field(default_factory=dict)
    reader: str = ""
    otherwise: str = ""
    repository: str = ""
    prints: str = ""
    passes: frozenset[str] | None = None
    note: str = ""
    stops: bool = False
    has_numbers: bool = False
    has_words: bool = False
    is_wary: bool = False
    is_apart: bool = False
    abbreviates: bool = False
    only_prints: bool = False
    needs: frozenset[str] = frozenset()
    subcommands: Mapping[str, Program] = field(default_factory=dict)


def read_spec(text: str) -> Spec:
    """Return the compiled form of such as ``TEXT READ... or .``."""
    roles, _, default = text.partition(" or ")
    before: list[str] = []
    after: list[str] = []
    repeated = ""
    for role in roles.split():
        if role.endswith("..."):
            repeated = role.removesuffix("...")
        else:
            (after if repeated else before).append(role)
    return Spec(tuple(before), repeated, tuple(after), default)


def _flag(text: str) -> Flag:
    """Return the compiled form of such as ``READ``, ``[TEXT]``, ``TEXT instead`` or ``FOLDER; READ...``."""
    value, semicolon, operands = text.partition(";")
    words = value.split()
    is_instead = words[-1:] == ["instead"]
    roles = tuple(word.strip("[]") for word in words if word != "instead")
    spec = read_spec(operands.strip()) if semicolon else None
    return Flag(roles, value.strip().startswith("["), is_instead, spec)


def compile_program(name: str, table: Mapping[str, object]) -> Program:
    """Return the program that a table of a file describes."""
    texts = {key: value for key, value in table.items() if isinstance(value, str)}
    program = Program(
        name,
        operands=read_spec(texts["operands"]) if "operands" in texts else None,
        reader=texts.get("reader", ""),
        otherwise=texts.get("otherwise", ""),
        repository=texts.get("repository", ""),
        prints=texts.get("prints", ""),
        passes=frozenset(texts["passes"].split()) if "passes" in texts else None,
        note=texts.get("note", ""),
        stops=bool(table.get("stops")),
        has_numbers=bool(table.get("numbers")),
        has_words=bool(table.get("words")),
        is_wary=bool(table.get("wary")),
        is_apart=bool(table.get("apart")),
        abbreviates=bool(table.get("abbreviates")),
        only_prints=bool(table.get("only_prints")),
        needs=frozenset(texts.get("needs", "").split()),
    )
    for letter in texts.get("switches", ""):
        program.flags[f"-{letter}"] = Flag()
    for word in texts.get("long", "").split():
        program.flags[f"--{word}"] = Flag()
    for word in texts.get("info", "").split():
        program.flags[word] = Flag()
    for names, text in _pairs(table, "values"):
        program.flags.update(dict.fromkeys(names.split(), _flag(text)))
    for names, text in _pairs(table, "modes"):
        program.flags.update(dict.fromkeys(names.split(), Flag(operands=read_spec(text))))
    for names, text in _pairs(table, "unknown"):
        program.flags.update(dict.fromkeys(names.split(), Flag(reason=text)))
    subcommands = table.get("subcommands", {})
    if isinstance(subcommands, dict):
        own = {key: value for key, value in table.items() if key != "subcommands"}
        program.subcommands = {
            key: compile_program(f"{name} {key}", own | value if value.get("like") == name else value)
            for key, value in subcommands.items()
        }
    return program


def _pairs(table: Mapping[str, object], key: str) -> list[tuple[str, str]]:
    found = table.get(key, {})
    return [(names, str(text)) for names, text in found.items()] if isinstance(found, dict) else []


class Tables:
    """The files, cut into programs; one is read as TOML when it is first asked for."""

    __slots__ = ("_compiled", "_texts")

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._compiled: dict[str, Program | None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return all programs."""
        return tuple(self._texts)

    def get(self, name: str) -> Program | None:
        """Return the program, or ``None`` if no file has it."""
        if name not in self._compiled:
            self._compiled[name] = self._read(name)
        return self._compiled[name]

    def _read(self, name: str) -> Program | None:
        import tomllib

        text = self._texts.get(name)
        if text is None:
            return None
        (table,) = tomllib.loads(text).values()
        like = table.pop("like", "")
        if like:
            (model,) = tomllib.loads(self._texts[like]).values()
            table = model | table
        return compile_program(name, table)


@cache
def tables() -> Tables:
    """Return the tables of all files; read once."""
    texts: dict[str, str] = {}
    for file in sorted(files("aircher.permissions").joinpath("programs").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            text = file.read_text("utf-8")
            headers = list(_HEADER.finditer(text))
            for header, following in zip(headers, [*headers[1:], None], strict=True):
                section = text[header.start() : following.start() if following else len(text)]
                texts |= dict.fromkeys((header[1] or header[2]).split(), section)
    return Tables(texts)
