"""What changes while a session is open: going back, another mode, another model; and what a status line shows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.flows.conftest import PRICES, STOP, WANTS_TOOLS, World, call, text
from tests.flows.hands import Machine, Scribe, without_hunter

from aircher.domain.display import DisplayBlock, ShellBlock
from aircher.domain.errors import PermissionRefused, UsageError
from aircher.domain.events import (
    Event,
    PermissionAsked,
    TextDelta,
    TurnFinished,
    TurnsRewound,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.levels import Mode
from aircher.domain.messages import TextPart
from aircher.domain.models import ModelInfo
from aircher.domain.operations import AnswerPermission, Consent, SendPrompt
from aircher.domain.provider import ToolSpec
from aircher.domain.spending import Spent
from aircher.domain.stream import UsageReceived
from aircher.domain.usage import Usage
from aircher.engine.previews import MOST_BLOCKS, MOST_CHARS, bounded, previewed
from aircher.engine.routing import OneRoute, Route
from aircher.engine.spending import SpendingLimits
from aircher.engine.tool_call import Safeguards
from aircher.providers.scripted import Line, Pause, ScriptedProvider
from aircher.storage.conversations import SqliteConversations
from aircher.storage.history import SqliteHistory


def answers(*texts: str) -> Sequence[Sequence[Line]]:
    return [[text(words), STOP] for words in texts]


async def test_going_back_forgets_a_turn_and_what_followed_also_after_a_restart(world: World) -> None:
    async with world.session(answers("A", "B", "C", "D")) as talk:
        session = talk.session
        for prompt in ("a", "b", "c"):
            await talk.ask(prompt)
        turns = [item.turn_id for item in world.events(session.session_id) if isinstance(item.event, TurnStarted)]
        assert turns[1] is not None
        assert await session.rewind(turns[1]) == tuple(turns[1:])
        assert [message.text for message in session.transcript.messages] == ["a", "A"]
        await talk.ask("d")
        with pytest.raises(UsageError, match="has no turn"):
            await session.rewind(turns[1])
    assert [message.text for message in talk.provider.requests[-1].messages] == ["a", "A", "d"]
    [rewound] = [event for event in world.recorded(session.session_id) if isinstance(event, TurnsRewound)]
    assert rewound.turns == 2
    async with world.session([], session_id=session.session_id) as again:
        assert [message.text for message in again.session.transcript.messages] == ["a", "A", "d", "D"]
    conversations = SqliteConversations(world.database)
    assert [item.text for item in conversations.last_messages(session.session_id)] == ["a", "A", "d", "D"]
    assert conversations.get(session.session_id).turns == 2
    page = await SqliteHistory(world.database, session.session_id).last(9)
    prompts = [item.event.prompt for item in page if isinstance(item.event, TurnStarted)]
    assert prompts == [(TextPart(text="a"),), (TextPart(text="d"),)]


async def test_nobody_goes_back_while_a_turn_runs(world: World) -> None:
    async with world.session([[text("a"), Pause(seconds=1e9)]]) as talk:
        turn_id = await talk.session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        await talk.until(lambda event: isinstance(event, TextDelta))
        with pytest.raises(UsageError, match="a turn is running"):
            await talk.session.rewind(turn_id)


async def test_another_mode_changes_what_the_model_is_offered_at_its_next_call(world: World) -> None:
    def about(tools: Sequence[ToolSpec], mode: Mode) -> str:
        return f" [{mode}: {', '.join(tool.name for tool in tools)}]"

    machine = Machine(world.root)
    runner = world.tool_runner([Scribe(world.root), machine], is_attended=True)
    script = [[call("1", "machine", {}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        session = talk.session
        session.use(replace(session.turns.voice, about_tools=about))
        await session.submit(SendPrompt(parts=(TextPart(text="run"),)))
        await answer_first_question(talk.until, session.desk.answer)
        await machine.has_begun.wait()
        assert await session.set_mode("plan") == session.mode == session.facts.status().mode == "plan"
        machine.may_go_on.set()
        await talk.until(lambda event: isinstance(event, TurnFinished))
    offered = [[tool.name for tool in request.tools] for request in talk.provider.requests]
    assert offered == [["scribe", "machine"], ["machine"]]
    assert [request.system for request in talk.provider.requests] == [
        "be brief [ask: scribe, machine]",
        "be brief [plan: machine]",
    ]


async def answer_first_question(until: Any, answer: Any) -> PermissionAsked:  # Any: methods of the conversation
    events = await until(lambda event: isinstance(event, PermissionAsked))
    asked = events[-1]
    assert isinstance(asked, PermissionAsked)
    assert answer(AnswerPermission(call_id=asked.call_id, consent=Consent.ONCE))
    return asked


async def test_a_mode_that_cannot_be_had_changes_nothing(world: World) -> None:
    def refuse(mode: Mode) -> None:
        raise PermissionRefused(f"no {mode} here")

    runner = world.tool_runner([])
    runner.approvals.check_mode = refuse
    async with world.session([], tool_runner=runner) as talk:
        with pytest.raises(PermissionRefused):
            await talk.session.set_mode("auto")
        assert talk.session.mode == "ask"


async def test_the_next_turn_asks_whom_the_session_uses_by_then(world: World) -> None:
    other = ScriptedProvider(answers("B"), name="other")
    async with world.session(answers("A")) as talk:
        await talk.ask("a")
        voice = talk.session.turns.voice
        router = OneRoute(Route(provider=other, model=ModelInfo(provider="other", name="n", context_tokens=9)))
        talk.session.use(replace(voice, router=router, thinking="high"))
        assert talk.session.facts.status().model == "n"
        assert talk.session.facts.status().window_tokens == 9
        events = await talk.ask("b")
    assert events[0] == TurnStarted(prompt=(TextPart(text="b"),), provider="other", model="n")
    assert other.requests[0].thinking == "high"
    assert [message.text for message in other.requests[0].messages] == ["a", "A", "b"]


async def test_a_status_line_tells_what_the_server_counted(world: World) -> None:
    used = Usage(input_tokens=1000, output_tokens=100)
    script: list[list[Line]] = [
        [text("x" * 400), UsageReceived(usage=used), STOP],
        [text("y" * 400), Pause(seconds=5), STOP],
    ]
    spending = SpendingLimits(session_usd=0.01)
    async with world.session(script, spending=spending) as talk:
        facts = talk.session.facts
        before = facts.status()
        assert (before.is_running, before.session_usage, before.budget_left_usd) == (False, Usage(), 0.01)
        assert 0 < before.context_tokens < 1000
        await talk.ask("hi")
        after = facts.status()
        cost = Spent(cost_usd=PRICES.cost_usd(used))
        assert (after.turn_usage, after.turn_spent, after.session_spent) == (used, cost, cost)
        assert after.budget_left_usd == pytest.approx(0.01 - cost.cost_usd)
        assert (after.context_tokens, after.tokens_per_s, after.questions) == (1100, 0.0, 0)
        await talk.session.submit(SendPrompt(parts=(TextPart(text="z" * 40),)))
        await talk.until(lambda event: isinstance(event, TextDelta))
        await world.clock.wait_for_sleeper()
        await world.clock.advance(2)
        during = facts.status()
        assert during.is_running
        assert during.context_tokens == 1100 + 110  # 440 letters, four to a token as the first answer was
        assert during.tokens_per_s == pytest.approx(50)  # 100 tokens in two seconds
        await world.clock.advance(3)
        await talk.until(lambda event: isinstance(event, TurnFinished))
        assert facts.status().tokens_per_s == 0.0
    async with world.session([], session_id=talk.session.session_id) as again:
        assert again.session.facts.status().session_usage.input_tokens >= used.input_tokens


class Shown(Machine):
    """A machine that shows what it would do."""

    async def preview(self, args: object) -> tuple[DisplayBlock, ...]:
        return (ShellBlock(command="KEY=hunter2 machine", output=""),)


class Broken(Machine):
    """A machine whose preview has a bug."""

    async def preview(self, args: object) -> tuple[DisplayBlock, ...]:
        raise ZeroDivisionError("a bug")


@pytest.mark.parametrize(
    ("kind", "display"),
    [(Machine, ()), (Broken, ()), (Shown, (ShellBlock(command="KEY=[hidden] machine", output=""),))],
)
async def test_a_question_shows_what_would_happen_without_secrets(
    world: World, kind: type[Machine], display: tuple[DisplayBlock, ...]
) -> None:
    machine = kind(world.root)
    machine.may_go_on.set()
    runner = world.tool_runner([machine], safeguards=Safeguards(mask=without_hunter), is_attended=True)
    script = [[call("1", "machine", {}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="run"),)))
        asked = await answer_first_question(talk.until, talk.session.desk.answer)
        await talk.until(lambda event: isinstance(event, TurnFinished))
    assert asked.display == display
    assert [event for event in world.recorded(talk.session.session_id) if isinstance(event, PermissionAsked)] == [asked]
    assert machine.runs == 1


async def test_a_preview_is_bounded(world: World) -> None:
    block = ShellBlock(command="x" * MOST_CHARS, output="")
    shown = bounded((block,) * (MOST_BLOCKS + 5))
    assert len(shown) == MOST_BLOCKS + 1
    assert sum(len(item.command) for item in shown if isinstance(item, ShellBlock)) < 1.1 * MOST_CHARS
    assert await previewed(Shown(world.root), {}) == (ShellBlock(command="KEY=hunter2 machine", output=""),)


async def test_a_subagents_calls_are_no_part_of_the_context(world: World) -> None:
    from tests.flows.hands import Oracle

    big, small = Usage(input_tokens=9000, output_tokens=1), Usage(input_tokens=100, output_tokens=1)
    script: list[list[Line]] = [
        [call("1", "oracle", {"task": "look"}), UsageReceived(usage=small), WANTS_TOOLS],
        [text("found"), UsageReceived(usage=big), STOP],
        [Pause(seconds=5), text("ok"), UsageReceived(usage=small), STOP],
    ]
    async with world.session(script, tool_runner=world.tool_runner([Oracle()])) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="run"),)))
        usages: list[Event] = []
        while len(usages) < 2:
            usages += await talk.until(lambda event: isinstance(event, UsageUpdated))
            usages = [event for event in usages if isinstance(event, UsageUpdated)]
        await world.clock.wait_for_sleeper()
        assert talk.session.facts.status().context_tokens < 200
        assert talk.session.facts.status().turn_usage == big + small
        await world.clock.advance(5)
        await talk.until(lambda event: isinstance(event, TurnFinished))
