"""Reads sed scripts, to tell which of them only print.

Invariant: GNU sed's grammar; a command that is not understood, or that runs something, is `Unreadable`.
"""

import re
from collections.abc import Iterator

from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.touching import Verb

_ADDRESS = re.compile(r"\d+(?:~\d+)?|\$|~\d+|\+\d+")
_BLANKS = re.compile(r"[ \t\n;]*")
_PLAIN = frozenset("=dDgGhHnNpPxzF")
_NUMBERED = frozenset("qQlL")
_LABELLED = frozenset("btT:")
_TEXT = frozenset("aic")
_FILES = {"r": "reads", "R": "reads", "w": "writes", "W": "writes"}
_STREAMS = frozenset({"/dev/stdout", "/dev/stderr", "/dev/stdin"})


class _Script:
    """A script and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.files: list[tuple[Verb, str]] = []

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def line(self) -> str:
        """Pass the rest of the line and return it."""
        stop = self.text.find("\n", self.at)
        stop = len(self.text) if stop < 0 else stop
        found, self.at = self.text[self.at : stop], stop
        return found

    def until(self, delimiter: str) -> None:
        """Pass everything up to the delimiter, and it."""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\\":
                self.at += 2
                continue
            self.at += 1
            if char == delimiter:
                return
        raise Unreadable("runs a sed script that cannot be read")

    def address(self) -> bool:
        """Pass an address, if there is one."""
        char = self.peek()
        if char in {"/", "\\"}:
            self.at += 1 if char == "/" else 2
            delimiter = "/" if char == "/" else self.text[self.at - 1 : self.at]
            if not delimiter or delimiter in "\n\\":
                raise Unreadable("runs a sed script that cannot be read")
            self.until(delimiter)
            self.skip(re.compile(r"[IM]*"))
            return True
        return bool(self.skip(_ADDRESS))

    def commands(self) -> None:
        """Pass the whole script."""
        while True:
            self.skip(_BLANKS)
            if self.at >= len(self.text):
                return
            if self.address():
                self.skip(re.compile(r"[ \t]*"))
                if self.peek() == ",":
                    self.at += 1
                    self.skip(re.compile(r"[ \t]*"))
                    if not self.address():
                        raise Unreadable("runs a sed script that cannot be read")
            self.skip(re.compile(r"[ \t]*(?:![ \t]*)*"))
            self.command()

    def command(self) -> None:
        """Pass one command."""
        char = self.peek()
        self.at += 1
        if char in _PLAIN or char in {"{", "}"}:
            pass
        elif char in _NUMBERED:
            self.skip(re.compile(r"[ \t]*\d*"))
        elif char in _LABELLED:
            self.skip(re.compile(r"[^;\n}]*"))
        elif char in _TEXT:
            while self.line().endswith("\\") and self.peek():
                self.at += 1
        elif char in _FILES:
            self.file(char, self.line())
        elif char == "#":
            self.line()
        elif char in {"s", "y"}:
            self.substitution(is_translation=char == "y")
            return
        else:  # `e` runs a command
            raise Unreadable("runs a sed script that may do more than print")
        self.end(char)

    def end(self, char: str) -> None:
        """Make sure that nothing of another meaning follows."""
        self.skip(re.compile(r"[ \t]*"))
        if char not in {"{", "}"} and self.peek() not in {"", ";", "\n", "}", "#"}:
            raise Unreadable("runs a sed script that cannot be read")

    def file(self, char: str, rest: str) -> None:
        name = rest.strip(" \t")
        if not name:
            raise Unreadable("runs a sed script that cannot be read")
        if name not in _STREAMS:
            self.files.append(("reads" if _FILES[char] == "reads" else "writes", name))

    def substitution(self, *, is_translation: bool) -> None:
        delimiter = self.peek()
        if not delimiter or delimiter in "\n\\":
            raise Unreadable("runs a sed script that cannot be read")
        self.at += 1
        self.until(delimiter)
        self.until(delimiter)
        if not is_translation:
            self.skip(re.compile(r"[gpiIMm0-9]*"))
            if self.peek() == "w":
                self.at += 1
                self.file("w", self.line())
        self.end("s")


def sed_files(script: str) -> Iterator[tuple[Verb, str]]:
    """Yield the files that a script names, each with what it does to them.

    Raises:
        Unreadable: The script may run something, or cannot be read.
    """
    reader = _Script(script)
    reader.commands()
    yield from reader.files
