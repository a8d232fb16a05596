"""What surrounds a tool call: questions, order, checkpoints, audit, circles, interruption, subagents."""

from dataclasses import replace

import pytest
from tests.flows.conftest import STOP, WANTS_TOOLS, World, call, text
from tests.flows.hands import (
    Breaker,
    Caller,
    Copies,
    Looker,
    Machine,
    Meeting,
    Oracle,
    Scribe,
    Trail,
    Wanderer,
    without_hunter,
)

from aircher.domain.audit import AuditKind
from aircher.domain.changes import FileChange
from aircher.domain.display import CallsBlock, DelegatedCall
from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Event,
    PermissionAsked,
    PermissionDecided,
    QuestionAsked,
    StopReason,
    SubagentCalled,
    ToolFinished,
    ToolOutput,
    ToolStarted,
    TurnFinished,
    UsageUpdated,
)
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonValue, TextPart, ToolResultPart
from aircher.domain.operations import AnswerPermission, AnswerQuestion, Consent, SendPrompt
from aircher.domain.stream import UsageReceived
from aircher.domain.transcript import NEVER_RAN, UNFINISHED
from aircher.domain.usage import Usage
from aircher.engine.tool_call import Safeguards
from aircher.engine.tool_output import MOST_CHARS

C1 = CallId("1")


def results(events: list[Event]) -> list[ToolFinished]:
    return [event for event in events if isinstance(event, ToolFinished)]


def subagent_calls(result: ToolFinished) -> list[DelegatedCall]:
    return [call for block in result.display if isinstance(block, CallsBlock) for call in block.calls]


def decisions(events: list[Event]) -> list[tuple[bool, str]]:
    return [(event.allowed, event.rule) for event in events if isinstance(event, PermissionDecided)]


async def test_calls_that_do_not_collide_run_side_by_side(world: World) -> None:
    meeting = Meeting(parties=3)
    calls = [call(str(n), "meet", {"who": n}) for n in range(3)]
    async with world.session(
        [[*calls, WANTS_TOOLS], [text("ok"), STOP]], tool_runner=world.tool_runner([meeting])
    ) as talk:
        events = await talk.ask("meet")
    assert meeting.most == 3
    assert sorted(item.content for item in results(events)) == ["met 0", "met 1", "met 2"]
    last = talk.provider.requests[1].messages[-1].parts
    assert [part.call_id for part in last if isinstance(part, ToolResultPart)] == ["0", "1", "2"]


async def test_calls_whose_order_matters_keep_it(world: World) -> None:
    runner = world.tool_runner([Scribe(world.root)], is_attended=False)
    runner.approvals.set_mode("edit")
    calls = [call(str(n), "scribe", {"path": "same", "text": str(n)}) for n in range(5)]
    async with world.session([[*calls, WANTS_TOOLS], [text("ok"), STOP]], tool_runner=runner) as talk:
        events = await talk.ask("write")
    assert [event.call_id for event in events if isinstance(event, ToolStarted)] == ["0", "1", "2", "3", "4"]
    assert (world.root / "same").read_text() == "4"
    assert [event.text for event in events if isinstance(event, ToolOutput)] == ["writing same\n"] * 5


