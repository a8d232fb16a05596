"""What a word expands to: every list of fields that bash might make of it.

Invariant: the lists cover whatever bash would do, in its order: braces, tilde, parameters and substitutions, splitting,
patterns. Not its job: what a parameter's operator does (`aircher.permissions.shell.parameters`).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from aircher.permissions.commands import Setting
from aircher.permissions.shell import nodes
from aircher.permissions.shell.braces import expand_braces
from aircher.permissions.shell.nodes import Parameter, Part, Process, Substitution, Sum, Text, Unreadable, Word
from aircher.permissions.shell.values import (
    ANY,
    BRACKET,
    MANY,
    MAX_ALTERNATIVES,
    NUMBER,
    Field,
    Kind,
    OneLine,
    State,
    Stream,
    as_pattern,
    from_pattern,
    is_pattern,
)

_BLANKS = " \t\n"
_IS_MOMENT = re.compile(r"\[0-9\]")
"""How begins what date prints, which always prints something."""


class Shell(Protocol):
    """What expansion needs of whoever walks the commands."""

    setting: Setting
    has_lines: bool

    def substitute(self, body: nodes.Sequence, state: State) -> Stream:
        """Return what the commands print that run in a shell of their own."""
        ...

    def note(self, reason: str) -> None:
        """Record that something is unknown."""
        ...

    def assign(self, name: str, state: State, value: Field | None) -> None:
        """Set a variable and record what that changes."""
        ...


class Chunk(NamedTuple):
    """A piece of a word; ``text`` ``None`` = the end of a word."""

    text: str | None
    kind: Kind = Kind.EXACT
    is_quoted: bool = False


BREAK = Chunk(None)


def decoded(text: str) -> str:
    """Return the letters of UTF-8 that was seen as Latin-1."""
    try:
        return text.encode("latin-1").decode() if not text.isascii() else text
    except UnicodeDecodeError as exc:
        raise Unreadable("has bytes that are no text") from exc


def expand(word: Word, shell: Shell, state: State, *, is_assignment: bool = False) -> list[list[Field]]:
    """Return the lists of fields that the word may become."""
    found: list[list[Field]] = [[]]
    for parts in [word.parts] if is_assignment else expand_braces(word.parts):
        options = _expand_parts(parts, shell, state, is_assignment=is_assignment)
        if len(found) * len(options) > MAX_ALTERNATIVES:
            raise Unreadable("has more variants than are looked at")
        found = [head + tail for head in found for tail in options]
    if "nullglob" in state.options and any(field.kind is Kind.PATTERN for fields in found for field in fields):
        found += [[field for field in fields if field.kind is not Kind.PATTERN] for fields in found]
    return found


def expand_one(word: Word, shell: Shell, state: State) -> list[Field]:
    """Return what the word may be where bash neither splits nor looks for names, as behind ``=`` or in ``[[ ]]``."""
    found = []
    for fields in expand(word, shell, state, is_assignment=True):
        if len(fields) > 1:
            return [ANY]
        field = fields[0] if fields else Field("")
        found.append(ANY if field.kind is Kind.MANY else field)
    return list(dict.fromkeys(found))


def _expand_parts(parts: list[Part], shell: Shell, state: State, *, is_assignment: bool) -> list[list[Field]]:
    alternatives: list[list[Chunk]] = [[]]
    whole = _with_tilde(parts, shell, is_assignment=is_assignment)
    for index, part in enumerate(whole):
        options = _chunks(part, shell, state, is_whole=is_assignment)
        if isinstance(part, Substitution) and _may_be_missed(whole, index, options, is_assignment=is_assignment):
            missed = Kind.ANY if len(whole) > index + 1 else Kind.EXACT
            options = [*options, [Chunk("", missed, is_quoted=True)]]
        if len(options) * len(alternatives) > MAX_ALTERNATIVES:
            options = [[Chunk("", Kind.ANY, is_quoted=getattr(part, "is_quoted", True))]]
        alternatives = [head + tail for head in alternatives for tail in options]
    found = [_fields(chunks, is_assignment=is_assignment) for chunks in alternatives]
    if [Field("")] in found and any(
        isinstance(part, Parameter) and "@" in (part.name, part.subscript) for part in parts
    ):
        found.append([])  # as "$@" without any words
    return found


def _are_names(printed: Sequence[Field]) -> bool:
    """Tell whether lines are names of which each may stand for all: together they lead no further."""
    return (
        len(printed) > 1
        and all(field.kind <= Kind.PATTERN for field in printed)
        and not all(field.is_exact for field in printed)
    )


def _may_be_missed(
    parts: Sequence[Part | Field], index: int, options: list[list[Chunk]], *, is_assignment: bool
) -> bool:
    """Tell whether a command that prints nothing, as it may if it fails, would let a path begin at the root."""
    chunks = [chunk for option in options for chunk in option]
    if not any(chunk.kind in {Kind.PATTERN, Kind.NUMBER} for chunk in chunks) or _IS_MOMENT.match(chunks[0].text or ""):
        return False
    before, after = parts[:index], [part for part in parts[index + 1 :] if part != Text("", is_quoted=True)]
    if not all(isinstance(part, Text) and not part.text for part in before):
        return False
    if not after:
        return is_assignment and any(chunk.kind is Kind.PATTERN for chunk in chunks)
    return not isinstance(after[0], Text) or after[0].text[:1] in {"", "/"}


def _with_tilde(parts: list[Part], shell: Shell, *, is_assignment: bool) -> Sequence[Part | Field]:
    """Return the parts with the home folder in place of a tilde."""
    first = parts[0] if parts else None
    if not isinstance(first, Text) or first.is_quoted or "~" not in first.text:
        return parts
    text, begin = first.text, 0
    if not text.startswith("~"):
        name, equals, value = text.partition("=")
        is_like_assignment = is_assignment or (equals and name.isidentifier())
        if not is_like_assignment or not (value.startswith("~") or ":~" in text):
            return parts
        if ":~" in text or is_assignment:
            return [ANY, *parts[1:]]
        begin = len(name) + 1
    elif is_assignment and ":~" in text:
        return [ANY, *parts[1:]]
    name, slash, rest = text[begin + 1 :].partition("/")
    if not slash and len(parts) > 1:
        return parts
    home = _home(name, shell)
    return [Text(text[:begin], is_quoted=False), home, Text(slash + rest, is_quoted=False), *parts[1:]]


def _home(name: str, shell: Shell) -> Part | Field:
    if not name:
        return Parameter("HOME", is_quoted=True)
    if name == "+":
        return Parameter("PWD", is_quoted=True)
    if name == shell.setting.user:
        return Field(str(shell.setting.home))
    if name == "root":
        return Field("/root")
    return ANY


def _chunks(part: Part | Field, shell: Shell, state: State, *, is_whole: bool) -> list[list[Chunk]]:
    from aircher.permissions.shell.arithmetic import check_sum
    from aircher.permissions.shell.parameters import expand_parameter

    match part:
        case Field():
            return [[Chunk(part.text, part.kind, is_quoted=True)]]
        case Text():
            return [[Chunk(decoded(part.text), is_quoted=part.is_quoted)]]
        case Sum():
            check_sum(part.expression, shell, state)
            return [[Chunk("", Kind.NUMBER, is_quoted=True)]]
        case Process():
            shell.substitute(part.body, state)
            return [[Chunk("/dev/fd/63", is_quoted=True)]]
        case Substitution():
            printed = shell.substitute(part.body, state)
            if printed and (isinstance(printed, OneLine) or ((part.is_quoted or is_whole) and _are_names(printed))):
                return [_printed([field], state, is_quoted=part.is_quoted or is_whole) for field in printed]
            return [_printed(printed, state, is_quoted=part.is_quoted or is_whole)]
        case Parameter():
            found = []
            for fields in expand_parameter(part, shell, state):
                chunks: list[Chunk] = []
                for index, field in enumerate(fields):
                    chunks += [BREAK] if index else []
                    chunks += _value(field, state, is_quoted=part.is_quoted or is_whole)
                found.append(chunks)
            return found


def _printed(printed: Stream, state: State, *, is_quoted: bool) -> list[Chunk]:
    """Return what a substitution puts into a word."""
    if printed is None:
        return [Chunk("", Kind.ANY, is_quoted=is_quoted)]
    if is_quoted:
        if len(printed) == 1:
            return [Chunk(printed[0].text.rstrip("\n"), printed[0].kind, is_quoted=True)]
        if all(field.is_exact for field in printed):
            return [Chunk("\n".join(field.text for field in printed).rstrip("\n"), is_quoted=True)]
        return [Chunk("", Kind.ANY, is_quoted=True)]
    chunks: list[Chunk] = []
    for index, field in enumerate(printed):
        chunks += [BREAK] if index else []
        chunks += _value(field, state, is_quoted=False)
    return chunks


def _value(field: Field, state: State, *, is_quoted: bool) -> list[Chunk]:
    """Return a value as pieces; an unquoted one is split and may be a pattern."""
    if is_quoted or field.kind is not Kind.EXACT:
        return [Chunk(field.text, field.kind, is_quoted=is_quoted)]
    if "ifs" in state.options:
        return [Chunk("", Kind.ANY, is_quoted=False)]
    chunks: list[Chunk] = []
    if field.text[:1] in _BLANKS and field.text:
        chunks.append(BREAK)
    for index, piece in enumerate(re.findall(r"[^ \t\n]+", field.text)):
        chunks += [BREAK, Chunk(piece)] if index else [Chunk(piece)]
    if field.text[-1:] in _BLANKS and field.text:
        chunks.append(BREAK)
    return chunks


def _fields(chunks: list[Chunk], *, is_assignment: bool) -> list[Field]:
    found: list[Field] = []
    current: list[Chunk] = []
    for chunk in [*chunks, BREAK]:
        if chunk.text is not None:
            current.append(chunk)
            continue
        if any(piece.text or piece.is_quoted or piece.kind for piece in current):
            found.append(_field(current, is_assignment=is_assignment))
        current = []
    return found


def _field(chunks: list[Chunk], *, is_assignment: bool) -> Field:
    worst = max(chunk.kind for chunk in chunks)
    if worst >= Kind.ANY:
        prefix = ""
        for chunk in chunks:
            if chunk.kind is not Kind.EXACT:
                prefix += (chunk.text or "") if chunk.kind >= Kind.ANY else ""
                break
            prefix += chunk.text or ""
        is_loose = any(chunk.kind >= Kind.ANY and not chunk.is_quoted for chunk in chunks) and not is_assignment
        return Field(prefix, MANY.kind if is_loose else ANY.kind)
    leading = [chunk for chunk in chunks if chunk.text or chunk.kind]
    if leading and leading[0].kind is Kind.NUMBER and any((chunk.text or "")[:1] == "/" for chunk in leading[1:]):
        return ANY  # there may be no number
    if worst is Kind.NUMBER and len([chunk for chunk in chunks if chunk.text or chunk.kind]) == 1:
        return NUMBER
    bare = "".join("\1" * len(chunk.text or "") if chunk.is_quoted else chunk.text or "" for chunk in chunks)
    is_name = not is_assignment and is_pattern(bare)
    if worst is Kind.EXACT and not is_name:
        return Field("".join(chunk.text or "" for chunk in chunks))
    return from_pattern(_pattern(chunks, bare, is_name=is_name))


def _pattern(chunks: list[Chunk], bare: str, *, is_name: bool) -> str:
    """Return the pattern of a word; a set with quoted characters in it may be any character."""
    cells: list[str] = []
    for chunk in chunks:
        text = chunk.text or ""
        if chunk.kind is Kind.NUMBER:
            cells.append("*")
        elif chunk.kind is Kind.PATTERN or (is_name and not chunk.is_quoted):
            cells += text
        else:
            cells += map(as_pattern, text)
    if is_name and len(cells) == len(bare):
        for match in reversed(list(BRACKET.finditer(bare))):
            if "\1" in match[0]:
                cells[match.start() : match.end()] = ["?"]
    elif "\1" in bare and BRACKET.search(bare):
        raise Unreadable("has a pattern that cannot be read with certainty")
    return "".join(cells)
