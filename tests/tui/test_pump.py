from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.viewport.simple_blocks import SimpleBlocks, prompt, publish

from aircher.domain.display import DelegatedCall
from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Event,
    LanesChanged,
    PermissionAsked,
    PermissionDecided,
    Published,
    QuestionAsked,
    RetryScheduled,
    SessionStarted,
    StopReason,
    SubagentCalled,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolOutput,
    ToolRequested,
    ToolStarted,
    TurnFinished,
    UsageUpdated,
    is_recorded,
)
from aircher.domain.ids import CallId
from aircher.domain.messages import TextPart
from aircher.domain.usage import Usage
from aircher.engine.bus import Delivery, Inbox
from aircher.tui.past import past
from aircher.tui.pump import Pump
from aircher.tui.viewport.view import Viewport

CALL, OTHER = CallId("c"), CallId("d")
FINISHED = ToolFinished(call_id=CALL, name="read", status=CallStatus.OK, content="file", summary="", duration_ms=1)
LOOKED = DelegatedCall(number=1, name="look", subject="a", state="ok")
DONE = TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=1)


def shown(events: Sequence[Event]) -> list[str]:
    return pumped(publish(events))


def pumped(events: Sequence[Published]) -> list[str]:
    viewport = Viewport(lambda: None)
    pump = Pump(viewport, SimpleBlocks(), now_s=lambda: 0.0)
    for published in events:
        pump.apply(published)
    return [repr(block) for block in viewport.blocks]


def test_a_turn_becomes_blocks_in_its_order() -> None:
    usage = UsageUpdated(usage=Usage(input_tokens=2, output_tokens=1), cost_usd=0.5)
    assert shown(
        [
            SessionStarted(provider="p", model="m", cwd="/"),
            prompt("hello"),
            ThinkingDelta(text="hm"),
            TextDelta(text="I "),
            TextDelta(text="look"),
            ToolRequested(call_id=CALL, name="read", arguments={}),
            PermissionAsked(call_id=CALL, name="read", effects=(), rule="ask"),
            PermissionDecided(call_id=CALL, allowed=True, rule="once"),
            ToolStarted(call_id=CALL, name="read"),
            QuestionAsked(call_id=CALL, question="why?"),
            ToolOutput(call_id=CALL, text="x"),
            SubagentCalled(call_id=CALL, call=LOOKED),
            FINISHED,
            usage,
            RetryScheduled(attempt=1, delay_s=1, code="x", message="busy"),
            TextDelta(text="done"),
            usage,
            ErrorRaised(code="x", message="broke"),
            DONE,
        ]
    ) == [
        "user:'hello'",
        "thinking:'hm'",
        "answer:'I look'",
        "tool:'read\\nasked ask\\ndecided True\\nstarted\\nquestioned\\nlook ok\\nok file'",
        "retry:'busy'",
        "answer:'done'",
        "error:'broke'",
        "end:'done 6 1.0'",
    ]


def test_a_cost_that_is_unknown_once_is_unknown_for_the_turn() -> None:
    counted = [UsageUpdated(usage=Usage(), cost_usd=cost) for cost in (0.5, None, 0.5)]
    assert shown([prompt("a"), *counted, DONE, prompt("b"), counted[0], DONE])[2::3] == [
        "end:'done 0 None'",
        "end:'done 0 0.5'",
    ]


def test_a_turn_in_which_the_model_said_nothing_says_so() -> None:
    said_nothing, asked = "info:'the model said nothing'", ToolRequested(call_id=CALL, name="read", arguments={})
    assert shown([prompt("a"), DONE]) == ["user:'a'", said_nothing, "end:'done 0 0.0'"]
    assert said_nothing in shown([prompt("a"), ThinkingDelta(text="hm"), TextDelta(text="\n"), DONE])
    typed, cut = replace(DONE, rounds=0), replace(DONE, stop_reason=StopReason.LENGTH)
    for events in ([TextDelta(text="b"), DONE], [asked, FINISHED, DONE], [typed], [cut]):
        assert said_nothing not in shown([prompt("a"), *events])


