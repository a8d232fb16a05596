"""What stands before the cursor and can be completed: a file behind ``@``, a command, or an argument of one.

Invariant: pure; no more than `_MOST_CHARS` before the cursor are looked at, and nothing behind it is ever replaced.
"""

from typing import NamedTuple, TypeAlias

from aircher.tui.composer.chips import is_chip
from aircher.tui.composer.submission import SubmissionKind, kind_of

_MOST_CHARS = 1_000
_BEFORE_MENTION = frozenset("([{'\"`<,;:=")


class FileToken(NamedTuple):
    """``@`` and the letters of a path; completing replaces what is from ``start`` to ``end``."""

    start: int
    end: int
    query: str


class CommandToken(NamedTuple):
    """A slash and the letters of a command's name."""

    start: int
    end: int
    query: str


class ArgumentToken(NamedTuple):
    """The letters of a word behind a command and perhaps other words."""

    start: int
    end: int
    query: str
    name: str
    words: tuple[str, ...]


Token: TypeAlias = FileToken | CommandToken | ArgumentToken


def token_at(text: str, cursor: int) -> Token | None:
    """Return what can be completed at the cursor; ``None`` = nothing."""
    start = max(text.rfind("\n", 0, cursor) + 1, cursor - _MOST_CHARS)
    before = text[start:cursor]
    if ("@" not in before and not text.startswith("/")) or text.startswith("!"):
        return None
    found = _file(before, start, cursor) if "@" in before else None
    is_behind = start > 0 or text[cursor : cursor + 1].strip() != ""
    if found is not None or is_behind or kind_of(text) is not SubmissionKind.COMMAND:
        return found
    return _command(before, cursor)


def is_same_place(one: Token | None, other: Token | None) -> bool:
    """Return whether two tokens are what somebody types on at one place."""
    return type(one) is type(other) and one is not None and other is not None and one.start == other.start


def _file(before: str, start: int, cursor: int) -> FileToken | None:
    quoted = before.rfind('@"')
    if quoted >= 0 and _begins_word(before, quoted) and before[quoted - 1 : quoted] != '"':
        query = _unquoted(before[quoted + 2 :])
        if query is not None:
            return FileToken(start + quoted, cursor, query)
    at = before.rfind("@")
    query = before[at + 1 :]
    if not _begins_word(before, at) or '"' in query or any(char.isspace() or is_chip(char) for char in query):
        return None
    return FileToken(start + at, cursor, query)


def _begins_word(before: str, at: int) -> bool:
    """Return whether a mention can begin here: an address of mail has letters before its sign."""
    if at == 0:
        return True
    left = before[at - 1]
    return left.isspace() or left in _BEFORE_MENTION or is_chip(left)


def _unquoted(text: str) -> str | None:
    """Return what stands behind a quote; ``None`` = another quote has ended it."""
    found, chars = "", iter(text)
    for char in chars:
        if char == '"' or is_chip(char):
            return None
        found += next(chars, "") if char == "\\" else char
    return found


def _command(before: str, cursor: int) -> CommandToken | ArgumentToken | None:
    if any(map(is_chip, before)):
        return None
    words = before.split()
    if len(words) <= 1 and not before[-1:].isspace():
        return CommandToken(0, cursor, before[1:]) if before else None
    query = "" if before[-1].isspace() else words.pop()
    return ArgumentToken(cursor - len(query), cursor, query, words[0][1:], tuple(words[1:]))
