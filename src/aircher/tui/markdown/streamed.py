"""Markdown that streams in: finished blocks become rows once, only the open one is laid out again.

Invariant: however the text was cut, its rows are those of the whole text laid out in one go, once it is finished and
colours have arrived. Rows that are frozen are never laid out again, and stay the same objects until colours arrive.
Not its job: when anything is drawn. Adding text only keeps it; the work is done for whoever asks for the rows.
"""

from collections.abc import Callable

from aircher.tui.look import Look
from aircher.tui.markdown.coloring import InBackground
from aircher.tui.markdown.freezing import Growth
from aircher.tui.markdown.memory import Page
from aircher.tui.markdown.palette import Palette
from aircher.tui.markdown.plain import PlainGrowth
from aircher.tui.markdown.source import Intake
from aircher.tui.terminal.rows import Row

MIN_WIDTH = 4


class StreamedMarkdown:
    """A text that grows, and its rows."""

    def __init__(self, width: int, look: Look, changed: Callable[[], None]) -> None:
        """Begin an empty text; ``changed`` is called on the loop when colours have arrived, not for what is added."""
        self.width = width
        self.look = look
        self._changed = changed
        self._pieces: list[str] = []
        self._seen = 0
        self._is_finished = False
        self._rows: list[Row] = []
        self._is_stale = False
        self._growth: Growth | PlainGrowth
        if look.renders_markdown:
            page = Page(max(MIN_WIDTH, width), Palette(look), InBackground(self._recolored))
            self._growth = Growth(page, self._rows)
        else:
            self._growth = PlainGrowth(width, look, self._rows)
        self._intake = Intake()

    @property
    def source(self) -> str:
        """Return the text as it came."""
        if len(self._pieces) > 1:
            self._take()
            self._pieces = ["".join(self._pieces)]
            self._seen = 1
        return "".join(self._pieces)

    @property
    def is_finished(self) -> bool:
        """Return whether no more text will come."""
        return self._is_finished

    def append(self, text: str) -> None:
        """Add a piece of text."""
        self._pieces.append(text)
        self._is_stale = True

    def finish(self) -> None:
        """Say that the text is whole: what is unfinished in it stays so."""
        self._is_finished = True
        self._is_stale = True

    @property
    def rows(self) -> list[Row]:
        """Return the rows: always the same list, which grows, and whose rows change from `frozen` on."""
        if self._is_stale:
            self._is_stale = False
            self._take()
            self._growth.lay(is_last=self._is_finished)
        return self._rows

    @property
    def frozen(self) -> int:
        """Return how many rows, of those last asked for, keep their text."""
        return self._growth.frozen

    @property
    def settled(self) -> int:
        """Return how many rows, of those last asked for, will never change again, colours included."""
        return self._growth.settled

    def relaid(self, width: int, look: Look) -> "StreamedMarkdown":
        """Return the same text for another width or look: itself, if they are what it has."""
        if width == self.width and look is self.look:
            return self
        other = StreamedMarkdown(width, look, self._changed)
        if text := self.source:
            other.append(text)
        if self._is_finished:
            other.finish()
        return other

    def _take(self) -> None:
        text = self._intake.take("".join(self._pieces[self._seen :]), is_last=self._is_finished)
        self._seen = len(self._pieces)
        self._growth.take(text)

    def _recolored(self) -> None:
        self._is_stale = True
        self._changed()
