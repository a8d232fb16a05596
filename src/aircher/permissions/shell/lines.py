"""Passes what stands between words: blanks, comments, ends of lines, redirections and here-documents.

Invariant: as of `aircher.permissions.shell.reader`, which builds on this.
"""

import re
from abc import abstractmethod
from typing import TypeAlias

from aircher.permissions.shell.nodes import Redirection, Sequence, Text, Unreadable, Word
from aircher.permissions.shell.words import WordReader

Mark: TypeAlias = tuple[int, int, bool]
"""Where a word of a simple command begins and ends, and whether it is the first one."""

_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_RESERVED = re.compile(r"(?:!|\{|\}|\[\[|\]\]|[a-z]+)(?=[ \t\n;&|()<>]|\\\n|$)")
_REDIRECTION = re.compile(r"(\d*|\{[A-Za-z_]\w*\})(&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||>|<)(?!\()")
_DELIMITER = re.compile(r"(['\"]?)([\w.!+-]+)\1(?=[ \t\n;&|)<>]|$)|\\([\w.!+-]+)(?=[ \t\n;&|)<>]|$)", re.ASCII)


class LineReader(WordReader):
    """The part of the reader that knows lines."""

    __slots__ = ("_pending", "marks")

    def __init__(self, text: str, *, at: int, end: int, depth: int, marks: list[Mark]) -> None:
        super().__init__(text, at=at, end=end, depth=depth, nested=self._nested)
        self.marks = marks
        self._pending: list[tuple[Redirection, str, bool, bool]] = []

    @abstractmethod
    def sequence(self, *stops: str) -> Sequence:
        """Return commands up to one of ``stops``."""

    def _nested(self, text: str, *, at: int, end: int, depth: int, close: str) -> tuple[Sequence, int]:
        reader = type(self)(text, at=at, end=end, depth=depth, marks=self.marks)
        body = reader.sequence(close) if close else reader.sequence()
        if reader._pending:
            raise Unreadable("has a here-document that does not end")
        return body, reader.at + len(close)

    def finish(self) -> None:
        """Make sure that nothing is left over."""
        if self._pending or self.at < self.end:
            raise Unreadable("is not valid bash")

    def blanks(self) -> None:
        """Pass blanks, joined lines and a comment."""
        match = _BLANKS.match(self.text, self.at, self.end)
        if match is not None:
            self.at = match.end()
        if self.peek() == "#" and (self.at == 0 or self.text[self.at - 1] in " \t\n;&|()`"):
            match = _COMMENT.match(self.text, self.at, self.end)
            self.at = match.end() if match else self.at

    def lines(self) -> None:
        """Pass blanks, comments and ends of lines, with the here-documents that begin there."""
        self.blanks()
        while self.peek() == "\n":
            self.at += 1
            self._documents()
            self.blanks()

    def reserved(self) -> str:
        """Return the reserved word, or a word that might be one, that stands here; it stays."""
        match = _RESERVED.match(self.text, self.at, self.end)
        return match[0] if match else ""

    def reserved_text(self, pattern: str) -> bool:
        """Tell whether the text goes on with ``pattern``."""
        return re.compile(pattern).match(self.text, self.at, self.end) is not None

    def is_at(self, stops: tuple[str, ...]) -> bool:
        """Tell whether one of ``stops``, or the end where there are none, comes next."""
        if self.at >= self.end:
            if stops:
                raise Unreadable("is not valid bash: something does not end")
            return True
        word = self.reserved()
        return any(word == stop if stop.isalpha() or stop == "}" else self.peek(len(stop)) == stop for stop in stops)

    def expect(self, *words: str) -> str:
        """Pass one of the reserved ``words`` and return it."""
        self.lines()
        word = self.reserved()
        if word not in words:
            raise Unreadable("is not valid bash")
        self.at += len(word)
        return word

    def redirection(self) -> Redirection | None:
        """Return the redirection that begins here, or ``None``."""
        match = _REDIRECTION.match(self.text, self.at, self.end)
        if match is None:
            return None
        self.at = match.end()
        found = Redirection(match[2], Word([]), descriptor=match[1])
        self.blanks()
        if match[2] in {"<<", "<<-"}:
            self._document(found, is_indented=match[2] == "<<-")
            return found
        start = self.at
        found.target = self.word()
        if self.at == start:
            raise Unreadable("is not valid bash")
        return found

    def _document(self, found: Redirection, *, is_indented: bool) -> None:
        match = _DELIMITER.match(self.text, self.at, self.end)
        if match is None:
            raise Unreadable("has a here-document with an odd delimiter")
        self.at = match.end()
        is_literal = bool(match[1] or match[3])
        self._pending.append((found, match[2] or match[3], is_literal, is_indented))

    def _documents(self) -> None:
        """Read the bodies that begin on this line."""
        for found, delimiter, is_literal, is_indented in self._pending:
            start = self.at
            while True:
                if self.at >= self.end:
                    raise Unreadable("has a here-document that does not end")
                stop = self.text.find("\n", self.at, self.end)
                stop = stop if stop >= 0 else self.end
                line = self.text[self.at : stop]
                begin, self.at = self.at, min(stop + 1, self.end)
                if (line.lstrip("\t") if is_indented else line) == delimiter:
                    break
                if not is_literal and line.endswith("\\"):
                    raise Unreadable("joins lines in a here-document")
            body = self.text[start:begin]
            if is_literal:
                found.target = Word([Text(body, is_quoted=True)], start, begin)
            else:
                inner = type(self)(self.text, at=start, end=begin, depth=self.depth + 1, marks=self.marks)
                found.target = inner.body()
        self._pending.clear()
