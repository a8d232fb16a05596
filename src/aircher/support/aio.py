"""Small additions to asyncio that say what is meant.

Not its job: anything about conversations, files or processes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


async def together(works: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run all works at once and return when all are done; the first failure cancels the others.

    Raises:
        BaseException: That of the work that failed first, as it was raised and not inside of a group.
    """
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures.exceptions[0].__cause__


async def finished(work: Awaitable[ResultT], *, within_s: float) -> ResultT | None:
    """Let the work go on to its end although this task may be cancelled meanwhile; ``None`` = it took too long.

    It is meant for cleaning up: a cancellation that comes meanwhile is raised only when the work is over.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait([task], timeout=within_s)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=within_s)
        raise
    if task.done():
        return task.result()
    task.cancel()
    return None


async def in_own_thread(work: Callable[[], ResultT], *, name: str, grace_s: float) -> ResultT:
    """Return what the work returns, which may take long: the end of the process does not wait for it.

    A thread cannot be stopped: when this task is cancelled, what is nearly done has ``grace_s`` to end in order, and
    goes on alone after that, until the process ends.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[ResultT] = loop.create_future()

    def settle(outcome: ResultT | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(outcome)  # type: ignore[arg-type]  # without an error there is an outcome

    def run() -> None:
        outcome, error = None, None
        try:
            outcome = work()
        except BaseException as exc:  # noqa: BLE001 - raised again, where it is waited for
            error = exc
        with suppress(RuntimeError):  # the loop is gone, and whoever waited with it
            loop.call_soon_threadsafe(settle, outcome, error)

    Thread(target=copy_context().run, args=(run,), name=name, daemon=True).start()
    try:
        await asyncio.wait([future])
    except asyncio.CancelledError:
        await asyncio.wait([future], timeout=grace_s)
        if not future.cancel():
            future.exception()  # which nobody is told of any more
        raise
    return future.result()
