"""What takes time and is waited for by nobody: opening a session, running a command, asking a question.

Invariant: a failure that is the user's or the world's is shown and ends only its errand; a bug of ours ends the program
in order, and is raised there. That holds for keys and frames, too. What a command finds out can be stopped, what it
then does cannot: half of it would be worse than all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from aircher.domain.errors import AircherError

ResultT = TypeVar("ResultT")
NOTICED_S = 0.3
"""What is over sooner nobody could read of, let alone stop."""


class Errands:
    """Tasks that belong to the interface.

    Args:
        failed: Gets what went wrong.
        broke: Called once a bug of ours ended one.
        changed: Called whenever ``running`` has changed.

    Attributes:
        defect: That bug; ``None`` = there was none.
        failed: Shows what went wrong.
    """

    def __init__(
        self,
        failed: Callable[[AircherError], None],
        broke: Callable[[], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.defect: BaseException | None = None
        self.failed = failed
        self._broke = broke
        self._changed = changed
        self._tasks: set[asyncio.Task[None]] = set()
        self._one = asyncio.Lock()
        self._noticed: dict[asyncio.Future[Any], str] = {}

    @property
    def running(self) -> str:
        """Return the name of what takes long and was begun last; empty = nothing does."""
        return next(reversed(self._noticed.values()), "")

    def start(self, errand: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin one."""
        task = asyncio.ensure_future(errand)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def start_in_turn(self, errand: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Begin one as soon as those before it that were begun like this have ended: it goes on from what they did."""

        async def in_turn() -> None:
            async with self._one:
                await errand()

        return self.start(in_turn())

    async def stoppable(self, work: Awaitable[ResultT], *, name: str) -> ResultT | None:
        """Return what comes of it; ``None`` = it took too long for somebody, who stopped it."""
        task = asyncio.ensure_future(work)
        timer = asyncio.get_running_loop().call_later(NOTICED_S, self._notice, task, name)
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait([task])
            raise
        finally:
            timer.cancel()
            if self._noticed.pop(task, None) is not None:
                self._changed()
        return None if task.cancelled() else task.result()

    def raised(self, problem: BaseException) -> None:
        """Show a failure; a bug of ours ends the program."""
        if isinstance(problem, AircherError):
            self.failed(problem)
        else:
            self.defect = self.defect or problem
            self._broke()

    def guard(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have it the same with what a callback of the loop raises: a key that is handled, a frame that is drawn."""

        def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            problem = context.get("exception")
            if "handle" in context and isinstance(problem, BaseException):
                self.raised(problem)
            else:
                loop.default_exception_handler(context)

        loop.set_exception_handler(handle)

    def stop(self) -> str:
        """Cancel what is `running`, and return its name."""
        task = next(reversed(self._noticed), None)
        if task is None:
            return ""
        task.cancel()
        self._changed()
        return self._noticed.pop(task)

    async def close(self) -> None:
        """Cancel all of them, and wait until they have ended."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks))

    def _notice(self, task: asyncio.Future[Any], name: str) -> None:
        self._noticed[task] = name
        self._changed()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        problem = task.exception()
        if problem is not None:
            self.raised(problem)
