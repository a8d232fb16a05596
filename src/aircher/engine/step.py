"""One model call, from request to a whole answer, with retries.

Invariant: tool calls are published only after the answer ended properly; half of an answer never leads to
an action. A call is sent again only while nothing of its answer was published: nothing is ever shown twice.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from aircher.domain.errors import ProviderError, StreamInterruptedError
from aircher.domain.events import Event, RetryScheduled, TextDelta, ThinkingDelta, ToolRequested, UsageUpdated
from aircher.domain.ids import CallId
from aircher.domain.models import ModelInfo
from aircher.domain.ports import Clock
from aircher.domain.provider import ModelRequest, Provider
from aircher.domain.stream import (
    Finished,
    FinishReason,
    LimitsReceived,
    RefusalReceived,
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    ToolCallReceived,
    ToolCallUnreadable,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.engine.retry import RetryPolicy

Publish: TypeAlias = Callable[[Event], Awaitable[None]]
"""How a turn speaks: record, take into account, deliver."""

UNREADABLE = "unreadable_arguments"
"""Key under which a call carries arguments that were not a JSON object; such a call never runs."""


@dataclass(slots=True)
class Answer:
    """What one call brought: filled while it streams, whole when ``finish`` is set."""

    calls: list[ToolRequested] = field(default_factory=list)
    usage: Usage | None = None
    finish: FinishReason | None = None
    shown_chars: int = 0
    is_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Calls a model for one turn."""

    provider: Provider
    model: ModelInfo
    retry: RetryPolicy
    clock: Clock
    publish: Publish

    async def run(self, request: ModelRequest, *, deadline_at_s: float | None) -> Answer:
        """Return the whole answer; its text was published on the way, its tool calls and usage at the end.

        Args:
            request: What to ask.
            deadline_at_s: Monotonic time after which no retry may start; ``None`` = no deadline.

        Raises:
            ProviderError: The call failed for good.
        """
        attempt = 1
        while True:
            answer = Answer()
            try:
                await self._stream(request, answer)
            except ProviderError as error:
                await self._charge(answer)
                await self._wait_or_raise(error, answer, attempt=attempt, deadline_at_s=deadline_at_s)
                attempt += 1
                continue
            for call in answer.calls:
                await self.publish(call)
            await self._charge(answer)
            return answer

    async def _stream(self, request: ModelRequest, answer: Answer) -> None:
        async with self.provider.stream(request) as events:
            async for event in events:
                await self._take(event, answer)
        if answer.finish is None:
            raise StreamInterruptedError(
                f"{self.provider.name} ended its answer without an end marker",
                provider=self.provider.name,
                received_chars=answer.shown_chars,
            )

    async def _take(self, event: StreamEvent, answer: Answer) -> None:
        match event:
            case TextReceived(text=text) | RefusalReceived(text=text):
                answer.shown_chars += len(text)
                answer.is_shown = True
                await self.publish(TextDelta(text=text))
            case ThinkingReceived(text=text, state=state):
                answer.is_shown = True
                delta = ThinkingDelta(text=text, state=state, provider=self.provider.name, model=self.model.name)
                await self.publish(delta)
            case ToolCallReceived(call=call):
                answer.calls.append(ToolRequested(call_id=call.call_id, name=call.name, arguments=call.arguments))
            case ToolCallUnreadable(call_id=call_id, name=name, raw_arguments=raw):
                answer.calls.append(ToolRequested(call_id=CallId(call_id), name=name, arguments={UNREADABLE: raw}))
            case UsageReceived(usage=usage):
                answer.usage = usage
            case LimitsReceived():
                return
            case Finished(reason=reason):
                answer.finish = reason
            case _:
                assert_never(event)

    async def _charge(self, answer: Answer) -> None:
        """Publish what the call consumed; an answer that came without a count makes the cost unknown."""
        if answer.usage is None and answer.finish is None:
            return
        prices = self.model.prices
        is_known = prices is not None and answer.usage is not None
        usage = answer.usage or Usage()
        await self.publish(UsageUpdated(usage=usage, cost_usd=prices.cost_usd(usage) if prices and is_known else None))

    async def _wait_or_raise(
        self, error: ProviderError, answer: Answer, *, attempt: int, deadline_at_s: float | None
    ) -> None:
        remaining_s = None if deadline_at_s is None else deadline_at_s - self.clock.monotonic_s()
        delay_s = self.retry.delay_s(error, attempt=attempt, remaining_s=remaining_s)
        if answer.is_shown or delay_s is None:
            raise error
        await self.publish(RetryScheduled(attempt=attempt, delay_s=delay_s, code=error.code, message=error.message))
        await self.clock.sleep(delay_s)
