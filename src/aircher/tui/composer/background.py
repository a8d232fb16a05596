"""Work that the composer started and does not wait for.

Invariant: all of it has ended when `Background.close` returns. What a port fails with is told; anything else is a
defect, and ends the task that owns the composer.
"""

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType

from aircher.domain.errors import AircherError


class Background:
    """The composer's own tasks."""

    def __init__(self, tell: Callable[[AircherError], None]) -> None:
        self._tell = tell
        self._tasks = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Work can be started from now on."""
        await self._tasks.__aenter__()

    async def close(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """No work goes on any more; takes what its owner leaves with, as ``__aexit__`` does.

        Raises:
            BaseExceptionGroup: The defects that ended some of it.
        """
        for task in tuple(self._running):
            task.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Start it."""
        task = self._tasks.create_task(self._told(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: work.close())  # one that was cancelled at once has never begun it
        return task

    async def _told(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except AircherError as exc:
            self._tell(exc)
