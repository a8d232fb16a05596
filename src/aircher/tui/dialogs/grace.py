"""The moment after a question has appeared, in which a key was meant for something else.

Invariant: no key answers a question before its reader had the time to see it, nor while they are typing. Not its job:
what becomes of such keys; whoever asks hands them back, and the screen gives them to the prompt.
"""

import asyncio
from typing import TypeVar

from aircher.tui.dialogs.asking import Host

GRACE_S = 0.4
"""A key that is on its way when the box appears still lands in it: to see it and to stop the finger takes a person
a quarter of a second, and a repeated key comes three times in a tenth."""

TYPING_S = 1.0
"""Whoever typed less than this ago is in the middle of a word or between two: letters come every 0.1 to 0.3 seconds,
the pause between words is rarely longer than one."""

_AnswerT = TypeVar("_AnswerT")


class Grace:
    """Says whether a key may answer yet."""

    def __init__(self, host: Host, until: "asyncio.Future[_AnswerT | None]", *, last_typed_at_s: float | None) -> None:
        """Begin now.

        Args:
            host: Its clock tells the time; it is told to draw again when the moment is over.
            until: The question's answer: then nothing has to be waited for.
            last_typed_at_s: When the last key before was pressed, by the same clock; ``None`` = none was.
        """
        self._clock = host.clock
        self._changed = host.changed
        self._ends_at_s = host.clock.monotonic_s() + GRACE_S
        if last_typed_at_s is not None:
            self._ends_at_s = max(self._ends_at_s, last_typed_at_s + TYPING_S)
        task = host.spawn(self._wait())
        until.add_done_callback(lambda _: task.cancel())
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Return whether keys answer."""
        self._is_over = self._is_over or self._clock.monotonic_s() >= self._ends_at_s
        return self._is_over

    def takes_key(self) -> bool:
        """Return whether a key pressed now may answer; one that may not makes the moment last: somebody types."""
        if self.is_over:
            return True
        self._ends_at_s = max(self._ends_at_s, self._clock.monotonic_s() + TYPING_S)
        return False

    async def _wait(self) -> None:
        while not self.is_over:
            await self._clock.sleep(self._ends_at_s - self._clock.monotonic_s())
        self._changed()
