"""The engine from prompt to record: tools, failures, limits, interruption, resumption."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from tests.flows.conftest import STOP, WANTS_TOOLS, World, call, text

from aircher.domain.errors import ApiError, NetworkError, StorageError, UsageError
from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Event,
    PermissionDecided,
    RetryScheduled,
    SessionStarted,
    StopReason,
    TextDelta,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    TurnFinished,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.ids import CallId
from aircher.domain.messages import Message, Role, TextPart, ToolCallPart, ToolResultPart
from aircher.domain.operations import SendPrompt
from aircher.domain.stream import (
    Finished,
    FinishReason,
    StreamEvent,
    ToolCallUnreadable,
    UsageReceived,
)
from aircher.domain.transcript import NEVER_RAN, fold
from aircher.domain.usage import Usage
from aircher.engine.budgets import Limits
from aircher.providers.scripted import Pause, ScriptedProvider

USED = Usage(input_tokens=1000, output_tokens=100)
COST_USD = 0.002
FOREVER = Pause(seconds=1e9)


def results(events: list[Event]) -> list[ToolFinished]:
    return [event for event in events if isinstance(event, ToolFinished)]


async def test_a_prompt_becomes_a_streamed_and_recorded_answer(world: World) -> None:
    async with world.session([[text("hel"), text("lo"), UsageReceived(usage=USED), STOP]]) as talk:
        events = await talk.ask("hi")
        assert events == [
            SessionStarted(provider="scripted", model="m", cwd=str(world.root)),
            TurnStarted(prompt=(TextPart(text="hi"),), provider="scripted", model="m"),
            TextDelta(text="hel"),
            TextDelta(text="lo"),
            UsageUpdated(usage=USED, cost_usd=COST_USD, provider="scripted", model="m"),
            TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=0),
        ]
        assert talk.session.budget.usage == USED
    recorded = world.recorded(talk.session.session_id)
    assert fold(recorded).messages == fold(events).messages
    assert [type(event) for event in recorded].count(TextDelta) == 1  # pieces are merged at the end of the step


async def test_tools_run_between_two_calls_of_the_model(world: World) -> None:
    scripts = [[text("looking"), call("1", "read_file", {"path": "a.txt"}), WANTS_TOOLS], [text("alpha"), STOP]]
    async with world.session(scripts) as talk:
        events = await talk.ask("what is in a.txt?")
    requested, decided, started, finished = [event for event in events if not isinstance(event, UsageUpdated)][3:7]
    assert requested == ToolRequested(call_id=CallId("1"), name="read_file", arguments={"path": "a.txt"})
    assert decided == PermissionDecided(call_id=CallId("1"), allowed=True, rule="read(workspace)")
    assert started == ToolStarted(call_id=CallId("1"), name="read_file")
    assert finished == ToolFinished(
        call_id=CallId("1"),
        name="read_file",
        status=CallStatus.OK,
        content="1\talpha",
        summary="read 1 line of a.txt",
        duration_ms=0,
    )
    assert talk.provider.requests[1].messages == (
        Message(role=Role.USER, parts=(TextPart(text="what is in a.txt?"),)),
        Message(
            role=Role.ASSISTANT,
            parts=(
                TextPart(text="looking"),
                ToolCallPart(call_id=CallId("1"), name="read_file", arguments={"path": "a.txt"}),
            ),
        ),
        Message(role=Role.TOOL, parts=(ToolResultPart(call_id=CallId("1"), name="read_file", content="1\talpha"),)),
    )
    assert isinstance(events[-1], TurnFinished)
    assert events[-1].rounds == 2


@pytest.mark.parametrize(
    ("name", "arguments", "status", "content"),
    [
        ("read_file", {"path": "/etc/passwd"}, CallStatus.REFUSED, "Not permitted: read(/etc/passwd) is outside"),
        (
            "read_file",
            {"path": ".env"},
            CallStatus.REFUSED,
            "Not permitted: read(.env) may hold keys, and nobody is here to ask.",
        ),
        ("read_file", {"path": "gone"}, CallStatus.FAILED, "gone does not exist."),
        ("read_file", {"file": "a.txt"}, CallStatus.FAILED, "Wrong arguments: "),
        ("read_fil", {}, CallStatus.FAILED, "There is no tool named 'read_fil'. Did you mean read_file?"),
    ],
)
async def test_a_call_that_cannot_be_done_is_told_to_the_model(
    world: World, name: str, arguments: dict[str, str], status: CallStatus, content: str
) -> None:
    scripts = [[call("1", name, dict(arguments)), WANTS_TOOLS], [text("sorry"), STOP]]
    async with world.session(scripts) as talk:
        [result] = results(await talk.ask("go"))
    assert result.status is status
    assert result.content.startswith(content)


async def test_arguments_that_are_no_json_never_run(world: World) -> None:
    unreadable = ToolCallUnreadable(call_id="1", name="read_file", raw_arguments='{"path": ')
    async with world.session([[unreadable, WANTS_TOOLS], [text("again"), STOP]]) as talk:
        [result] = results(await talk.ask("go"))
    assert (result.status, result.content) == (
        CallStatus.FAILED,
        "The arguments were not a JSON object. Send the call again with valid JSON.",
    )


async def test_half_an_answer_leads_to_no_action(world: World) -> None:
    broken = ApiError("not you", provider="scripted", kind="permission")
    async with world.session([[text("abc"), call("1", "read_file", {"path": "a.txt"}), broken]]) as talk:
        events = await talk.ask("go")
    assert [type(event) for event in events[2:]] == [TextDelta, UsageUpdated, ErrorRaised, TurnFinished]
    assert events[-1] == TurnFinished(stop_reason=StopReason.ERROR, rounds=1, duration_ms=0)


async def test_a_failure_before_the_first_word_is_tried_again(world: World) -> None:
    busy = ApiError("busy", provider="scripted", kind="overloaded", is_retryable=True, retry_after_s=7)
    async with world.session([[busy], [text("here"), STOP]]) as talk:
        asking = asyncio.ensure_future(talk.ask("go"))
        assert await world.clock.wait_for_sleeper() == 7
        await world.clock.advance(7)
        events = await asking
    assert events[2] == RetryScheduled(
        attempt=1, delay_s=7, code="provider.api", message="busy", provider="scripted", model="m"
    )
    assert events[3] == TextDelta(text="here")
    assert len(talk.provider.requests) == 2


async def test_an_error_that_repeats_itself_ends_the_turn_at_once(world: World) -> None:
    wrong = ApiError("no such model", provider="scripted", kind="not_found", hint="--model NAME")
    async with world.session([[wrong], [text("after"), STOP]]) as talk:
        events = await talk.ask("go")
        assert events[2] == ErrorRaised(code="provider.api", message="no such model", hint="--model NAME")
        assert (await talk.ask("again"))[1] == TextDelta(text="after")


@pytest.mark.parametrize(
    ("limits", "stop", "code"),
    [
        (Limits(max_rounds=1), StopReason.BUDGET, "budget.reached"),
        (Limits(max_tokens=1100), StopReason.BUDGET, "budget.reached"),
    ],
)
async def test_a_budget_stops_before_the_next_call(world: World, limits: Limits, stop: StopReason, code: str) -> None:
    again = [UsageReceived(usage=USED), call("1", "read_file", {"path": "a.txt"}), WANTS_TOOLS]
    async with world.session([again, again], limits=limits) as talk:
        events = await talk.ask("go")
    assert len(talk.provider.requests) == 1
    assert isinstance(events[-2], ErrorRaised)
    assert events[-2].code == code
    assert events[-1] == TurnFinished(stop_reason=stop, rounds=1, duration_ms=0)


async def test_a_deadline_ends_the_turn(world: World) -> None:
    async with world.session([[text("a"), FOREVER]], limits=Limits(deadline_s=0.05)) as talk:
        events = await talk.ask("go")
    assert isinstance(events[-2], UsageUpdated)  # what was cut off is accounted for, too
    assert events[-3] == ErrorRaised(
        code="deadline",
        message="the turn took longer than the 0.05 s allowed",
        hint="allow more with --timeout SECONDS",
    )
    assert events[-1] == TurnFinished(stop_reason=StopReason.DEADLINE, rounds=1, duration_ms=0)


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        (FinishReason.LENGTH, StopReason.LENGTH),
        (FinishReason.REFUSAL, StopReason.REFUSAL),
        (FinishReason.CONTENT_FILTER, StopReason.CONTENT_FILTER),
        (FinishReason.UNKNOWN, StopReason.DONE),
    ],
)
async def test_how_the_model_stopped_is_told(world: World, reason: FinishReason, stop: StopReason) -> None:
    async with world.session([[text("x"), Finished(reason=reason)]]) as talk:
        events = await talk.ask("go")
    assert events[-1] == TurnFinished(stop_reason=stop, rounds=1, duration_ms=0)


async def test_an_interrupt_leaves_a_closed_stream_and_a_valid_transcript(world: World) -> None:
    async with world.session([[text("half"), FOREVER], [text("whole"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        await talk.until(lambda event: isinstance(event, TextDelta))
        await talk.session.interrupt()
        assert talk.provider.open_streams == 0
        charged, last = await talk.until(lambda event: isinstance(event, TurnFinished))
        assert isinstance(charged, UsageUpdated)
        assert charged.is_estimated
        assert last == TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=1, duration_ms=0)
        events = await talk.ask("again")
    assert events[-1] == TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=0)
    assert talk.provider.requests[1].messages == (
        Message(role=Role.USER, parts=(TextPart(text="go"),)),
        Message(role=Role.ASSISTANT, parts=(TextPart(text="half"),)),
        Message(role=Role.USER, parts=(TextPart(text="again"),)),
    )


async def test_interrupting_nothing_does_nothing(world: World) -> None:
    async with world.session([]) as talk:
        await talk.session.interrupt()
        assert talk.session.transcript.messages == ()


async def test_leaving_a_session_interrupts_its_turn(world: World) -> None:
    async with world.session([[text("half"), FOREVER]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        await talk.until(lambda event: isinstance(event, TextDelta))
    assert world.recorded(talk.session.session_id)[-1] == TurnFinished(
        stop_reason=StopReason.INTERRUPTED, rounds=1, duration_ms=0
    )


async def test_prompts_are_answered_one_after_the_other(world: World) -> None:
    async with world.session([[text("1"), STOP], [text("2"), STOP]]) as talk:
        for words in ("first", "second"):
            await talk.session.submit(SendPrompt(parts=(TextPart(text=words),)))
        for words in ("1", "2"):
            events = await talk.until(lambda event: isinstance(event, TurnFinished))
            assert TextDelta(text=words) in events


async def test_an_empty_prompt_is_refused(world: World) -> None:
    async with world.session([]) as talk:
        with pytest.raises(UsageError, match="the prompt is empty"):
            await talk.session.submit(SendPrompt(parts=()))


async def test_a_resumed_session_knows_what_was_said_and_counts_on(world: World) -> None:
    async with world.session([[text("one"), STOP]]) as talk:
        await talk.ask("first")
    async with world.session([[text("two"), STOP]], session_id=talk.session.session_id) as again:
        events = await again.ask("second")
    assert events[0] == SessionStarted(provider="scripted", model="m", cwd=str(world.root), resumed=True)
    assert [message.text for message in again.provider.requests[0].messages] == ["first", "one", "second"]


async def test_a_call_that_a_crash_left_open_is_closed_on_resumption(world: World) -> None:
    scripts = [[call("1", "read_file", {"path": "a.txt"}), WANTS_TOOLS], [text("x"), STOP]]
    async with world.session(scripts) as talk:
        await talk.ask("go")
    session_id = talk.session.session_id
    # what a crash between intent and result leaves behind
    world.database.write_blocking(
        lambda db: db.execute(
            "DELETE FROM events WHERE session_id = ? AND seq > "
            "(SELECT seq FROM events WHERE session_id = ? AND type = 'tool.requested')",
            (session_id, session_id),
        ).close()
    )
    async with world.session([[text("ok"), STOP]], session_id=session_id) as again:
        events = await again.ask("and now?")
    assert events[:3] == [
        SessionStarted(provider="scripted", model="m", cwd=str(world.root), resumed=True, repaired_calls=1),
        ToolFinished(
            call_id=CallId("1"),
            name="read_file",
            status=CallStatus.INTERRUPTED,
            content=NEVER_RAN,
            summary="interrupted",
            duration_ms=0,
        ),
        TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=0, duration_ms=0),
    ]
    assert again.session.transcript.unfinished_calls == ()


async def test_a_session_that_cannot_be_recorded_stops_and_says_why(world: World) -> None:
    async with world.session([[text("a"), Pause(seconds=1), text("b"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        await talk.until(lambda event: isinstance(event, TextDelta))
        world.database.write_blocking(
            lambda db: db.execute(
                "CREATE TEMP TRIGGER full BEFORE INSERT ON main.events BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            ).close()
        )
        await world.clock.wait_for_sleeper()
        await world.clock.advance(1)
        assert await talk.until(lambda event: isinstance(event, TurnFinished)) == [TextDelta(text="b")]
        assert isinstance(talk.session.failure, StorageError)
        with pytest.raises(StorageError):
            await talk.session.submit(SendPrompt(parts=(TextPart(text="more"),)))
        world.database.write_blocking(lambda db: db.execute("DROP TRIGGER full").close())


async def test_network_failures_are_tried_as_often_as_allowed(world: World) -> None:
    gone = NetworkError("gone", provider="scripted", is_retryable=True)
    async with world.session([[gone], [gone], [gone], [gone]]) as talk:
        asking = asyncio.ensure_future(talk.ask("go"))
        for _ in range(3):
            await world.clock.wait_for_sleeper()
            await world.clock.advance(10)
        events = await asking
    assert [event.attempt for event in events if isinstance(event, RetryScheduled)] == [1, 2, 3]
    assert isinstance(events[-2], ErrorRaised)
    assert events[-2].code == "provider.network"


async def test_leaving_a_session_does_not_start_the_prompt_that_waits(world: World) -> None:
    async with world.session([[text("half"), FOREVER], [text("never"), STOP]]) as talk:
        for words in ("first", "second"):
            await talk.session.submit(SendPrompt(parts=(TextPart(text=words),)))
        await talk.until(lambda event: isinstance(event, TextDelta))
    assert len(talk.provider.requests) == 1
    with pytest.raises(UsageError, match="is closed"):
        await talk.session.submit(SendPrompt(parts=(TextPart(text="late"),)))


async def test_more_prompts_than_may_wait_are_refused(world: World) -> None:
    async with world.session([[text("half"), FOREVER]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="0"),)))
        await talk.until(lambda event: isinstance(event, TextDelta))
        for number in range(32):
            await talk.session.submit(SendPrompt(parts=(TextPart(text=str(number)),)))
        with pytest.raises(UsageError, match="has 32 prompts waiting already"):
            await talk.session.submit(SendPrompt(parts=(TextPart(text="one more"),)))


async def test_an_interrupt_while_a_failure_is_recorded_keeps_the_end(world: World) -> None:
    wrong = ApiError("no such model", provider="scripted", kind="not_found")
    async with world.session([[wrong]]) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        await talk.until(lambda event: isinstance(event, ErrorRaised))
        await talk.session.interrupt()
    last = world.recorded(talk.session.session_id)[-2:]
    assert [type(event) for event in last] == [ErrorRaised, TurnFinished]


async def test_a_bug_in_a_provider_ends_the_turn_in_order_and_is_kept_for_the_owner(world: World) -> None:
    class Broken(ScriptedProvider):
        async def _play(self, script: object) -> AsyncGenerator[StreamEvent, None]:
            yield text("so far")
            raise RuntimeError("boom")

    async with world.session([], provider=Broken([[]])) as talk:
        events = await talk.ask("go")
        assert events[-2] == ErrorRaised(code="defect", message="a bug in Aircher ended the turn: RuntimeError")
        assert events[-1] == TurnFinished(stop_reason=StopReason.ERROR, rounds=1, duration_ms=0)
    assert str(talk.session.defect) == "boom"
