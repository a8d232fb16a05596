"""Prompts that wait: they steer the running turn or become turns, survive a restart, and are never lost or doubled."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.flows.conftest import STOP, WANTS_TOOLS, Conversation, World, call, text
from tests.flows.hands import Machine

from aircher.domain.errors import ConfigError, UsageError
from aircher.domain.events import (
    Event,
    LanesChanged,
    PromptSteered,
    StopReason,
    TextDelta,
    TurnFinished,
    TurnStarted,
)
from aircher.domain.ids import PromptId, SessionId, TurnId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import Message, PromptPart, Role, TextPart, ToolResultPart
from aircher.domain.operations import AnswerPermission, Consent, SendPrompt
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import Finished, FinishReason
from aircher.engine.lanes import Lanes
from aircher.engine.routing import OneRoute, Route
from aircher.providers.scripted import Pause
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.storage.waiting_prompts import SqliteWaitingPrompts

FOREVER = Pause(seconds=1e9)


def said(words: str) -> tuple[PromptPart, ...]:
    return (TextPart(text=words),)


def words(items: Sequence[WaitingPrompt]) -> list[tuple[str, str]]:
    return [(item.lane.value, Message(role=Role.USER, parts=item.prompt).text) for item in items]


def users(request: ModelRequest) -> list[str]:
    return [message.text for message in request.messages if message.role is Role.USER]


def is_end(event: Event) -> bool:
    return isinstance(event, TurnFinished)


def is_text(event: Event) -> bool:
    return isinstance(event, TextDelta)


async def settled(talk: Conversation, is_as_wanted: Sequence[tuple[str, str]]) -> None:
    """Wait until the lanes hold exactly this."""
    while words(talk.session.lanes.waiting) != list(is_as_wanted):
        await talk.until(lambda event: isinstance(event, LanesChanged))


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        yield database


async def test_steering_reaches_the_model_after_the_results_of_the_round(world: World) -> None:
    machine = Machine(world.root)
    script = [[call("1", "machine", {}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=world.tool_runner([machine], is_attended=True)) as talk:
        await talk.session.submit(SendPrompt(parts=said("run it")))
        asked = (await talk.until(lambda event: event.type == "permission.asked"))[-1]
        talk.session.desk.answer(AnswerPermission(call_id=getattr(asked, "call_id"), consent=Consent.ONCE))  # noqa: B009
        await machine.has_begun.wait()
        await talk.session.steer(said("and then stop"))
        assert words(talk.session.lanes.waiting) == [("steer", "and then stop")]
        machine.may_go_on.set()
        events = await talk.until(is_end)
        assert talk.session.lanes.waiting == ()
    roles = [message.role for message in talk.provider.requests[1].messages]
    assert roles == [Role.USER, Role.ASSISTANT, Role.TOOL, Role.USER]
    assert isinstance(talk.provider.requests[1].messages[2].parts[0], ToolResultPart)
    assert users(talk.provider.requests[1]) == ["run it", "and then stop"]
    [steered] = [event for event in events if isinstance(event, PromptSteered)]
    assert steered.prompt == said("and then stop")
    assert [event.waiting for event in events if isinstance(event, LanesChanged)][-1] == ()


async def test_an_answer_without_calls_goes_on_with_what_was_said_meanwhile(world: World) -> None:
    async with world.session([[text("one"), Pause(seconds=5), STOP], [text("two"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=said("count")))
        await talk.until(is_text)
        await talk.session.steer(said("faster"))
        await talk.session.steer(said("much"))
        await world.clock.wait_for_sleeper()
        await world.clock.advance(5)
        events = await talk.until(is_end)
    assert [event.rounds for event in events if isinstance(event, TurnFinished)] == [2]
    assert [message.text for message in talk.provider.requests[1].messages] == ["count", "one", "faster", "much"]
    assert [message.text for message in talk.session.transcript.messages] == ["count", "one", "faster", "much", "two"]
    assert world.recorded(talk.session.session_id)[-1] == events[-1]


async def test_where_nothing_runs_steering_is_a_prompt(world: World) -> None:
    async with world.session([[text("hi"), STOP]]) as talk:
        await talk.session.steer(said("hello"))
        events = await talk.until(is_end)
    assert [event.prompt for event in events if isinstance(event, TurnStarted)] == [said("hello")]


async def test_what_is_queued_becomes_a_turn_of_its_own_name(world: World) -> None:
    async with world.session([[text("a"), Pause(seconds=5), STOP], [text("b"), STOP], [text("c"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=said("first")))
        await talk.until(is_text)
        second = await talk.session.lanes.add(Lane.QUEUE, said("second"))
        await talk.session.lanes.add(Lane.QUEUE, said("third"))
        assert talk.session.facts.status().waiting == 2
        await world.clock.wait_for_sleeper()
        await world.clock.advance(5)
        await talk.until(is_end)
        await talk.until(is_end)
        await talk.until(is_end)
        assert talk.session.lanes.waiting == ()
    assert [users(request)[-1] for request in talk.provider.requests] == ["first", "second", "third"]
    loaded = world.events(talk.session.session_id)
    turns = [item.turn_id for item in loaded if isinstance(item.event, TurnStarted)]
    assert turns[1] == TurnId(second)


async def test_after_an_interrupt_everything_waits_until_somebody_says_go_on(world: World) -> None:
    async with world.session([[text("a"), FOREVER], [text("b"), STOP], [text("c"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=said("first")))
        await talk.until(is_text)
        await talk.session.lanes.add(Lane.QUEUE, said("later"))
        await talk.session.steer(said("now"))
        await talk.session.interrupt()
        await talk.until(is_end)
        await talk.until(lambda event: isinstance(event, LanesChanged) and event.is_paused)
        assert words(talk.session.lanes.waiting) == [("queue", "later"), ("steer", "now")]
        assert len(talk.provider.requests) == 1
        await talk.session.lanes.go_on()
        await talk.until(is_end)
        await talk.until(is_end)
        assert talk.session.lanes.is_paused is False
    assert [users(request)[-1] for request in talk.provider.requests] == ["first", "now", "later"]


async def test_what_waits_after_an_interrupt_steers_the_turn_that_comes_next(world: World) -> None:
    async with world.session([[text("a"), FOREVER], [text("b"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=said("first")))
        await talk.until(is_text)
        await talk.session.steer(said("left over"))
        await talk.session.interrupt()
        await talk.until(is_end)
        await talk.ask("second")
    assert users(talk.provider.requests[1]) == ["first", "second", "left over"]


@pytest.mark.parametrize("reason", [FinishReason.STOP, FinishReason.CONTEXT_LENGTH])
async def test_no_steering_is_lost_however_the_answer_ends(world: World, reason: FinishReason) -> None:
    end = Finished(reason=reason)
    async with world.session([[text("a"), Pause(seconds=5), end], [text("b"), STOP]]) as talk:
        await talk.session.submit(SendPrompt(parts=said("first")))
        await talk.until(is_text)
        await talk.session.steer(said("more"))
        await world.clock.wait_for_sleeper()
        await world.clock.advance(5)
        await settled(talk, [])
        while len(talk.provider.requests) < 2:
            await talk.until(is_text)
    assert users(talk.provider.requests[1]) == ["first", "more"]


async def test_what_waits_can_be_edited_moved_and_dropped_until_it_is_gone(world: World) -> None:
    async with world.session([[text("a"), FOREVER]]) as talk:
        await talk.session.submit(SendPrompt(parts=said("first")))
        await talk.until(is_text)
        lanes = talk.session.lanes
        one, two, three = [await lanes.add(Lane.QUEUE, said(name)) for name in ("1", "2", "3")]
        assert await lanes.edit(two, said("zwei"))
        assert await lanes.move(three, before=one)
        assert await lanes.move(one, lane=Lane.STEER)
        assert words(lanes.waiting) == [("queue", "3"), ("queue", "zwei"), ("steer", "1")]
        dropped = await lanes.drop(two)
        assert dropped is not None
        assert dropped.prompt == said("zwei")
        assert not await lanes.edit(two, said("x"))
        assert not await lanes.move(two)
        assert await lanes.drop(two) is None
        with pytest.raises(UsageError, match="the prompt is empty"):
            await lanes.add(Lane.STEER, ())


async def test_what_waits_outlives_the_process_and_is_not_sent_by_itself(world: World, sessions: Database) -> None:
    async with world.session([[text("a"), FOREVER]]) as talk:
        session_id = talk.session.session_id
    kept = SqliteWaitingPrompts(sessions, session_id)
    async with world.session([[text("a"), FOREVER]], session_id=session_id, waiting_prompts=kept) as talk:
        await talk.session.submit(SendPrompt(parts=said("first")))
        await talk.until(is_text)
        await talk.session.steer(said("s"))
        await talk.session.lanes.add(Lane.QUEUE, said("q"))
    async with world.session([[text("b"), STOP]] * 2, session_id=session_id, waiting_prompts=kept) as talk:
        assert talk.session.lanes.is_paused
        assert words(talk.session.lanes.waiting) == [("steer", "s"), ("queue", "q")]
        await talk.session.lanes.go_on()
        await talk.until(is_end)
        await talk.until(is_end)
        assert [users(request)[-1] for request in talk.provider.requests] == ["s", "q"]
        await settled(talk, [])
    assert await kept.load() == ()


@pytest.mark.parametrize("lane", list(Lane))
async def test_a_crash_between_record_and_lane_doubles_nothing(world: World, sessions: Database, lane: Lane) -> None:
    async with world.session([[text("a"), Pause(seconds=5), STOP], [text("b"), STOP]]) as talk:
        session_id = talk.session.session_id
        await talk.session.submit(SendPrompt(parts=said("first")))
        await talk.until(is_text)
        taken = await talk.session.lanes.add(lane, said("taken"))
        await world.clock.wait_for_sleeper()
        await world.clock.advance(5)
        await settled(talk, [])
        await talk.until(is_end)
    kept = SqliteWaitingPrompts(sessions, session_id)
    left = WaitingPrompt(id=PromptId("other"), lane=Lane.QUEUE, prompt=said("left"))
    await kept.save([WaitingPrompt(id=taken, lane=lane, prompt=said("taken")), left])  # as a crash leaves it
    async with world.session([], session_id=session_id, waiting_prompts=kept) as talk:
        assert talk.session.lanes.waiting == (left,)
    assert await kept.load() == (left,)


async def test_a_prompt_that_no_model_takes_is_in_the_conversation_all_the_same(world: World) -> None:
    class Picky(OneRoute):
        async def routes(self, request: ModelRequest) -> Sequence[Route]:
            raise ConfigError("none fits")

    async with world.session([]) as talk:
        voice = talk.session.turns.voice
        talk.session.use(replace(voice, router=Picky(voice.router.primary)))
        await talk.session.lanes.add(Lane.QUEUE, said("hello"))
        events = await talk.until(is_end)
        assert talk.session.lanes.waiting == ()
    assert [event.prompt for event in events if isinstance(event, TurnStarted)] == [said("hello")]
    assert events[-1] == TurnFinished(stop_reason=StopReason.ERROR, rounds=0, duration_ms=0)


Changes: TypeAlias = list[tuple[str, object, object]]
CHANGES: st.SearchStrategy[Changes] = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(list(Lane)), st.just(0)),
        st.tuples(st.just("edit"), st.integers(0, 6), st.just(0)),
        st.tuples(st.just("drop"), st.integers(0, 6), st.just(0)),
        st.tuples(st.just("move"), st.integers(0, 6), st.integers(0, 6)),
        st.tuples(st.just("relane"), st.integers(0, 6), st.sampled_from(list(Lane))),
    ),
    max_size=20,
)


@given(changes=CHANGES)
@settings(max_examples=60, deadline=None)
def test_any_changes_leave_memory_disk_and_watchers_with_the_same_list(
    changes: list[tuple[str, object, object]],
) -> None:
    asyncio.run(_change(changes))


async def _change(changes: list[tuple[str, object, object]]) -> None:
    told: list[Event] = []

    async def publish(event: Event) -> None:
        told.append(event)

    with Database(None, SESSIONS) as database:
        kept = SqliteWaitingPrompts(database, SessionId("s"))
        lanes = Lanes(publish, wake=lambda: None, kept=kept)
        model: list[tuple[PromptId, str, str]] = []
        for number, (what, first, second) in enumerate(changes):
            at = first if isinstance(first, int) else 0
            prompt_id, lane, name = model[at] if at < len(model) else (PromptId("gone"), "", "")
            match what:
                case "add":
                    assert isinstance(first, Lane)
                    model.append((await lanes.add(first, said(f"{number}")), first.value, f"{number}"))
                case "edit":
                    if await lanes.edit(prompt_id, said(f"{number}")):
                        model[at] = (prompt_id, lane, f"{number}")
                case "drop":
                    if await lanes.drop(prompt_id):
                        del model[at]
                case "move":
                    assert isinstance(second, int)
                    before = model[second][0] if second < len(model) else None
                    if await lanes.move(prompt_id, before=before) and before != prompt_id:
                        item = model.pop(at)
                        place = next((n for n, other in enumerate(model) if other[0] == before), len(model))
                        model.insert(place, item)
                case _:
                    assert isinstance(second, Lane)
                    if await lanes.move(prompt_id, lane=second):
                        model.pop(at)
                        model.append((prompt_id, second.value, name))
        wanted = [(lane, name) for _, lane, name in model]
        assert words(lanes.waiting) == wanted
        assert words(await kept.load()) == wanted
        assert told == [] or words(told[-1].waiting) == wanted  # type: ignore[union-attr]  # nothing else is told
