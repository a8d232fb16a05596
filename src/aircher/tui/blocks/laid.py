"""Much text is laid out in the thread for colours, so that the loop never waits for it.

Invariant: rows that were laid out for a width and a look stay until newer ones for these are there. Where no loop runs,
the rows are there at once. Not its job: what is shown until then.
"""

from collections.abc import Callable, Iterable

from aircher.domain.display import DiffBlock, DisplayBlock, ShellBlock, TableBlock, TextBlock
from aircher.tui.look import Look
from aircher.tui.markdown.coloring import InBackground
from aircher.tui.parts import Changed
from aircher.tui.terminal.rows import Row

_LARGE = 10_000
"""Characters of a diff or a table whose rows take 5 ms."""
_TEXT_LIGHTER = 20
"""Plain text takes so much less."""
_WIDE_HEAVIER = 5
"""And text whose characters have to be measured one by one so much more."""


class LaidOut:
    """Rows that take long to draw.

    Attributes:
        is_pending: Whether some are being drawn.
    """

    def __init__(self, changed: Changed) -> None:
        """Take whom to tell, on the loop, when rows have arrived."""
        self.is_pending = False
        self._background = InBackground(changed)
        self._shape: tuple[int, Look] | None = None
        self._wanted: tuple[object, ...] = ()
        self._rows: list[Row] = []

    def get(self, shape: tuple[int, Look], version: object, draw: Callable[[], list[Row]]) -> list[Row] | None:
        """Return the rows of this shape that were drawn last; ``None`` = there are none yet.

        ``draw`` is called in a thread if they are not of this version: it must change nothing that others look at.
        """
        wanted = (shape, version)
        if wanted != self._wanted:
            self._wanted, self.is_pending = wanted, True
            self._background.run(draw, lambda rows: self._take(wanted, shape, rows))
        return self._rows if shape == self._shape else None

    def _take(self, wanted: tuple[object, ...], shape: tuple[int, Look], rows: list[Row]) -> None:
        if wanted == self._wanted:
            self.is_pending = False
            self._shape, self._rows = shape, rows
            self._background.changed()


def is_large(display: Iterable[DisplayBlock], content: str = "") -> bool:
    """Return whether all of it, and ``content`` below it, takes longer to draw than the loop can wait."""
    return sum(map(_weight, display)) + _text_weight(content) > _LARGE


def _weight(block: DisplayBlock) -> int:
    match block:
        case DiffBlock(diff=text):
            return _text_weight(text) * _TEXT_LIGHTER
        case TableBlock(rows=rows):
            return sum(len(cell) for row in rows for cell in row)
        case TextBlock(text=text, language=language):
            has_lexer = language not in {"", "diff"}  # the first one takes 10 ms alone
            return _text_weight(text) + has_lexer * (_LARGE + 1)
        case ShellBlock(output=text):
            return _text_weight(text)
        case _:
            return 0


def _text_weight(text: str) -> int:
    return len(text) * (1 if text.isascii() else _TEXT_LIGHTER * _WIDE_HEAVIER) // _TEXT_LIGHTER
