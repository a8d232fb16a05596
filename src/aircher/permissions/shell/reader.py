"""Reads the grammar of bash: lists, pipelines, compound commands, redirections, here-documents.

Invariant: what it returns is what bash would read, or `Unreadable` is raised; reserved words, operators and ends of
lines are told apart as bash does it. The text is UTF-8 seen as Latin-1. Not its job: what commands do, and whether
another reader agrees (`aircher.permissions.shell.witness`).
"""

import re
from collections.abc import Callable, Mapping

from aircher.permissions.shell.compound import CompoundReader
from aircher.permissions.shell.lines import Mark
from aircher.permissions.shell.nodes import (
    Assignment,
    Chain,
    Function,
    Group,
    Node,
    Pipeline,
    Redirected,
    Redirection,
    Sequence,
    Simple,
    Text,
    Unreadable,
    Word,
)
from aircher.permissions.shell.words import MAX_DEPTH

_DECLARING = frozenset({"declare", "typeset", "local", "export", "readonly"})
_ASSIGNMENT = re.compile(
    r"([A-Za-z_]\w*)(?:\[(\w+|\"[^\"$`\\\]]*\"|'[^'\]]*'|\$[A-Za-z_]\w*|\"\$[A-Za-z_]\w*\")\])?(\+?)=", re.ASCII
)
_SUBSCRIPTED = re.compile(r"[A-Za-z_]\w*\[", re.ASCII)
_FUNCTION = re.compile(r"([A-Za-z_][\w.:+-]*)[ \t]*\([ \t]*\)", re.ASCII)
_STARTS: Mapping[str, Callable[[CompoundReader, str], Node]] = {
    "(": CompoundReader.subshell,
    "if": CompoundReader.conditional,
    "while": CompoundReader.loop,
    "until": CompoundReader.loop,
    "for": CompoundReader.each,
    "select": CompoundReader.each,
    "case": CompoundReader.case,
    "{": CompoundReader.group,
    "[[": CompoundReader.test,
}
_ENDS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", "in", "]]"})


