"""The server in a thread of its own, for tests that drive a program from outside or a client without an event loop.

Invariant: the thread has ended when the context is left.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Self

from aircher.testing.fake_llm.chaos import Chaos
from aircher.testing.fake_llm.recording import Recorded
from aircher.testing.fake_llm.script import Script
from aircher.testing.fake_llm.server import FakeLlm

_START_S = 10.0  # a loop and a socket; only a defect takes longer


class HostedFakeLlm:
    """A `FakeLlm` to be used as an ordinary context manager."""

    def __init__(
        self, script: Script | None = None, *, tokens_per_s: float | None = None, chaos: Chaos | None = None
    ) -> None:
        self._script = script
        self._tokens_per_s = tokens_per_s
        self._chaos = chaos
        self._thread = Thread(target=lambda: asyncio.run(self._run()), name="fake-llm", daemon=True)
        self._started: Future[tuple[FakeLlm, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    @property
    def url(self) -> str:
        """The address, without path or slash."""
        return self._started.result(_START_S)[0].url

    @property
    def requests(self) -> list[Recorded]:
        """What was asked so far, without keys."""
        return list(self._started.result(_START_S)[0].requests)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result(_START_S)
        return self

    def __exit__(self, *exc: object) -> None:
        _, loop, stopped = self._started.result(_START_S)
        loop.call_soon_threadsafe(stopped.set)
        self._thread.join()

    def wait_for_requests(self, count: int, *, timeout_s: float) -> None:
        """Return once this many requests have come.

        Raises:
            TimeoutError: They have not.
        """
        server = self._started.result(_START_S)[0]
        self._do(server.wait_for_requests(count), timeout_s)

    def wait_for_answers(self, count: int, *, timeout_s: float) -> None:
        """Return once this many requests have been dealt with.

        Raises:
            TimeoutError: They have not.
        """
        server = self._started.result(_START_S)[0]
        self._do(server.wait_for_answers(count), timeout_s)

    def _do(self, waiting: Coroutine[object, object, None], timeout_s: float) -> None:
        loop = self._started.result(_START_S)[1]
        asyncio.run_coroutine_threadsafe(asyncio.wait_for(waiting, timeout_s), loop).result()

    async def _run(self) -> None:
        stopped = asyncio.Event()
        async with FakeLlm(self._script, tokens_per_s=self._tokens_per_s, chaos=self._chaos) as server:
            self._started.set_result((server, asyncio.get_running_loop(), stopped))
            await stopped.wait()
