"""A conversation that is open: what every frontend talks to.

Submit operations, subscribe to events, interrupt, close: nothing else crosses the line between both.
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aircher.domain.errors import StorageError, UsageError
from aircher.domain.events import Published, SessionStarted, StopReason, TurnFinished, TurnStarted
from aircher.domain.ids import TurnId
from aircher.domain.lanes import Lane
from aircher.domain.levels import Mode
from aircher.domain.messages import PromptPart
from aircher.domain.operations import Operation, SendPrompt
from aircher.domain.spending import SpentElsewhere
from aircher.domain.transcript import Transcript
from aircher.engine.accounts import Accounts
from aircher.engine.books import Books, Owner
from aircher.engine.budgets import Budget
from aircher.engine.bus import Bus, Delivery, Inbox
from aircher.engine.facts import Facts
from aircher.engine.lanes import MOST_WAITING, Lanes, checked
from aircher.engine.session_parts import SessionParts
from aircher.engine.spending import Spending
from aircher.engine.turn import Voice
from aircher.engine.turns import Turns
from aircher.support.ids import new_id

__all__ = ["Session", "SessionParts"]


class Session:
    """An open conversation. Use it as an async context manager; leaving it interrupts, records and closes.

    Attributes:
        session_id: The conversation's id.
        transcript: The conversation so far; read only.
        budget: What was used of the limits since the session was opened.
        desk: Where questions wait that calls ask a person.
        lanes: Prompts that wait beside the conversation.
        turns: Whether something runs, and whom the next turn asks.
        facts: What a status line shows.
    """

    def __init__(self, parts: SessionParts) -> None:
        self.session_id = parts.session_id
        self.desk = parts.tool_runner.approvals.desk
        self._parts = parts
        self.budget = Budget(parts.limits)
        owner = Owner(ledger=parts.ledger, project_id=parts.project_id, project_path=parts.cwd)
        books = self._books = Books(self.budget, owner, parts.history)
        self.transcript = books.transcript
        accounts = Accounts(
            budget=self.budget,
            spending=Spending(parts.spending, SpentElsewhere(day=parts.clock.now().date())),
            clock=parts.clock,
            tell=parts.tell,
            ledger=parts.ledger,
        )
        self.lanes = Lanes(
            lambda event: self._bus.publish(event, turn_id=None),
            wake=lambda: self.turns.wake(),  # noqa: PLW0108 - they are made below
            kept=parts.waiting_prompts,
            tell=parts.tell,
        )
        self.facts = Facts(
            parts.tool_runner,
            accounts.spending,
            self.lanes,
            parts.clock,
            voice=lambda: self.turns.voice,
            history=parts.history,
        )
        self._bus = Bus(
            parts.session_id,
            recorder=parts.recorder,
            clock=parts.clock,
            listeners=(books.take, self.lanes.apply, self.facts.take, *parts.listeners),
            last_seq=parts.history[-1].seq if parts.history else 0,
        )
        self.turns = Turns(parts, self._bus, books.transcript, accounts, self.lanes)
        self._tasks = asyncio.TaskGroup()
        self._worker: asyncio.Task[None] | None = None
        self._is_closed = False

    async def __aenter__(self) -> Self:
        """Open the session: repair what an earlier run left half done and say so.

        Raises:
            StorageError: It cannot be recorded.
        """
        await self._tasks.__aenter__()
        try:
            await _say_open(self._parts, self._bus, self.transcript)
            await self.lanes.load(self._parts.history)
        except BaseException:
            await self._tasks.__aexit__(None, None, None)
            raise
        self._worker = self._tasks.create_task(self.turns.work(self._tasks))
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
    def failure(self) -> StorageError | None:
        """The storage error that ended the session early; ``None`` while all is well."""
        return self.turns.failure

    @property
    def defect(self) -> Exception | None:
        """A bug of ours that ended a turn; the turn is recorded, whoever owns the session raises it."""
        return self.turns.defect

    def subscribe(self, delivery: Delivery) -> Inbox:
        """Return an inbox with everything that is published from now on."""
        return self._bus.subscribe(delivery)

    def unsubscribe(self, inbox: Inbox) -> None:
        """Close an inbox that is not read any more."""
        self._bus.unsubscribe(inbox)

    async def submit(self, operation: Operation) -> TurnId:
        """Queue an operation and return the turn it will become, whatever becomes of those before it.

        Raises:
            UsageError: The prompt is empty, the session is closed, or 32 prompts are waiting already.
            StorageError: The session ended because it cannot be recorded.
        """
        if self.failure is not None:
            raise self.failure
        if self._is_closed or self.turns.asked >= MOST_WAITING:
            reason = "is closed" if self._is_closed else f"has {MOST_WAITING} prompts waiting already"
            raise UsageError(f"session {self.session_id} {reason}", hint="wait for an answer, or start another session")
        turn_id = TurnId(new_id())
        self.turns.ask(turn_id, checked(operation.parts))
        return turn_id

    async def steer(self, prompt: tuple[PromptPart, ...]) -> None:
        """Say something to the running turn: it reaches the model before its next call. Without one it starts a turn.

        What the turn did not get to see is in `lanes` when it ends: sent next if it ended well, else kept.

        Raises:
            UsageError: As `submit`.
            StorageError: As `submit`.
        """
        if self.turns.is_busy:
            await self.lanes.add(Lane.STEER, prompt)
        else:
            await self.submit(SendPrompt(parts=prompt))

    async def interrupt(self) -> None:
        """End the running turn; on return the transcript is valid and recorded. Queued operations stay."""
        await self.turns.interrupt()

    def skip_wait(self) -> bool:
        """End the wait for a retry or an allowance that is under way; return whether there was one."""
        return self.turns.waiting.skip()

    async def rewind(self, turn_id: TurnId) -> tuple[TurnId, ...]:
        """Go on from before a turn: the model forgets it and all after it. Return what was dropped, oldest first.

        Files are left as they are; `aircher.app.undo.undo_turns` puts them back.

        Raises:
            UsageError: A turn is running, or the conversation has no such turn (any more).
            StorageError: It cannot be recorded.
        """
        if self.turns.is_busy:
            raise UsageError("a turn is running", hint="interrupt it first (Esc)", code="usage.turn_running")
        rewound = self._books.rewound_to(turn_id)
        dropped = self._books.turn_ids[-rewound.turns :]
        await self._bus.publish(rewound, turn_id=None)
        return dropped

    @property
    def mode(self) -> Mode:
        """The permission mode in force."""
        return self._parts.tool_runner.mode

    async def set_mode(self, mode: Mode) -> Mode:
        """Judge by another permission mode from the next call on; see `aircher.engine.approvals.Approvals.switch`."""
        return await self._parts.tool_runner.approvals.switch(mode)

    def use(self, voice: Voice) -> None:
        """Ask another model, or in another way, from the next turn on; ``turns.voice`` is the one in use."""
        self.turns.voice = voice


async def _say_open(parts: SessionParts, bus: Bus, transcript: Transcript) -> None:
    """Publish that the session is open, and close what an earlier run left half done."""
    repairs = await parts.tool_runner.repairs(parts.session_id, transcript)
    primary = parts.voice.router.primary
    started = SessionStarted(
        provider=primary.provider.name,
        model=primary.model.name,
        cwd=parts.cwd,
        resumed=bool(parts.history),
        repaired_calls=len(repairs),
    )
    unfinished_turn = _unfinished_turn(parts.history)
    await bus.publish(started, turn_id=None)
    for repair in repairs:
        await bus.publish(repair, turn_id=unfinished_turn)
    if unfinished_turn is not None:
        closing = TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=0, duration_ms=0)
        await bus.publish(closing, turn_id=unfinished_turn)


def _unfinished_turn(history: Sequence[Published]) -> TurnId | None:
    for published in reversed(history):
        if isinstance(published.event, TurnFinished):
            return None
        if isinstance(published.event, TurnStarted):
            return published.turn_id
    return None
