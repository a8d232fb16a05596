"""Drives a session through one prompt."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from aircher.domain.errors import StorageError
from aircher.domain.events import ErrorRaised, Published, StopReason, TurnFinished
from aircher.domain.ids import TurnId
from aircher.domain.messages import PromptPart
from aircher.domain.operations import SendPrompt
from aircher.engine.bus import Delivery, Inbox
from aircher.engine.session import Session
from aircher.oneshot.result import RunResult
from aircher.oneshot.sinks import Sink

STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Signals:
    """Turns the first SIGINT or SIGTERM into a cancellation of the running task; a second one acts as usual.

    Attributes:
        received: The signal that came; ``None`` = none.
    """

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self._task: asyncio.Task[object] | None = None

    def __enter__(self) -> Self:
        self._task = asyncio.current_task()
        for number in STOPPING_SIGNALS:
            # outside of the main thread there are none to handle: the caller cancels in its own way
            with suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, self._stop, number)
        return self

    def __exit__(self, *_: object) -> None:
        for number in STOPPING_SIGNALS:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().remove_signal_handler(number)

    def _stop(self, number: signal.Signals) -> None:
        self.received = signal.Signals(number)
        if self._task is not None:
            self._task.cancel()
        self.__exit__()


async def run_oneshot(
    session: Session, prompt: Sequence[PromptPart], sinks: Sequence[Sink], signals: Signals
) -> RunResult:
    """Open the session, answer the prompt, close it, feeding every event to the sinks.

    A session that cannot be recorded ends in a result with its error; what was shown until then is finished.

    Raises:
        BrokenPipeError: The reader closed our stdout; the turn was interrupted and recorded.
        Exception: A bug of ours ended the turn; the sinks are finished all the same.
    """
    result = RunResult(session_id=session.session_id)
    inbox = session.subscribe(Delivery.COALESCED)
    failure: StorageError | None = None
    try:
        async with session:
            with signals:
                turn_id = await session.submit(SendPrompt(parts=tuple(prompt)))
                await _converse(session, inbox, result, turn_id=turn_id, sinks=sinks, signals=signals)
    except StorageError as exc:
        failure = exc
    if failure := session.failure or failure:
        result.error = ErrorRaised(code=failure.code, message=failure.message, hint=failure.hint)
        result.stop_reason = StopReason.ERROR
    for sink in sinks:
        sink.finish(result)
    if session.defect is not None:
        raise session.defect
    return result


async def _converse(
    session: Session, inbox: Inbox, result: RunResult, *, turn_id: TurnId, sinks: Sequence[Sink], signals: Signals
) -> None:
    """Show the turn until it ends or a signal interrupts it."""
    try:
        await _follow(inbox, result, turn_id, sinks)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if signals.received is None or task is None:
            raise
        task.uncancel()
        _show(inbox.drain(), result, sinks)
        await session.interrupt()
        _show(inbox.drain(), result, sinks)
    finally:
        session.unsubscribe(inbox)


async def _follow(inbox: Inbox, result: RunResult, turn_id: TurnId, sinks: Sequence[Sink]) -> None:
    """Show events until this turn ends; before it, the end of one that a crash cut off may come."""
    async for published in inbox:
        _show([published], result, sinks)
        if isinstance(published.event, TurnFinished) and published.turn_id == turn_id:
            return


def _show(events: Sequence[Published], result: RunResult, sinks: Sequence[Sink]) -> None:
    for published in events:
        result.apply(published.event)
        for sink in sinks:
            sink.on_event(published)
