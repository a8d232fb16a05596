"""What a program does with its words: roles become effects.

Invariant: a program, a flag or a role that is not known is unknown. Not its job: programs with a language of their own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from aircher.domain.effects import Connects, Effect
from aircher.permissions.shell.arguments import Arguments, parse_arguments
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.tables import Program, tables
from aircher.permissions.shell.touching import Verb, places, touch
from aircher.permissions.shell.values import NUMBER, Field, Kind, OneLine, Stream, as_pattern, from_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aircher.permissions.shell.simple import Call

_VERBS: Mapping[str, tuple[Verb, ...]] = MappingProxyType(
    {
        "READ": ("reads",),
        "LIST": ("lists",),
        "TREE": ("searches",),
        "WRITE": ("writes",),
        "EDIT": ("reads", "writes"),
        "DELETE": ("deletes",),
        "MOVE": ("searches", "deletes"),
    }
)
_READERS: Mapping[str, str] = MappingProxyType(
    {
        "find": "find",
        "git": "git",
        "tar": "archives",
        "dd": "special",
        "ln": "special",
        "xargs": "wrappers",
        "env": "wrappers",
        "shell": "wrappers",
        "wrapper": "wrappers",
        "test": "special",
        "echo": "special",
        "split": "special",
        "printenv": "special",
        "unzip": "archives",
    }
)
"""Readers by name: a function ``read_<name>`` of the module."""
_DATE_FIELD = re.compile(r"(%[-_0^#]?:{0,3}\d*[EO]?([A-Za-z%+]))|([^%]+)")
_PLAIN_PLACE = frozenset(["-f", "-e", "-m", "-E", "-L", "-P", "-q", "-n", "-s"])
_OF_ENTRIES = frozenset({"-1", "-t", "-r", "-S", "-d", "-v", "-X", "-U", "--reverse", "--sort"})
_OF_MATCHES = frozenset({"-l", "-L", "--files-with-matches", "--files-without-match", "--files"})
_NUMERIC = re.compile(r"%[sYXZWihugdbB]")
_ENDS = frozenset({"head", "tail"})
_OF_ONE_LINE = frozenset({"-1", "-n1", "-n 1", "--lines=1"})
_TELLING_ABOUT_ITSELF = frozenset({Field("--help"), Field("--version")})
_URL = re.compile(r"(?:(https?|ftps?)://)?([\w.-]+)(?::(\d{1,5}))?(?:[/?#].*)?", re.ASCII | re.DOTALL)


def run_program(call: Call) -> Stream:
    """Add what the program touches to the call; return what it prints."""
    program = tables().get(call.name)
    if program is None:
        what = "runs a program of the workspace" if "/" in call.name else "runs a program that the table does not have"
        call.unknown(f"{what}: {call.name}")
        return None
    return run_known(program, call)


def run_known(program: Program, call: Call) -> Stream:
    """As `run_program`, for a program of the table or a subcommand."""
    if len(call.arguments) == 1 and call.arguments[0] in _TELLING_ABOUT_ITSELF:
        flag = program.flags.get(call.arguments[0].text)
        if flag is not None and not flag.roles and not flag.reason:
            return None
    if program.only_prints and any(field.kind >= Kind.ANY for field in call.arguments):
        return None
    first = call.arguments[0] if call.arguments else Field("")
    if not program.reader and first.is_exact and first.text in program.subcommands:
        call.arguments = call.arguments[1:]
        return run_known(program.subcommands[first.text], call)
    try:
        if program.reader:
            read = getattr(
                import_module(f"aircher.permissions.shell.{_READERS[program.reader]}"), f"read_{program.reader}"
            )
            printed: Stream = read(program, call)
            return printed
        found = parse_arguments(program, call.arguments)
        apply(found, program, call)
    except Unreadable as exc:
        call.unknown(exc.reason)
        return None
    return _printed(program, found, call)


def apply(found: Arguments, program: Program, call: Call) -> None:
    """Add the effects of words whose roles are told."""
    if program.note:
        call.unknown(program.note)
    for role, field in found.bound:
        call.effects += effects_of(role, field, call, found)
    if found.command is not None:
        raise Unreadable("runs another program in a way that is not known")


def effects_of(role: str, field: Field, call: Call, found: Arguments) -> list[Effect]:
    """Return what it means that a word has this role."""
    from aircher.permissions.shell import languages

    walker, state = call.walker, call.state
    if role in {"TEXT", "FORM"}:
        return list(touch("lists", field, state)) if field.kind is Kind.PATTERN else []
    if role in {"READ", "TREE"} and field == Field("-"):
        return []
    if role == "TREE" and (names := [value for bound, value in found.bound if bound == "INCLUDE"]):
        narrowed = [Field(f"{field.text}/**/{name.text}", Kind.PATTERN) for name in names]
        if any(name.kind >= Kind.ANY or "/" in name.text for name in (*names, field)) and field.kind >= Kind.ANY:
            raise Unreadable("searches files that are only known when it runs")
        return [effect for one in narrowed for effect in touch("reads", one, state, has_links=walker.has_links)]
    if role in _VERBS:
        return [effect for verb in _VERBS[role] for effect in touch(verb, field, state, has_links=walker.has_links)]
    if role == "DELETEUP":
        return _deleted_upwards(field, call)
    if role == "PAIR":  # two folders are compared file by file
        is_folder = field.is_exact or field.text.endswith("/")
        return effects_of("TREE" if is_folder else "READ", field, call, found)
    if role == "PACKED":
        unpacked = re.sub(r"\.[A-Za-z0-9]+$", "", field.text)
        beside = [field, *([replace(field, text=unpacked)] if unpacked != field.text and field.kind < Kind.ANY else [])]
        return [effect for one in beside for effect in effects_of("EDIT", one, call, found)]
    if role in {"TARGET", "FOLDER"}:
        sources = found.operands if role == "FOLDER" else found.operands[:-1]
        return _target(field, sources, call, found.flags)
    if role in {"URL", "HOST"}:
        return [_connection(field)]
    if role.startswith("GIT"):
        from aircher.permissions.shell import git

        return git.effects_of(role, field, call)
    return languages.effects_of(role, field, call, found)


def _deleted_upwards(field: Field, call: Call) -> list[Effect]:
    """Return what it means that a folder is deleted, and those above it as far as the word names them."""
    names = field.text.split("/")
    if field.kind >= Kind.ANY or names[0] == "" or ".." in names:
        raise Unreadable("deletes folders above the one it names")
    tops = [
        replace(field, text="/".join(names[: index + 1])) for index, name in enumerate(names) if name not in {"", "."}
    ]
    return [effect for top in tops for effect in effects_of("DELETE", top, call, Arguments())]


def _target(field: Field, sources: list[Field], call: Call, found_flags: set[str]) -> list[Effect]:
    """Return what lands at or in a place: it may be a folder, which then gets the sources' names."""
    walker, state = call.walker, call.state
    found: list[Effect] = []
    is_folder = field.is_exact and (field.text.endswith("/") or field.text.rpartition("/")[2] in {".", ".."})
    if (
        not is_folder
        or found_flags & {"-T", "--no-target-directory"}
        or any(source.text.rstrip("/").rpartition("/")[2] in {"", ".", ".."} for source in sources)
    ):
        found += touch("writes", field, state, has_links=walker.has_links)
    if field.kind >= Kind.ANY:
        return found
    for source in sources:
        if source.kind >= Kind.ANY or field.kind is Kind.NUMBER:
            continue
        name = "*" if source.kind is Kind.NUMBER else source.text.rstrip("/").rpartition("/")[2]
        if name in {"", ".", ".."}:
            continue
        is_exact = source.is_exact and field.is_exact
        inside = Field(f"{field.text.rstrip('/') or '/'}/{name}", Kind.EXACT if is_exact else Kind.PATTERN)
        found += touch("writes", inside, state, has_links=walker.has_links)
        if "--parents" in found_flags:
            whole = replace(inside, text=f"{field.text}/{source.text}")
            found += touch("writes", whole, state, has_links=walker.has_links)
    return found