def test_unknown_calls_are_passed_over() -> None:
    events: list[Event] = [
        FINISHED,
        ToolStarted(call_id=CALL, name="read"),
        ToolOutput(call_id=CALL, text="x"),
        SubagentCalled(call_id=CALL, call=LOOKED),
        PermissionAsked(call_id=CALL, name="read", effects=(), rule="ask"),
        PermissionDecided(call_id=CALL, allowed=True, rule="once"),
        QuestionAsked(call_id=CALL, question="why?"),
    ]
    assert shown(events) == []


def test_a_subagent_that_is_refused_something_is_told_of() -> None:
    assert shown([PermissionDecided(call_id=OTHER, allowed=False, rule="deny rm")]) == [
        "warning:'a subagent was refused: deny rm'"
    ]


def test_a_call_is_finished_once_and_its_id_may_come_again() -> None:
    asked = ToolRequested(call_id=CALL, name="read", arguments={})
    assert shown([asked, FINISHED, FINISHED, asked, FINISHED]) == ["tool:'read\\nok file'"] * 2


def test_calls_that_were_closed_when_a_session_was_mended_are_told_of_and_shown_closed() -> None:
    asked = ToolRequested(call_id=CALL, name="read", arguments={})
    mended = SessionStarted(provider="p", model="m", cwd="/", resumed=True, repaired_calls=2)
    assert shown([prompt("a"), asked, mended, replace(FINISHED, status=CallStatus.INTERRUPTED)]) == [
        "user:'a'",
        "tool:'read\\ninterrupted file'",
        "warning:'2 tool calls were cut off when this session last ended: look what they did'",
    ]


def test_what_was_under_way_when_history_ends_is_over_and_its_calls_are_closed_by_what_happens_now() -> None:
    viewport = Viewport(lambda: None)
    pump = Pump(viewport, SimpleBlocks())
    asked = ToolRequested(call_id=CALL, name="read", arguments={})
    mended = SessionStarted(provider="p", model="m", cwd="/", resumed=True, repaired_calls=1)
    waits = RetryScheduled(attempt=1, delay_s=1, code="x", message="busy")
    for published in publish([prompt("a"), asked, waits]):
        pump.apply(published)
    pump.begin(lambda: 0.0)
    for published in publish([mended, replace(FINISHED, status=CallStatus.INTERRUPTED), DONE], first_seq=4):
        pump.apply(published)
    assert [repr(block) for block in viewport.blocks] == [
        "user:'a'",
        "tool:'read\\ninterrupted file'",
        "retry:'busy\\nin vain'",
        "warning:'1 tool call was cut off when this session last ended: look what they did'",
        "end:'done 0 0.0'",
    ]


def test_a_reason_for_another_model_is_told_below_the_prompt() -> None:
    assert shown([replace(prompt("a"), reason="the first one is down")]) == ["user:'a'", "info:'the first one is down'"]


def test_words_that_steer_stand_between_the_pieces_of_the_answer() -> None:
    viewport = Viewport(lambda: None)
    pump = Pump(viewport, SimpleBlocks())
    first, second, third = publish([prompt("a"), TextDelta(text="one"), TextDelta(text="two")])
    pump.apply(first)
    pump.apply(second)
    pump.steered((TextPart(text="stop"),))
    pump.apply(third)
    assert [repr(block) for block in viewport.blocks] == ["user:'a'", "answer:'one'", "user:'stop'", "answer:'two'"]


def test_a_message_that_waits_leaves_the_answer_and_a_wait_as_they_are() -> None:
    lanes = LanesChanged(waiting=())
    assert shown([TextDelta(text="```\na"), lanes, TextDelta(text="b\n```")]) == ["answer:'```\\nab\\n```'"]
    assert shown([ThinkingDelta(text="a"), lanes, ThinkingDelta(text="b")]) == ["thinking:'ab'"]
    busy = RetryScheduled(attempt=1, delay_s=1, code="x", message="busy")
    assert shown([busy, lanes, DONE]) == ["retry:'busy\\nin vain'", "end:'done 0 0.0'"]