async def test_live_output_is_shown_and_not_recorded(world: World) -> None:
    runner = world.tool_runner([Scribe(world.root)])
    runner.approvals.set_mode("edit")
    script = [[call("1", "scribe", {"path": "b", "text": "x"}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("write")
    assert ToolOutput(call_id=C1, text="writing b\n") in events
    recorded = world.recorded(talk.session.session_id)
    assert [event for event in events if not isinstance(event, ToolOutput)] == recorded


async def test_a_question_is_a_refusal_where_nobody_is(world: World) -> None:
    machine = Machine(world.root)
    script = [[call("1", "machine", {}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=world.tool_runner([machine])) as talk:
        events = await talk.ask("run it")
    assert [event for event in events if isinstance(event, PermissionAsked)] == []
    [(allowed, rule)] = decisions(events)
    assert not allowed
    assert "nobody is here to ask" in rule
    assert "--allow" in rule
    [result] = results(events)
    assert (result.status, result.content) == (CallStatus.REFUSED, f"Not permitted: {rule}.")
    assert machine.runs == 0


@pytest.mark.parametrize(
    ("consent", "runs", "asked"),
    [(Consent.ONCE, 2, 2), (Consent.SESSION, 2, 1), (Consent.NO, 0, 2)],
)
async def test_an_answer_reaches_as_far_as_it_says(world: World, consent: Consent, runs: int, asked: int) -> None:
    machine, trail = Machine(world.root), Trail()
    machine.may_go_on.set()
    script = [
        [call("1", "machine", {}), WANTS_TOOLS],
        [call("1", "machine", {}), WANTS_TOOLS],
        [text("ok"), STOP],
    ]
    runner = world.tool_runner([machine], audit=trail, is_attended=True)
    async with world.session(script, tool_runner=runner) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="run it"),)))
        events: list[Event] = []
        questions = 0
        while not events or not isinstance(events[-1], TurnFinished):
            events += await talk.until(lambda event: isinstance(event, PermissionAsked | TurnFinished))
            if isinstance(events[-1], PermissionAsked):
                questions += 1
                assert talk.session.desk.answer(AnswerPermission(call_id=C1, consent=consent, reason="not now"))
    assert not talk.session.desk.answer(AnswerPermission(call_id=C1, consent=consent))
    assert (machine.runs, questions) == (runs, asked)
    if consent is Consent.NO:
        assert results(events)[0].content == "Not permitted: the user said no: not now."
    kinds = [entry.kind for entry in trail.entries]
    assert kinds.count(AuditKind.ASKED) == kinds.count(AuditKind.ANSWERED) == asked
    assert kinds.count(AuditKind.DECIDED) == kinds.count(AuditKind.FINISHED) == 2


async def test_a_question_that_waits_can_be_interrupted(world: World) -> None:
    script = [[call("1", "machine", {}), WANTS_TOOLS], [text("ok"), STOP]]
    runner = world.tool_runner([Machine(world.root)], is_attended=True)
    async with world.session(script, tool_runner=runner) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="run it"),)))
        await talk.until(lambda event: isinstance(event, PermissionAsked))
        await talk.session.interrupt()
        events = await talk.until(lambda event: isinstance(event, TurnFinished))
        assert not talk.session.desk.answer(AnswerPermission(call_id=C1, consent=Consent.ONCE))
    [result] = results(events)
    assert (result.status, result.content) == (CallStatus.INTERRUPTED, NEVER_RAN)


async def test_an_interrupt_tells_what_the_call_had_changed(world: World) -> None:
    copies, trail, machine = Copies(world.root), Trail(), Machine(world.root)
    runner = world.tool_runner([machine], safeguards=Safeguards(checkpoints=copies), audit=trail, is_attended=True)
    script = [[call("1", "machine", {}), WANTS_TOOLS], [text("never"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="run it"),)))
        await talk.until(lambda event: isinstance(event, PermissionAsked))
        talk.session.desk.answer(AnswerPermission(call_id=C1, consent=Consent.ONCE))
        await talk.until(lambda event: isinstance(event, ToolStarted))
        await machine.has_begun.wait()
        await talk.session.interrupt()
        events = await talk.until(lambda event: isinstance(event, TurnFinished))
    [result] = results(events)
    assert result.status is CallStatus.INTERRUPTED
    assert result.content == "This call was interrupted. Until then it created out."
    assert result.changes == (FileChange(path="out", change="created"),)
    assert trail.entries[-1].kind is AuditKind.INTERRUPTED
    assert talk.session.transcript.unfinished_calls == ()


async def test_only_calls_that_may_change_something_get_a_checkpoint_and_exact_ones_name_their_files(
    world: World,
) -> None:
    copies, machine = Copies(world.root), Machine(world.root)
    machine.may_go_on.set()
    runner = world.tool_runner(
        [Scribe(world.root), Looker(world.root), machine], safeguards=Safeguards(checkpoints=copies)
    )
    runner.approvals.set_mode("edit")
    runner.approvals.policy = runner.approvals.policy.with_rule("shell(machine)").with_rule("any(may do anything)")
    script = [
        [
            call("1", "look", {}),
            call("2", "scribe", {"path": "b", "text": "x"}),
            call("3", "machine", {}),
            WANTS_TOOLS,
        ],
        [text("ok"), STOP],
    ]
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("work")
    assert [(made.call_id, made.label, paths) for made, paths in copies.calls] == [
        ("2", "scribe b", (world.root / "b",)),
        ("3", "machine", None),
    ]
    assert copies.closed == 2
    assert [item.changes for item in results(events)] == [
        (),
        (FileChange(path="b", change="created"),),
        (FileChange(path="out", change="created"),),
    ]


