"""The model's answer, as it arrives."""

from collections.abc import Callable, Sequence
from typing import Protocol, Self, TypeAlias

from aircher.tui.look import Look
from aircher.tui.parts import Changed
from aircher.tui.terminal.rows import Row


class GrowingLayout(Protocol):
    """Markdown that grows, laid out."""

    @property
    def rows(self) -> Sequence[Row]:
        """Return the rows so far; only its open end is ever replaced."""
        ...

    @property
    def settled(self) -> int:
        """Return how many of the first rows will never change, colours included."""
        ...

    def append(self, text: str) -> None:
        """Take more of the text."""
        ...

    def finish(self) -> None:
        """Take it that the text is over."""
        ...

    def relaid(self, width: int, look: Look) -> Self:
        """Return the same text in another width or look."""
        ...


LayOut: TypeAlias = Callable[[int, Look, Changed], GrowingLayout]


class AnswerBlock:
    """Markdown that grows; it is laid out once there is a width to lay it out in."""

    def __init__(self, changed: Changed, lay_out: LayOut | None = None) -> None:
        self._changed = changed
        self._lay_out = lay_out or _markdown
        self._pieces: list[str] = []
        self._layout: GrowingLayout | None = None
        self._drawn_for: tuple[int, Look] | None = None
        self._is_finished = False

    def append(self, text: str) -> None:
        """Take more of the answer."""
        self._pieces.append(text)
        if self._layout is not None:
            self._layout.append(text)
        self._changed()

    def finish(self) -> None:
        """The answer is whole."""
        if not self._is_finished:
            self._is_finished = True
            if self._layout is not None:
                self._layout.finish()
            self._changed()

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return what was said so far."""
        if self._layout is None:
            self._layout = self._lay_out(width, look, self._changed)
            self._layout.append(self.source)
            if self._is_finished:
                self._layout.finish()
        elif self._drawn_for != (width, look):
            self._layout = self._layout.relaid(width, look)
        self._drawn_for = (width, look)
        return self._layout.rows

    @property
    def settled_rows(self) -> int:
        """Return how many of the first rows that were drawn last will never change."""
        return 0 if self._layout is None else self._layout.settled

    @property
    def source(self) -> str:
        """Return the answer as it was written."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    @property
    def is_live(self) -> bool:
        """Return that it moves only when something arrives."""
        return False

    def toggle(self) -> bool:
        """Refuse: an answer is never folded."""
        return False


def _markdown(width: int, look: Look, changed: Changed) -> GrowingLayout:
    from aircher.tui.markdown.streamed import StreamedMarkdown  # the first frame shows none

    return StreamedMarkdown(width, look, changed)