def _connection(field: Field) -> Effect:
    match = _URL.fullmatch(field.text) if field.is_exact else None
    if match is None:
        return Connects(host="*")
    return Connects(host=match[2].lower(), port=int(match[3]) if match[3] else None)


def _printed(program: Program, found: Arguments, call: Call) -> Stream:
    """Return the lines that a program prints, where the table says that they can be told."""
    if program.passes is not None and found.flags <= program.passes and not _reads_files(found):
        words = " ".join(field.text for field in call.arguments)
        return OneLine(call.stdin) if call.stdin and words in _OF_ONE_LINE and program.name in _ENDS else call.stdin
    word = Field("*", Kind.PATTERN)
    operands = found.operands
    match program.prints:
        case "number":
            return [NUMBER]
        case "word":
            return [word]
        case "date" if len(operands) == 1 and operands[0].is_exact:
            form = operands[0].text
            return [NUMBER] if re.fullmatch(r"\+(?:%[YmdHMSjuyN]|%s(?:%N)?)", form) else _date(form.removeprefix("+"))
        case "metadata" if len(found.bound) == 2 and _is_numeric(*found.bound[0]):
            return [NUMBER]
        case "count" if not operands and found.flags and found.flags <= {"-l", "-w", "-c", "-m", "--lines"}:
            return [NUMBER]
        case "place" if len(operands) == 1 and not call.walker.has_links and found.flags <= _PLAIN_PLACE:
            return _place(operands[0], call)
        case "folder" if len(operands) == 1 and operands[0].kind < Kind.ANY:
            return _folder(operands[0])
        case "name" if operands and operands[0].kind < Kind.ANY and not found.flags:
            return _name(operands)
        case "sequence" if not found.flags and all(
            field.is_exact and re.fullmatch(r"\d{1,4}", field.text) for field in operands
        ):
            return _sequence([int(field.text) for field in operands])
        case "sequence" if found.flags <= {"-w", "--equal-width"}:
            return [NUMBER]
        case "matches" if found.flags & _OF_MATCHES and not found.flags & {"--label", "--path-separator"}:
            return _matches(found)
        case "entries" if found.flags <= _OF_ENTRIES:
            return _entries(found)
        case _:
            return None


