"""Actions of a command line: reading, walking, and the bounds of both.

Invariant: total. A text that is not understood to the last byte is one action with one `Unknown`.
"""

import unicodedata
from pathlib import Path

from aircher.domain.effects import Action, Unknown
from aircher.permissions.commands import Setting
from aircher.permissions.shell.nodes import Sequence, Unreadable
from aircher.permissions.shell.reader import read
from aircher.permissions.shell.values import State
from aircher.permissions.shell.walk import Walker
from aircher.permissions.shell.witness import confirm

MAX_CHARS = 32_768
"""Of a text; people and models write a few hundred, a here-document a few thousand."""


def analyse_command(command: str, *, cwd: Path, setting: Setting) -> tuple[Action, ...]:
    """Return one action for each simple command that might run."""
    try:
        body = read_confirmed(command)
        walker = Walker(setting, has_lines="\n" in command.strip())
        walker.run(body, State((str(cwd),)), None)
        if walker.must_repeat:
            walker.escapes, walker.noted, walker.unordered, walker.is_second = [], [], 0, True
            walker.run(body, State((str(cwd),)), None)
    except Unreadable as exc:
        return (_unknown(command, exc.reason),)
    except RecursionError:
        return (_unknown(command, "nests too deeply to be analysed"),)
    return tuple(walker.actions)


def read_confirmed(text: str) -> Sequence:
    """Return what a text consists of, if it is ordinary text and two readers agree on it."""
    _check_characters(text)
    try:
        data = text.encode()
    except UnicodeEncodeError as exc:
        raise Unreadable("has characters that are none") from exc
    body, marks = read(data.decode("latin-1"))
    confirm(data, marks)
    return body


def _check_characters(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise Unreadable("is too long to be analysed")
    if text.isprintable() and text.isascii():
        return
    for char in set(text):
        category = unicodedata.category(char)
        if char not in "\t\n" and category[0] in "CZ" and char != " ":
            raise Unreadable(f"has a character that is not seen (U+{ord(char):04X})")


def _unknown(command: str, reason: str) -> Action:
    return Action(tool="shell", text=command.strip(), effects=(Unknown(reason=reason),))
