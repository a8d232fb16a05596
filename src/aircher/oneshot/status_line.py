"""One line of stderr that tells what the one who answers is busy with: its thoughts, or how long it still waits.

Invariant: the line is gone before anything else is written; nothing of it stays in the scrollback.
Not its job: what should be readable afterwards (`aircher.oneshot.sinks.Progress`).
"""

import asyncio
import time
from collections.abc import Callable
from typing import TextIO

from aircher.domain.events import Published, RetryScheduled, TextDelta, ThinkingDelta
from aircher.domain.records import dataclass
from aircher.oneshot.live import CLEAR_LINE, terminal_columns
from aircher.oneshot.result import RunResult
from aircher.support.text import display_width, without_controls

KEPT_CHARS = 400  # more than a line of any window


@dataclass(slots=True)
class StatusLine:
    """A sink for a terminal on stderr; see `aircher.oneshot.sinks.Sink`. It comes before those that write."""

    stderr: TextIO
    columns: Callable[[], int] = terminal_columns
    can_skip: bool = False
    _thought: str = ""
    _waits_until_s: float = 0.0
    _tick: asyncio.TimerHandle | None = None
    _is_shown: bool = False
    _has_answer: bool = False

    def on_event(self, published: Published) -> None:
        """Repaint the line with the newest thought or the rest of a wait; the answer clears it for good."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        match published.event:
            case RetryScheduled(delay_s=delay_s) if delay_s >= 1:
                self._clear()
                self._waits_until_s = time.monotonic() + delay_s
                # after the sinks that write a line about it
                self._tick = asyncio.get_running_loop().call_later(0, self._count_down)
            case ThinkingDelta(text=text) if not self._has_answer:
                self._thought = (self._thought + text)[-KEPT_CHARS:]
                self._paint(self._thought.rstrip().rpartition("\n")[2])
            case event:
                self._has_answer = self._has_answer or isinstance(event, TextDelta)
                self._clear()

    def finish(self, result: RunResult) -> None:  # noqa: ARG002 - the role passes it
        """Leave an empty line."""
        self._clear()

    def _count_down(self) -> None:
        """Paint the seconds that are left, once a second."""
        left_s = self._waits_until_s - time.monotonic()
        if left_s <= 0:
            self._clear()
            return
        keys = "Enter goes on at once, Ctrl+C gives up" if self.can_skip else "Ctrl+C gives up"
        line = f"waiting {left_s:.0f} s"
        whole = f"{line} · {keys}"
        self._paint(whole if display_width(whole) <= self.columns() else line)
        self._tick = asyncio.get_running_loop().call_later(1.0, self._count_down)

    def _paint(self, text: str) -> None:
        line = without_controls(text).expandtabs(1)
        while display_width(line) > self.columns():
            line = line[1:]
        self.stderr.write(CLEAR_LINE + line)
        self.stderr.flush()
        self._is_shown = True

    def _clear(self) -> None:
        if self._is_shown:
            self.stderr.write(CLEAR_LINE)
            self.stderr.flush()
            self._is_shown = False
        self._thought = ""
