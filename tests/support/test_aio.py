"""Work in a thread of its own: what comes of it, and who waits for it."""

import asyncio
import gc
import subprocess
import sys
import threading

import pytest

from aircher.support.aio import in_own_thread


async def test_what_the_work_returns_is_returned() -> None:
    assert await in_own_thread(lambda: threading.current_thread().name, name="work", grace_s=0) == "work"


async def test_what_the_work_raises_is_raised() -> None:
    def work() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        await in_own_thread(work, name="work", grace_s=0)


async def test_work_that_is_nearly_done_ends_in_order_when_it_is_cancelled() -> None:
    begun, may_end, has_ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait()
        has_ended.set()

    task = asyncio.ensure_future(in_own_thread(work, name="work", grace_s=20))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    asyncio.get_running_loop().call_soon(may_end.set)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert has_ended.is_set()


async def test_nobody_is_told_of_what_work_raises_that_was_cancelled() -> None:
    told: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))
    begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait()
        raise LookupError

    task = asyncio.ensure_future(in_own_thread(work, name="work", grace_s=20))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    loop.call_soon(may_end.set)
    await asyncio.wait([task])
    assert task.cancelled()
    del task
    gc.collect()
    loop.set_exception_handler(None)
    assert told == []


def test_the_end_of_the_process_does_not_wait_for_it() -> None:
    program = """
import asyncio, threading
from aircher.support.aio import in_own_thread

async def main():
    task = asyncio.ensure_future(in_own_thread(threading.Event().wait, name="work", grace_s=0))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    print("left")

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == "left\n"
