"""Drives a session through one prompt."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from aircher.domain.errors import StorageError, UsageError
from aircher.domain.events import ErrorRaised, Published, StopReason, TurnFinished
from aircher.domain.ids import TurnId
from aircher.domain.messages import PromptPart
from aircher.domain.operations import AnswerPermission, AnswerQuestion, SendPrompt
from aircher.engine.bus import Delivery, Inbox
from aircher.engine.session import Session
from aircher.oneshot.result import RunResult
from aircher.oneshot.sinks import Sink

if TYPE_CHECKING:  # most runs have no dialogue
    from aircher.oneshot.stream_input import Wish

STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Dialogue:
    """Whoever writes lines to a running session; ``tell`` gets to know what is wrong with one."""

    def __init__(self, lines: AsyncIterator[bytes], tell: Callable[[str], None]) -> None:
        self.lines = lines
        self.tell = tell


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
    session: Session,
    prompt: Sequence[PromptPart],
    sinks: Sequence[Sink],
    signals: Signals,
    *,
    dialogue: Dialogue | None = None,
) -> RunResult:
    """Open the session, answer the prompt, close it, feeding every event to the sinks.

    With a dialogue the session goes on until whoever writes it has closed it and the last turn has ended; then the
    prompt may be empty. A session that cannot be recorded ends in a result with its error; what was shown until then
    is finished.

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
                turns = _Turns(session, result, sinks)
                if prompt:
                    await turns.start(SendPrompt(parts=tuple(prompt)))
                await _converse(turns, inbox, dialogue, signals)
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


class _Turns:
    """The turns of this run: which are open, and what was shown of them."""

    def __init__(self, session: Session, result: RunResult, sinks: Sequence[Sink]) -> None:
        self.session = session
        self.open: set[TurnId] = set()
        self._result = result
        self._sinks = sinks

    async def start(self, prompt: SendPrompt) -> None:
        """Queue a prompt."""
        self.open.add(await self.session.submit(prompt))

    def show(self, events: Sequence[Published]) -> None:
        """Show events; the end of a turn that an earlier run left open is not one of ours."""
        for published in events:
            self._result.apply(published.event)
            for sink in self._sinks:
                sink.on_event(published)
            if isinstance(published.event, TurnFinished) and published.turn_id is not None:
                self.open.discard(published.turn_id)

    async def do(self, line: "Wish") -> bool:
        """Do what a line of the dialogue asks for; ``False`` = it answers nothing that was asked."""
        match line:
            case None:
                await self.session.interrupt()
            case SendPrompt():
                await self.start(line)
            case AnswerPermission() | AnswerQuestion():
                return self.session.desk.answer(line)
        return True


async def _converse(turns: _Turns, inbox: Inbox, dialogue: Dialogue | None, signals: Signals) -> None:
    """Show turns until the last one ends or a signal interrupts it."""
    talking = None if dialogue is None else asyncio.create_task(_talk(turns, inbox, dialogue))
    try:
        await _follow(turns, inbox, talking)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if signals.received is None or task is None:
            raise
        task.uncancel()
        turns.show(inbox.drain())
        await turns.session.interrupt()
        turns.show(inbox.drain())
    finally:
        if talking is not None:
            talking.cancel()
            await asyncio.wait([talking])
        turns.session.unsubscribe(inbox)


async def _follow(turns: _Turns, inbox: Inbox, talking: asyncio.Task[None] | None) -> None:
    """Show events until no turn is open and nobody talks any more."""
    async for published in inbox:
        turns.show([published])
        if not turns.open and (talking is None or talking.done()):
            return


async def _talk(turns: _Turns, inbox: Inbox, dialogue: Dialogue) -> None:
    """Do what the lines ask for, to their end; then nobody is there to answer any more."""
    from aircher.oneshot.stream_input import wish

    number = 0
    async for line in dialogue.lines:
        number += 1
        try:
            is_heard = await turns.do(wish(line))
        except (ValueError, UsageError) as exc:
            dialogue.tell(f"line {number} of stdin is not understood: {exc}")
            continue
        if not is_heard:
            dialogue.tell(f"line {number} of stdin answers a question that is not open")
    turns.session.desk.leave()
    if not turns.open:
        inbox.close()
