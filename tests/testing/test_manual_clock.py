import asyncio
from datetime import timedelta

from aircher.testing.manual_clock import EPOCH, ManualClock


async def test_sleepers_wake_in_order_at_their_own_time() -> None:
    clock = ManualClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, delay_s: float) -> None:
        await clock.sleep(delay_s)
        woken.append((name, clock.monotonic_s()))

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("late", 3))
        group.create_task(sleeper("early", 1))
        await sleeper("now", 0)
        assert await clock.wait_for_sleeper() == 1
        await clock.advance(2)
        assert woken == [("now", 0.0), ("early", 1.0)]
        await clock.advance(2)

    assert woken[-1] == ("late", 3.0)
    assert clock.now() == EPOCH + timedelta(seconds=4)
