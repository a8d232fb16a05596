"""What was laid out last, so that blocks that did not change keep their rows, and those that grew only get more.

Invariant: blocks are asked for in the order of the text; one that is asked for again is compared before it is reused.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aircher.tui.markdown.code import CodeBlock
from aircher.tui.markdown.code_lines import CodeLines
from aircher.tui.markdown.coloring import Coloring
from aircher.tui.markdown.leaves import Margin, TextLeaf
from aircher.tui.markdown.palette import Palette
from aircher.tui.terminal.rows import Row, Span


class Page(NamedTuple):
    """What every piece of a text is laid out with."""

    width: int
    palette: Palette
    coloring: Coloring


class _CodeLeaf(NamedTuple):
    margin: Margin
    info: str
    block: CodeBlock


class Leaves:
    """Paragraphs and blocks of code of the open part, as they were and as they are."""

    def __init__(self) -> None:
        """Begin without any."""
        self._old: list[TextLeaf | _CodeLeaf] = []
        self._new: list[TextLeaf | _CodeLeaf] = []

    def begin(self) -> None:
        """Begin with the first block again."""
        self._old, self._new = self._new, []

    def forget(self) -> None:
        """Keep nothing: no more is to come."""
        self._old, self._new = [], []

    def text(self, margin: Margin, spans: Sequence[Span], width: int) -> list[Row]:
        """Return the rows of a paragraph."""
        old = self._next()
        if isinstance(old, TextLeaf) and old.margin.same_as(margin):
            old.update(spans)
            leaf = old
        else:
            leaf = TextLeaf(margin, spans, width)
        self._new.append(leaf)
        return leaf.rows

    def code(self, page: Page, margin: Margin, info: str, text: str, *, is_open: bool) -> tuple[CodeBlock, list[Row]]:
        """Return a block of code, and the rows of the line at its end if that may still grow."""
        lines = text.removesuffix("\n").split("\n") if text else []
        partial = lines.pop() if lines and is_open and not text.endswith("\n") else None
        old = self._next()
        leaf = old if isinstance(old, _CodeLeaf) and _is_beginning(old, margin, info, lines) else None
        if leaf is None:
            layout = CodeLines(margin, page.width, page.palette)
            leaf = _CodeLeaf(margin, info, CodeBlock(language_of(info), layout, page.coloring))
        self._new.append(leaf)
        leaf.block.add(lines[len(leaf.block.lines) :])
        if is_open:
            leaf.block.color()
        else:
            leaf.block.close()
        return leaf.block, [] if partial is None else leaf.block.partial(partial)

    def _next(self) -> TextLeaf | _CodeLeaf | None:
        at = len(self._new)
        return self._old[at] if at < len(self._old) else None


def _is_beginning(leaf: _CodeLeaf, margin: Margin, info: str, lines: Sequence[str]) -> bool:
    """Return whether the code is that of the leaf with nothing or more at its end."""
    known = leaf.block.lines
    return (
        not leaf.block.is_placed
        and leaf.info == info
        and leaf.margin.same_as(margin)
        and known == lines[: len(known)]
        and (not leaf.block.is_closed or len(known) == len(lines))
    )


def language_of(info: str) -> str:
    """Return the language that the words after a fence name; empty = none."""
    words = info.replace(",", " ").split()
    return words[0].strip("{}.") if words else ""
