"""A conversation that is open: what every frontend talks to.

Submit operations, subscribe to events, interrupt, close: nothing else crosses the line between both.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import field
from functools import partial
from types import TracebackType
from typing import Self

from aircher.domain.errors import StorageError, UsageError
from aircher.domain.events import (
    Published,
    SessionStarted,
    StopReason,
    TurnFinished,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.ids import ProjectId, SessionId, TurnId
from aircher.domain.operations import Operation, SendPrompt
from aircher.domain.ports import Clock
from aircher.domain.provider import ToolSpec
from aircher.domain.records import dataclass
from aircher.domain.spending import SpentElsewhere, UsageEntry
from aircher.domain.transcript import Transcript
from aircher.engine.accounts import Accounts
from aircher.engine.approvals import CallPlace
from aircher.engine.budgets import Budget, Limits
from aircher.engine.bus import Bus, Delivery, Inbox
from aircher.engine.ports import Ledger, Recorder
from aircher.engine.retry import RetryPolicy
from aircher.engine.spending import Spending, SpendingLimits
from aircher.engine.subagent import Subagents
from aircher.engine.tool_runner import ToolRunner
from aircher.engine.turn import Turn, Voice
from aircher.engine.waiting import Waiting
from aircher.support.ids import new_id

MAX_QUEUED_OPERATIONS = 32  # more prompts than a person types ahead; a program that exceeds it has lost control


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionParts:
    """Everything a session is made of; `aircher.app.compose` fills it in."""

    session_id: SessionId
    cwd: str
    voice: Voice
    tool_runner: ToolRunner
    recorder: Recorder
    clock: Clock
    limits: Limits = field(default_factory=Limits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    spending: SpendingLimits = field(default_factory=SpendingLimits)
    ledger: Ledger | None = None
    project_id: ProjectId = field(default_factory=lambda: ProjectId(""))
    history: Sequence[Published] = ()
    listeners: Sequence[Callable[[Published], None]] = ()
    tell: Callable[[str], None] = field(default=lambda _: None)


class Session:
    """An open conversation. Use it as an async context manager; leaving it interrupts, records and closes.

    Attributes:
        session_id: The conversation's id.
        transcript: The conversation so far; read only.
        budget: What was used of the limits since the session was opened.
        failure: The storage error that ended the session early; ``None`` while all is well.
        desk: Where questions wait that calls ask a person.
        defect: A bug of ours that ended a turn; the turn is closed and recorded, whoever owns the session raises it.
    """

    def __init__(self, parts: SessionParts) -> None:
        self.session_id = parts.session_id
        self.transcript = Transcript()
        self.budget = Budget(parts.limits)
        self.failure: StorageError | None = None
        self.defect: Exception | None = None
        self.desk = parts.tool_runner.approvals.desk
        self._parts = parts
        for published in parts.history:
            self.transcript.apply(published.event)
        self._bus = Bus(
            parts.session_id,
            recorder=parts.recorder,
            clock=parts.clock,
            listeners=(self._take_into_account, *parts.listeners),
            last_seq=parts.history[-1].seq if parts.history else 0,
        )
        self._operations: asyncio.Queue[tuple[TurnId, SendPrompt]] = asyncio.Queue(MAX_QUEUED_OPERATIONS)
        self._accounts = Accounts(
            budget=self.budget,
            spending=Spending(parts.spending, SpentElsewhere(day=parts.clock.now().date())),
            clock=parts.clock,
            tell=parts.tell,
            ledger=parts.ledger,
        )
        self._waiting = Waiting(parts.clock)
        self._tasks = asyncio.TaskGroup()
        self._worker: asyncio.Task[None] | None = None
        self._turn: asyncio.Task[None] | None = None
        self._is_closed = False
        self._begun = False

    async def __aenter__(self) -> Self:
        """Open the session: repair what an earlier run left half done and say so.

        Raises:
            StorageError: It cannot be recorded.
        """
        await self._tasks.__aenter__()
        try:
            await self._open()
        except BaseException:
            await self._tasks.__aexit__(None, None, None)
            raise
        self._worker = self._tasks.create_task(self._work())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Interrupt what runs, write everything down, end all inboxes.

        Raises:
            StorageError: The last events could not be written.
        """
        self._is_closed = True
        try:
            if self._worker is not None:
                self._worker.cancel()  # before the turn: a worker that lives would start the next prompt
            await self.interrupt()
            await self._tasks.__aexit__(None, None, None)
        finally:
            await self._bus.aclose()

    @property
    def tools(self) -> tuple[ToolSpec, ...]:
        """What the model can call now."""
        return self._parts.tool_runner.specs

    def subscribe(self, delivery: Delivery) -> Inbox:
        """Return an inbox with everything that is published from now on."""
        return self._bus.subscribe(delivery)

    def unsubscribe(self, inbox: Inbox) -> None:
        """Close an inbox that is not read any more."""
        self._bus.unsubscribe(inbox)

    async def submit(self, operation: Operation) -> TurnId:
        """Queue an operation and return the turn it will become.

        Raises:
            UsageError: The prompt is empty, the session is closed, or 32 prompts are waiting already.
            StorageError: The session ended because it cannot be recorded.
        """
        if self.failure is not None:
            raise self.failure
        if self._is_closed or self._operations.full():
            reason = "is closed" if self._is_closed else f"has {MAX_QUEUED_OPERATIONS} prompts waiting already"
            raise UsageError(f"session {self.session_id} {reason}", hint="wait for an answer, or start another session")
        if not operation.parts:
            raise UsageError("the prompt is empty", hint='aircher -p "your question"')
        turn_id = TurnId(new_id())
        self._operations.put_nowait((turn_id, operation))
        return turn_id

    async def interrupt(self) -> None:
        """End the running turn; on return the transcript is valid and recorded. Queued operations stay."""
        turn = self._turn
        if turn is None or turn.done():
            return
        turn.cancel()
        await asyncio.wait([turn])

    def skip_wait(self) -> bool:
        """End the wait for a retry or an allowance that is under way; return whether there was one."""
        return self._waiting.skip()

    async def _open(self) -> None:
        parts = self._parts
        repairs = await parts.tool_runner.repairs(self.session_id, self.transcript)
        primary = parts.voice.router.primary
        started = SessionStarted(
            provider=primary.provider.name,
            model=primary.model.name,
            cwd=parts.cwd,
            resumed=bool(parts.history),
            repaired_calls=len(repairs),
        )
        unfinished_turn = _unfinished_turn(parts.history)
        await self._bus.publish(started, turn_id=None)
        for repair in repairs:
            await self._bus.publish(repair, turn_id=unfinished_turn)
        if unfinished_turn is not None:
            closing = TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=0, duration_ms=0)
            await self._bus.publish(closing, turn_id=unfinished_turn)

    async def _work(self) -> None:
        while self.failure is None:
            turn_id, operation = await self._operations.get()
            self._begun = False
            self._turn = self._tasks.create_task(self._run_turn(turn_id, operation))
            await asyncio.wait([self._turn])
            if not self._begun:
                await self._end_unbegun(turn_id, operation)

    async def _run_turn(self, turn_id: TurnId, operation: SendPrompt) -> None:
        parts = self._parts
        self._begun = True
        publish = partial(self._bus.publish, turn_id=turn_id)
        place = CallPlace(session_id=self.session_id, turn_id=turn_id)
        turn = Turn(
            voice=parts.voice,
            transcript=self.transcript,
            tools=parts.tool_runner.for_turn(place, publish),
            accounts=self._accounts,
            retry=parts.retry,
            clock=parts.clock,
            waiting=self._waiting,
            publish=publish,
        )
        turn.tools.helper = Subagents(turn, parts.tool_runner, place, publish).work
        try:
            await turn.run(operation.parts)
        except StorageError as exc:
            self.failure = exc
            self._bus.end()
        finally:
            self.defect = turn.defect or self.defect

    async def _end_unbegun(self, turn_id: TurnId, operation: SendPrompt) -> None:
        """Record a prompt that was interrupted before anything was done about it."""
        primary = self._parts.voice.router.primary
        name, model = primary.provider.name, primary.model.name
        await self._bus.publish(TurnStarted(prompt=operation.parts, provider=name, model=model), turn_id=turn_id)
        closing = TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=0, duration_ms=0)
        await self._bus.publish(closing, turn_id=turn_id)

    def _take_into_account(self, published: Published) -> None:
        event = published.event
        self.transcript.apply(event)
        if isinstance(event, UsageUpdated):
            self.budget.charge(event.usage)
            self._note(published, event)

    def _note(self, published: Published, event: UsageUpdated) -> None:
        parts = self._parts
        if parts.ledger is not None and event.usage.total_tokens:
            parts.ledger.note(
                UsageEntry(
                    at=published.at,
                    project_id=parts.project_id,
                    project_path=parts.cwd,
                    session_id=parts.session_id,
                    turn_id=published.turn_id,
                    provider=event.provider,
                    model=event.model,
                    usage=event.usage,
                    cost_usd=event.cost_usd,
                    is_estimated=event.is_estimated,
                )
            )


def _unfinished_turn(history: Sequence[Published]) -> TurnId | None:
    for published in reversed(history):
        if isinstance(published.event, TurnFinished):
            return None
        if isinstance(published.event, TurnStarted):
            return published.turn_id
    return None
