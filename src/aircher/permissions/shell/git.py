"""git: its own flags, its subcommands, and what revisions and path specifications lead to.

Invariant: a subcommand that the table does not have may be an alias or a program, and is unknown.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.domain.effects import Effect, Reads, Writes
from aircher.permissions.shell.arguments import Arguments, Parser, parse_arguments
from aircher.permissions.shell.ledger import REPOSITORY_FILES
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.programs import apply
from aircher.permissions.shell.tables import Program
from aircher.permissions.shell.touching import places, touch
from aircher.permissions.shell.values import Field, Kind, State, Stream
from aircher.support.secret_files import is_secret

if TYPE_CHECKING:
    from aircher.permissions.shell.arguments import Arguments
    from aircher.permissions.shell.simple import Call

_HARMLESS_KEYS = re.compile(
    r"(?:color\.[\w.]+|core\.(?:quotepath|abbrev|precomposeunicode)|advice\.\w+|column\.\w+|log\.(?:showsignature=(?:false|no|off|0)$|date|decorate|abbrevcommit|follow|showroot|mailmap)|user\.(?:name|email)"
    r"|diff\.(?:renames|renamelimit|noprefix|mnemonicprefix|algorithm|context|wordregex|colormoved)|status\.\w+)(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)
_PLAIN_PAGER = re.compile(r"(?:core\.pager|pager\.\w+)=(?:cat|false|)", re.IGNORECASE)
_RANGE = re.compile(r"[^:]*\.\.\.?[^:]*")
_REVISION = re.compile(r"[\w/-]*(?:[~^@{}][\w~^@{}+-]*)*", re.ASCII)
_PLAIN_REVISION = re.compile(r"\w(?:\.?[\w~^@{}-])*|@(?:\{u(?:pstream)?\})?", re.ASCII)
_NAMES_ONLY = re.compile(r"(?:t?format:)?%[Hh]|%\(refname:short\)|%\(refname\)|%\(objectname(?::short)?\)")
REVISION = Field("[0-9A-Za-z_]*", Kind.PATTERN)
"""What stands for a hash, or the name of a branch or tag, that git printed: never a path that leaves its folder."""
_MAGIC = re.compile(r":(?:\([\w,!^]*\)|/)(.*)", re.DOTALL)
_STAGE = re.compile(r":[0-3]:(.*)", re.DOTALL)


def read_git(program: Program, call: Call) -> Stream:
    """Note what one call of git does; return what it prints where that can be told."""
    parser = Parser(program, call.arguments)
    found = parser.parse()
    state = call.state
    for role, field in found.bound:
        if role == "BASE":
            state = _moved(field, state, call)
        elif role == "SETTING" and not (
            field.is_exact and (_HARMLESS_KEYS.fullmatch(field.text) or _PLAIN_PAGER.fullmatch(field.text))
        ):
            raise Unreadable("changes a setting of git, which may run a program")
    if not found.operands:
        return None
    if any("%G" in field.text or "%(signature" in field.text for field in found.operands):
        raise Unreadable("runs the program that checks signatures")
    call.state = state
    return _subcommand(program, found.operands, call)


def _moved(field: Field, state: State, call: Call) -> State:
    call.effects += touch("lists", field, state, has_links=call.walker.has_links)
    is_certain = field.is_exact and not call.walker.has_links
    found = [place for place in places(field, state) if place is not None] if is_certain else []
    moved = state.copy()
    moved.folders = tuple(found)
    return moved


def _may_make_repository(effect: Effect, call: Call) -> bool:
    """Tell whether git may find another repository after this than before."""
    if not isinstance(effect, Writes):
        return False
    if effect.path.name in REPOSITORY_FILES:
        return True
    below = [Path(folder) for folder in call.state.folders if Path(folder) not in call.walker.setting.roots]
    return any(folder.is_relative_to(effect.path) for folder in below)


def _subcommand(program: Program, fields: list[Field], call: Call) -> Stream:
    first = fields[0] if fields else Field("")
    if any(_may_make_repository(effect, call) for action in call.walker.actions for effect in action.effects):
        raise Unreadable("uses git after it wrote what may be a repository")
    inner = program.subcommands.get(first.text) if first.is_exact else None
    if inner is None:
        if program.operands is None or program.name == "git":
            raise Unreadable(
                program.otherwise or f"runs {program.name} {first.text}, which may be an alias or a program"
            )
        inner, rest = program, fields
    else:
        rest = fields[1:]
        if rest == [Field("--help")]:
            return None
        if inner.subcommands:
            return _subcommand(inner, rest, call)
    call.arguments = rest
    found = parse_arguments(inner, rest)
    call.effects += _repository(inner, call)
    apply(found, inner, call)
    return _printed(inner, found, call)


def _printed(program: Program, found: Arguments, call: Call) -> Stream:
    """Return the one word that a query of revisions prints, where no path can come out."""
    if found.flags == {"--show-toplevel"}:
        inside = [_root(folder, call) for folder in call.state.folders]
        return [Field(inside[0])] if len(inside) == 1 else None
    if program.prints != "revisions" or not found.flags <= (program.passes or frozenset()):
        return None
    name = program.name.rpartition(" ")[2]
    forms = [field for role, field in found.bound if role == "FORM"]
    if not all(field.is_exact and _NAMES_ONLY.fullmatch(field.text) for field in forms):
        return None
    if (name == "branch" and not (forms or found.flags == {"--show-current"})) or (name == "log" and not forms):
        return None
    if name == "rev-parse" and not all(
        field.is_exact and _PLAIN_REVISION.fullmatch(field.text) and not is_secret(field.text)
        for field in found.operands
    ):
        return None  # it prints paths as they are
    return [REVISION]


def _root(folder: str, call: Call) -> str:
    inside = [root for root in call.walker.setting.roots if Path(folder).is_relative_to(root)]
    return str(inside[0]) if inside else folder


def _repository(program: Program, call: Call) -> list[Effect]:
    if not program.repository:
        return []
    roots = [Path(_root(folder, call)) for folder in call.state.folders]
    if not roots:
        raise Unreadable("looks at a repository that is only known when it runs")
    if program.repository == "write":
        return [Writes(path=root / ".git") for root in roots]
    return [Reads(path=root) for root in roots]


def effects_of(role: str, field: Field, call: Call) -> list[Effect]:
    """Return what a revision or a path specification leads to."""
    if field.kind is Kind.NUMBER:
        return []
    if field.kind >= Kind.ANY:
        raise Unreadable("shows something of the repository that is only known when it runs")
    if field.kind is Kind.PATTERN and REVISION.text in field.text:
        plain = field.text.replace(REVISION.text, "revision")
        field = field if re.search(r"[*?\[]", plain) else Field(plain)
    text = field.text
    if role == "GITLINES":
        _, colon, path = text.rpartition(":")
        return _path(Field(path, field.kind), call) if colon else []
    if text.startswith((":!", ":^")):
        return []
    stage, magic = _STAGE.fullmatch(text), _MAGIC.fullmatch(text)
    if stage is not None:
        return _top(stage[1], field.kind, call)
    if magic is not None:
        return _top(magic[1], field.kind, call)
    revision, colon, path = text.partition(":")
    if colon:
        return _path(Field(path, field.kind), call) if path.startswith(".") else _top(path, field.kind, call)
    if ".." not in text.split("/") and _RANGE.fullmatch(revision) and not text.startswith("/"):
        return []
    if role == "GIT" and _REVISION.fullmatch(text) and "/" not in text:
        return _known_folder(field, call)
    return _path(field, call)


def _known_folder(field: Field, call: Call) -> list[Effect]:
    """A bare word is a revision, a file or a folder."""
    return list(touch("searches", field, call.state)) if field.text.isidentifier() else []


def _top(path: str, kind: Kind, call: Call) -> list[Effect]:
    """Return reads of a path that counts from the top of the repository."""
    found: list[Effect] = []
    state = call.state.copy()
    for folder in call.state.folders:
        state.folders = (_root(folder, call),)
        found += _path(Field(path or ".", kind), call, state=state)
    return found


def _path(field: Field, call: Call, *, state: State | None = None) -> list[Effect]:
    """Return reads of a path; git finds names for patterns itself, quoted or not, in every folder."""
    state = state or call.state
    text = field.text
    if "\\" in text:
        raise Unreadable("names files by a pattern that cannot be read")
    if re.search(r"[*?\[]", text):
        text = text if "/" in text else f"**/{text}"
        return list(touch("reads", Field(text, Kind.PATTERN), state))
    roots = set(map(str, call.walker.setting.roots))
    if text in {".", ""} or (field.is_exact and roots.issuperset(places(field, state))):
        return []  # a query of the whole repository, as without a path
    return list(touch("searches", Field(text, field.kind), state))
