"""A terminal of two descriptors: frames go out, events come in, and it is given back whatever happens.

Invariant: nothing here waits for the terminal while it is ours. Bytes typed before it was taken over are events like
all others. Not its job: what is drawn, and what a key does.
"""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aircher.tui.terminal.events import InputEvent
from aircher.tui.terminal.frames import Statistics
from aircher.tui.terminal.life import Life
from aircher.tui.terminal.rows import Row

if TYPE_CHECKING:
    from aircher.tui.first_frame import FirstFrame


class Terminal:
    """An async context manager within which the terminal is ours.

    Attributes:
        statistics: What painting has cost.
    """

    def __init__(
        self,
        input_fd: int,
        output_fd: int,
        *,
        on_event: Callable[[InputEvent], None],
        environ: Mapping[str, str] = os.environ,
        is_inline: bool = False,
        first_frame: "FirstFrame | None" = None,
        on_stop: Callable[[signal.Signals], None] | None = None,
    ) -> None:
        """Be ready to take the terminal.

        Args:
            input_fd: Where keys come from.
            output_fd: Where frames go; of the same terminal.
            on_event: Is called for everything that happens, on the loop.
            environ: Variables, by which terminals are told apart.
            is_inline: Whether to draw below what is there, without a screen of its own.
            first_frame: What has taken the terminal already, and hands it over when it is taken here.
            on_stop: Is called for SIGTERM and SIGHUP, and when the terminal is closed; the second time, and without
                it, the terminal is given back and the signal does what it usually does.
        """
        self.statistics = Statistics()
        self._life = Life(
            (input_fd, output_fd),
            environ,
            is_inline=is_inline,
            first_frame=first_frame,
            on_event=on_event,
            on_stop=on_stop,
        )

    async def __aenter__(self) -> Self:
        self._life.begin(self.statistics)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._life.end()

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in cells."""
        return self._life.size

    @property
    def is_behind(self) -> bool:
        """Return whether it has not taken the last frame yet; a newer one waits, and the newest is painted then."""
        return self._life.output.is_behind

    def paint(
        self,
        rows: Sequence[Row],
        cursor: tuple[int, int] | None,
        *,
        above: Sequence[Row] = (),
        is_over: bool = False,
    ) -> None:
        """Show these rows, and the cursor at a cell of them; ``None`` = no cursor.

        What is ``above`` is printed before, in the same frame, into the terminal's own scrollback; on a whole screen
        nothing is printed. A frame that is ``is_over`` covers everything that was printed, and leaves no trace once
        another one is not; what is to be printed waits for that.
        """
        self._life.frames.paint(rows, cursor, above=above, is_over=is_over)

    def repaint(self) -> None:
        """Draw everything anew: something else has been written on the screen."""
        self._life.frames.repaint()

    def copy(self, text: str) -> bool:
        """Put text into the clipboard of whoever sits at the terminal; ``False`` = it does not take that much."""
        from aircher.tui.terminal.requests import copying

        self._life.tmux.copy(text)
        return self._life.request(copying(text, self._life.can))

    def notify(self, title: str, body: str) -> None:
        """Tell the user something who is not looking, and ring."""
        from aircher.tui.terminal.requests import notifying

        self._life.request(notifying(title, body, self._life.can))

    def set_title(self, text: str) -> None:
        """Give the window a title; the one from before comes back at the end."""
        from aircher.tui.terminal.requests import titling

        self._life.name_window(titling(text, self._life.can))

    def suspended(self) -> AbstractContextManager[None]:
        """Give the terminal back for as long as the context lasts: another program may use it meanwhile."""
        return self._life.lent()

    def suspend(self) -> None:
        """Stop the process group as Ctrl+Z does, and draw everything anew when it goes on."""
        self._life.stop_here(lambda number: os.kill(0, number))
