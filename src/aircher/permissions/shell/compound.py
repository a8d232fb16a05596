"""Reads compound commands.

Invariant: as of `aircher.permissions.shell.reader`, which builds on this.
"""

import re

from aircher.permissions.shell.lines import LineReader
from aircher.permissions.shell.nodes import (
    Arithmetic,
    Case,
    Count,
    For,
    Group,
    If,
    Sequence,
    Test,
    Unreadable,
    While,
    Word,
)

_NAME = re.compile(r"[A-Za-z_]\w*(?=[ \t\n;])", re.ASCII)
_TEST_OPERATOR = re.compile(r"&&|\|\||[()<>]|!(?=[ \t\n])")


class CompoundReader(LineReader):
    """The part of the reader that knows compound commands."""

    __slots__ = ()

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

    def each(self, word: str) -> For | Count:
        """Return the rest of ``for``."""
        if word == "select":
            raise Unreadable("asks somebody to choose")
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
        words: list[Word] = []
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

    def subshell(self, _word: str) -> Group:
        """Return a list in brackets, whose first one stands here."""
        self.at += 1
        body = self.sequence(")")
        if not body.commands:
            raise Unreadable("is not valid bash")
        self.at += 1
        return Group(body, is_subshell=True)

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
