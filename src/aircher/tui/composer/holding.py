"""Keys that were typed behind one that has to wait: Tab before the choices are there, Enter before a picture is read.

Invariant: what was typed is done in the order in which it was typed, and not later than the deadline.
"""

import asyncio
from collections.abc import Callable

from aircher.tui.terminal.events import InputEvent


class Hold:
    """What waits, and what was typed behind it."""

    def __init__(self, again: Callable[[InputEvent], object]) -> None:
        """Get ready; ``again`` takes each event when the waiting is over."""
        self._again = again
        self._act: Callable[[], object] | None = None
        self._is_over: Callable[[], bool] = _never
        self._events: list[InputEvent] = []
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_holding(self) -> bool:
        """Return whether something waits."""
        return self._act is not None

    def begin(self, act: Callable[[], object], *, is_over: Callable[[], bool], deadline_s: float | None) -> None:
        """Do ``act`` once it is over (`look` asks), or after the deadline; ``None`` = however long it takes."""
        self._act = act
        self._is_over = is_over
        if deadline_s is not None:
            self._timer = asyncio.get_running_loop().call_later(deadline_s, self.release)

    def keep(self, event: InputEvent) -> None:
        """Let this be done afterwards."""
        self._events.append(event)

    def look(self) -> None:
        """Go on if what was waited for has happened."""
        if self._act is not None and self._is_over():
            self.release()

    def release(self) -> None:
        """Go on."""
        act, self._act = self._act, None
        self.drop_timer()
        if act is None:
            return
        act()
        events, self._events = self._events, []
        for event in events:
            if self.is_holding:  # one of them waits again
                self._events.append(event)
            else:
                self._again(event)

    def drop_timer(self) -> None:
        """Let nothing happen by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _never() -> bool:
    return False
