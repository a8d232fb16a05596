"""Programs whose words are of a form of their own: dd, ln, and the programs that are builtins too.

Invariant: as of `aircher.permissions.shell.programs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aircher.domain.effects import Effect
from aircher.permissions.shell.arguments import parse_arguments
from aircher.permissions.shell.conditions import check_test
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.parameters import lookup
from aircher.permissions.shell.programs import apply, effects_of
from aircher.permissions.shell.touching import Verb, touch
from aircher.permissions.shell.values import Field, Kind, Stream, as_pattern

if TYPE_CHECKING:
    from aircher.permissions.shell.simple import Call
    from aircher.permissions.shell.tables import Program

_LINKED: tuple[Verb, ...] = ("searches", "writes")
_DD = frozenset(["bs", "ibs", "obs", "cbs", "count", "skip", "seek", "conv", "status", "iflag", "oflag"])


def read_dd(program: Program, call: Call) -> Stream:
    """``name=value`` words; none begins with a dash."""
    for field in call.arguments:
        name, equals, _ = field.text.partition("=")
        if not equals or field.kind is Kind.MANY:
            raise Unreadable(f"gives {program.name} a word that is not known")
        value = field.after(len(name) + 1)
        if name in {"if", "of"}:
            verb = "reads" if name == "if" else "writes"
            call.effects += touch(
                "reads" if verb == "reads" else "writes", value, call.state, has_links=call.walker.has_links
            )
        elif name not in _DD:
            raise Unreadable(f"gives {program.name} a word that is not known")
    return None


def read_ln(program: Program, call: Call) -> Stream:
    """A link stands for its target: it counts as reading it, and paths are no longer certain afterwards."""
    found = parse_arguments(program, call.arguments)
    is_symbolic = bool(found.flags & {"-s", "--symbolic"})
    operands = found.operands
    folder = next((field for role, field in found.bound if role == "FOLDER"), None)
    targets = operands if folder is not None or len(operands) < 2 else operands[:-1]
    place = folder or (operands[-1] if len(operands) > 1 else Field("."))
    if place.kind >= Kind.ANY or any(target.kind >= Kind.ANY for target in targets):
        raise Unreadable("makes a link that is only known when it runs")
    for target in targets:
        if target.text.startswith("/dev/"):
            raise Unreadable("makes a link to a device")
        call.effects += _target(target, place, call, is_symbolic=is_symbolic)
    call.effects += effects_of("FOLDER", place, call, found) if len(operands) > 1 or folder else []
    call.walker.link()
    return []


def _target(target: Field, place: Field, call: Call, *, is_symbolic: bool) -> list[Effect]:
    """Return reads of what the link may lead to: relative to the link's folder, or, if that is one, to the place."""
    candidates = [target]
    if is_symbolic and not target.text.startswith("/"):
        parent = place.text.rstrip("/").rpartition("/")[0] or ("/" if place.text.startswith("/") else ".")
        kind = Kind.EXACT if target.is_exact and place.is_exact else Kind.PATTERN
        candidates = [Field(f"{parent}/{target.text}", kind), Field(f"{place.text}/{target.text}", kind)]
        if ".." not in target.text:
            candidates = candidates[:1]
    return [
        effect
        for candidate in candidates
        for verb in _LINKED  # whoever has the link can change what it leads to
        for effect in touch(verb, candidate, call.state, has_links=call.walker.has_links)
    ]


def read_printenv(program: Program, call: Call) -> Stream:
    """Prints the variables that it names; without names, or if a name says that it holds a secret, it is unknown."""
    found = parse_arguments(program, call.arguments)
    if not found.operands or not all(field.is_exact for field in found.operands):
        raise Unreadable("prints variables, which may hold keys")
    for field in found.operands:
        lookup(field.text, call.walker, call.state)
    return None


def read_split(program: Program, call: Call) -> Stream:
    """Writes pieces whose names begin with a prefix."""
    found = parse_arguments(program, call.arguments)
    apply(found, program, call)
    prefix = next((field for role, field in found.bound if role == "PREFIX"), Field("x"))
    if prefix.kind >= Kind.ANY:
        raise Unreadable("writes pieces under names that are only known when it runs")
    text = as_pattern(prefix.text) if prefix.is_exact else prefix.text
    call.effects += touch("writes", Field(f"{text}*", Kind.PATTERN), call.state, has_links=call.walker.has_links)
    return None


def read_test(_program: Program, call: Call) -> Stream:
    """As the builtin."""
    call.walker.noted.append(call.effects)
    try:
        check_test(call.arguments, call.walker, call.state)
    finally:
        call.walker.noted.pop()
    return None


def read_echo(program: Program, call: Call) -> Stream:
    """Prints its words; ``printf`` in a form that is not followed here."""
    for field in call.arguments:
        if field.kind is Kind.PATTERN:
            call.effects += touch("lists", field, call.state)
    fields = call.arguments
    is_plain = program.name == "echo" and all(field.kind < Kind.ANY and "\\" not in field.text for field in fields)
    if not is_plain or any(field.text.startswith("-") for field in fields[:1]):
        return None
    if all(field.is_exact for field in fields):
        return [Field(line) for line in " ".join(field.text for field in fields).split("\n")]
    return fields
