"""What a session does when a model's server fails it: asks again, goes on, falls back, and accounts for all of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from tests.flows.conftest import STOP, WANTS_TOOLS, Conversation, World, call, text

from aircher.domain.errors import (
    ApiError,
    AuthError,
    NetworkError,
    ProviderError,
    QuotaError,
    StreamInterruptedError,
    TokenLimitError,
)
from aircher.domain.events import (
    ErrorRaised,
    Event,
    RetryScheduled,
    StopReason,
    TextDelta,
    ThinkingDelta,
    TurnFinished,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.messages import Message, Role, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from aircher.domain.models import ModelInfo, Prices
from aircher.domain.operations import SendPrompt
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import (
    Finished,
    FinishReason,
    LimitsReceived,
    RateLimit,
    ThinkingReceived,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.engine.recovery import GO_ON
from aircher.engine.routing import Route
from aircher.engine.spending import SpendingLimits
from aircher.providers.router import Pace, ProviderRouter
from aircher.providers.scripted import Line, Pause, ScriptedProvider

CUT = StreamInterruptedError("cut", provider="scripted", received_chars=0)
BUSY = ApiError("busy", provider="scripted", kind="overloaded", is_retryable=True)
REFUSED_STATE = ApiError("bad signature", provider="scripted", kind="invalid_request")
REFUSED_STATE.rejects_state = True


async def with_time(world: World, asking: "asyncio.Future[list[Event]]") -> list[Event]:
    """Return the turn's events, turning the clock whenever somebody waits."""
    while not asking.done():
        waiting: asyncio.Future[float] = asyncio.ensure_future(world.clock.wait_for_sleeper())
        await one_of(waiting, asking)
        waiting.cancel()
        if not asking.done():
            await world.clock.advance(10)
            await asyncio.sleep(0)
    return await asking


async def one_of(waiting: "asyncio.Future[float]", asking: "asyncio.Future[list[Event]]") -> None:
    """Return once either is done."""
    done = asyncio.Event()
    for future in (waiting, asking):
        future.add_done_callback(lambda _: done.set())
    await done.wait()


async def asked(world: World, talk: Conversation, words: str = "go") -> list[Event]:
    return await with_time(world, asyncio.ensure_future(talk.ask(words)))


def of_kind(events: Sequence[Event], kind: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def said(role: Role, words: str) -> Message:
    return Message(role=role, parts=(TextPart(text=words),))


async def test_an_answer_that_breaks_off_is_gone_on_with_and_shown_once(world: World) -> None:
    async with world.session([[text("one two "), CUT], [text("three"), STOP]]) as talk:
        events = await asked(world, talk)
        assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "one two three"
        assert talk.provider.requests[1].messages == (
            said(Role.USER, "go"),
            said(Role.ASSISTANT, "one two "),
            said(Role.USER, GO_ON),
        )
        assert talk.session.transcript.messages == (said(Role.USER, "go"), said(Role.ASSISTANT, "one two three"))
    assert events[-1] == TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=10_000)


async def test_a_call_that_came_before_the_cut_is_not_run(world: World) -> None:
    read = call("1", "read_file", {"path": "a.txt"})
    async with world.session([[text("look: "), read, CUT], [text("done"), STOP]]) as talk:
        events = await asked(world, talk)
    assert all(event.type != "tool.requested" for event in events)
    assert not any(
        isinstance(part, ToolCallPart) for message in talk.session.transcript.messages for part in message.parts
    )


async def test_calls_and_reasoning_keep_their_order(world: World) -> None:
    def thought(number: int) -> ThinkingReceived:
        return ThinkingReceived(text=f"{number}", state={"signature": number})

    calls = [call(f"{number}", "read_file", {"path": "a.txt"}) for number in (1, 2)]
    first: list[Line] = [thought(1), text("look"), calls[0], thought(2), text("again"), calls[1], WANTS_TOOLS]
    async with world.session([first, [text("done"), STOP]]) as talk:
        await talk.ask("go")
        parts = talk.session.transcript.messages[1].parts
    assert [type(part) for part in parts] == [
        ThinkingPart,
        TextPart,
        ToolCallPart,
        ThinkingPart,
        TextPart,
        ToolCallPart,
    ]


