"""Enter, while a call waits, ends the wait.

Invariant: the terminal's input is read only while something waits, and never more than was typed meanwhile.
"""

import asyncio
import os
from collections.abc import Callable

from aircher.domain.events import Published, RetryScheduled
from aircher.domain.records import dataclass
from aircher.oneshot.result import RunResult

MOST_BYTES = 1_024  # of a line typed while waiting; only its end matters


@dataclass(slots=True)
class SkipKey:
    """A sink that listens to a terminal; see `aircher.oneshot.sinks.Sink`.

    Attributes:
        descriptor: The terminal's.
        skip: What ends the wait.
    """

    descriptor: int
    skip: Callable[[], object]
    _is_listening: bool = False

    def on_event(self, published: Published) -> None:
        """Listen from the announcement of a wait to whatever comes next."""
        is_wait = isinstance(published.event, RetryScheduled) and published.event.delay_s > 0
        if is_wait and not self._is_listening:
            asyncio.get_running_loop().add_reader(self.descriptor, self._read)
            self._is_listening = True
        elif not is_wait:
            self._stop()

    def finish(self, result: RunResult) -> None:
        """Do nothing: `on_event` has stopped by then."""

    def _read(self) -> None:
        if not _is_in_foreground(self.descriptor):
            self._stop()  # what is typed is for somebody else, and reading it would stop the program
            return
        typed = os.read(self.descriptor, MOST_BYTES)
        if b"\n" in typed:
            self.skip()
        if not typed:
            self._stop()

    def _stop(self) -> None:
        if self._is_listening:
            asyncio.get_running_loop().remove_reader(self.descriptor)
            self._is_listening = False


def _is_in_foreground(terminal: int) -> bool:
    """Whether this process may read the terminal; one that controls no processes may be read by everybody."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return True
