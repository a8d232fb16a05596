"""The colours of code in diffs: found in the background, for what was there before and for what is there now.

Invariant: a diff is drawn at once; its colours come later, or never: not for a file of an unknown kind, nor for more
lines than `MOST_LINES`. Each hunk is lexed by itself, so a string that began above it may look like code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import TypeAlias

from aircher.domain.display import DiffBlock
from aircher.support.highlighting import LexedLine, TokenKind, lexed_lines
from aircher.tui.blocks.diff_lines import DiffLine, diff_lines
from aircher.tui.markdown.coloring import InBackground
from aircher.tui.terminal.rows import clean

Tokens: TypeAlias = tuple[tuple[TokenKind, str], ...]
Colored: TypeAlias = Mapping[DiffLine, Tokens]

MOST_LINES = 600
"""About 50 ms of lexing in the thread for colours."""
_LANGUAGES = {
    "cc": "cpp", "cts": "ts", "cxx": "cpp", "dockerfile": "docker", "gitconfig": "ini", "h": "c", "hh": "cpp",
    "htm": "html", "hxx": "cpp", "jsonl": "json", "makefile": "make", "markdown": "md", "mjs": "js", "mk": "make",
    "mts": "ts", "pyi": "python", "pyx": "cython", "svg": "xml", "tf": "terraform", "yml": "yaml", "zsh": "bash",
}  # fmt: skip
"""Endings and names of files whose language has another name. Read only."""


class DiffColors:
    """Colours of the diffs of one block."""

    def __init__(self, arrived: Callable[[], None]) -> None:
        """Take whom to tell, on the loop, when some have arrived."""
        self._coloring = InBackground(arrived)
        self._known: dict[DiffBlock, Colored | None] = {}

    def of(self, block: DiffBlock) -> Colored | None:
        """Return what is known by now; the first time somebody asks, the search begins."""
        if block not in self._known:
            self._known[block] = None
            language = language_of(block.path)
            if language and block.diff.count("\n") <= MOST_LINES:
                self._coloring.run(lambda: colored(block.diff, language), lambda found: self._take(block, found))
        return self._known[block]

    def _take(self, block: DiffBlock, found: Colored) -> None:
        if found:
            self._known[block] = found
            self._coloring.changed()


def language_of(path: str) -> str:
    """Return the language's name as lexers have it, by the file's name; empty = there is no telling.

    >>> language_of("src/main.py"), language_of("Makefile"), language_of("a.yml"), language_of("LICENSE")
    ('py', 'make', 'yaml', '')
    """
    name = PurePath(path).name.lower()
    ending = name.rpartition(".")[2] if "." in name.lstrip(".") else ""
    return _LANGUAGES.get(name) or _LANGUAGES.get(ending, ending)


def colored(diff: str, language: str) -> Colored:
    """Return the tokens of each line that has some; it takes about 80 µs a line."""
    found: dict[DiffLine, Tokens] = {}
    for is_hunk, lines in groupby(diff_lines(diff), key=lambda line: line.sign in " +-"):
        if is_hunk:
            hunk = list(lines)
            found.update(_of_side([line for line in hunk if line.sign != "+"], language))
            found.update(_of_side([line for line in hunk if line.sign != "-"], language))
    return found


def _of_side(lines: Sequence[DiffLine], language: str) -> Iterator[tuple[DiffLine, Tokens]]:
    lexed: Iterable[LexedLine] = lexed_lines("\n".join(line.text for line in lines) + "\n", language) or ()
    for line, found in zip(lines, lexed, strict=False):
        if "".join(clean(text) for _, text in found.tokens) == line.text:
            yield line, found.tokens
