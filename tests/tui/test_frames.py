"""When the screen is drawn. The loop's own clock is turned by hand."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from aircher.tui.frames import ANIMATION_S, FRAME_S, Frames


class TurnedLoop(asyncio.SelectorEventLoop):
    """A loop whose time stands still until it is told to go on."""

    now_s = 1000.0

    def time(self) -> float:
        return self.now_s


@pytest.fixture
def loop() -> Any:  # a loop, closed afterwards
    loop = TurnedLoop()
    yield loop
    loop.close()


def go(loop: TurnedLoop, seconds: float) -> None:
    """Let time pass, and what is due happen."""
    loop.now_s += seconds
    for _ in range(3):
        loop.call_soon(lambda: None)
        loop.run_until_complete(asyncio.sleep(0))


def frames_of(
    loop: TurnedLoop, *, moves: Callable[[], bool] = lambda: False, behind: Callable[[], bool] = lambda: False
) -> tuple[Frames, list[float]]:
    drawn: list[float] = []

    def draw() -> bool:
        drawn.append(loop.time())
        return moves()

    async def make() -> Frames:
        return Frames(draw, behind)

    return loop.run_until_complete(make()), drawn


def test_a_change_is_drawn_once_and_nothing_runs_afterwards(loop: TurnedLoop) -> None:
    frames, drawn = frames_of(loop)
    for _ in range(50):
        frames.changed()
    go(loop, 0.001)
    go(loop, 10)
    assert drawn == [1000.001]


def test_a_stream_is_drawn_thirty_times_a_second(loop: TurnedLoop) -> None:
    frames, drawn = frames_of(loop)
    for _ in range(500):
        frames.changed()
        go(loop, 0.002)
    assert 28 <= len(drawn) <= 31
    assert all(after - before >= FRAME_S - 1e-6 for before, after in itertools.pairwise(drawn))


def test_a_key_is_drawn_at_once_even_between_frames(loop: TurnedLoop) -> None:
    frames, drawn = frames_of(loop)
    frames.changed()
    go(loop, 0.001)
    frames.changed()
    frames.at_once()
    go(loop, 0.001)
    assert len(drawn) == 2


def test_what_moves_is_drawn_again_until_it_stands(loop: TurnedLoop) -> None:
    moving = [True, True, False]
    frames, drawn = frames_of(loop, moves=lambda: moving.pop(0))
    frames.at_once()
    for _ in range(5):
        go(loop, ANIMATION_S + 0.001)
    assert len(drawn) == 3


def test_a_slow_terminal_loses_frames_and_gets_the_last_state(loop: TurnedLoop) -> None:
    behind = [True, True, False, False]
    frames, drawn = frames_of(loop, behind=lambda: behind.pop(0))
    frames.at_once()
    for _ in range(4):
        go(loop, FRAME_S + 0.001)
    assert len(drawn) == 1


def test_after_the_end_nothing_is_drawn(loop: TurnedLoop) -> None:
    frames, drawn = frames_of(loop)
    frames.changed()
    frames.close()
    frames.at_once()
    go(loop, 1)
    assert drawn == []
