"""Pieces of Markdown that hold whatever a project's files hold: paths, lines, quotes.

Invariant: no text from a file can break out of its code span or block. Pure, but for `quote`, which asks the index.
"""

from collections.abc import Iterable
from typing import TypeAlias

from aircher.domain.answers import Definition, EntryPoint, NameUse, Passage, TaskFile
from aircher.providers.ports import ProjectAnswers

Place: TypeAlias = Definition | EntryPoint | NameUse | Passage | TaskFile
"""Whatever has a path and a line."""


_FENCE_NAMES = {
    "py": "python", "pyi": "python", "js": "javascript", "mjs": "javascript", "cjs": "javascript", "jsx": "jsx",
    "ts": "typescript", "tsx": "tsx", "go": "go", "rs": "rust", "java": "java", "c": "c", "h": "c", "cc": "cpp",
    "cpp": "cpp", "hpp": "cpp", "rb": "ruby", "sh": "bash", "toml": "toml", "sql": "sql", "md": "markdown",
}  # fmt: skip


def shown(path: str) -> str:
    """Return a path as it can be printed: bytes that are not UTF-8 become replacement characters."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() and char != "`" else "\N{REPLACEMENT CHARACTER}" for char in text)


def source(place: Place) -> str:
    """Return ``path:line`` as code."""
    return at(place.path, place.line)


def at(path: str, line: int) -> str:
    """Return ``path:line`` as code."""
    return f"`{shown(path)}:{line}`"


def code(text: str) -> str:
    """Return ``text`` as a code span, whatever backticks it holds."""
    plain = " ".join(text.split())
    ticks = "`"
    while ticks in plain:
        ticks += "`"
    gap = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{ticks}{gap}{plain}{gap}{ticks}"


def quote(index: ProjectAnswers, path: str, first: int, last: int) -> str:
    """Return some lines of a file as a fenced block; empty if the file is gone."""
    lines = [line[:200] for line in index.lines(path, first, last)]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        return ""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    fence = "```"
    while any(fence in line for line in lines):
        fence += "`"
    body = "\n".join(line[margin:].rstrip() for line in lines)
    return f"{fence}{_FENCE_NAMES.get(path.rpartition('.')[2].lower(), '')}\n{body}\n{fence}"


def counted(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural unless it is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def dash(text: str) -> str:
    """Return ``text`` after a dash; empty stays empty."""
    return f" — {text}" if text else ""


def joined(blocks: Iterable[str]) -> str:
    """Return the blocks that are not empty, with blank lines between them."""
    return "\n\n".join(block for block in blocks if block)
