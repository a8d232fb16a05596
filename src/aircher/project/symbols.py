"""Symbols of one source file, by tree-sitter where there is a grammar and by line patterns everywhere else.

Invariant: any bytes give an answer, in bounded time, and a syntax error costs at most the symbols around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from aircher.domain.index import SymbolRow
from aircher.project.languages import Grammar, Language, line_patterns
from aircher.support import syntax
from aircher.support.syntax import Node

_MOST_SYMBOLS = 5_000  # a file with more is generated
_PARSED_BYTES = 600_000  # about a second of parsing at worst
_LONGEST_MEAN_LINE = 300  # longer on average: minified, its symbols help nobody
_LINE_CHARS = 240  # line patterns may look at each character several times
_SIGNATURE_CHARS = 200
_DEEPEST = 8  # containers named in front of a symbol
_HEADING = re.compile(r"^(#{1,6})\s+(?P<name>.+?)\s*#*\s*$")
_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_RULE = re.compile(r"^([=\-~^\"'#*+])\1{2,}\s*$")
_CLASS_LIKE = frozenset({"class", "struct", "interface", "trait", "enum", "scope"})
_WEAK = frozenset({"constant", "declaration", "type"})


def symbols_of(text: str, language: Language, *, with_grammar: bool = True) -> tuple[SymbolRow, ...]:
    """Return what ``text`` defines, sorted by line, at most a few thousand.

    ``with_grammar=False`` keeps to the line patterns: ten times as fast, without containers.
    """
    lines = text.split("\n")
    if language.name == "markdown":
        found = list(_headings(lines))
    elif language.name == "restructuredtext":
        found = list(_titles(lines))
    elif with_grammar and language.grammar is not None and _is_worth_parsing(text, lines):
        found = _by_grammar(text, lines, language.grammar, language.name)
    else:
        found = list(_by_lines(lines, language.name))
    return tuple(found[:_MOST_SYMBOLS])


def _is_worth_parsing(text: str, lines: Sequence[str]) -> bool:
    return len(text) <= _PARSED_BYTES and len(text) <= _LONGEST_MEAN_LINE * max(len(lines), 4)


def _row(name: str, kind: str, line: int, signature: str) -> SymbolRow:
    shown = signature.strip()[:_SIGNATURE_CHARS]
    return SymbolRow(name=name[:_SIGNATURE_CHARS], kind=kind, container="", line=line, end_line=line, signature=shown)


def _by_lines(lines: Sequence[str], language: str) -> Iterator[SymbolRow]:
    patterns = line_patterns(language)
    if not patterns:
        return
    for number, line in enumerate(lines, start=1):
        shown = line[:_LINE_CHARS]
        for kind, pattern in patterns:
            if (match := pattern.search(shown)) is not None:
                yield _row(match["name"], kind, number, shown)
                break


def _close(rows: list[tuple[int, SymbolRow]], last_line: int) -> Iterator[SymbolRow]:
    """Give each heading its end (the next one of its level or above) and the headings above it."""
    above: list[tuple[int, str]] = []
    for position, (level, row) in enumerate(rows):
        while above and above[-1][0] >= level:
            above.pop()
        later = (other.line - 1 for deep, other in rows[position + 1 : position + 400] if deep <= level)
        container = " / ".join(name for _, name in above)[:_SIGNATURE_CHARS]
        yield replace(row, end_line=next(later, last_line), container=container)
        above.append((level, row.name))


def _headings(lines: Sequence[str]) -> Iterator[SymbolRow]:
    rows: list[tuple[int, SymbolRow]] = []
    fence = ""
    for number, line in enumerate(lines, start=1):
        if (mark := _FENCE.match(line)) is not None:
            fence = "" if fence == mark[1] else fence or mark[1]
        elif not fence and (match := _HEADING.match(line[:_LINE_CHARS])) is not None:
            rows.append((len(match[1]), _row(match["name"], "heading", number, line)))
    return _close(rows[:_MOST_SYMBOLS], len(lines))


def _titles(lines: Sequence[str]) -> Iterator[SymbolRow]:
    rows: list[tuple[int, SymbolRow]] = []
    levels: list[str] = []
    for number, (line, under) in enumerate(pairwise(lines), start=1):
        if line.strip() and not _RULE.match(line) and (rule := _RULE.match(under)) and len(under) >= len(line.strip()):
            if rule[1] not in levels:
                levels.append(rule[1])
            rows.append((levels.index(rule[1]), _row(line.strip()[:_LINE_CHARS], "heading", number, line)))
    return _close(rows[:_MOST_SYMBOLS], len(lines))


@cache
def _query(name: str) -> str:
    return Path(__file__).with_name("queries").joinpath(f"{name}.scm").read_text(encoding="utf-8")


def _by_grammar(text: str, lines: Sequence[str], grammar: Grammar, language_name: str) -> list[SymbolRow]:
    module, function = grammar.module, grammar.function
    tree = syntax.parse(text.encode("utf-8", "replace"), module=module, function=function)
    found: dict[int, _Span] = {}
    for _, captures in syntax.matches(tree.root_node, _query(grammar.query), module=module, function=function):
        span = _span(captures, lines)
        if span.row.kind == "constant" and "require(" in span.row.signature:
            continue  # an import by another name
        earlier = found.get(span.name_byte)
        if earlier is None or (earlier.row.kind in _WEAK and span.row.kind not in _WEAK):
            found[span.name_byte] = span
        if len(found) >= _MOST_SYMBOLS:
            break
    rows = _nested(sorted(found.values(), key=lambda span: (span.start_byte, -span.end_byte)))
    return _completed(rows, lines, language_name) if tree.root_node.has_error else rows


def _completed(rows: list[SymbolRow], lines: Sequence[str], language: str) -> list[SymbolRow]:
    """Add what line patterns see on lines where a syntax error hid it from the parser."""
    seen = {row.line for row in rows}
    missed = [row for row in _by_lines(lines, language) if row.line not in seen and row.kind not in _WEAK]
    return sorted([*rows, *missed], key=lambda row: row.line)


class _Span(NamedTuple):
    """A symbol with the bytes it covers, which say what lies in what even when all is on one line."""

    start_byte: int
    end_byte: int
    name_byte: int
    row: SymbolRow


def _span(captures: dict[str, list[Node]], lines: Sequence[str]) -> _Span:
    name = captures["name"][0]
    container = captures.get("container")
    kind = next(key for key in captures if key not in {"name", "container"})
    body = captures[kind][0]
    line = name.start_point[0]
    end_line, end_column = body.end_point
    row = SymbolRow(
        name=_text(name),
        kind=kind,
        container=_text(container[0]) if container else "",
        line=line + 1,
        end_line=max(end_line + (end_column > 0), line + 1),
        signature=lines[line][:_LINE_CHARS].strip()[:_SIGNATURE_CHARS] if line < len(lines) else "",
    )
    return _Span(body.start_byte, body.end_byte, name.start_byte, row)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")[:_SIGNATURE_CHARS]


def _nested(spans: Sequence[_Span]) -> list[SymbolRow]:
    """Name the containers; a function inside a class becomes a method."""
    around: list[_Span] = []
    found = []
    for span in spans:
        row = span.row
        while around and around[-1].end_byte <= span.start_byte:
            around.pop()
        names = [outer.row.name for outer in around][-_DEEPEST:]
        is_member = bool(around) and around[-1].row.kind in _CLASS_LIKE
        kind = "method" if row.kind == "function" and is_member else row.kind
        if row.kind != "scope":
            found.append(replace(row, kind=kind, container=row.container or ".".join(names)))
        if row.kind not in _WEAK:
            around.append(span)
    return sorted(found, key=lambda row: row.line)
