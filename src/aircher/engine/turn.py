"""The turn loop: call the model, run the tools it asks for, until it has answered.

Invariant: however a turn ends, its last event is `TurnFinished` and every tool call has a result.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Protocol

from aircher.domain.errors import (
    AircherError,
    BudgetError,
    DeadlineError,
    Defect,
    ProviderError,
    StorageError,
)
from aircher.domain.events import ErrorRaised, StopReason, TurnFinished, TurnStarted
from aircher.domain.levels import Mode, Thinking
from aircher.domain.messages import Message, PromptPart, Role
from aircher.domain.ports import Clock
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.domain.records import dataclass
from aircher.domain.stream import FinishReason
from aircher.domain.transcript import Transcript
from aircher.engine.accounts import Accounts
from aircher.engine.output import Output, OutputContract
from aircher.engine.retry import RetryPolicy
from aircher.engine.routing import Route, Router
from aircher.engine.step import Publish, Step
from aircher.engine.thinking import asked_for
from aircher.engine.tool_runner import TurnTools
from aircher.engine.waiting import Waiting
from aircher.support.aio import finished

END_DEADLINE_S = 5.0  # the longest a commit waits for another process; then the interrupt returns all the same

MOST_PAUSES = 5  # of a model that wants to be asked to go on, in a row; more is no answer but a bill
REFUSALS = frozenset({FinishReason.REFUSAL, FinishReason.CONTENT_FILTER})
"""Ends after which asking again for another form of the same answer leads nowhere."""

STOP_REASONS = {
    FinishReason.LENGTH: StopReason.LENGTH,
    FinishReason.CONTEXT_LENGTH: StopReason.LENGTH,
    FinishReason.REFUSAL: StopReason.REFUSAL,
    FinishReason.CONTENT_FILTER: StopReason.CONTENT_FILTER,
}
"""How an answer's end reads as a turn's end; everything else is `StopReason.DONE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Whom a session speaks with, and how.

    Attributes:
        system: What the model is told first; it stays the same for a whole session.
        about_tools: Returns what it is told besides of the tools on offer in a permission mode.
        thinking: What the user set; ``None`` = as the prompt's words ask, else the model's own default.
        cache_key: Names the conversation to vendors that keep prompts cached.
        output: What the answer has to look like; ``None`` = free text.
    """

    router: Router
    system: str
    about_tools: Callable[[Sequence[ToolSpec], Mode], str] = field(default=lambda _tools, _mode: "")
    thinking: Thinking | None = None
    cache_key: str = ""
    output: OutputContract | None = None


class Steering(Protocol):
    """Brings a person's words into a turn that runs; `aircher.engine.lanes` has one."""

    @property
    def is_waiting(self) -> bool:
        """Whether there are any."""
        ...

    async def deliver(self) -> None:
        """Put all of them into the conversation."""
        ...


@dataclass(slots=True, kw_only=True)
class Turn:
    """One prompt and everything that follows from it.

    Attributes:
        steering: What the user says meanwhile; ``None`` = nobody can.
    """

    voice: Voice
    transcript: Transcript
    tools: TurnTools
    accounts: Accounts
    retry: RetryPolicy
    clock: Clock
    waiting: Waiting
    publish: Publish
    steering: Steering | None = None
    rounds: int = 0
    defect: Exception | None = None
    _step: Step | None = None
    _mode: Mode = "ask"

    async def run(self, prompt: tuple[PromptPart, ...]) -> None:
        """Answer the prompt. Failures and interruption are published, not raised; a bug of ours is kept in ``defect``.

        Raises:
            StorageError: The turn could not be recorded; it has no `TurnFinished`.
        """
        started_s = self.clock.monotonic_s()
        try:
            stop = await self._answer_in_time(prompt, started_s)
        except StorageError:
            raise
        except AircherError as exc:
            await self._end(_stop_reason(exc), started_s, error=exc)
            return
        except asyncio.CancelledError:
            await self._end(StopReason.INTERRUPTED, started_s)
            raise
        except Exception as exc:  # noqa: BLE001 - kept for the session's owner to raise: the turn ends in order first
            self.defect = exc
            told = Defect(f"a bug in Aircher ended the turn: {type(exc).__name__}")
            await self._end(StopReason.ERROR, started_s, error=told)
            return
        await self._end(stop, started_s)

    async def _answer_in_time(self, prompt: tuple[PromptPart, ...], started_s: float) -> StopReason:
        limit_s = self.accounts.budget.limits.deadline_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._answer(prompt, started_s)
        except TimeoutError as exc:
            if limit_s is None:
                raise
            raise DeadlineError(
                f"the turn took longer than the {limit_s:g} s allowed", hint="allow more with --timeout SECONDS"
            ) from exc

    async def _answer(self, prompt: tuple[PromptPart, ...], started_s: float) -> StopReason:
        voice = self.voice
        asked = Message(role=Role.USER, parts=prompt)
        request = self._request((*self.transcript.messages, asked), prompt_text=asked.text)
        try:
            routes = list(await voice.router.routes(request))
        except (AircherError, asyncio.CancelledError):  # what was asked is part of the conversation all the same
            await finished(self._begin(prompt, voice.router.primary), within_s=END_DEADLINE_S)
            raise
        await self._begin(prompt, routes[0])
        self._step = Step(
            routes=routes,
            router=voice.router,
            accounts=self.accounts,
            retry=self.retry,
            clock=self.clock,
            waiting=self.waiting,
            publish=self.publish,
            thinks_if_able=voice.thinking is None,
        )
        limit_s = self.accounts.budget.limits.deadline_s
        return await self._rounds(self._step, request, deadline_at_s=None if limit_s is None else started_s + limit_s)

    async def _begin(self, prompt: tuple[PromptPart, ...], route: Route) -> None:
        provider, model = route.provider.name, route.model.name
        await self.publish(TurnStarted(prompt=prompt, provider=provider, model=model, reason=route.reason))

    async def _rounds(self, step: Step, request: ModelRequest, *, deadline_at_s: float | None) -> StopReason:
        output = None if self.voice.output is None else Output(self.voice.output)
        pauses = 0
        while True:
            self.accounts.budget.check(rounds=self.rounds)
            if self.steering is not None:
                await self.steering.deliver()
            self.rounds += 1
            request = self._offering(request)
            messages = self.transcript.messages if output is None else output.asked(self.transcript.messages)
            answer = await step.run(replace(request, messages=messages), deadline_at_s=deadline_at_s)
            if answer.calls:
                await self.tools.run(answer.calls)
            finish = FinishReason.STOP if answer.finish is None else answer.finish.reason
            pauses = pauses + 1 if finish is FinishReason.PAUSE and answer.text else 0
            if answer.calls or 0 < pauses <= MOST_PAUSES:
                continue
            again = None
            if output is not None and finish not in REFUSALS:
                route = step.routes[0]
                again = output.refuse(answer.text, provider=route.provider.name, model=route.model.name)
            if again is not None:
                await self.publish(again)
            elif self.steering is None or finish is FinishReason.CONTEXT_LENGTH or not self.steering.is_waiting:
                return STOP_REASONS.get(finish, StopReason.DONE)

    def _request(self, messages: tuple[Message, ...], *, prompt_text: str) -> ModelRequest:
        voice, runner = self.voice, self.tools.runner
        self._mode = runner.mode
        return ModelRequest(
            model=voice.router.primary.model.name,
            system=voice.system + voice.about_tools(runner.specs, runner.mode),
            messages=messages,
            tools=runner.specs,
            thinking=voice.thinking or asked_for(prompt_text),
            output_schema=None if voice.output is None else voice.output.schema,
            cache_key=voice.cache_key,
        )

    def _offering(self, request: ModelRequest) -> ModelRequest:
        """Return the request as the permission mode of this moment wants it: a person may have changed it."""
        voice, runner = self.voice, self.tools.runner
        if runner.mode == self._mode:
            return request
        self._mode = runner.mode
        system = voice.system + voice.about_tools(runner.specs, runner.mode)
        return replace(request, system=system, tools=runner.specs)

    async def _end(self, stop: StopReason, started_s: float, *, error: AircherError | None = None) -> None:
        """Record how the turn ended; a cancellation meanwhile is raised only after that."""
        ending = asyncio.create_task(self._publish_end(stop, started_s, error))
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            await asyncio.wait([ending], timeout=END_DEADLINE_S)
            if ending.done():
                ending.result()
            raise

    async def _publish_end(self, stop: StopReason, started_s: float, error: AircherError | None) -> None:
        if error is not None:
            retry_after_s = error.retry_after_s if isinstance(error, ProviderError) else None
            await self.publish(
                ErrorRaised(code=error.code, message=error.message, hint=error.hint, retry_after_s=retry_after_s)
            )
        if self._step is not None and self._step.unpaid is not None:
            await self.publish(self._step.unpaid)
        for repair in self.transcript.unfinished_results():
            await self.publish(repair)
        duration_ms = round((self.clock.monotonic_s() - started_s) * 1000)
        await self.publish(TurnFinished(stop_reason=stop, rounds=self.rounds, duration_ms=duration_ms))


def _stop_reason(error: AircherError) -> StopReason:
    match error:
        case BudgetError():
            return StopReason.BUDGET
        case DeadlineError():
            return StopReason.DEADLINE
        case _:
            return StopReason.ERROR
