"""Small additions to asyncio that say what is meant.

Not its job: anything about conversations, files or processes.
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
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
