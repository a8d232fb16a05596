"""Reads single words of bash: quotes, escapes, expansions.

Invariant: either every byte of a word is understood or `Unreadable` is raised. The text is UTF-8 seen as Latin-1, so
that positions are byte offsets. Not its job: what a word expands to.
"""

import re
from collections.abc import Callable

from aircher.permissions.shell.ansi import decode
from aircher.permissions.shell.nodes import (
    Parameter,
    Part,
    Process,
    Sequence,
    Substitution,
    Sum,
    Text,
    Unreadable,
    Word,
)

_PLAIN = re.compile(r"[^ \t\n'\"\\$`|&;()<>]+")
_IN_QUOTES = re.compile(r"[^\"\\$`]+")
_IN_BODY = re.compile(r"[^\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL = "?$!#@*-0123456789"
_SUBSCRIPT = re.compile(
    r"\[([@*]|-?\d+|[A-Za-z_]\w*|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\}|\$\{?#[A-Za-z_]\w*\}?)\]", re.ASCII
)
_OPERATOR = re.compile(r":[-=?+]|##?|%%?|//|/#|/%|/|\^\^?|,,?|@|:|[-=?+]")
_ARITHMETIC = re.compile(r"[^()$`'\"\\]+")
MAX_DEPTH = 32
"""How deep words and commands may nest; people stay below ten."""


class WordReader:
    """Reads words from ``text`` between ``at`` and ``end``; ``nested`` reads the commands of a substitution."""

    __slots__ = ("at", "depth", "end", "nested", "text")

    def __init__(
        self, text: str, *, at: int, end: int, depth: int, nested: Callable[..., tuple[Sequence, int]]
    ) -> None:
        if depth > MAX_DEPTH:
            raise Unreadable("nests too deeply to be analysed")
        self.text = text
        self.at = at
        self.end = end
        self.depth = depth
        self.nested = nested

    def peek(self, count: int = 1) -> str:
        """Return the next characters without moving."""
        return self.text[self.at : min(self.at + count, self.end)]

    def word(self, *, is_pattern: bool = False) -> Word:
        """Return the word that begins here; with ``is_pattern`` brackets belong to it, as behind ``=~``."""
        start = self.at
        parts: list[Part] = []
        open_brackets = 0
        while self.at < self.end:
            char = self.text[self.at]
            if char in "<>" and self.peek(2)[1:] == "(":
                parts.append(self._process())
            elif is_pattern and (char in "()" or (char == "|" and open_brackets)):
                open_brackets += {"(": 1, ")": -1}.get(char, 0)
                if open_brackets < 0:
                    break
                _add(parts, char, is_quoted=False)
                self.at += 1
            elif char in " \t\n|&;()<>":
                break
            else:
                self._piece(parts)
        return Word(parts, start, self.at)

    def _piece(self, parts: list[Part]) -> None:
        char = self.text[self.at]
        if char == "'":
            close = self.text.find("'", self.at + 1, self.end)
            if close < 0:
                raise Unreadable("has a quote that does not end")
            _add(parts, self.text[self.at + 1 : close], is_quoted=True)
            self.at = close + 1
        elif char == '"':
            self.at += 1
            parts.extend(self._quoted(_IN_QUOTES, '"'))
            self.at += 1
        elif char == "\\":
            if self.peek(2) == "\\":
                raise Unreadable("ends in a backslash")
            if self.peek(2) == "\\\n":
                self._joined_lines()
            else:
                _add(parts, self.peek(2)[1], is_quoted=True)
                self.at += 2
        elif char in "$`":
            self._dollar(parts, is_quoted=False)
        else:
            match = _PLAIN.match(self.text, self.at, self.end)
            if match is None:
                raise Unreadable("holds an odd blank")
            _add(parts, match[0], is_quoted=False)
            self.at = match.end()

    def _joined_lines(self) -> None:
        """Pass a backslash and the end of its line, unless that may join two halves of something."""
        before, after = self.text[self.at - 1], self.text[self.at + 2 : self.at + 3]
        if before not in " \t\n" and after not in " \t\n":  # "" too
            raise Unreadable("joins two lines in the middle of a word")
        self.at += 2

    def body(self) -> Word:
        """Return everything up to the end as the body of a here-document whose delimiter is unquoted."""
        start = self.at
        return Word(self._quoted(_IN_BODY, ""), start, self.at)

    def _quoted(self, plain: re.Pattern[str], close: str) -> list[Part]:
        """Return the parts up to ``close``, which stays; a pair of quotes is at least one empty part."""
        parts: list[Part] = [Text("", is_quoted=True)]
        escapes = "$`\\\n" + close
        while self.at < self.end:
            char = self.text[self.at]
            if char == close:
                return parts
            if char == "\\":
                following = self.peek(2)[1:]
                if following == "\n":
                    self._joined_lines()
                    continue
                _add(parts, following if following and following in escapes else char + following, is_quoted=True)
                self.at += 2
            elif char in "$`":
                self._dollar(parts, is_quoted=True)
            else:
                match = plain.match(self.text, self.at, self.end)
                if match is None:
                    raise Unreadable("has quotes that cannot be told apart")
                _add(parts, match[0], is_quoted=True)
                self.at = match.end()
        if close:
            raise Unreadable("has a quote that does not end")
        return parts

    def _dollar(self, parts: list[Part], *, is_quoted: bool) -> None:
        following = self.peek(3)[1:]
        if self.text[self.at] == "`":
            parts.append(self._backticks(is_quoted=is_quoted))
        elif following == "((":
            parts.append(self._sum())
        elif following[:1] == "(":
            body, self.at = self.nested(self.text, at=self.at + 2, end=self.end, depth=self.depth + 1, close=")")
            parts.append(Substitution(body, is_quoted))
        elif following[:1] == "{":
            self.at += 2
            parts.append(self._braced(is_quoted=is_quoted))
        elif following[:1] == "'" and not is_quoted:
            text, self.at = decode(self.text, self.at + 2, self.end)
            _add(parts, text, is_quoted=True)
        elif (following[:1] == '"' and not is_quoted) or following[:1] == "[":
            raise Unreadable("uses an old or translated kind of quoting")
        else:
            self._named(parts, is_quoted=is_quoted)

    def _named(self, parts: list[Part], *, is_quoted: bool) -> None:
        match = _NAME.match(self.text, self.at + 1, self.end)
        if match is not None:
            parts.append(Parameter(match[0], is_quoted))
            self.at = match.end()
        elif (special := self.peek(2)[1:]) and special in _SPECIAL:
            parts.append(Parameter(special, is_quoted))
            self.at += 2
        else:
            _add(parts, "$", is_quoted=True)
            self.at += 1

    def _braced(self, *, is_quoted: bool) -> Parameter:
        """Return what stands between ``${`` and ``}``."""
        prefix = ""
        if self.peek() in "!#" and self.peek(2)[1:] not in {"}", ":", "-", "+", "=", "?", "%", "/", ""}:
            prefix = self.peek()
            self.at += 1
        match = _NAME.match(self.text, self.at, self.end)
        name = match[0] if match else self.peek()
        if match is None and (not name or name not in _SPECIAL):
            raise Unreadable("has an expansion that cannot be read")
        self.at += len(name)
        if name.isdigit():
            while self.peek().isdigit():
                name += self.peek()
                self.at += 1
        parameter = Parameter(name, is_quoted, prefix=prefix)
        if self.peek() == "[":
            subscript = _SUBSCRIPT.match(self.text, self.at, self.end)
            if subscript is None:
                raise Unreadable("computes the place in an array, which may run code")
            parameter.subscript = subscript[1]
            self.at = subscript.end()
        if self.peek() != "}":
            operator = _OPERATOR.match(self.text, self.at, self.end)
            if operator is None:
                raise Unreadable("has an expansion that cannot be read")
            parameter.operator = operator[0]
            self.at = operator.end()
            parameter.argument = self._until_brace(is_quoted=is_quoted)
        self.at += 1
        return parameter

    def _until_brace(self, *, is_quoted: bool) -> Word:
        start = self.at
        parts: list[Part] = []
        while self.at < self.end:
            char = self.text[self.at]
            if char == "}":
                return Word(parts, start, self.at)
            if char in "<>" and self.peek(2)[1:] == "(":
                raise Unreadable("starts a process inside an expansion")
            if is_quoted and char == "'":  # literal in some of these expansions, a quote in others
                raise Unreadable("quotes inside a quoted expansion")
            if is_quoted and char == "\\" and self.peek(2)[1:] not in {"$", "`", '"', "\\", "}"}:
                raise Unreadable("has a backslash inside a quoted expansion")
            if char in " \t|&;()<>{~":
                _add(parts, char, is_quoted=is_quoted and char == "~")
                self.at += 1
            elif is_quoted and char not in '"\\$`':
                _add(parts, char, is_quoted=False)
                self.at += 1
            elif char not in "'\"\\$`":
                stop = self.text.find("}", self.at, self.end)
                match = _PLAIN.match(self.text, self.at, stop if stop >= 0 else self.end)
                if match is None:
                    raise Unreadable("has an expansion over several lines")
                _add(parts, match[0], is_quoted=False)
                self.at = match.end()
            else:
                self._piece(parts)
        raise Unreadable("has an expansion that does not end")

    def _backticks(self, *, is_quoted: bool) -> Substitution:
        close = self.text.find("`", self.at + 1, self.end)
        inner = self.text[self.at + 1 : close]
        if close < 0 or "\\" in inner:  # a backslash in here is taken away before the text is read again
            raise Unreadable("has backticks that cannot be read with certainty")
        if is_quoted and '"' in inner:
            raise Unreadable("has quotes inside backticks inside quotes")
        body, _ = self.nested(self.text, at=self.at + 1, end=close, depth=self.depth + 1, close="")
        self.at = close + 1
        return Substitution(body, is_quoted)

    def _process(self) -> Process:
        is_output = self.text[self.at] == ">"
        body, self.at = self.nested(self.text, at=self.at + 2, end=self.end, depth=self.depth + 1, close=")")
        return Process(body, is_output)

    def _sum(self) -> Sum:
        self.at += 3
        return Sum(self.arithmetic())

    def arithmetic(self, *, separator: str = "") -> Word:
        """Return the expression up to its ``))``, which is passed, or up to a ``separator``, which is passed too."""
        start, opened = self.at, 0
        parts: list[Part] = []
        while self.at < self.end:
            char = self.text[self.at]
            if char == "$":
                self._dollar(parts, is_quoted=True)
            elif char == "(":
                opened += 1
                self.at += 1
                _add(parts, "(", is_quoted=True)
            elif char == ")" and opened:
                opened -= 1
                self.at += 1
                _add(parts, ")", is_quoted=True)
            elif char == ")":
                if self.peek(2) != "))":
                    raise Unreadable("has brackets that may be arithmetic or commands")
                word = Word(parts, start, self.at)
                self.at += 2
                return word
            elif char in "`'\"\\" or (separator and char == separator and opened):
                raise Unreadable("quotes inside arithmetic")
            else:
                match = _ARITHMETIC.match(self.text, self.at, self.end)
                run = match[0] if match else char
                if separator and separator in run:
                    run = run.partition(separator)[0]
                    _add(parts, run, is_quoted=True)
                    self.at += len(run) + 1
                    return Word(parts, start, self.at - 1)
                _add(parts, run, is_quoted=True)
                self.at += len(run)
        raise Unreadable("has arithmetic that does not end")


def _add(parts: list[Part], text: str, *, is_quoted: bool) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, Text) and last.is_quoted == is_quoted:
        last.text += text
    else:
        parts.append(Text(text, is_quoted))