async def test_a_model_that_goes_round_in_a_circle_is_stopped(world: World) -> None:
    look = [call("1", "look", {}), WANTS_TOOLS]
    runner = world.tool_runner([Looker(world.root)])
    async with world.session([look, look, look, [text("never"), STOP]], tool_runner=runner) as talk:
        events = await talk.ask("look")
    assert [event for event in events if isinstance(event, ErrorRaised)] == [
        ErrorRaised(
            code="budget.loop",
            message="the model called look 3 times with the same arguments and the same result",
            hint="say what it should do instead, or choose another model with --model",
        )
    ]
    last = events[-1]
    assert isinstance(last, TurnFinished)
    assert (last.stop_reason, last.rounds) == (StopReason.BUDGET, 3)
    assert talk.session.transcript.unfinished_calls == ()


async def test_a_change_in_between_is_no_circle(world: World) -> None:
    runner = world.tool_runner(
        [Looker(world.root), Scribe(world.root)], safeguards=Safeguards(checkpoints=Copies(world.root))
    )
    runner.approvals.set_mode("edit")
    look = [call("1", "look", {}), WANTS_TOOLS]
    change = [call("2", "scribe", {"path": "b", "text": "x"}), WANTS_TOOLS]
    async with world.session([look, look, change, look, look, [text("done"), STOP]], tool_runner=runner) as talk:
        events = await talk.ask("look")
    last = events[-1]
    assert isinstance(last, TurnFinished)
    assert last.stop_reason is StopReason.DONE


