"""One call of a model: publish what streams in, ask again what failed, hand back the whole answer.

Invariant: nothing that came before an answer was whole leads to an action, no text is shown twice, and every call
that reached a model is accounted for exactly once, also when it was cut off.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import field, replace
from typing import TypeAlias, assert_never

from aircher.domain.errors import (
    BEGUN_ANEW,
    STATE_REFUSED,
    ApiError,
    ProviderError,
    RateLimitError,
    StreamInterruptedError,
)
from aircher.domain.events import Event, RetryScheduled, TextDelta, ThinkingDelta, ToolRequested, UsageUpdated
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonObject
from aircher.domain.ports import Clock
from aircher.domain.provider import ModelRequest
from aircher.domain.records import dataclass
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
from aircher.engine.accounts import Accounts, CallAccount
from aircher.engine.recovery import for_model, going_on, has_state, may_fall_back, without_state
from aircher.engine.repetition import RepetitionGuard
from aircher.engine.retry import RetryPolicy
from aircher.engine.routing import Route, Router
from aircher.engine.waiting import Waiting

Publish: TypeAlias = Callable[[Event], Awaitable[None]]
"""How a turn speaks: record, take into account, deliver."""

UNREADABLE = "unreadable_arguments"
"""Key under which a call carries arguments that were not a JSON object; such a call never runs."""


@dataclass(slots=True)
class Answer:
    """What one call brought: filled while it streams, whole when ``finish`` is set.

    Attributes:
        held: What is published only once the answer is whole: the first tool call and all that follows it, because
            the order of calls and reasoning is part of what goes back to the model.
        pieces: What was published of the visible text.
    """

    held: list[TextDelta | ThinkingDelta | ToolRequested] = field(default_factory=list)
    finish: Finished | None = None
    pieces: list[str] = field(default_factory=list)
    account: CallAccount | None = None
    guard: RepetitionGuard = field(default_factory=RepetitionGuard)

    @property
    def text(self) -> str:
        """What was published of the visible text."""
        return "".join(self.pieces)

    @property
    def calls(self) -> list[ToolRequested]:
        """The tool calls, in their order."""
        return [event for event in self.held if isinstance(event, ToolRequested)]


@dataclass(slots=True, kw_only=True)
class Step:
    """Calls models for one turn.

    Attributes:
        routes: The ways to try, in order; one that failed for good is removed while another is left.
        thinks_if_able: Whether the request's thinking is a wish that only a model known to think should hear.
        unpaid: The account of a call that was cut off by cancelling; whoever cancelled publishes it.
    """

    routes: list[Route]
    router: Router
    accounts: Accounts
    retry: RetryPolicy
    clock: Clock
    waiting: Waiting
    publish: Publish
    thinks_if_able: bool = False
    unpaid: UsageUpdated | None = None

    async def run(self, request: ModelRequest, *, deadline_at_s: float | None) -> Answer:
        """Return the whole answer; its text was published on the way, its tool calls and usage at the end.

        Args:
            request: What to ask; which model is asked, and how, is filled in.
            deadline_at_s: Monotonic time after which no retry may start; ``None`` = no deadline.

        Raises:
            ProviderError: The call failed for good.
            BudgetError: A limit was reached, before the call or in its middle.
        """
        attempt, shown = 1, ""
        while True:
            answer = Answer()
            try:
                await self._call(going_on(request, shown), answer, deadline_at_s=deadline_at_s)
            except ProviderError as error:
                shown += answer.text
                is_anew = bool(shown) and request.output_schema is not None  # half a document cannot be gone on with
                shown = "" if is_anew else shown
                self.router.fail(self.routes[0], error)
                if isinstance(error, ApiError) and error.rejects_state and has_state(request.messages):
                    request = replace(request, messages=without_state(request.messages))
                    await self._schedule(error, attempt=attempt, delay_s=0.0, code=STATE_REFUSED)
                else:
                    code = BEGUN_ANEW if is_anew else ""
                    attempt = await self._next_attempt(error, attempt=attempt, deadline_at_s=deadline_at_s, code=code)
                continue
            self.router.succeed(self.routes[0])
            answer.pieces.insert(0, shown)
            return answer

    async def _call(self, request: ModelRequest, answer: Answer, *, deadline_at_s: float | None) -> None:
        """Make one attempt and settle its account, however it ends."""
        route = self.routes[0]
        request = self._addressed(request, route)
        account = answer.account = await self.accounts.open(route, request)
        try:
            async with account.kept():
                await self._admit(route, account.input_tokens, deadline_at_s)
                await self._stream(route, request, answer, account)
            for event in answer.held:
                await self.publish(event)
                if isinstance(event, TextDelta):
                    answer.pieces.append(event.text)
        except asyncio.CancelledError:
            self.unpaid = account.settle(is_whole=answer.finish is not None)
            raise
        except BaseException:
            await self._settle(answer)
            raise
        await self._settle(answer)

    def _addressed(self, request: ModelRequest, route: Route) -> ModelRequest:
        """Return the request as the route's model may see it."""
        model, can = route.model, route.model.capabilities
        is_deaf = self.thinks_if_able and can.thinking is not True
        return replace(
            request,
            model=model.name,
            messages=for_model(request.messages, provider=route.provider.name, model=model.name, images=can.images),
            max_output_tokens=route.max_output_tokens,
            temperature=route.temperature,
            thinking=None if is_deaf else request.thinking,
            output_schema=None if can.structured_output is False else request.output_schema,
        )

    async def _admit(self, route: Route, tokens: int, deadline_at_s: float | None) -> None:
        """Return once the route's allowance has room for a call of so many tokens."""
        delay_s = self.router.wait_s(route, tokens)
        if delay_s > 0:
            name = route.provider.name
            error = RateLimitError(
                f"what {name} may be asked in a minute is used up",
                provider=name,
                kind="rate_limit",
                hint=f"wait, raise providers.{name}.requests_per_min or tokens_per_min, or choose another provider",
                is_retryable=True,
                retry_after_s=delay_s,
            )
            if deadline_at_s is not None and self.clock.monotonic_s() + delay_s >= deadline_at_s:
                raise error
            await self._schedule(error, attempt=0, delay_s=delay_s)
        self.router.begin(route, tokens)

    async def _stream(self, route: Route, request: ModelRequest, answer: Answer, account: CallAccount) -> None:
        name = route.provider.name
        async with route.provider.stream(request) as events:
            account.is_sent = True
            async for event in events:
                await self._take(event, answer, route)
                if account.is_due:
                    await account.renew()
        if answer.finish is None:
            raise StreamInterruptedError(
                f"{name} ended its answer without an end marker", provider=name, received_chars=len(answer.text)
            )
        is_empty = not answer.pieces and not answer.held
        if answer.finish.reason is FinishReason.ERROR or (answer.finish.reason is FinishReason.UNKNOWN and is_empty):
            raise ApiError(
                f"{name} ended the answer of {route.model.name} with {answer.finish.native_reason or 'no reason'}",
                provider=name,
                kind="server_error",
                server_code=answer.finish.native_reason,
                is_retryable=True,
            )

    async def _take(self, event: StreamEvent, answer: Answer, route: Route) -> None:
        match event:
            case TextReceived(text=text) | RefusalReceived(text=text):
                self._watch(text, answer, route)
                await self._show(TextDelta(text=text), answer)
            case ThinkingReceived(text=text, state=state):
                self._watch(text, answer, route)
                name, model = route.provider.name, route.model.name
                await self._show(ThinkingDelta(text=text, state=state, provider=name, model=model), answer)
            case ToolCallReceived(call=call):
                self._hold(ToolRequested(call_id=call.call_id, name=call.name, arguments=call.arguments), answer)
            case ToolCallUnreadable(call_id=call_id, name=name, raw_arguments=raw):
                arguments: JsonObject = {UNREADABLE: raw}
                self._hold(ToolRequested(call_id=CallId(call_id), name=name, arguments=arguments), answer)
            case UsageReceived():
                if answer.account is not None:
                    answer.account.used = event
            case LimitsReceived():
                self.router.learn(route, event)
            case Finished():
                answer.finish = event
            case _:
                assert_never(event)

    def _hold(self, call: ToolRequested, answer: Answer) -> None:
        """Keep a call until the answer is whole, under an id that no other call of the answer has."""
        if answer.account is not None:
            answer.account.feed(f"{call.name} {dict(call.arguments)}")
        taken = {other.call_id for other in answer.calls}
        if call.call_id in taken:
            call = replace(call, call_id=CallId(f"{call.call_id}_{len(taken) + 1}"))
        answer.held.append(call)

    async def _show(self, delta: TextDelta | ThinkingDelta, answer: Answer) -> None:
        if answer.held:
            answer.held.append(delta)
            return
        if isinstance(delta, TextDelta):
            answer.pieces.append(delta.text)
        await self.publish(delta)

    def _watch(self, text: str, answer: Answer, route: Route) -> None:
        """Hold a piece of the answer against the limits and against itself."""
        if answer.account is not None:
            answer.account.feed(text)
        if answer.guard.feed(text):
            raise ApiError(
                f"{route.model.name} repeats itself without end and was stopped",
                provider=route.provider.name,
                kind="loop",
                hint="ask again in other words, or choose another model with --model",
            )

    async def _settle(self, answer: Answer) -> None:
        """Publish what the call used; a cancellation meanwhile is raised only after that."""
        updated = None if answer.account is None else answer.account.settle(is_whole=answer.finish is not None)
        if updated is not None:
            telling = asyncio.ensure_future(self.publish(updated))
            try:
                await asyncio.shield(telling)
            except asyncio.CancelledError:
                await asyncio.wait([telling])
                raise
        self.accounts.tell_alerts()

    async def _next_attempt(self, error: ProviderError, *, attempt: int, deadline_at_s: float | None, code: str) -> int:
        """Wait for the next attempt and return its number; 1 = the first with another provider.

        Raises:
            ProviderError: There is none.
        """
        remaining_s = None if deadline_at_s is None else deadline_at_s - self.clock.monotonic_s()
        delay_s = self.retry.delay_s(error, attempt=attempt, remaining_s=remaining_s)
        if delay_s is not None:
            await self._schedule(error, attempt=attempt, delay_s=delay_s, code=code)
            return attempt + 1
        if len(self.routes) == 1 or not may_fall_back(error):
            raise error
        self.routes.pop(0)
        await self._schedule(error, attempt=attempt, delay_s=0.0, code=code)
        return 1

    async def _schedule(self, error: ProviderError, *, attempt: int, delay_s: float, code: str = "") -> None:
        route = self.routes[0]
        await self.publish(
            RetryScheduled(
                attempt=attempt,
                delay_s=delay_s,
                code=code or error.code,
                message=error.message,
                provider=route.provider.name,
                model=route.model.name,
            )
        )
        await self.waiting.wait(delay_s)