async def test_reasoning_of_an_attempt_that_broke_off_is_not_sent_back(world: World) -> None:
    thought = ThinkingReceived(text="hm", state={"signature": "old"})
    again = ThinkingReceived(text="aha", state={"signature": "new"})
    async with world.session([[thought, CUT], [again, text("yes"), STOP], [text("ok"), STOP]]) as talk:
        await asked(world, talk)
        await asked(world, talk, "more")
    [assistant] = [message for message in talk.provider.requests[2].messages if message.role is Role.ASSISTANT]
    assert assistant.parts == (
        ThinkingPart(text="aha", state={"signature": "new"}, provider="scripted", model="m"),
        TextPart(text="yes"),
    )


async def test_a_wait_can_be_skipped(world: World) -> None:
    slow = ApiError("busy", provider="scripted", kind="overloaded", is_retryable=True, retry_after_s=60)
    async with world.session([[slow], [text("here"), STOP]]) as talk:
        assert not talk.session.skip_wait()
        asking = asyncio.ensure_future(talk.ask("go"))
        await world.clock.wait_for_sleeper()
        assert talk.session.skip_wait()
        events = await asking
    assert events[-1] == TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=0)


async def test_an_interrupt_ends_a_wait(world: World) -> None:
    async with world.session([[BUSY]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        await world.clock.wait_for_sleeper()
        await talk.session.interrupt()
        [*_, last] = await talk.until(lambda event: isinstance(event, TurnFinished))
    assert last == TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=1, duration_ms=0)


@pytest.mark.parametrize(
    "error",
    [
        QuotaError("no money", provider="scripted", kind="billing"),
        TokenLimitError("too long", provider="scripted", kind="context_length"),
        AuthError("no key", provider="scripted", kind="auth"),
    ],
)
async def test_what_waiting_cannot_mend_is_not_tried_again(world: World, error: ProviderError) -> None:
    async with world.session([[error]]) as talk:
        events = await talk.ask("go")
    assert of_kind(events, RetryScheduled) == []
    assert isinstance(events[-2], ErrorRaised)
    assert events[-2].message == error.message


async def test_state_that_the_server_refuses_is_left_out_once(world: World) -> None:
    thought = ThinkingReceived(text="", state={"signature": "s"})
    scripts: list[list[Line]] = [[thought, text("one"), STOP], [REFUSED_STATE], [text("two"), STOP], [STOP]]
    async with world.session(scripts) as talk:
        await talk.ask("first")
        events = await talk.ask("second")
        await talk.ask("third")
    assert TextDelta(text="two") in events
    assert talk.provider.requests[1].messages[1].parts[0] == ThinkingPart(
        text="", state={"signature": "s"}, provider="scripted", model="m"
    )
    assert talk.provider.requests[2].messages == (
        said(Role.USER, "first"),
        said(Role.ASSISTANT, "one"),
        said(Role.USER, "second"),
    )
    assert talk.provider.requests[3].messages[1] == said(Role.ASSISTANT, "one")  # for good


async def test_a_retry_leaves_the_reasoning_of_the_step_before_alone(world: World) -> None:
    thought = ThinkingReceived(text="hm", state={"signature": "s"})
    read = call("1", "read_file", {"path": "a.txt"})
    async with world.session([[thought, read, WANTS_TOOLS], [BUSY], [text("done"), STOP]]) as talk:
        await asked(world, talk)
        assert talk.provider.requests[2].messages[1].parts[0] == ThinkingPart(
            text="hm", state={"signature": "s"}, provider="scripted", model="m"
        )


async def test_a_model_that_repeats_itself_is_stopped(world: World) -> None:
    loop: list[Line] = [text("and again and again\n" * 50) for _ in range(400)]
    async with world.session([[*loop, STOP]]) as talk:
        events = await talk.ask("go")
    error = events[-2]
    assert isinstance(error, ErrorRaised)
    assert error.message == "m repeats itself without end and was stopped"
    assert len(of_kind(events, TextDelta)) < 60


@dataclass
class TwoProviders:
    """Two scripted providers behind a router; the second may stand in for the first."""

    world: World
    first: list[list[Line]]
    second: list[list[Line]]
    paces: dict[str, Pace] = field(default_factory=dict)

    def router(self) -> ProviderRouter:
        routes = [
            Route(
                provider=ScriptedProvider(scripts, name=name, clock=self.world.clock),
                model=ModelInfo(provider=name, name=f"{name}-model", prices=Prices(input_usd=1, output_usd=1)),
            )
            for name, scripts in (("one", self.first), ("two", self.second))
        ]
        return ProviderRouter(
            chosen=routes[:1], fallbacks=routes[1:], clock=self.world.clock, paces=self.paces, retry_after_s=60
        )


def requests_to(router: ProviderRouter, name: str) -> int:
    [route] = [route for route in (*router.chosen, *router.fallbacks) if route.provider.name == name]
    assert isinstance(route.provider, ScriptedProvider)
    return len(route.provider.requests)


async def test_another_provider_stands_in_and_the_transcript_says_so(world: World) -> None:
    broke = QuotaError("no money", provider="one", kind="billing")
    router = TwoProviders(world, [[broke]], [[text("from two"), STOP], [text("again two"), STOP]]).router()
    async with world.session([], router=router) as talk:
        events = await talk.ask("go")
        assert [*of_kind(events, RetryScheduled), *of_kind(events, TextDelta)] == [
            RetryScheduled(
                attempt=1, delay_s=0.0, code="provider.quota", message="no money", provider="two", model="two-model"
            ),
            TextDelta(text="from two"),
        ]
        [used] = of_kind(events, UsageUpdated)
        assert isinstance(used, UsageUpdated)
        assert (used.provider, used.model) == ("two", "two-model")
        later = await talk.ask("more")  # an empty account is not asked again
    assert later[0] == TurnStarted(
        prompt=(TextPart(text="more"),),
        provider="two",
        model="two-model",
        reason="one is left alone for now: no money",
    )
    assert requests_to(router, "one") == 1


async def test_a_provider_that_failed_is_probed_and_asked_again(world: World) -> None:
    broke = QuotaError("no money", provider="one", kind="billing")
    router = TwoProviders(world, [[broke], [text("one again"), STOP]], [[text("from two"), STOP]]).router()
    async with world.session([], router=router) as talk:
        await talk.ask("go")
        await world.clock.advance(61)
        events = await talk.ask("more")
    assert TextDelta(text="one again") in events


async def test_a_request_that_nobody_would_take_does_not_fall_back(world: World) -> None:
    wrong = ApiError("bad request", provider="one", kind="invalid_request")
    router = TwoProviders(world, [[wrong]], [[text("never"), STOP]]).router()
    async with world.session([], router=router) as talk:
        await talk.ask("go")
    assert requests_to(router, "two") == 0


async def test_an_answer_is_gone_on_with_by_another_provider_without_foreign_thoughts(world: World) -> None:
    cut = NetworkError("gone", provider="one")
    first: list[Line] = [ThinkingReceived(text="hm", state={"s": 1}), text("one "), cut]
    router = TwoProviders(world, [first], [[text("two"), STOP]]).router()
    async with world.session([], router=router) as talk:
        events = await asked(world, talk)
        assert talk.session.transcript.messages[1] == said(Role.ASSISTANT, "one two")
    assert TextDelta(text="two") in events


async def test_a_pace_is_kept_and_the_wait_is_told(world: World) -> None:
    router = TwoProviders(
        world, [[text("a"), STOP], [text("b"), STOP]], [], paces={"one": Pace(requests_per_min=1)}
    ).router()
    async with world.session([], router=router) as talk:
        await talk.ask("go")
        asking = asyncio.ensure_future(talk.ask("more"))
        assert await world.clock.wait_for_sleeper() == 60
        await world.clock.advance(60)
        events = await asking
    assert of_kind(events, RetryScheduled) == [
        RetryScheduled(
            attempt=0,
            delay_s=60.0,
            code="provider.rate_limit",
            message="what one may be asked in a minute is used up",
            provider="one",
            model="one-model",
        )
    ]


async def test_an_answer_that_nobody_counted_is_estimated(world: World) -> None:
    async with world.session([[text("word " * 100), STOP]]) as talk:
        events = await talk.ask("go")
    [used] = of_kind(events, UsageUpdated)
    assert isinstance(used, UsageUpdated)
    assert used.is_estimated
    assert 60 < used.usage.output_tokens < 200
    assert used.usage.input_tokens > 0
    assert used.cost_usd is not None


async def test_input_that_the_server_left_out_is_estimated(world: World) -> None:
    counted = UsageReceived(usage=Usage(output_tokens=7), has_input=False)
    async with world.session([[text("x"), counted, STOP]]) as talk:
        events = await talk.ask("go")
    [used] = of_kind(events, UsageUpdated)
    assert isinstance(used, UsageUpdated)
    assert (used.usage.output_tokens, used.is_estimated) == (7, True)
    assert used.usage.input_tokens > 0


async def test_the_servers_own_price_is_the_last_word(world: World) -> None:
    counted = UsageReceived(usage=Usage(input_tokens=10, output_tokens=10), cost_usd=0.25)
    async with world.session([[text("x"), counted, STOP]]) as talk:
        events = await talk.ask("go")
    assert UsageUpdated(usage=counted.usage, cost_usd=0.25, provider="scripted", model="m") in events


async def test_money_stops_an_answer_in_its_middle(world: World) -> None:
    long: list[Line] = [text("many different words here " * 20 + str(number)) for number in range(300)]
    told: list[str] = []
    limits = SpendingLimits(session_usd=0.02, alert_ratio=0.5)
    async with world.session([[*long, STOP]], spending=limits, told=told) as talk:
        events = await talk.ask("go")
    assert events[-1] == TurnFinished(stop_reason=StopReason.BUDGET, rounds=1, duration_ms=0)
    [used] = of_kind(events, UsageUpdated)
    assert isinstance(used, UsageUpdated)
    assert used.cost_usd is not None
    assert 0.02 < used.cost_usd < 0.0225
    assert any("of the limit of the session is used" in words for words in told)


async def test_a_call_that_would_pass_the_limit_is_not_made(world: World) -> None:
    async with world.session([[text("x"), STOP]], spending=SpendingLimits(session_usd=0.000_001)) as talk:
        events = await talk.ask("go")
    assert talk.provider.requests == []
    assert isinstance(events[-2], ErrorRaised)
    assert events[-2].code == "budget.reached"


async def test_before_a_call_is_refused_the_vendor_is_asked_for_its_own_count(world: World) -> None:
    class Counting(ScriptedProvider):
        async def count_tokens(self, request: ModelRequest) -> int | None:
            return 5

    small = SpendingLimits(session_usd=0.005_010)  # 500 tokens of output and 10 of input
    provider = Counting([[text("x"), UsageReceived(usage=Usage(input_tokens=5, output_tokens=1)), STOP]])
    async with world.session([], provider=provider, spending=small) as talk:
        events = await talk.ask("a prompt of more than five tokens by our own count, which is an estimate")
    assert events[-1] == TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=0)


async def test_a_pause_of_the_model_is_gone_on_with(world: World) -> None:
    pause = Finished(reason=FinishReason.PAUSE, native_reason="pause_turn")
    async with world.session([[text("searching… "), pause], [text("found"), STOP]]) as talk:
        events = await talk.ask("go")
    assert events[-1] == TurnFinished(stop_reason=StopReason.DONE, rounds=2, duration_ms=0)


async def test_reasoning_that_led_to_nothing_is_not_sent_back(world: World) -> None:
    thought = ThinkingReceived(text="hm", state={"signature": "s"})
    async with world.session([[thought, Pause(seconds=1e9)], [text("ok"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        await talk.until(lambda event: isinstance(event, ThinkingDelta))
        await talk.session.interrupt()
        await talk.until(lambda event: isinstance(event, TurnFinished))
        await talk.ask("again")
        assert talk.provider.requests[1].messages == (said(Role.USER, "go"), said(Role.USER, "again"))


async def test_a_prompt_that_was_sent_is_charged_though_nothing_was_shown(world: World) -> None:
    async with world.session([[Pause(seconds=1e9)]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="a prompt of some words"),)))
        await world.clock.wait_for_sleeper()
        await talk.session.interrupt()
        events = await talk.until(lambda event: isinstance(event, TurnFinished))
    [used] = of_kind(events, UsageUpdated)
    assert isinstance(used, UsageUpdated)
    assert (used.is_estimated, used.usage.input_tokens > 5, used.usage.output_tokens) == (True, True, 0)


async def test_a_count_that_a_cut_stream_began_with_is_not_the_last_word(world: World) -> None:
    first = UsageReceived(usage=Usage(input_tokens=50, output_tokens=1))
    refused = ApiError("no", provider="scripted", kind="invalid_request")
    async with world.session([[first, text("word " * 200), refused]]) as talk:
        events = await talk.ask("go")
    [used] = of_kind(events, UsageUpdated)
    assert isinstance(used, UsageUpdated)
    assert (used.usage.input_tokens, used.usage.output_tokens > 100, used.is_estimated) == (50, True, True)


async def test_two_calls_of_one_answer_never_share_an_id(world: World) -> None:
    twins = [call("c", "read_file", {"path": "a.txt"}), call("c", "read_file", {"path": "gone"})]
    async with world.session([[*twins, WANTS_TOOLS], [text("done"), STOP]]) as talk:
        await talk.ask("go")
        calls, results = talk.provider.requests[1].messages[1:]
    assert [one.call_id for one in calls.tool_calls] == ["c", "c_2"]
    assert [part.call_id for part in results.parts if isinstance(part, ToolResultPart)] == ["c", "c_2"]


@pytest.mark.parametrize(
    "bad", [Finished(reason=FinishReason.ERROR, native_reason="MALFORMED"), Finished(reason=FinishReason.UNKNOWN)]
)
async def test_an_answer_that_ended_in_an_error_is_asked_for_again(world: World, bad: Finished) -> None:
    async with world.session([[bad], [text("ok"), STOP]]) as talk:
        events = await asked(world, talk)
    assert len(of_kind(events, RetryScheduled)) == 1
    assert TextDelta(text="ok") in events


async def test_a_model_that_only_pauses_is_not_asked_for_ever(world: World) -> None:
    pause = Finished(reason=FinishReason.PAUSE)
    scripts: list[list[Line]] = [[text("…"), pause] for _ in range(50)]
    async with world.session(scripts) as talk:
        events = await talk.ask("go")
    assert events[-1] == TurnFinished(stop_reason=StopReason.DONE, rounds=6, duration_ms=0)


async def test_a_prompt_interrupted_before_anything_was_done_has_an_end(world: World) -> None:
    async with world.session([[text("never"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        await asyncio.sleep(0)  # the worker has made the turn's task, which has not run yet
        await talk.session.interrupt()
        events = await talk.until(lambda event: isinstance(event, TurnFinished))
        assert talk.provider.requests == []
    assert [type(event) for event in events[-2:]] == [TurnStarted, TurnFinished]


async def test_the_wait_that_a_header_promises_is_not_believed_beyond_a_minute(world: World) -> None:
    hours = LimitsReceived(limits=(RateLimit(what="requests", limit=50, remaining=0, reset_s=28_800.0),))
    router = TwoProviders(world, [[hours, text("a"), STOP], [text("b"), STOP]], []).router()
    async with world.session([], router=router) as talk:
        await talk.ask("go")
        events = await talk.ask("more")
    assert TextDelta(text="b") in events
