"""The turn loop: call the model, run the tools it asks for, until it has answered.

Invariant: however a turn ends, its last event is `TurnFinished` and every tool call has a result.
"""

import asyncio
from dataclasses import dataclass

from aircher.domain.errors import (
    AircherError,
    BudgetError,
    DeadlineError,
    Defect,
    ProviderError,
    StorageError,
)
from aircher.domain.events import ErrorRaised, StopReason, TurnFinished, TurnStarted
from aircher.domain.messages import PromptPart
from aircher.domain.models import ModelInfo
from aircher.domain.ports import Clock
from aircher.domain.provider import ModelRequest, Provider, Thinking
from aircher.domain.stream import FinishReason
from aircher.domain.transcript import Transcript
from aircher.engine.budgets import Budget
from aircher.engine.retry import RetryPolicy
from aircher.engine.step import Publish, Step
from aircher.engine.tool_runner import ToolRunner

END_DEADLINE_S = 5.0  # the longest a commit waits for another process; then the interrupt returns all the same

STOP_REASONS = {
    FinishReason.LENGTH: StopReason.LENGTH,
    FinishReason.CONTEXT_LENGTH: StopReason.LENGTH,
    FinishReason.REFUSAL: StopReason.REFUSAL,
    FinishReason.CONTENT_FILTER: StopReason.CONTENT_FILTER,
}
"""How an answer's end reads as a turn's end; everything else is `StopReason.DONE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The model a session speaks with, and how."""

    provider: Provider
    model: ModelInfo
    system: str
    max_output_tokens: int | None = None
    temperature: float | None = None
    thinking: Thinking | None = None


@dataclass(slots=True, kw_only=True)
class Turn:
    """One prompt and everything that follows from it."""

    voice: Voice
    transcript: Transcript
    tool_runner: ToolRunner
    budget: Budget
    retry: RetryPolicy
    clock: Clock
    publish: Publish
    rounds: int = 0
    defect: Exception | None = None

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
        limit_s = self.budget.limits.deadline_s
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
        await self.publish(TurnStarted(prompt=prompt, provider=voice.provider.name, model=voice.model.name))
        limit_s = self.budget.limits.deadline_s
        step = Step(
            provider=voice.provider, model=voice.model, retry=self.retry, clock=self.clock, publish=self.publish
        )
        while True:
            self.budget.check(rounds=self.rounds)
            self.rounds += 1
            answer = await step.run(self._request(), deadline_at_s=None if limit_s is None else started_s + limit_s)
            for call in answer.calls:
                await self.tool_runner.run(call, self.publish)
            if not answer.calls:
                return STOP_REASONS.get(answer.finish or FinishReason.STOP, StopReason.DONE)

    def _request(self) -> ModelRequest:
        voice = self.voice
        return ModelRequest(
            model=voice.model.name,
            system=voice.system,
            messages=self.transcript.messages,
            tools=tuple(tool.spec for tool in self.tool_runner.tools.values()),
            max_output_tokens=voice.max_output_tokens,
            temperature=voice.temperature,
            thinking=voice.thinking,
        )

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
