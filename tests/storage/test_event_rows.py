"""Events come back from their rows as they went in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.changes import FileChange
from aircher.domain.display import (
    CallsBlock,
    DelegatedCall,
    DiffBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
    TodoItem,
)
from aircher.domain.events import (
    EVENT_TYPES,
    CallStatus,
    ErrorRaised,
    Event,
    LanesChanged,
    PermissionAsked,
    PermissionDecided,
    PromptSteered,
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
    TurnsRewound,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.ids import CallId, PromptId, SessionId, TurnId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import ImagePart, TextPart
from aircher.domain.transcript import fold
from aircher.domain.usage import Usage
from aircher.storage.event_rows import SkippedEvent, decode_rows, encode_row, merge_adjacent
from aircher.storage.times import from_micros, to_micros

CALL = CallId("call-1")
PICTURE = ImagePart(media_type="image/png", data_base64="aGk=")
EXAMPLES: list[Event] = [
    SessionStarted(provider="offline", model="index", cwd="/p", resumed=True, repaired_calls=2),
    TurnStarted(
        prompt=(TextPart(text="zażółć 🐟\0"), PICTURE),
        provider="offline",
        model="index",
    ),
    PromptSteered(item_id=PromptId("p-1"), prompt=(TextPart(text="ż"), PICTURE)),
    LanesChanged(
        waiting=(WaitingPrompt(id=PromptId("p-2"), lane=Lane.STEER, prompt=(TextPart(text="x"), PICTURE)),),
        is_paused=True,
    ),
    TurnsRewound(first_turn_id=TurnId("t"), first_seq=3, turns=2),
    TextDelta(text="a\nb"),
    ThinkingDelta(text="", state={"signature": "sig=="}, provider="claude"),
    ToolRequested(call_id=CALL, name="read_file", arguments={"path": "a.py", "deep": [1, 2.5, None, {"x": True}]}),
    PermissionDecided(call_id=CALL, allowed=False, rule="mode plan"),
    ToolStarted(call_id=CALL, name="read_file"),
    ToolFinished(
        call_id=CALL, name="read_file", status=CallStatus.REFUSED, content="no", summary="refused", duration_ms=3
    ),
    ToolFinished(
        call_id=CALL,
        name="shell",
        status=CallStatus.OK,
        content="done",
        summary="ran make",
        duration_ms=3,
        display=(
            TextBlock(text="a", language="c"),
            DiffBlock(path="a", diff="-a\n+b\n", added=1, removed=1),
            ShellBlock(command="make", output="ok", exit_status=0),
            TableBlock(header=("a", "b"), rows=(("1", "2"),)),
            TodoBlock(items=(TodoItem(text="x", state="completed"),)),
            NoticeBlock(text="careful", level="warning"),
            CallsBlock(calls=(DelegatedCall(number=1, name="look", subject="a", state="ok", duration_ms=5),)),
        ),
        images=(PICTURE,),
        changes=(FileChange(path="a", change="modified", before="0", after="1", added=1, removed=1),),
        exit_status=0,
    ),
    PermissionAsked(
        call_id=CALL,
        name="shell",
        effects=("runs make",),
        rule="asks",
        suggestion="shell(make)",
        display=(ShellBlock(command="make", output=""), TextBlock(text="in src")),
    ),
    QuestionAsked(call_id=CALL, question="which?", choices=("a", "b")),
    ToolOutput(call_id=CALL, text="ok"),
    SubagentCalled(call_id=CALL, call=DelegatedCall(number=1, name="look", subject="a", state="running")),
    UsageUpdated(usage=Usage(input_tokens=10, output_tokens=2, cached_tokens=0), cost_usd=0.25),
    RetryScheduled(attempt=1, delay_s=0.5, code="provider.rate_limit", message="later"),
    TurnFinished(stop_reason=StopReason.BUDGET, rounds=2, duration_ms=10),
    ErrorRaised(code="provider.api", message="m", hint=None, retry_after_s=1.5),
]

texts = st.text(max_size=5)
deltas: st.SearchStrategy[Event] = st.one_of(
    texts.map(lambda text: TextDelta(text=text)),
    st.builds(
        ThinkingDelta, text=texts, state=st.none() | st.dictionaries(texts, texts), provider=st.sampled_from(["a", "b"])
    ),
)
events: st.SearchStrategy[list[Event]] = st.lists(deltas | deltas | st.sampled_from(EXAMPLES), max_size=30)


def placed(*items: Event, turn: str | None = "t") -> list[Published]:
    turn_id = None if turn is None else TurnId(turn)
    start = datetime(2026, 11, 24, 1, 2, 3, 999_999, tzinfo=UTC)
    return [
        Published(seq=n, at=start + timedelta(microseconds=n), session_id=SessionId("s"), turn_id=turn_id, event=event)
        for n, event in enumerate(items, start=1)
    ]


def test_there_is_an_example_of_every_event() -> None:
    assert {example.type for example in EXAMPLES} == set(EVENT_TYPES)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type)
def test_an_event_comes_back_equal(event: Event) -> None:
    [published] = placed(event, turn=None)
    assert decode_rows([encode_row(published)]) == ([published], [])


def test_text_that_is_not_unicode_is_kept_with_replacement_characters() -> None:
    items = placed(
        TextDelta(text="a\udc80b"),
        TurnStarted(prompt=(TextPart(text="x\ud800"),), provider="p", model="m"),
        ToolRequested(call_id=CALL, name="n", arguments={"path": ["\udcff"]}),
    )
    decoded, skipped = decode_rows(map(encode_row, items))
    assert [item.event for item in decoded] == [
        TextDelta(text="a\ufffdb"),
        TurnStarted(prompt=(TextPart(text="x\ufffd"),), provider="p", model="m"),
        ToolRequested(call_id=CALL, name="n", arguments={"path": ["\ufffd"]}),
    ]
    assert skipped == []


def test_what_a_newer_program_wrote_is_reported_and_skipped() -> None:
    [known] = placed(TextDelta(text="a"))
    rows = [encode_row(known), ("s", 2, None, "plan.updated", 0, "{}"), ("s", 3, None, "text.delta", 0, '{"txt": 1}')]
    assert decode_rows(rows) == (
        [known],
        [
            SkippedEvent(seq=2, type="plan.updated", reason="unknown type plan.updated"),
            SkippedEvent(seq=3, type="text.delta", reason="Object missing required field `text`"),
        ],
    )


@given(st.lists(deltas, max_size=20))
def test_merged_text_folds_to_the_same_and_keeps_the_last_place(pieces: list[Event]) -> None:
    before = placed(*pieces)
    merged = merge_adjacent(before)
    assert fold(item.event for item in merged).messages == fold(pieces).messages
    assert [item.seq for item in merged[-1:]] == [item.seq for item in before[-1:]]
    assert merge_adjacent(merged) == merged


def test_text_of_two_turns_is_not_merged() -> None:
    first, second = placed(TextDelta(text="a"), turn="t1"), placed(TextDelta(text="b"), turn="t2")
    assert merge_adjacent([*first, *second]) == [*first, *second]


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_are_exact(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment
