"""The colours of code in diffs: found in the background, for what was there before and for what is there now.

Invariant: a diff is drawn at once; its colours come later, or never: not for a file of an unknown kind, nor for more
lines than `MOST_LINES`. Each hunk is lexed by itself, so a string that began above it may look like code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import PurePath
from typing import TypeAlias

from aircher.domain.display import DiffBlock, DisplayBlock
from aircher.support.highlighting import LexedLine, TokenKind, language_of, lexed_lines
from aircher.tui.blocks.diff_lines import DiffLine, diff_lines
from aircher.tui.markdown.coloring import InBackground
from aircher.tui.terminal.rows import clean

Tokens: TypeAlias = tuple[tuple[TokenKind, str], ...]
Colored: TypeAlias = Mapping[DiffLine, Tokens]

MOST_LINES = 600
"""About 50 ms of lexing in the thread for colours."""
KEPT_DIFFS = 32
"""Each of some ten kilobytes of tokens, at most `MOST_LINES` lines."""


class DiffColors:
    """Colours of the diffs of one block; what is known changes on the loop alone."""

    def __init__(self, arrived: Callable[[], None]) -> None:
        """Take whom to tell, on the loop, when some have arrived."""
        self._coloring = InBackground(arrived)
        self._asked: set[DiffBlock] = set()
        self._found: dict[DiffBlock, Colored | None] = {}

    def of(self, block: DiffBlock) -> Colored | None:
        """Return what is known by now; the first time somebody asks, the search begins."""
        self.ask((block,))
        return self._found.get(block)

    def ask(self, blocks: Iterable[DisplayBlock]) -> None:
        """Begin the search for all diffs among the blocks: who draws in a thread finds what is known."""
        for block in blocks:
            if isinstance(block, DiffBlock) and block not in self._asked:
                self._begin(block)
                self._asked.add(block)

    def has_all(self, blocks: Iterable[DisplayBlock]) -> bool:
        """Return whether no more colours will come for any of these."""
        diffs = [block for block in blocks if isinstance(block, DiffBlock)]
        self.ask(diffs)
        return all(block in self._found for block in diffs)

    def _begin(self, block: DiffBlock) -> None:
        if block.diff.count("\n") > MOST_LINES:
            self._found[block] = None
            return
        search = _search(block.diff, PurePath(block.path).name)
        if search.is_over:
            self._found[block] = search.found
        else:
            self._coloring.run(search.run, lambda _: self._take(block, search))

    def _take(self, block: DiffBlock, search: "_Search") -> None:
        self._found[block] = search.found
        if block in self._asked:  # where no loop runs, whoever asks has them at once
            self._coloring.changed()


class _Search:
    """What is found for a diff, whoever shows it: a question, and then the call that it was about."""

    def __init__(self, diff: str, file_name: str) -> None:
        self.found: Colored | None = None
        self.is_over = False
        self._diff, self._file_name = diff, file_name

    def run(self) -> None:
        if not self.is_over:
            self.found = colored(self._diff, language_of(self._file_name)) or None
            self.is_over = True


@lru_cache(maxsize=KEPT_DIFFS)
def _search(diff: str, file_name: str) -> _Search:
    """Return the one of this diff that was begun before, or a new one."""
    return _Search(diff, file_name)


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