async def test_what_a_tool_answers_is_cut_in_the_middle_and_says_so(world: World) -> None:
    runner = world.tool_runner([Looker(world.root)])
    script = [[call("1", "look", {"say": "0123456789\n", "times": 10_000}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("look")
    [result] = results(events)
    assert len(result.content) < MOST_CHARS + 200
    assert "of 110,000 characters left out …]" in result.content
    lines = result.content.splitlines()
    assert {line for line in lines if not line.startswith("[…")} == {"0123456789"}


async def test_a_secret_in_a_result_reaches_neither_model_nor_disk(world: World) -> None:
    trail = Trail()
    runner = world.tool_runner([Looker(world.root)], safeguards=Safeguards(mask=without_hunter), audit=trail)
    script = [[call("1", "look", {"say": "pw=hunter2"}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("look")
    [result] = results(events)
    assert result.content == "pw=[hidden]\n[1 secret hidden: security.mask_secrets]"
    assert [entry.data["hidden"] for entry in trail.entries if entry.kind is AuditKind.FINISHED] == [1]


async def test_a_call_that_a_crash_cut_off_says_what_its_checkpoint_knows(world: World) -> None:
    copies, trail = Copies(world.root), Trail()
    copies.left[C1] = (FileChange(path="a.txt", change="modified"),)
    machine = Machine(world.root)
    runner = world.tool_runner([machine], is_attended=True)
    script = [[call("1", "machine", {}), call("2", "machine", {}), WANTS_TOOLS], [text("never"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="run it"),)))
        await talk.until(lambda event: isinstance(event, PermissionAsked))
        talk.session.desk.answer(AnswerPermission(call_id=C1, consent=Consent.ONCE))
        await talk.until(lambda event: isinstance(event, ToolStarted))
        session_id = talk.session.session_id
        rows = world.recorded(session_id)
    world.cut_after(session_id, len(rows))
    runner = world.tool_runner([machine], safeguards=Safeguards(checkpoints=copies), audit=trail)
    async with world.session([[text("hm"), STOP]], session_id=session_id, tool_runner=runner) as talk:
        events = await talk.until(lambda event: isinstance(event, TurnFinished))
    told = f"{UNFINISHED} Files changed since it began: a.txt (modified)."
    assert [(item.content, item.status) for item in results(events)] == [
        (told, CallStatus.INTERRUPTED),
        (NEVER_RAN, CallStatus.INTERRUPTED),
    ]
    assert machine.runs == 1
    change: JsonValue = {"path": "a.txt", "change": "modified", "before": "", "after": ""}
    assert [entry.data for entry in trail.entries] == [
        {"reason": told, "has_begun": True, "changes": [change]},
        {"reason": NEVER_RAN, "has_begun": False},
    ]


async def test_a_tool_asks_the_person_and_gets_the_words(world: World) -> None:
    script = [[call("1", "oracle", {}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=world.tool_runner([Oracle()], is_attended=True)) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="ask me"),)))
        events = await talk.until(lambda event: isinstance(event, QuestionAsked))
        assert events[-1] == QuestionAsked(call_id=C1, question="which?", choices=("red", "blue"))
        assert talk.session.desk.answer(AnswerQuestion(call_id=C1, text="red"))
        events = await talk.until(lambda event: isinstance(event, TurnFinished))
    assert results(events)[0].content == "the user says red"


async def test_the_time_that_a_person_takes_is_no_time_of_the_tool(world: World) -> None:
    machine = Machine(world.root)
    script = [[call("1", "machine", {}), call("2", "oracle", {}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=world.tool_runner([machine, Oracle()], is_attended=True)) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="run it, and ask me"),)))
        events = await talk.until(lambda event: isinstance(event, PermissionAsked))
        if not any(isinstance(event, QuestionAsked) for event in events):
            events += await talk.until(lambda event: isinstance(event, QuestionAsked))
        await world.clock.advance(60)
        assert talk.session.desk.answer(AnswerQuestion(call_id=CallId("2"), text="red"))
        assert talk.session.desk.answer(AnswerPermission(call_id=C1, consent=Consent.ONCE))
        events += await talk.until(lambda event: isinstance(event, ToolStarted) and event.call_id == C1)
        await world.clock.advance(2)
        machine.may_go_on.set()
        events += await talk.until(lambda event: isinstance(event, TurnFinished))
    assert {event.call_id: event.duration_ms for event in results(events)} == {C1: 2_000, CallId("2"): 0}


async def test_a_tool_that_asks_where_nobody_is_gets_no_answer(world: World) -> None:
    script = [[call("1", "oracle", {}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=world.tool_runner([Oracle()])) as talk:
        events = await talk.ask("ask me")
    assert results(events)[0].content == "the user says None"


async def test_a_subagent_works_with_its_own_context_and_the_parents_budget(world: World) -> None:
    used = UsageReceived(usage=Usage(input_tokens=10, output_tokens=5))
    script = [
        [call("1", "oracle", {"task": "find out"}), used, WANTS_TOOLS],
        [call("1", "look", {"say": "a clue"}), used, WANTS_TOOLS],
        [text("it was the butler"), used, STOP],
        [text("so it was"), used, STOP],
    ]
    runner = world.tool_runner([Oracle(), Looker(world.root)])
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("who was it?")
    [result] = results(events)
    assert (result.content, result.summary) == ("it was the butler", "subagent answered after 2 model calls")
    asked = DelegatedCall(number=1, name="look", subject="a clue", state="requested")
    seen = [replace(event.call, duration_ms=0) for event in events if isinstance(event, SubagentCalled)]
    done = replace(asked, state="ok", summary="looked")
    assert seen == [asked, replace(asked, state="running"), done]
    assert [replace(made, duration_ms=0) for made in subagent_calls(result)] == [done]
    assert len([event for event in events if isinstance(event, UsageUpdated)]) == 4
    assert talk.session.budget.usage.total_tokens == 60
    inner = talk.provider.requests[1]
    assert [message.text for message in inner.messages] == ["find out"]
    assert inner.system != talk.provider.requests[0].system
    last = events[-1]
    assert isinstance(last, TurnFinished)
    assert last.rounds == 4
    assert len(talk.session.transcript.messages) == 4


async def test_what_a_subagent_does_is_told_without_secrets_and_by_number_where_ids_repeat(world: World) -> None:
    script = [
        [call("1", "oracle", {"task": "look twice"}), WANTS_TOOLS],
        [call("1", "look", {"say": f"{'a' * 110} KEY=hunter2"}), WANTS_TOOLS],
        [call("1", "look", {"say": "again"}), WANTS_TOOLS],
        [text("seen"), STOP],
        [text("so it is"), STOP],
    ]
    runner = world.tool_runner([Oracle(), Looker(world.root)], safeguards=Safeguards(mask=without_hunter))
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("look")
    assert "hunter" not in repr([event for event in events if isinstance(event, SubagentCalled)])
    [result] = results(events)
    assert [(made.number, made.subject, made.state) for made in subagent_calls(result)] == [
        (1, f"{'a' * 110} KEY=[hidd", "ok"),
        (2, "again", "ok"),
    ]


async def test_a_host_is_asked_about_like_everything_else(world: World) -> None:
    script = [[call("1", "caller", {}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=world.tool_runner([Caller()])) as talk:
        events = await talk.ask("call")
    assert results(events)[0].status is CallStatus.REFUSED


async def test_a_command_is_judged_in_the_folder_where_the_one_before_it_ended(world: World) -> None:
    wander = [
        call(str(at), "wander", {"command": command}) for at, command in enumerate(("pwd", "cd /a", "pwd", "pwd"))
    ]
    runner = world.tool_runner([Wanderer()])
    async with world.session([[*wander, WANTS_TOOLS], [text("ok"), STOP]], tool_runner=runner) as talk:
        events = await talk.ask("walk")
    assert [item.content for item in results(events)] == ["pwd in /", "cd /a in /", "pwd in /a", "pwd in /a"]


async def test_the_same_call_several_times_in_one_answer_is_no_circle(world: World) -> None:
    looks = [call(str(at), "look", {}) for at in range(5)]
    runner = world.tool_runner([Looker(world.root)])
    async with world.session([[*looks, WANTS_TOOLS], [text("done"), STOP]], tool_runner=runner) as talk:
        events = await talk.ask("look")
    last = events[-1]
    assert isinstance(last, TurnFinished)
    assert (last.stop_reason, len(results(events))) == (StopReason.DONE, 5)


async def test_a_bug_in_a_tool_leaves_no_checkpoint_open(world: World) -> None:
    copies = Copies(world.root)
    runner = world.tool_runner([Breaker(world.root)], safeguards=Safeguards(checkpoints=copies))
    runner.approvals.set_mode("edit")
    script = [[call("1", "break", {}), WANTS_TOOLS], [text("never"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("break it")
    assert isinstance(talk.session.defect, ZeroDivisionError)
    assert (len(copies.calls), copies.closed) == (1, 1)
    assert [(item.status, item.content) for item in results(events)] == [(CallStatus.INTERRUPTED, UNFINISHED)]


async def test_a_call_that_may_write_waits_for_no_subagent_that_would_wait_for_it(world: World) -> None:
    runner = world.tool_runner([Breaker(world.root)])
    runner.approvals.set_mode("edit")
    script = [[call("1", "break", {"task": "help me"}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("hand it on")
    assert results(events)[0].content == "There are no subagents here. Do the task yourself."


async def test_what_a_subagent_changes_is_told_of_the_call_that_it_works_for(world: World) -> None:
    copies, trail = Copies(world.root), Trail()
    runner = world.tool_runner([Oracle(), Scribe(world.root)], safeguards=Safeguards(checkpoints=copies), audit=trail)
    runner.approvals.set_mode("edit")
    script = [
        [call("1", "oracle", {"task": "write"}), WANTS_TOOLS],
        [call("1", "scribe", {"path": "b", "text": "x"}), WANTS_TOOLS],
        [text("written"), STOP],
        [text("so it is"), STOP],
    ]
    async with world.session(script, tool_runner=runner) as talk:
        events = await talk.ask("write")
    [result] = results(events)
    assert (result.content, result.changes) == (
        "written\n[files: created b]",
        (FileChange(path="b", change="created"),),
    )
    assert [(entry.kind, entry.call_id, entry.tool) for entry in trail.entries] == [
        (AuditKind.DECIDED, "1", "oracle"),
        (AuditKind.DECIDED, "1/1", "scribe"),
        (AuditKind.FINISHED, "1/1", "scribe"),
        (AuditKind.FINISHED, "1", "oracle"),
    ]
    assert [made.call_id for made, _ in copies.calls] == ["1/1"]
    assert decisions(events)[1][1] == "write(workspace)"


async def test_an_interrupt_tells_what_a_subagent_had_changed(world: World) -> None:
    copies, machine = Copies(world.root), Machine(world.root)
    runner = world.tool_runner([Oracle(), machine], safeguards=Safeguards(checkpoints=copies), is_attended=True)
    script = [
        [call("1", "oracle", {"task": "run it"}), WANTS_TOOLS],
        [call("1", "machine", {}), WANTS_TOOLS],
        [text("never"), STOP],
    ]
    async with world.session(script, tool_runner=runner) as talk:
        await talk.session.submit(SendPrompt(parts=(TextPart(text="run it"),)))
        [*_, asked] = await talk.until(lambda event: isinstance(event, PermissionAsked))
        assert isinstance(asked, PermissionAsked)
        assert (asked.call_id, asked.name) == ("1/1", "machine")
        assert not talk.session.desk.answer(AnswerPermission(call_id=C1, consent=Consent.ONCE))
        assert talk.session.desk.answer(AnswerPermission(call_id=asked.call_id, consent=Consent.ONCE))
        await machine.has_begun.wait()
        await talk.session.interrupt()
        events = await talk.until(lambda event: isinstance(event, TurnFinished))
    [result] = results(events)
    assert [(made.name, made.state) for made in subagent_calls(result)] == [("machine", "interrupted")]
    assert result.content == "This call was interrupted. Until then it created out."
    assert result.changes == (FileChange(path="out", change="created"),)


async def test_a_subagent_is_not_given_tools_that_there_are_not(world: World) -> None:
    script = [[call("1", "oracle", {"task": "x", "tools": ["grpe"]}), WANTS_TOOLS], [text("ok"), STOP]]
    async with world.session(script, tool_runner=world.tool_runner([Oracle(), Looker(world.root)])) as talk:
        events = await talk.ask("help")
    assert results(events)[0].content == "A subagent cannot get these tools: grpe. It can get: look, oracle."
