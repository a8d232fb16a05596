"""What the parts of the screen have in common: they draw rows into a width, and take events.

Nothing here draws by itself: whoever changed calls the ``changed`` it was given, and the screen asks for rows at its
next frame.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from aircher.tui.look import Look
from aircher.tui.terminal.events import InputEvent
from aircher.tui.terminal.rows import Row

Changed = Callable[[], None]
AnswerT = TypeVar("AnswerT")


class Place(NamedTuple):
    """A cell, counted from 0."""

    x: int
    y: int


class Block(Protocol):
    """A piece of the conversation: an answer, a tool's call, a notice."""

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return how it looks; the same object as long as nothing changed, or one list that only grew at its end.

        Every row is at most ``width`` wide. Nobody but the block changes the list.
        """
        ...

    @property
    def source(self) -> str:
        """Return its text as it is copied and searched: without decoration, foreign characters still in it."""
        ...

    @property
    def is_live(self) -> bool:
        """Return whether it moves by itself (a timer, a sign) and wants to be drawn again each second."""
        ...

    def toggle(self) -> bool:
        """Fold or unfold it; ``False`` = it cannot be folded."""
        ...


class Dialog(Protocol[AnswerT]):
    """A box above the rest that wants an answer; the screen gives it every key while it is open.

    Attributes:
        title: Its headline.
        answered: Where its answer will be; ``None`` = it was left with Escape. Who cancels it closes the dialog.
    """

    title: str
    answered: "asyncio.Future[AnswerT | None]"

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return the inside of the box: at most so many rows, of at most so many cells."""
        ...

    def cursor(self, width: int, height: int) -> Place | None:
        """Return where text is being typed, within the rows last drawn; ``None`` = nowhere."""
        ...

    def handle(self, event: InputEvent) -> bool:
        """Take an event."""
        ...
