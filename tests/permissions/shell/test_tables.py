"""The table of programs: every entry can be compiled, and says only what readers understand."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from aircher.permissions.shell.programs import _READERS
from aircher.permissions.shell.tables import Program, Spec, read_spec, tables

KEYS = frozenset(
    (
        *("operands", "switches", "long", "info", "values", "modes", "unknown", "otherwise", "numbers", "words"),
        *("stops", "wary", "apart", "passes", "prints", "like", "reader", "repository", "subcommands", "note"),
        *("needs", "abbreviates", "only_prints"),
    )
)
ROLES = frozenset(
    (
        *("TEXT", "READ", "TREE", "SEARCH", "LIST", "WRITE", "EDIT", "DELETE", "MOVE", "TARGET", "FOLDER", "COMMAND"),
        *("URL", "HOST", "GIT", "GITPATH", "GITLINES", "SED", "AWK", "AWKFILE", "AWKVAR", "JQ", "YQ", "MODE", "SUFFIX"),
        *("FORMAT", "PAGED", "PAGE", "PS", "GLOB", "INCLUDE", "PREFIX", "REPLACE", "ARCHIVE", "BASE", "UNSET"),
        *(
            "SETTING",
            "SETTINGNAME",
            "SENT",
            "DELETEUP",
            "NAMES",
            "PAIR",
            "TYPEGLOB",
            "FILEREGEX",
            "PACKED",
            "LOCAL",
            "OBJECT",
            "FORM",
        ),
    )
)
PROGRAMS = tables().names


def headers() -> list[tuple[str, dict[str, Any]]]:
    return [
        item
        for file in files("aircher.permissions").joinpath("programs").iterdir()
        for item in tomllib.loads(file.read_text("utf-8")).items()
    ]


def sections() -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    rest = headers()
    while rest:
        name, table = rest.pop()
        found.append((name, table))
        inner = table.get("subcommands", {})
        rest += [(f"{name} {key}", value) for key, value in inner.items()]
    return found


def roles(program: Program) -> set[str]:
    specs = [program.operands, *(flag.operands for flag in program.flags.values())]
    words = {role.rstrip("?") for spec in specs if spec for role in (*spec.before, spec.repeated, *spec.after)}
    inner = [roles(subcommand) for subcommand in program.subcommands.values()]
    return words.union(*(flag.roles for flag in program.flags.values()), *inner) - {""}


def test_every_key_is_known() -> None:
    assert {f"{name}: {key}" for name, table in sections() for key in table if key not in KEYS} == set()


def test_no_program_is_described_twice() -> None:
    names = [word for name, _ in headers() for word in name.split()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_is_compiled_and_has_known_roles_and_readers(name: str) -> None:
    program = tables().get(name)
    assert program is not None
    assert roles(program) <= ROLES
    assert program.reader in {"", *_READERS}


def test_a_program_that_no_file_has_is_none() -> None:
    assert tables().get("frobnicate") is None


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("READ... WRITE", Spec((), "READ", ("WRITE",))),
        ("TEXT READ... or .", Spec(("TEXT",), "READ", (), ".")),
        ("READ? WRITE?", Spec(("READ?", "WRITE?"))),
        ("", Spec()),
    ],
)
def test_roles_of_operands_are_read(text: str, spec: Spec) -> None:
    assert read_spec(text) == spec
