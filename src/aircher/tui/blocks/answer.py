"""The model's answer, as it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aircher.tui.look import Look
    from aircher.tui.markdown.streamed import StreamedMarkdown
    from aircher.tui.parts import Changed
    from aircher.tui.terminal.rows import Row


class AnswerBlock:
    """Markdown that grows. It is laid out for whoever asks to see it: an answer that is never seen stays a text."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._pieces: list[str] = []
        self._markdown: StreamedMarkdown | None = None
        self._is_finished = False

    def append(self, text: str) -> None:
        """Take more of the answer."""
        if self._markdown is None:
            self._pieces.append(text)
        else:
            self._markdown.append(text)
        self._changed()

    def finish(self) -> None:
        """The answer is whole."""
        if self._is_finished:
            return
        self._is_finished = True
        if self._markdown is not None:
            self._markdown.finish()
        self._changed()

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return what was said so far."""
        if self._markdown is None:
            from aircher.tui.markdown.streamed import StreamedMarkdown  # the first frame shows none

            self._markdown = StreamedMarkdown(width, look, self._changed)
            self._markdown.append("".join(self._pieces))
            self._pieces = []
            if self._is_finished:
                self._markdown.finish()
        self._markdown = self._markdown.relaid(width, look)
        return self._markdown.rows

    @property
    def settled_rows(self) -> int:
        """Return how many of the first rows that were drawn last will never change."""
        return 0 if self._markdown is None else self._markdown.settled

    @property
    def is_finished(self) -> bool:
        """Return whether it is whole."""
        return self._is_finished

    @property
    def source(self) -> str:
        """Return the answer as it was written."""
        return "".join(self._pieces) if self._markdown is None else self._markdown.source

    @property
    def is_live(self) -> bool:
        """Return that it moves only when something arrives."""
        return False

    def toggle(self) -> bool:
        """Refuse: an answer is never folded."""
        return False
