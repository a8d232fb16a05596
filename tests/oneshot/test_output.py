"""What scripts get."""

import io
import json
from datetime import UTC, datetime
from importlib.resources import files

import jsonschema
import pytest

from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Event,
    PermissionDecided,
    Published,
    RetryScheduled,
    SessionStarted,
    StopReason,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    TurnFinished,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import ImagePart, Message, Role, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from aircher.domain.usage import Usage
from aircher.oneshot.export import as_markdown
from aircher.oneshot.result import RunResult
from aircher.oneshot.schema import output_schema
from aircher.oneshot.sinks import FoldedThoughts, Json, PlainText, Progress, Sink, StreamJson

EVENTS: list[Event] = [
    SessionStarted(provider="p", model="m", cwd="/w", resumed=True, repaired_calls=2),
    TurnStarted(
        prompt=(TextPart(text="hi"), ImagePart(media_type="image/png", data_base64="AA==")), provider="p", model="m"
    ),
    ThinkingDelta(text="hm", state={"s": 1}, provider="p"),
    TextDelta(text="let me look"),
    ToolRequested(call_id=CallId("1"), name="read_file", arguments={"path": "/etc/passwd"}),
    PermissionDecided(call_id=CallId("1"), allowed=False, rule="outside"),
    ToolStarted(call_id=CallId("1"), name="read_file"),
    ToolFinished(
        call_id=CallId("1"), name="read_file", status=CallStatus.REFUSED, content="no", summary="refused", duration_ms=3
    ),
    UsageUpdated(usage=Usage(input_tokens=5, output_tokens=2, cached_tokens=1), cost_usd=0.5),
    RetryScheduled(attempt=1, delay_s=2.0, code="provider.api", message="busy"),
    TextDelta(text="sorry \ud83d"),
    UsageUpdated(usage=Usage(input_tokens=5, output_tokens=2), cost_usd=None),
    ErrorRaised(code="provider.rate_limit", message="slow down", retry_after_s=9.0),
    TurnFinished(stop_reason=StopReason.ERROR, rounds=2, duration_ms=40),
]
SCHEMA = json.loads(files("aircher.oneshot").joinpath("output.schema.json").read_text())


def play(sink: Sink) -> RunResult:
    result = RunResult(session_id=SessionId("s"))
    for seq, event in enumerate(EVENTS, 1):
        at = datetime(2026, 1, 1, tzinfo=UTC)
        turn = None if seq == 1 else TurnId("t")
        result.apply(event)
        sink.on_event(Published(seq=seq, at=at, session_id=SessionId("s"), turn_id=turn, event=event))
    sink.finish(result)
    return result


def test_every_line_of_a_stream_validates_against_the_shipped_schema() -> None:
    output = io.StringIO()
    play(StreamJson(output))
    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert len(lines) == len(EVENTS) + 1
    for line in lines:
        jsonschema.validate(line, SCHEMA)
    assert lines[3]["text"] == "let me look"
    assert lines[10]["text"] == "sorry ?"


def test_the_shipped_schema_is_the_generated_one() -> None:
    assert json.loads(json.dumps(output_schema())) == SCHEMA


@pytest.mark.parametrize("change", [{"type": "nothing"}, {"seq": 0}, {"extra": 1}])
def test_the_schema_refuses_what_is_not_in_the_contract(change: dict[str, object]) -> None:
    output = io.StringIO()
    play(StreamJson(output))
    line = json.loads(output.getvalue().splitlines()[3]) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(line, SCHEMA)


def test_the_result_tells_the_whole_run() -> None:
    output = io.StringIO()
    play(Json(output))
    result = json.loads(output.getvalue())
    jsonschema.validate(result, SCHEMA)
    assert result == {
        "type": "result",
        "session_id": "s",
        "text": "sorry ?",
        "stop_reason": "error",
        "provider": "p",
        "model": "m",
        "usage": {"input_tokens": 10, "output_tokens": 4, "cached_tokens": 1, "reasoning_tokens": None},
        "cost_usd": None,
        "duration_ms": 40,
        "turns": 2,
        "tool_calls": [
            {
                "id": "1",
                "name": "read_file",
                "arguments": {"path": "/etc/passwd"},
                "status": "refused",
                "summary": "refused",
                "duration_ms": 3,
            }
        ],
        "denied": [{"tool": "read_file", "rule": "outside"}],
        "files_changed": [],
        "error": {"code": "provider.rate_limit", "message": "slow down", "hint": None, "retry_after_s": 9.0},
    }


def test_plain_text_is_the_answer_and_nothing_else() -> None:
    output = io.StringIO()
    play(PlainText(output))
    assert output.getvalue() == "let me look\n\nsorry \ud83d\n"


@pytest.mark.parametrize(("is_verbose", "extra"), [(False, []), (True, ["", "· read_file: refused"])])
def test_progress_tells_repairs_and_waits_and_tools_to_a_terminal(*, is_verbose: bool, extra: list[str]) -> None:
    output = io.StringIO()
    play(Progress(output, is_verbose=is_verbose))
    assert output.getvalue().splitlines() == [
        "note: 2 tool calls had no result when the last run ended; marked as interrupted",
        *extra,
        "busy; trying again in 2.0 s (attempt 2)",
    ]


def test_thoughts_are_folded_into_one_line() -> None:
    output = io.StringIO()
    play(FoldedThoughts(output))
    assert output.getvalue() == "· thought for 0.0 s\n"


def test_a_conversation_becomes_a_document() -> None:
    messages = [
        Message(role=Role.USER, parts=(TextPart(text="hi"), ImagePart(media_type="image/png", data_base64=""))),
        Message(
            role=Role.ASSISTANT,
            parts=(
                ThinkingPart(text="hm\nwell"),
                ThinkingPart(text="", state={"s": "x"}),
                ToolCallPart(call_id=CallId("1"), name="search", arguments={"query": "x"}),
            ),
        ),
        Message(
            role=Role.TOOL,
            parts=(ToolResultPart(call_id=CallId("1"), name="search", content="nothing", is_error=True),),
        ),
    ]
    assert as_markdown("Title", messages) == (
        "# Title\n\n## You\n\nhi\n\n*(picture, image/png)*\n\n## Aircher\n\n> hm\n> well\n\n"
        '`search`\n\n~~~~json\n{"query":"x"}\n~~~~\n\n## Tools\n\nResult of `search` (failed):\n\n~~~~\nnothing\n~~~~'
    )


def test_the_repair_of_an_earlier_runs_call_is_not_a_call_of_this_run() -> None:
    result = RunResult(session_id=SessionId("s"))
    result.apply(
        ToolFinished(
            call_id=CallId("earlier"), name="search", status=CallStatus.OK, content="", summary="", duration_ms=0
        )
    )
    assert result.calls == {}
