"""Where the strings and comments of a file are: there blanks are content, and code is only quoted.

Invariant: only the lines asked for are walked; a file without a grammar, or too large, has no known literals.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from aircher.domain.records import dataclass
from aircher.editing.languages import Syntax
from aircher.support import syntax

if TYPE_CHECKING:
    from aircher.support.syntax import Node

MAX_CHARS = 300_000  # a tree of that takes a tenth of a second, and more is hardly written by hand
_NO_LITERALS = ("concatenated_string", "string_type", "chained_string", "system_lib_string")
_KINDS = ("string", "comment", "regex", "char", "heredoc", "rune")


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A string or comment, from ``(line, column)`` up to, not including, ``(line, column)``, both from 0, in bytes."""

    start: tuple[int, int]
    end: tuple[int, int]
    is_comment: bool


class Literals:
    """The literals of one text."""

    def __init__(self, text: str, language: Syntax) -> None:
        self._text = text
        self._language = language

    @cached_property
    def _root(self) -> "Node | None":
        if not self._language.module or len(self._text) > MAX_CHARS:
            return None
        data = self._text.encode("utf-8", "replace")
        return syntax.parse(data, module=self._language.module, function=self._language.function).root_node

    @property
    def are_known(self) -> bool:
        """Whether the file could be read."""
        return self._root is not None

    def on(self, first: int, last: int) -> Iterator[Literal]:
        """Yield the outermost literals that touch the lines from ``first`` to ``last``, both included."""
        waiting = [self._root] if self._root is not None else []
        while waiting:
            node = waiting.pop()
            if node.end_point[0] < first or node.start_point[0] > last:
                continue
            if node.is_named and node.type not in _NO_LITERALS and any(kind in node.type for kind in _KINDS):
                yield Literal(
                    start=(node.start_point[0], node.start_point[1]),
                    end=(node.end_point[0], node.end_point[1]),
                    is_comment="comment" in node.type,
                )
            else:
                waiting.extend(node.children)

    def enclose(self, first: int, last: int) -> bool:
        """Return whether all these lines are the inside of one literal that starts before and ends behind them."""
        return any(found.start[0] < first and found.end[0] > last for found in self.on(first, last))

    def run_into(self, line: int) -> bool:
        """Return whether a literal that began on an earlier line goes on at the start of this one."""
        return any(found.start[0] < line <= found.end[0] and not found.is_comment for found in self.on(line, line))

    def columns(self, line: int) -> list[tuple[int, int]]:
        """Return the columns of a line, in bytes, that are strings or the like, also those shown in a comment."""
        return quoted_columns(self._text.split("\n")[line]) + sorted(
            (
                found.start[1] if found.start[0] == line else 0,
                found.end[1] if found.end[0] == line else 1 << 30,
            )
            for found in self.on(line, line)
            if not found.is_comment
        )


def quoted_columns(line: str) -> list[tuple[int, int]]:
    """Return the columns of a line, in bytes, that stand in quotes, whatever they are."""
    return [
        (len(line[: found.start()].encode()), len(line[: found.end()].encode())) for found in re.finditer(_QUOTED, line)
    ]


_QUOTED = r"(?<!\w)\w?(?:\"[^\"]*\"|'[^']*'(?!\w))"
_PROSE = r"(?:^|\s)[A-Za-z][a-z']*,? [A-Za-z][a-z']*,? [A-Za-z][a-z']*(?:[\s.,:;!?)]|$)"
_STARRED = r"\s*(?:\*(?:\s|/|$)|>{3} |\.\.\. |:\w+[^=]*:|@\w+ )"
_CODE = r"[={};]|\w\(|^\s*(?:#|//|return\b|import\b|from\b|if\b|for\b|def\b|class\b|raise\b|assert\b|else\b)|[\[(,]$"


def reads_as_prose(lines: Sequence[str]) -> bool:
    """Return whether most of the lines are sentences, or show themselves to be comment, and are not code."""
    seen = [line for line in lines if line.strip()]
    prose = sum(
        bool(re.match(_STARRED, line)) or (bool(re.search(_PROSE, line[:400])) and not re.search(_CODE, line[:400]))
        for line in seen
    )
    return prose * 5 >= len(seen) * 3
