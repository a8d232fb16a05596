"""How far a long copy is, told as often as a person wants to know."""

import time
from collections.abc import Callable

EVERY_S = 3.0  # whoever waits shorter need not be told


class SeldomTold:
    """Takes every step of a copy and tells one of them every few seconds; for one thread at a time."""

    def __init__(self, note: Callable[[str], None], clock_s: Callable[[], float] = time.monotonic) -> None:
        self._note = note
        self._clock_s = clock_s
        self._told_at_s = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Take note that ``done`` of ``total`` files have been copied; 0 = a copy begins."""
        now_s = self._clock_s()
        if done == 0:
            self._told_at_s = now_s
        elif now_s - self._told_at_s >= EVERY_S:
            self._told_at_s = now_s
            self._note(f"keeping the state of the workspace for undo: {done:,} of {total:,} files")