def test_waits_that_follow_each_other_are_one_block_until_something_else_is_shown() -> None:
    waits = [RetryScheduled(attempt=attempt, delay_s=1, code="x", message="busy") for attempt in (1, 2, 3)]
    counted = UsageUpdated(usage=Usage(), cost_usd=0.5)
    assert shown([waits[0], counted, waits[1], waits[2], TextDelta(text="a"), waits[0]]) == [
        "retry:'busy\\nbusy again\\nbusy again'",
        "answer:'a'",
        "retry:'busy'",
    ]


def test_a_rewound_turn_disappears_and_what_follows_is_shown() -> None:
    viewport = Viewport(lambda: None)
    pump = Pump(viewport, SimpleBlocks())
    for published in publish([prompt("a"), replace(DONE, rounds=0), prompt("b"), TextDelta(text="bad")]):
        pump.apply(published)
    pump.rewound(3)
    for published in publish([TextDelta(text="lost"), prompt("c")], first_seq=6):
        pump.apply(published)
    assert [repr(block) for block in viewport.blocks] == ["user:'a'", "end:'done 0 0.0'", "answer:'lost'", "user:'c'"]
    pump.rewound(1)
    assert viewport.blocks == []


CALLS = st.sampled_from([CALL, OTHER])
EVENTS = st.one_of(
    st.builds(TextDelta, text=st.sampled_from(["", "a", "b\n"])),
    st.builds(
        ThinkingDelta,
        text=st.sampled_from(["", "x", "y"]),
        state=st.sampled_from([None, None, {"s": 1}]),
        model=st.sampled_from(["", "m"]),
    ),
    st.builds(ToolRequested, call_id=CALLS, name=st.just("t"), arguments=st.just({})),
    st.builds(ToolStarted, call_id=CALLS, name=st.just("t")),
    st.builds(ToolOutput, call_id=CALLS, text=st.just("o")),
    st.builds(PermissionDecided, call_id=CALLS, allowed=st.booleans(), rule=st.just("r")),
    CALLS.map(lambda call: replace(FINISHED, call_id=call)),
    st.builds(UsageUpdated, usage=st.just(Usage(input_tokens=1)), cost_usd=st.just(0.5)),
    st.builds(RetryScheduled, attempt=st.just(1), delay_s=st.just(1.0), code=st.just("c"), message=st.just("m")),
    st.just(prompt("p")),
    st.just(LanesChanged(waiting=())),
    st.just(DONE),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=30), st.lists(st.integers(1, 8), max_size=8))
def test_text_in_pieces_merged_by_an_inbox_or_on_disk_makes_the_same_blocks(
    events: list[Event], stalls: list[int]
) -> None:
    from aircher.storage.event_rows import merge_adjacent

    published = publish(events)
    live = pumped(published)
    merged: list[Published] = []
    rest = list(published)
    for stall in [*stalls, len(rest) + 1]:
        inbox = Inbox(Delivery.COALESCED)
        for item in rest[:stall]:
            inbox.put(item)
        merged.extend(inbox.drain())
        rest = rest[stall:]
    assert pumped(merged) == live
    recorded = merge_adjacent([item for item in published if is_recorded(item.event)])
    assert [repr(held.block) for held in past(recorded, SimpleBlocks())] == live


def test_ten_thousand_deltas_keep_one_block_and_nothing_else() -> None:
    viewport = Viewport(lambda: None)
    pump = Pump(viewport, SimpleBlocks())
    for published in publish([TextDelta(text="x")] * 10_000):
        pump.apply(published)
    assert [block.source for block in viewport.blocks] == ["x" * 10_000]
