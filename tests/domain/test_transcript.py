"""Events in, messages out."""

from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.events import (
    CallStatus,
    Event,
    PromptSteered,
    StopReason,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolRequested,
    TurnFinished,
    TurnsRewound,
    TurnStarted,
)
from aircher.domain.ids import CallId, PromptId, TurnId
from aircher.domain.messages import (
    Message,
    Role,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)
from aircher.domain.transcript import NEVER_RAN, fold

PROMPT = TurnStarted(prompt=(TextPart(text="hi"),), provider="p", model="m")


STEERED = PromptSteered(item_id=PromptId("p"), prompt=(TextPart(text="no, wait"),))


def rewound(turns: int) -> TurnsRewound:
    return TurnsRewound(first_turn_id=TurnId("t"), first_seq=1, turns=turns)


def requested(call_id: str) -> ToolRequested:
    return ToolRequested(call_id=CallId(call_id), name="read_file", arguments={"path": "a"})


def finished(call_id: str, *, status: CallStatus = CallStatus.OK) -> ToolFinished:
    return ToolFinished(
        call_id=CallId(call_id), name="read_file", status=status, content="x", summary="s", duration_ms=1
    )


def test_a_turn_with_tools_becomes_user_assistant_tool_assistant() -> None:
    transcript = fold(
        [
            PROMPT,
            ThinkingDelta(text="hm", provider="p"),
            ThinkingDelta(text="m", state={"s": "sig"}, provider="p"),
            TextDelta(text="let me "),
            TextDelta(text="look"),
            requested("1"),
            requested("2"),
            finished("1"),
            finished("2", status=CallStatus.FAILED),
            TextDelta(text="done"),
            TurnFinished(stop_reason=StopReason.DONE, rounds=2, duration_ms=5),
        ]
    )
    assert transcript.messages == (
        Message(role=Role.USER, parts=(TextPart(text="hi"),)),
        Message(
            role=Role.ASSISTANT,
            parts=(
                ThinkingPart(text="hmm", state={"s": "sig"}, provider="p"),
                TextPart(text="let me look"),
                ToolCallPart(call_id=CallId("1"), name="read_file", arguments={"path": "a"}),
                ToolCallPart(call_id=CallId("2"), name="read_file", arguments={"path": "a"}),
            ),
        ),
        Message(
            role=Role.TOOL,
            parts=(
                ToolResultPart(call_id=CallId("1"), name="read_file", content="x"),
                ToolResultPart(call_id=CallId("2"), name="read_file", content="x", is_error=True),
            ),
        ),
        Message(role=Role.ASSISTANT, parts=(TextPart(text="done"),)),
    )
    assert transcript.unfinished_calls == ()


def test_an_unpaired_call_is_closed_as_interrupted() -> None:
    transcript = fold([PROMPT, requested("1"), requested("2"), finished("1")])
    repairs = transcript.unfinished_results()
    assert repairs == (
        ToolFinished(
            call_id=CallId("2"),
            name="read_file",
            status=CallStatus.INTERRUPTED,
            content=NEVER_RAN,
            summary="interrupted",
            duration_ms=0,
        ),
    )
    for repair in repairs:
        transcript.apply(repair)
    assert transcript.unfinished_results() == ()


def test_a_result_without_a_request_is_left_out() -> None:
    assert fold([PROMPT, finished("9")]).messages == (Message(role=Role.USER, parts=(TextPart(text="hi"),)),)


def test_thoughts_of_two_vendors_are_not_merged() -> None:
    parts = (
        fold([PROMPT, ThinkingDelta(text="a", provider="x"), ThinkingDelta(text="b", provider="y")]).messages[1].parts
    )
    assert parts == (ThinkingPart(text="a", provider="x"), ThinkingPart(text="b", provider="y"))


EVENTS = st.lists(
    st.one_of(
        st.just(PROMPT),
        st.just(STEERED),
        st.integers(0, 3).map(rewound),
        st.builds(TextDelta, text=st.text(min_size=1, max_size=5)),
        st.builds(ThinkingDelta, text=st.text(max_size=3), provider=st.sampled_from(["p", "q"])),
        st.integers(0, 3).map(lambda number: requested(str(number))),
        st.integers(0, 3).map(lambda number: finished(str(number))),
    ),
    max_size=30,
)


@given(EVENTS)
def test_after_repair_every_call_has_one_result_in_the_message_that_follows(events: list[Event]) -> None:
    transcript = fold(_with_fresh_ids(events))
    for repair in transcript.unfinished_results():
        transcript.apply(repair)
    messages = transcript.messages
    for at, message in enumerate(messages):
        calls = [call.call_id for call in message.tool_calls]
        following = messages[at + 1].parts if calls else ()
        results = [part.call_id for part in following if isinstance(part, ToolResultPart)]
        assert sorted(results) == sorted(calls)


def _with_fresh_ids(events: list[Event]) -> list[Event]:
    """A vendor never uses a call's id twice."""
    seen: set[str] = set()
    kept: list[Event] = []
    for event in events:
        if isinstance(event, ToolRequested):
            if event.call_id in seen:
                continue
            seen.add(event.call_id)
        kept.append(event)
    return kept


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=10))
def test_how_text_was_cut_does_not_matter(pieces: list[str]) -> None:
    whole = fold([PROMPT, TextDelta(text="".join(pieces))])
    assert fold([PROMPT, *(TextDelta(text=piece) for piece in pieces)]).messages == whole.messages


def test_steering_stands_behind_the_results_and_thoughts_before_it_that_led_to_nothing_are_dropped() -> None:
    events: list[Event] = [
        PROMPT,
        requested("1"),
        finished("1"),
        STEERED,
        ThinkingDelta(text="hm", provider="p"),
        STEERED,
    ]
    roles = [message.role for message in fold(events).messages]
    assert roles == [Role.USER, Role.ASSISTANT, Role.TOOL, Role.USER, Role.USER]


@given(EVENTS, st.lists(EVENTS.map(lambda events: [event for event in events if event is not PROMPT]), max_size=4))
def test_going_back_leaves_what_was_there_before(before: list[Event], turns: list[list[Event]]) -> None:
    whole = [*before, PROMPT, *(event for turn in turns for event in (PROMPT, *_without_rewinds(turn)))]
    kept = fold([*whole, rewound(len(turns) + 1)])
    assert kept.messages == fold([*before, PROMPT, rewound(1)]).messages
    assert kept.unfinished_calls == ()


def _without_rewinds(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, TurnsRewound)]
