"""When the screen is drawn: at once after a key, at most thirty times a second while text streams, never while idle.

Invariant: a change is drawn within a frame's time, and without a change no timer runs. Not its job: drawing.
"""

import asyncio
from collections.abc import Callable

FRAME_S = 1 / 30
"""Faster than anybody reads, slow enough that a fast model costs little."""
CALM_FRAME_S = 0.5
"""For those who do not want to see text grow."""
ANIMATION_S = 0.2
"""Between two states of a moving sign; it moves only while something runs."""


class Frames:
    """Calls ``draw`` when something changed.

    Args:
        draw: Draws; returns whether something on the screen moves by itself and wants to be drawn again.
        frame_s: How far frames of a stream are apart.
        is_behind: Whether the terminal has not taken the last frame yet; then a frame is left out.
    """

    def __init__(
        self, draw: Callable[[], bool], is_behind: Callable[[], bool], *, frame_s: Callable[[], float] = lambda: FRAME_S
    ) -> None:
        self._draw = draw
        self._frame_s = frame_s
        self._is_behind = is_behind
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._drawn_at_s = float("-inf")
        self._is_closed = False

    def changed(self) -> None:
        """Have it drawn when the next frame is due."""
        self._draw_at(self._drawn_at_s + self._frame_s())

    def at_once(self) -> None:
        """Have it drawn as soon as the events at hand are handled: somebody pressed a key and looks."""
        self._draw_at(self._loop.time())

    def close(self) -> None:
        """Draw nothing more."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _draw_at(self, at_s: float) -> None:
        if self._is_closed:
            return
        if self._timer is not None:
            if self._timer.when() <= at_s:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(at_s, self._due)

    def _due(self) -> None:
        self._timer = None
        now_s = self._drawn_at_s = self._loop.time()
        if self._is_behind():
            self._draw_at(now_s + FRAME_S)
        elif self._draw():
            self._draw_at(now_s + ANIMATION_S)
