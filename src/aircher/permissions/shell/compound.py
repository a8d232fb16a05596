"""Reads compound commands, redirections and here-documents, and what stands between words.

Invariant: as of `aircher.permissions.shell.reader`, whose other half this is.
"""

import re
from abc import abstractmethod
from typing import TypeAlias

from aircher.permissions.shell.nodes import (
    Arithmetic,
    Case,
    Count,
    For,
    Group,
    If,
    Node,
    Redirection,
    Sequence,
    Test,
    Text,
    Unreadable,
    While,
    Word,
)
from aircher.permissions.shell.words import WordReader

Mark: TypeAlias = tuple[int, int, bool]
"""Where a word of a simple command begins and ends, and whether it is the first one."""

_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_RESERVED = re.compile(r"(?:!|\{|\}|\[\[|\]\]|[a-z]+)(?=[ \t\n;&|()<>]|\\\n|$)")
_REDIRECTION = re.compile(r"(\d*|\{[A-Za-z_]\w*\})(&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||>|<)(?!\()")
_DELIMITER = re.compile(r"(['\"]?)([\w.!+-]+)\1(?=[ \t\n;&|)<>]|$)|\\([\w.!+-]+)(?=[ \t\n;&|)<>]|$)", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*(?=[ \t\n;])", re.ASCII)
_TEST_OPERATOR = re.compile(r"&&|\|\||[()<>]|!(?=[ \t\n])")


class CompoundReader(WordReader):
    """The part of the reader that knows compound commands."""

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

    def conditional(self, _word: str) -> If:
        """Return the rest of ``if``."""
        branches = []
        while True:
            condition = self.sequence("then")
            self.expect("then")
            branches.append((condition, self.sequence("elif", "else", "fi")))
            word = self.expect("elif", "else", "fi")
            if word == "elif":
                continue
            otherwise = self.sequence("fi") if word == "else" else None
            if word == "else":
                self.expect("fi")
            return If(branches, otherwise)

    def loop(self, _word: str) -> While:
        """Return the rest of ``while`` or ``until``."""
        condition = self.sequence("do")
        return While(condition, self._body())

    def _body(self) -> Sequence:
        self.expect("do")
        body = self.sequence("done")
        self.expect("done")
        return body

    def each(self, _word: str) -> For | Count:
        """Return the rest of ``for`` or ``select``."""
        self.blanks()
        if self.peek(2) == "((":
            self.at += 2
            expressions = [self.arithmetic(separator=";"), self.arithmetic(separator=";"), self.arithmetic()]
            self.blanks()
            if self.peek() == ";":
                self.at += 1
            return Count(expressions, self._body())
        match = _NAME.match(self.text, self.at, self.end)
        if match is None:
            raise Unreadable("has a loop that cannot be read")
        self.at = match.end()
        self.lines()
        words: list[Word] | None = None
        if self.reserved() == "in":
            self.at += 2
            words = self._words()
        self.blanks()
        if self.peek() == ";":
            self.at += 1
        return For(match[0], words, self._body())

    def _words(self) -> list[Word]:
        words = []
        while True:
            self.blanks()
            if self.peek() in {"\n", ";"}:
                return words
            start = self.at
            words.append(self.word())
            if self.at == start:
                raise Unreadable("is not valid bash")

    def case(self, _word: str) -> Case:
        """Return the rest of ``case``."""
        self.blanks()
        found = Case(self.word(), [])
        self.expect("in")
        while True:
            self.lines()
            if self.reserved() == "esac":
                self.at += len("esac")
                return found
            found.items.append((self._patterns(), self.sequence(";;", ";&", "esac")))
            if self.peek(3) == ";;&":
                self.at += 3
            elif self.peek(2) in {";;", ";&"}:
                self.at += 2

    def _patterns(self) -> list[Word]:
        if self.peek() == "(":
            self.at += 1
        patterns = []
        while True:
            self.blanks()
            start = self.at
            patterns.append(self.word())
            self.blanks()
            if self.at == start or self.peek() not in {"|", ")"}:
                raise Unreadable("has a case that cannot be read")
            self.at += 1
            if self.text[self.at - 1] == ")":
                return patterns

    def group(self, _word: str) -> Group:
        """Return the rest of ``{``."""
        body = self.sequence("}")
        self.expect("}")
        return Group(body)

    def test(self, _word: str) -> Test:
        """Return the rest of ``[[``."""
        items: list[Word | str] = []
        is_pattern = False
        while True:
            self.lines()
            if self.reserved() == "]]":
                self.at += 2
                return Test(items)
            operator = None if is_pattern else _TEST_OPERATOR.match(self.text, self.at, self.end)
            if operator is not None:
                items.append(operator[0])
                self.at = operator.end()
                continue
            start = self.at
            word = self.word(is_pattern=is_pattern)
            if self.at == start:
                raise Unreadable("has a test that cannot be read")
            is_pattern = word.literal() in {"==", "!=", "=", "=~"} and not is_pattern
            items.append(word)

    def sum_command(self) -> Arithmetic:
        """Return the rest of ``((``."""
        return Arithmetic(self.arithmetic())

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
