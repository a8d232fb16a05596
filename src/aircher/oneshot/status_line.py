"""One line of stderr that tells, until the answer begins, what the one who answers is busy with.

Invariant: the line is gone before anything else is written; nothing of it stays in the scrollback.
Not its job: what should be readable afterwards (`aircher.oneshot.sinks.Progress`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from aircher.domain.events import Published, TextDelta, ThinkingDelta
from aircher.oneshot.live import CLEAR_LINE, terminal_columns
from aircher.oneshot.result import RunResult
from aircher.support.text import display_width, without_controls

KEPT_CHARS = 400  # more than a line of any window


@dataclass(slots=True)
class StatusLine:
    """A sink for a terminal on stderr; see `aircher.oneshot.sinks.Sink`. It comes before those that write."""

    stderr: TextIO
    columns: Callable[[], int] = terminal_columns
    _thought: str = ""
    _is_shown: bool = False
    _has_answer: bool = False

    def on_event(self, published: Published) -> None:
        """Repaint the line with the newest thought, or clear it for good when the answer begins."""
        match published.event:
            case ThinkingDelta(text=text) if not self._has_answer:
                self._thought = (self._thought + text)[-KEPT_CHARS:]
                self._paint()
            case event:
                self._has_answer = self._has_answer or isinstance(event, TextDelta)
                self._clear()

    def finish(self, result: RunResult) -> None:  # noqa: ARG002 - the role passes it
        """Leave an empty line."""
        self._clear()

    def _paint(self) -> None:
        line = without_controls(self._thought.rstrip().rpartition("\n")[2]).expandtabs(1)
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
