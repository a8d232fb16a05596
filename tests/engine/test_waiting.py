"""Waits that may be skipped, and that leave nothing behind."""

import asyncio

import pytest

from aircher.engine.waiting import Waiting
from aircher.testing.manual_clock import ManualClock


async def turns_of_the_loop() -> None:
    """Return after everything that is ready has run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_wait_lasts_as_long_as_it_was_told() -> None:
    clock = ManualClock()
    waiting = asyncio.ensure_future(Waiting(clock).wait(5))
    assert await clock.wait_for_sleeper() == 5
    await clock.advance(4)
    await turns_of_the_loop()
    assert not waiting.done()
    await clock.advance(1)
    await waiting
    assert clock.monotonic_s() == 5


@pytest.mark.parametrize("delay_s", [0.0, -1.0])
async def test_a_wait_of_nothing_returns_at_once_and_cannot_be_skipped(delay_s: float) -> None:
    waits = Waiting(ManualClock())
    await waits.wait(delay_s)
    assert waits.skip() is False


async def test_skipping_ends_the_wait_that_is_under_way() -> None:
    clock = ManualClock()
    waits = Waiting(clock)
    waiting = asyncio.ensure_future(waits.wait(60))
    await clock.wait_for_sleeper()
    assert waits.skip() is True
    await waiting
    assert clock.monotonic_s() == 0
    assert waits.skip() is False


async def test_skipping_before_a_wait_does_not_shorten_it() -> None:
    clock = ManualClock()
    waits = Waiting(clock)
    assert waits.skip() is False
    waiting = asyncio.ensure_future(waits.wait(60))
    assert await clock.wait_for_sleeper() == 60
    await clock.advance(59)
    await turns_of_the_loop()
    assert not waiting.done()
    await clock.advance(1)
    await waiting


async def test_skipping_one_wait_does_not_shorten_the_next() -> None:
    clock = ManualClock()
    waits = Waiting(clock)
    first = asyncio.ensure_future(waits.wait(10))
    await clock.wait_for_sleeper()
    assert [waits.skip(), waits.skip()] == [True, True]
    await first
    await clock.advance(10)  # the clock forgets whom it need not wake
    second = asyncio.ensure_future(waits.wait(60))
    assert await clock.wait_for_sleeper() == 60
    await clock.advance(59)
    await turns_of_the_loop()
    assert not second.done()
    await clock.advance(1)
    await second


@pytest.mark.parametrize("how", ["over", "skipped", "cancelled"])
async def test_no_task_is_left_however_a_wait_ends(how: str) -> None:
    clock = ManualClock()
    waits = Waiting(clock)
    before = asyncio.all_tasks()
    waiting = asyncio.ensure_future(waits.wait(5))
    await clock.wait_for_sleeper()
    assert len(asyncio.all_tasks() - before) == 3
    match how:
        case "over":
            await clock.advance(5)
            await waiting
        case "skipped":
            waits.skip()
            await waiting
        case _:
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
    assert asyncio.all_tasks() == before
    assert waits.skip() is False