def _is_numeric(role: str, form: Field) -> bool:
    return role == "TEXT" and form.is_exact and _NUMERIC.fullmatch(form.text) is not None


def _reads_files(found: Arguments) -> bool:
    return any(role in {"READ", "TREE", "SEARCH"} and field != Field("-") for role, field in found.bound)


def _entries(found: Arguments) -> Stream:
    """Return the names that ls prints: what is in a folder, or files, of which some may be folders."""
    if not found.operands and "-d" not in found.flags:
        return [Field("*", Kind.PATTERN)]
    if any(field.kind >= Kind.ANY or field.kind is Kind.NUMBER for field in found.operands):
        return None
    return [*found.operands, *([] if "-d" in found.flags else [Field("*", Kind.PATTERN)])]


def _matches(found: Arguments) -> Stream:
    """Return the files that a search lists: operands, or what is below them."""
    lines = []
    from aircher.permissions.shell.languages import glob_choices

    wanted = [value for role, value in found.bound if role in {"GLOB", "INCLUDE"} and value.text[:1] != "!"]
    is_narrow = bool(wanted) and not found.flags & {"--iglob", "--glob-case-insensitive"}
    is_narrow = is_narrow and all(value.kind < Kind.ANY and "/" not in value.text for value in wanted)
    names = [name for value in wanted for name in glob_choices(value.text)] if is_narrow else ["*"]
    for role, field in found.bound:
        if field.kind >= Kind.ANY and role in {"READ", "TREE", "SEARCH"}:
            return None
        if role == "READ":
            lines.append(field)
        elif role in {"TREE", "SEARCH"}:
            text = field.text if field.kind is Kind.PATTERN else as_pattern(field.text)
            folder = "" if text == "." and role == "SEARCH" else f"{text.rstrip('/')}/"
            lines += [Field(f"{folder}**/{name}", Kind.PATTERN) for name in names]
            lines += [field] if text != "." else []
    return lines


def _date(form: str) -> Stream:
    """Return the pattern of a date: whatever is no field of it stands as it is."""
    pieces = []
    for field, letter, plain in _DATE_FIELD.findall(form):
        if field and letter in "cDxrnt+":
            return None
        pieces.append(as_pattern(plain) if plain else "%" if letter == "%" else "*")
    text = "".join(pieces)
    is_whole = len(form) == sum(len(field) + len(plain) for field, _, plain in _DATE_FIELD.findall(form))
    return [from_pattern(text)] if is_whole and not re.search(r"\s", text) else None


def _place(field: Field, call: Call) -> Stream:
    found = list(places(field, call.state)) if field.is_exact else []
    return [Field(found[0])] if len(found) == 1 and found[0] is not None else None


def _folder(field: Field) -> Stream:
    text = field.text.rstrip("/")
    if "**" in text or not text:
        return None
    return [Field(text.rpartition("/")[0] or ("/" if text.startswith("/") else "."), field.kind)]


def _name(operands: list[Field]) -> Stream:
    field = operands[0]
    name = field.text.rstrip("/").rpartition("/")[2]
    if "**" in name or not name or len(operands) > 2 or not all(operand.is_exact for operand in operands[1:]):
        return None
    if len(operands) == 2 and name != operands[1].text:
        if not field.is_exact and (re.search(r"[*?\[\]]", operands[1].text) or not name.endswith(operands[1].text)):
            return None
        name = name.removesuffix(operands[1].text)
    return [Field(name, field.kind)]


def _sequence(numbers: list[int]) -> Stream:
    if len(numbers) == 3:
        first, step, last = numbers
    else:
        first, step, last = numbers[0] if len(numbers) == 2 else 1, 1, numbers[-1] if numbers else 0
    if not step:
        return [NUMBER]
    values = range(first, last + 1, step)
    return [Field(str(value)) for value in values] if len(values) <= 20 else [NUMBER]
