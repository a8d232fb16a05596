"""Questions that are asked once and answered to everybody who waits.

Invariant: whoever asked may stop waiting, the question goes on; it ends with the background it runs in.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from aircher.domain.errors import AircherError
from aircher.tui.composer.background import Background

ItemT = TypeVar("ItemT")


class Asked(Generic[ItemT]):
    """Answers, and questions that are on their way, by what was asked."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._answers: dict[Hashable, asyncio.Future[Sequence[ItemT]]] = {}

    async def answer(self, key: Hashable, ask: Callable[[], Awaitable[Sequence[ItemT]]]) -> Sequence[ItemT]:
        """Return the answer, asking if nobody has yet.

        Raises:
            AircherError: There is none.
        """
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = asyncio.get_running_loop().create_future()
            self._background.start(_fill(answer, ask))
        return await asyncio.shield(answer)

    def forget(self) -> None:
        """Ask anew from now on."""
        self._answers = {}


async def _fill(answer: asyncio.Future[Sequence[ItemT]], ask: Callable[[], Awaitable[Sequence[ItemT]]]) -> None:
    try:
        answer.set_result(await ask())
    except AircherError as exc:
        answer.set_exception(exc)
        answer.exception()  # perhaps nobody waits for it any more
    finally:
        answer.cancel()  # without effect on one that is answered
