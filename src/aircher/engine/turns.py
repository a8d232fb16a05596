"""One turn after the other: those that were asked for, then those that wait in the lanes.

Invariant: at most one turn runs, and a prompt that was taken up is recorded, also if it was interrupted at once.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from aircher.domain.errors import StorageError
from aircher.domain.events import Event, StopReason, ToolRequested, TurnFinished, TurnStarted
from aircher.domain.ids import TurnId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import PromptPart
from aircher.domain.provider import ToolSpec
from aircher.domain.transcript import Transcript
from aircher.engine.accounts import Accounts
from aircher.engine.approvals import CallPlace, Publish
from aircher.engine.bus import Bus
from aircher.engine.lanes import Lanes, Steering
from aircher.engine.session_parts import SessionParts
from aircher.engine.subagent import Subagents
from aircher.engine.turn import Turn, Voice
from aircher.engine.user_call import UserCall
from aircher.engine.waiting import Waiting


class _Asked(NamedTuple):
    """A turn that was asked for; with a call it needs no model."""

    turn_id: TurnId
    prompt: tuple[PromptPart, ...]
    call: ToolRequested | None = None


class Turns:
    """The turns of one session.

    Attributes:
        voice: Whom the next turn asks, and how.
        lanes: What waits beside them.
        waiting: The wait for a retry or an allowance that is under way.
        failure: The storage error after which there are no more turns.
        defect: A bug of ours that ended a turn.
    """

    def __init__(self, parts: SessionParts, bus: Bus, transcript: Transcript, accounts: Accounts, lanes: Lanes) -> None:
        self.voice: Voice = parts.voice
        self.lanes = lanes
        self.waiting = Waiting(parts.clock)
        self.failure: StorageError | None = None
        self.defect: Exception | None = None
        self._parts = parts
        self._bus = bus
        self._transcript = transcript
        self._accounts = accounts
        self._asked: deque[_Asked] = deque()
        self._woken = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._begun = False
        self._is_over = False

    @property
    def is_busy(self) -> bool:
        """Whether a turn runs, or one was asked for that will; one whose end is published runs no more."""
        is_running = self._running is not None and not self._running.done()
        return bool(self._asked) or (is_running and not self._is_over)

    @property
    def asked(self) -> int:
        """How many turns were asked for that have not begun."""
        return len(self._asked)

    @property
    def tools(self) -> tuple[ToolSpec, ...]:
        """What the model can call in the next turn."""
        return self._parts.tool_runner.specs

    def ask(self, turn_id: TurnId, prompt: tuple[PromptPart, ...], call: ToolRequested | None = None) -> None:
        """Run a turn as soon as those that were asked for before have ended; with a call it is the user's own."""
        self._asked.append(_Asked(turn_id, prompt, call))
        self.wake()

    def wake(self) -> None:
        """Look again whether there is something to do."""
        self._woken.set()

    async def interrupt(self) -> None:
        """End the running turn; on return the transcript is valid and recorded."""
        turn = self._running
        if turn is None or turn.done():
            return
        turn.cancel()
        await asyncio.wait([turn])

    async def work(self, tasks: asyncio.TaskGroup) -> None:
        """Run turns until one cannot be recorded, or this is cancelled: the turn that runs is then whoever's did so."""
        while self.failure is None:
            asked, item = await self._next()
            self._begun = self._is_over = False
            self._running = tasks.create_task(self._run(asked))
            with self.lanes.taking(item):
                await asyncio.wait([self._running])
                if not self._begun:
                    await self._end_unbegun(asked)

    async def _next(self) -> tuple[_Asked, WaitingPrompt | None]:
        while True:
            if self._asked:
                return self._asked.popleft(), None
            item = None if self.lanes.is_paused else self.lanes.first(Lane.STEER, Lane.QUEUE)
            if item is not None:
                return _Asked(TurnId(item.id), item.prompt), item
            self._woken.clear()
            await self._woken.wait()

    async def _run(self, asked: _Asked) -> None:
        parts = self._parts
        self._begun = True
        publish = self._publisher(asked.turn_id)
        place = CallPlace(session_id=parts.session_id, turn_id=asked.turn_id)
        try:
            if asked.call is not None:
                tools = parts.tool_runner.for_user().for_turn(place, publish)
                user_call = UserCall(voice=self.voice, tools=tools, clock=parts.clock, publish=publish)
                await user_call.run(asked.prompt, asked.call)
            else:
                await self._answer(asked, place, publish)
        except StorageError as exc:
            self.failure = exc
            self._bus.end()

    async def _answer(self, asked: _Asked, place: CallPlace, publish: Publish) -> None:
        parts = self._parts
        turn = Turn(
            voice=self.voice,
            transcript=self._transcript,
            tools=parts.tool_runner.for_turn(place, publish),
            accounts=self._accounts,
            retry=parts.retry,
            clock=parts.clock,
            waiting=self.waiting,
            publish=publish,
            steering=Steering(self.lanes, publish),
        )
        turn.tools.helper = Subagents(turn, parts.tool_runner, place, publish).work
        try:
            await turn.run(asked.prompt)
        finally:
            self.defect = turn.defect or self.defect

    async def _end_unbegun(self, asked: _Asked) -> None:
        """Record a prompt that was interrupted before anything was done about it."""
        publish = self._publisher(asked.turn_id)
        primary = self.voice.router.primary
        await publish(TurnStarted(prompt=asked.prompt, provider=primary.provider.name, model=primary.model.name))
        await publish(TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=0, duration_ms=0))

    def _publisher(self, turn_id: TurnId) -> Callable[[Event], Awaitable[None]]:
        """Return how a turn speaks; what it takes from the lanes is settled right after."""
        publish, lanes = partial(self._bus.publish, turn_id=turn_id), self.lanes

        async def speak(event: Event) -> None:
            self._is_over = isinstance(event, TurnFinished)
            await publish(event)
            if lanes.is_unsettled:
                await lanes.settle()

        return speak