class CommandReader(CompoundReader):
    """Reads commands of ``text`` from ``at`` on; ``marks`` collects the simple commands it saw."""

    __slots__ = ()

    def sequence(self, *stops: str) -> Sequence:
        """Return commands up to a reserved word or bracket of ``stops``, which stays; none = the end of the text."""
        found = Sequence()
        while True:
            self.lines()
            if self.is_at(stops):
                break
            found.commands.append(self._chain())
            self.blanks()
            if self.peek() == "&" and self.peek(2) != "&&":
                found.background.add(len(found.commands) - 1)
                self.at += 1
            elif self.peek() == ";" and self.peek(2) != ";;" and self.peek(2) != ";&":
                self.at += 1
            elif self.peek() != "\n" and not self.is_at(stops):
                raise Unreadable("is not valid bash")
        if not found.commands and stops and stops != (")",) and ";;" not in stops:
            raise Unreadable("is not valid bash")
        return found

    def _chain(self) -> Node:
        commands, operators = [self._pipeline()], []
        while True:
            self.blanks()
            if self.peek(2) not in {"&&", "||"}:
                break
            operators.append(self.peek(2))
            self.at += 2
            self.lines()
            commands.append(self._pipeline())
        return commands[0] if not operators else Chain(commands, operators)

    def _pipeline(self) -> Node:
        self.blanks()
        is_negated = False
        while (word := self.reserved()) in {"!", "time"}:
            self.at += len(word)
            is_negated ^= word == "!"
            self.blanks()
            if word == "time" and self.reserved_text(r"-p(?= )"):
                self.at += 2
                self.blanks()
        commands = [self._command()]
        while True:
            self.blanks()
            if self.peek() != "|" or self.peek(2) == "||":
                break
            if self.peek(2) == "|&":
                self.at += 1
                errors = Redirection(">&", Word([Text("1", is_quoted=False)]), descriptor="2")
                commands[-1] = Redirected(commands[-1], [errors])
            self.at += 1
            self.lines()
            commands.append(self._command())
        node = commands[0] if len(commands) == 1 else Pipeline(commands)
        return Group(node, is_negated=True) if is_negated else node

    def _command(self) -> Node:
        self.blanks()
        word = self.reserved()
        if word in _ENDS:
            raise Unreadable("is not valid bash")
        if word in _STARTS:
            self.at += len(word)
            return self._with_redirections(self._compound(word))
        if word in {"function", "coproc"}:
            self.at += len(word)
            return self._coprocess() if word == "coproc" else self._function()
        if self.peek(2) == "((":
            self.at += 2
            return self._with_redirections(self.sum_command())
        if self.peek() == "(":
            return self._with_redirections(self._compound("("))
        match = _FUNCTION.match(self.text, self.at, self.end)
        if match is not None:
            self.at = match.end()
            return self._function_body(match[1])
        return self._simple()

    def _compound(self, word: str) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("nests too deeply to be analysed")
        node: Node = _STARTS[word](self, word)
        self.depth -= 1
        return node

    def _coprocess(self) -> Node:
        self.blanks()
        if re.compile(r"[A-Za-z_]\w*[ \t]+[({]").match(self.text, self.at, self.end):
            raise Unreadable("names a co-process")
        return Group(self._command(), is_subshell=True)

    def _function(self) -> Function:
        self.blanks()
        match = re.compile(r"([A-Za-z_][\w.:+-]*)[ \t]*(?:\([ \t]*\))?", re.ASCII).match(self.text, self.at, self.end)
        if match is None:
            raise Unreadable("names a function oddly")
        self.at = match.end()
        return self._function_body(match[1])

    def _function_body(self, name: str) -> Function:
        self.lines()
        if self.peek() not in {"{", "("} and self.reserved() not in _STARTS:
            raise Unreadable("is not valid bash")
        return Function(name, self._command())

    def _with_redirections(self, node: Node) -> Node:
        found: list[Redirection] = []
        while True:
            self.blanks()
            redirection = self.redirection()
            if redirection is None:
                return Redirected(node, found) if found else node
            found.append(redirection)

    def _simple(self) -> Simple:
        self.blanks()
        simple = Simple(start=self.at)
        while True:
            self.blanks()
            if self.at >= self.end or self.peek() in {"\n", "|", ";", ")"}:
                break
            redirection = self.redirection()
            if redirection is not None:
                simple.redirections.append(redirection)
                continue
            if self.peek() == "&":
                break
            if self.peek() == "(":
                raise Unreadable("is not valid bash")
            self._simple_word(simple)
        if not (simple.words or simple.assignments or simple.redirections):
            raise Unreadable("is not valid bash")
        self._mark(simple)
        return simple

    def _simple_word(self, simple: Simple) -> None:
        first = simple.words[0].literal() if simple.words and isinstance(simple.words[0], Word) else None
        if not simple.words or first in _DECLARING:
            match = _ASSIGNMENT.match(self.text, self.at, self.end)
            if match is not None:
                assignment = self._assignment(match)
                (simple.words or simple.assignments).append(assignment)
                return
            if _SUBSCRIPTED.match(self.text, self.at, self.end):
                raise Unreadable("computes the place in an array, which may run code")
        start = self.at
        word = self.word()
        if self.at == start:
            raise Unreadable("is not valid bash")
        simple.words.append(word)

    def _assignment(self, match: re.Match[str]) -> Assignment:
        self.at = match.end()
        found = Assignment(match[1], Word([]), subscript=match[2] or "", is_appended=bool(match[3]))
        if self.peek() != "(":
            found.value = self.word()
            return found
        self.at += 1
        values: list[Word] = []
        while True:
            self.lines()
            if self.peek() == ")":
                self.at += 1
                found.value = values
                return found
            start = self.at
            if self.peek() == "[":
                raise Unreadable("fills an array at places of its own")
            values.append(self.word())
            if self.at == start:
                raise Unreadable("is not valid bash")

    def _mark(self, simple: Simple) -> None:
        for word in simple.words:
            if isinstance(word, Word):
                self.marks.append((word.start, word.end, word is simple.words[0]))


def read(text: str) -> tuple[Sequence, list[Mark]]:
    """Return what ``text`` consists of, and where the words of its simple commands stand.

    Raises:
        Unreadable: It is no valid bash, or bash might read it in another way.
    """
    marks: list[Mark] = []
    reader = CommandReader(text, at=0, end=len(text), depth=0, marks=marks)
    found = reader.sequence()
    reader.finish()
    return found, marks
