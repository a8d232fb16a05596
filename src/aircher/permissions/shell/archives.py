"""tar: old and new flags, archives, folders, and what comes out of them.

Invariant: as of `aircher.permissions.shell.programs`. What lies in an archive is not known: it may be anything below
the folder it is unpacked in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aircher.permissions.shell.arguments import Arguments, parse_arguments
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.programs import apply, effects_of
from aircher.permissions.shell.touching import places, touch
from aircher.permissions.shell.values import Field, Kind, State, Stream

if TYPE_CHECKING:
    from aircher.permissions.shell.simple import Call
    from aircher.permissions.shell.tables import Program

_OPERATIONS = {
    **dict.fromkeys(("-c", "--create", "-r", "--append", "-u", "--update"), "pack"),
    **dict.fromkeys(("-x", "--extract", "--get"), "unpack"),
    **dict.fromkeys(("-t", "--list", "-d", "--diff", "--compare"), "list"),
}

_UNZIP_PRINTS = frozenset({"-l", "-t", "-Z", "-p", "-z", "-c", "-v"})


def read_tar(program: Program, call: Call) -> Stream:
    """Note what is packed, unpacked or listed."""
    found = parse_arguments(program, _modern(program, call.arguments))
    operations = {_OPERATIONS[flag] for flag in found.flags if flag in _OPERATIONS}
    if operations == {"list"} and not any(role == "ARCHIVE" for role, _ in found.bound):
        return None  # of its input
    archives = [field for role, field in found.bound if role == "ARCHIVE"] or [Field("-")]
    if len(operations) != 1 or len(archives) != 1 or not _is_local(archives[0]):
        raise Unreadable("handles an archive in a way that is not known")
    if {flag for flag in found.flags if flag in {"-P", "--absolute-names"}}:
        raise Unreadable("unpacks to places that are only known when it runs")
    for role, field in found.bound:
        if role not in {"ARCHIVE", "BASE", "TEXT"}:
            call.effects += effects_of(role, field, call, found)
    _check_order(found, call)
    operation, archive = operations.pop(), archives[0]
    folder = _folder(found, call)
    if archive != Field("-"):
        verb = "writes" if operation == "pack" else "reads"
        call.effects += touch(
            "writes" if verb == "writes" else "reads", archive, call.state, has_links=call.walker.has_links
        )
    if operation == "unpack":
        if not ({"-O", "--to-stdout"} & found.flags):
            call.effects += touch("writes", Field("."), folder, has_links=call.walker.is_linked_before)
            call.walker.link()
    elif operation == "pack" or {"-d", "--diff", "--compare"} & found.flags:
        for field in found.operands:
            call.effects += touch("searches", field, folder, has_links=call.walker.has_links)
    return None


def _check_order(found: Arguments, call: Call) -> None:
    """A folder counts for the words behind it only."""
    if not any(role == "BASE" for role, _ in found.bound) or not found.operands:
        return
    texts = [field.text for field in call.arguments]
    first = texts.index(found.operands[0].text)
    if any(re.match(r"-\w*C|--directory", text) for text in texts[first:]):
        raise Unreadable("changes its folder between the files it names")


def read_unzip(program: Program, call: Call) -> Stream:
    """Note what is unpacked or listed; names that lead elsewhere are left out by unzip itself."""
    found = parse_arguments(program, call.arguments)
    apply(found, program, call)
    if not found.flags & _UNZIP_PRINTS and found.operands:
        call.effects += touch("writes", Field("."), _folder(found, call), has_links=call.walker.has_links)
        call.walker.link()
    return None


def _folder(found: Arguments, call: Call) -> State:
    folders = [field for role, field in found.bound if role == "BASE"]
    if not folders:
        return call.state
    if len(folders) > 1 or not folders[0].is_exact:
        raise Unreadable("changes its folder in a way that is only known when it runs")
    call.effects += touch("lists", folders[0], call.state, has_links=call.walker.has_links)
    state = call.state.copy()
    state.folders = tuple(place for place in places(folders[0], call.state) if place is not None)
    return state


def _is_local(archive: Field) -> bool:
    """Tell whether the archive is a file: a colon before the first slash would name another machine."""
    if archive.kind >= Kind.ANY or archive.kind is Kind.NUMBER:
        return False
    return re.match(r"[^/]*:" if archive.is_exact else r"[^/]*(?::|[*?]|\[[^\]]*[^0-9\]-])", archive.text) is None


def _modern(program: Program, fields: list[Field]) -> list[Field]:
    """Return the words with flags that begin with a dash: ``czf a b`` is ``-c -z -f a b``."""
    if not fields or not fields[0].is_exact or not re.fullmatch(r"[A-Za-z]+", fields[0].text):
        return fields
    found: list[Field] = []
    rest = fields[1:]
    for letter in fields[0].text:
        found.append(Field(f"-{letter}"))
        flag = program.flags.get(f"-{letter}")
        if flag is not None and flag.roles:
            if not rest or rest[0].kind >= Kind.ANY:
                raise Unreadable("handles an archive in a way that is not known")
            found.append(rest.pop(0))
    return found + rest
