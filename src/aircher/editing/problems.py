"""Errors of syntax that an edit brought into a file.

Invariant: an error the file had before is not reported; a file without a grammar, or too large, has none.
"""

import json
import tomllib
from typing import TYPE_CHECKING

from aircher.editing.languages import syntax_of
from aircher.editing.literals import MAX_CHARS
from aircher.editing.outcome import SyntaxProblem
from aircher.support import syntax

if TYPE_CHECKING:
    from aircher.support.syntax import Node

_MAX_REPORTED = 3
_MAX_SHOWN = 80


def introduced(before: str, after: str, path: str) -> tuple[SyntaxProblem, ...]:
    """Return the first errors of the new text if it has more of them than the old one."""
    if len(after) > MAX_CHARS:
        return ()
    new = _problems(after, path)
    if not new:
        return ()
    old = _problems(before, path)
    if len(new) <= len(old):
        return ()
    known = {problem.what for problem in old}
    fresh = [problem for problem in new if problem.what not in known] or new
    return tuple(fresh[:_MAX_REPORTED])


def _problems(text: str, path: str) -> list[SyntaxProblem]:
    extension = path.rpartition(".")[2].lower()
    if extension == "json":
        return _of_json(text)
    if extension == "toml":
        return _of_toml(text)
    language = syntax_of(path)
    if not language.module:
        return []
    tree = syntax.parse(text.encode("utf-8", "replace"), module=language.module, function=language.function)
    return _of_tree(tree.root_node, text.split("\n"))


def _of_json(text: str) -> list[SyntaxProblem]:
    try:
        json.loads(text)
    except json.JSONDecodeError as exc:
        return [SyntaxProblem(line=exc.lineno, what=exc.msg)]
    except RecursionError:
        return []
    return []


def _of_toml(text: str) -> list[SyntaxProblem]:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        line = str(exc).rpartition("at line ")[2].partition(",")[0]
        return [SyntaxProblem(line=int(line) if line.isdecimal() else text.count("\n") + 1, what=str(exc))]
    except RecursionError:
        return []
    return []


def _of_tree(root: "Node", lines: list[str]) -> list[SyntaxProblem]:
    found: list[SyntaxProblem] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if not node.has_error and not node.is_missing:
            continue
        line = node.start_point[0]
        if node.is_missing:
            found.append(SyntaxProblem(line=line + 1, what=f"{node.type!r} is missing"))
        elif node.is_error:
            shown = lines[line].strip()[:_MAX_SHOWN] if line < len(lines) else ""
            found.append(SyntaxProblem(line=line + 1, what=f"cannot be read: {shown}"))
        else:
            waiting.extend(reversed(node.children))
    return sorted(found, key=lambda problem: problem.line)
