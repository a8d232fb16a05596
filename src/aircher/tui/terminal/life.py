"""What happens to a terminal while it is ours: resizes, stops, answers about itself, and the end.

Invariant: whatever ends it, the terminal is given back before anybody else hears of the end.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aircher.tui.terminal.capabilities import Capabilities, capabilities
from aircher.tui.terminal.events import InputEvent, Resized
from aircher.tui.terminal.frames import Frames, Statistics, drawing
from aircher.tui.terminal.keyboard import Keyboard
from aircher.tui.terminal.keys import Answered, TerminalEvent
from aircher.tui.terminal.modes import BACKGROUND_QUESTION
from aircher.tui.terminal.output import Output
from aircher.tui.terminal.signals import Signals
from aircher.tui.terminal.tenure import Tenure, size_of
from aircher.tui.terminal.tmux import TmuxClipboard

if TYPE_CHECKING:
    from aircher.tui.first_frame import FirstFrame

SYNC_MODE = 2026
HAS_MODE = frozenset({1, 2, 3})
"""The answers that mean that a mode can be switched: it is on, off, or always on."""
WAITING_BYTES_AT_MOST = 1 << 20
"""A terminal that is so far behind is not rung or given copies any more."""


class Life:
    """The parts of a terminal, and what each has to do when something happens.

    Attributes:
        can: What the terminal can do.
        size: Width and height.
        output: The way to it, from `begin` on.
        frames: What is shown, from `begin` on.
        tmux: Copies for the tmux around it.
    """

    output: Output
    frames: Frames

    def __init__(
        self,
        fds: tuple[int, int],
        environ: Mapping[str, str],
        *,
        is_inline: bool,
        first_frame: "FirstFrame | None",
        on_event: Callable[[InputEvent], None],
        on_stop: Callable[[signal.Signals], None] | None,
    ) -> None:
        """Be ready to begin; see `Terminal`."""
        self.can: Capabilities = capabilities(environ)
        self.size = size_of(fds[1], environ)
        self.tmux = TmuxClipboard(environ)
        self._fds = fds
        self._environ = environ
        self._is_inline = is_inline
        self._on_event = on_event
        self._on_stop = on_stop
        self._is_lent = False
        self._naming = ""
        self._tenure = Tenure(*fds, self.can, environ, is_inline=is_inline, first_frame=first_frame)
        self._keyboard = Keyboard(fds[0], encoding=self.can.encoding, deliver=self._deliver, lost=self._lost)
        self._signals = Signals(
            {
                signal.SIGWINCH: self._resized,
                signal.SIGTSTP: lambda: self.stop_here(lambda number: os.kill(os.getpid(), number)),
                signal.SIGCONT: self._continued,
                signal.SIGTERM: lambda: self._stop(signal.SIGTERM),
                signal.SIGHUP: lambda: self._stop(signal.SIGHUP),
            }
        )

    def begin(self, statistics: Statistics) -> None:
        """Take the terminal."""
        self.output = Output(self._fds[1], drained=self._drained)
        painter = drawing(self.can, self.size, is_inline=self._is_inline, covered=self._tenure.covered)
        self.frames = Frames(painter, self.output, statistics)
        try:
            self._tenure.take(self.output)
            self._signals.listen()
            self._tenure.ask(self.output)
            self._keyboard.start()
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Give the terminal back for good."""
        self._tenure.give_back(self.output, self._keyboard, self.frames.pause())
        self._signals.release()
        self.output.close()
        self.tmux.reap()

    def request(self, sequence: str) -> bool:
        """Send a sequence; ``False`` = there is none, the terminal is too far behind, or another program has it."""
        if self._is_lent or not sequence or self.output.waiting_bytes > WAITING_BYTES_AT_MOST:
            return False
        self.output.write(sequence.encode(self.can.encoding, "replace"))
        return True

    def name_window(self, sequence: str) -> None:
        """Give the window the title of this sequence, now or once the terminal is ours again."""
        self._naming = sequence
        self.request(sequence)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Give the terminal back meanwhile."""
        self._tenure.give_back(self.output, self._keyboard, self.frames.pause())
        self._is_lent = True
        try:
            yield
        finally:
            self._is_lent = False
            self._tenure.take(self.output)
            self.request(self._naming)
            self._keyboard.start()
            self._resized()
            self.frames.resume()

    def stop_here(self, send: Callable[[signal.Signals], None]) -> None:
        """Stop as a program does that is told to, and go on when it is continued; nobody may be there to do that."""
        with self.lent():
            self._signals.act_as_usual(signal.SIGTSTP, send)

    def _drained(self) -> None:
        self.frames.go_on()

    def _continued(self) -> None:
        """Take the terminal again after a stop that nobody could see coming (SIGSTOP)."""
        self._tenure.take_again(self.output)
        self._resized()
        self.frames.repaint()

    def _resized(self) -> None:
        size = size_of(self._fds[1], self._environ)
        if size != self.size:
            self.size = size
            self.frames.resize(*size)
            self._on_event(Resized(width=size[0], height=size[1]))
        elif not self._is_inline:  # it had another one in between, and what lay outside of that is lost
            self.frames.repaint()

    def _stop(self, number: signal.Signals) -> None:
        on_stop, self._on_stop = self._on_stop, None
        if on_stop is not None:
            on_stop(number)
            return
        self._tenure.give_back(self.output, self._keyboard, self.frames.pause())
        self._signals.act_as_usual(number, lambda number: os.kill(os.getpid(), number))

    def _lost(self) -> None:
        self.output.is_gone = True
        self._stop(signal.SIGHUP)

    def _deliver(self, event: TerminalEvent) -> None:
        if not isinstance(event, Answered):
            self._on_event(event)
            return
        match event.kind, event.numbers:
            case "attributes", _:
                self._tenure.has_answered()
            case "mode", (mode, state) if mode == SYNC_MODE:
                self.frames.drawing.has_sync = state in HAS_MODE
                self.can = self.can.with_sync(has_sync=state in HAS_MODE)
            case "scheme", _:
                self.request(BACKGROUND_QUESTION)
            case _:
                return
