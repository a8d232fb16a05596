"""What every dialog has: a title, an answer to come, key hints, and the part of the screen that it lives on.

Invariant: an answer is given once; what comes later is dropped. Not its job: the frame around it (`box`).
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from aircher.domain.errors import AircherError
from aircher.domain.ports import Clock
from aircher.domain.records import dataclass
from aircher.tui.parts import Changed, Place

AnswerT = TypeVar("AnswerT")
ResultT = TypeVar("ResultT")

Spawn: TypeAlias = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Hint(NamedTuple):
    """A key and what it does here, for the lower edge of the box."""

    key: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a dialog needs of the screen it is on.

    Attributes:
        changed: Called whenever it wants to be drawn again.
        spawn: Starts a task in the screen's task group, for what takes its time.
        clock: The time.
    """

    changed: Changed
    spawn: Spawn
    clock: Clock


class Asking(Generic[AnswerT]):
    """The part of a dialog that is the same in all of them: each adds ``rows`` and ``handle`` of `parts.Dialog`.

    Attributes:
        title: The headline.
        host: The screen.
        typing_at: Where text is being typed, as of the rows last drawn.
        answered: As of `parts.Dialog`.
    """

    def __init__(self, title: str, host: Host) -> None:
        self.title = title
        self.host = host
        self.typing_at: Place | None = None
        self.answered: asyncio.Future[AnswerT | None]
        self.begin()

    @property
    def widest(self) -> int:
        """Return the most cells in a row that are of use to it."""
        return 76

    @property
    def hints(self) -> Sequence[Hint]:
        """Return the keys that do something now, the most important first."""
        return (Hint("Esc", "close"),)

    def cursor(self, width: int, height: int) -> Place | None:  # noqa: ARG002 - the contract of a dialog
        """Return where text is being typed, within the rows last drawn; ``None`` = nowhere."""
        return self.typing_at

    def begin(self) -> None:
        """Wait for an answer once more, after the last wait was cancelled."""
        self.answered = asyncio.get_running_loop().create_future()

    def answer(self, value: AnswerT) -> None:
        """Give the answer."""
        self._end(value)

    def leave(self) -> None:
        """Close without an answer."""
        self._end(None)

    def _end(self, value: AnswerT | None) -> None:
        if not self.answered.done():
            self.answered.set_result(value)
        self.host.changed()


def do(
    host: Host,
    start: Callable[[], Coroutine[Any, Any, ResultT]],
    *,
    then: Callable[[ResultT], None],
    failed: Callable[[str], None],
) -> None:
    """Have something done that is carried to its end even if the dialog is closed meanwhile."""

    async def run() -> None:
        try:
            result = await start()
        except AircherError as exc:
            failed(exc.message)
        else:
            then(result)
        host.changed()

    host.spawn(run())


class Latest(Generic[ResultT]):
    """The last thing that was asked for in the background: results that came too late are dropped.

    Attributes:
        is_loading: Whether it is still awaited.
        problem: Why the last one failed, in a sentence; empty = it did not.
    """

    def __init__(self, host: Host, until: "asyncio.Future[AnswerT | None]") -> None:
        """Load until that dialog is answered or cancelled; then what still runs is stopped."""
        self.is_loading = False
        self.problem = ""
        self._host = host
        self._task: asyncio.Task[None] | None = None
        self._number = 0
        until.add_done_callback(lambda _: self.stop())

    def load(self, start: Callable[[], Coroutine[Any, Any, ResultT]], then: Callable[[ResultT], None]) -> None:
        """Have ``then`` called with the result, unless something else is asked for before."""
        self.stop()
        self.is_loading = True
        self.problem = ""
        self._task = self._host.spawn(self._run(start, then, self._number))

    def stop(self) -> None:
        """Want nothing any more."""
        self._number += 1
        self.is_loading = False
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(
        self, start: Callable[[], Coroutine[Any, Any, ResultT]], then: Callable[[ResultT], None], number: int
    ) -> None:
        try:
            result = await start()
        except AircherError as exc:
            if number == self._number:
                self.is_loading = False
                self.problem = exc.message
        else:
            if number == self._number:
                self.is_loading = False
                then(result)
        self._host.changed()
