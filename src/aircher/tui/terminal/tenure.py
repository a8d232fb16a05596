"""The time in which a terminal is ours: taken over, lent to others in between, given back whatever happens.

Invariant: between `Tenure.give_back` and `Tenure.take` nothing of ours is switched on, and no answer of the terminal
is on its way that the next program would take for typed.
"""

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aircher.tui.terminal.capabilities import Capabilities
from aircher.tui.terminal.guard import Guard
from aircher.tui.terminal.keyboard import Keyboard
from aircher.tui.terminal.line_discipline import make_raw, restore
from aircher.tui.terminal.modes import asking, entering, leaving
from aircher.tui.terminal.output import Output

if TYPE_CHECKING:  # it comes before everything else
    from aircher.tui.first_frame import FirstFrame

GIVING_BACK_S = 0.3
"""A terminal that does not take our last bytes for so long does not get them."""
ANSWER_S = 0.1
"""An answer to a question asked just before leaving is waited for at most so long; over ssh it takes that long."""
FRESH_S = 1.0
"""A question older than this will not be answered any more."""


class Tenure:
    """One terminal, while it is ours.

    Attributes:
        guard: Gives it back if this process is killed.
    """

    def __init__(
        self,
        input_fd: int,
        output_fd: int,
        can: Capabilities,
        environ: Mapping[str, str],
        *,
        is_inline: bool,
        first_frame: "FirstFrame | None",
    ) -> None:
        """Be ready to take it, from the first frame if that is on the screen."""
        self.guard = Guard(output_fd, environ.get("PATH"))
        self._fd = input_fd
        self._can = can
        self._is_inline = is_inline
        self._first_frame = first_frame
        self._before: list[object] | None = None
        self._is_ours = False
        self._asked_s = 0.0

    def take(self, output: Output) -> None:
        """Have every key come raw, and our modes on."""
        if self._is_ours:
            return
        self._is_ours = True
        before = make_raw(self._fd)
        if self._first_frame is not None:
            before, self.guard = self._first_frame.hand_over()
            self._first_frame = None
        self._before = self._before or before
        if not self._can.is_dumb:
            self.guard.watch(leaving(self._can, is_inline=self._is_inline))
        output.write(entering(self._can, is_inline=self._is_inline).encode())

    def covered(self, uncovering: str) -> None:
        """Take note of what has to be sent before all else to give the terminal back; empty = nothing any more."""
        if self._is_ours:
            self.guard.watch(uncovering + leaving(self._can, is_inline=self._is_inline))

    def take_again(self, output: Output) -> None:
        """Have raw keys and modes as before: somebody has stopped us and may have changed them."""
        make_raw(self._fd)
        modes = leaving(self._can, is_inline=self._is_inline) + entering(self._can, is_inline=self._is_inline)
        output.write(modes.encode())

    def ask(self, output: Output) -> None:
        """Put the questions to the terminal."""
        if questions := asking(self._can):
            self._asked_s = time.monotonic()
            output.write(questions.encode())

    def has_answered(self) -> None:
        """Take note that nothing more will come."""
        self._asked_s = 0.0

    def give_back(self, output: Output, keyboard: Keyboard, last: bytes = b"") -> None:
        """Have the terminal as it was before, after these last bytes."""
        if not self._is_ours:
            return
        self._is_ours = False
        keyboard.stop()
        output.write(last)
        output.finish(GIVING_BACK_S)
        output.write(leaving(self._can, is_inline=self._is_inline).encode())
        output.finish(GIVING_BACK_S)
        if not output.is_gone and time.monotonic() - self._asked_s < FRESH_S:
            keyboard.read_until(lambda: not self._asked_s, ANSWER_S)
            keyboard.stop()
        if self._before is not None:
            restore(self._fd, self._before)
        self.guard.stop()


def size_of(fd: int, environ: Mapping[str, str]) -> tuple[int, int]:
    """Return width and height; a terminal that does not know them has what the variables say, or 80 to 24."""
    try:
        width, height = os.get_terminal_size(fd)
    except OSError:
        width = height = 0
    return width or _number(environ, "COLUMNS") or 80, height or _number(environ, "LINES") or 24


def _number(environ: Mapping[str, str], name: str) -> int:
    value = environ.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 5 else 0
