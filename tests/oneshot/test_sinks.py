"""What a person reads on stderr, and an answer that is shown only once it counts."""

import io
from collections.abc import Sequence
from datetime import timedelta

import pytest

from aircher.domain.events import (
    CallStatus,
    Event,
    Published,
    RetryScheduled,
    SessionStarted,
    StopReason,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    TurnFinished,
    TurnStarted,
)
from aircher.domain.ids import CallId, SessionId
from aircher.oneshot.result import RunResult
from aircher.oneshot.sinks import FoldedThoughts, Progress, Sink, WholeText
from aircher.testing.manual_clock import EPOCH

STARTED = TurnStarted(prompt=(), provider="one", model="big")
DONE = TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=1)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def published(event: Event, *, at_s: float = 0) -> Published:
    at = EPOCH + timedelta(seconds=at_s)
    return Published(seq=1, at=at, session_id=SessionId("s"), turn_id=None, event=event)


def feed(sink: Sink, events: Sequence[Event]) -> None:
    for event in events:
        sink.on_event(published(event))


def waits(attempt: int, delay_s: float, *, provider: str = "one", model: str = "big") -> RetryScheduled:
    return RetryScheduled(
        attempt=attempt, delay_s=delay_s, code="provider.api", message="busy", provider=provider, model=model
    )


def finished(tool: str, summary: str) -> ToolFinished:
    return ToolFinished(
        call_id=CallId("1"), name=tool, status=CallStatus.OK, content="", summary=summary, duration_ms=1
    )


def whole(result: RunResult, stream: io.StringIO) -> str:
    sink = WholeText(stream)
    feed(sink, [STARTED, TextDelta(text="a piece"), DONE])
    assert stream.getvalue() == ""
    sink.finish(result)
    return stream.getvalue()


def test_a_whole_text_is_written_once_at_the_end() -> None:
    result = RunResult(session_id=SessionId("s"), text='{"a": 1}', stop_reason=StopReason.DONE)
    assert whole(result, io.StringIO()) == '{"a": 1}\n'


@pytest.mark.parametrize(
    ("text", "stop_reason"),
    [("", StopReason.DONE), ("half", None), *(("half", reason) for reason in StopReason if reason != "done")],
)
def test_a_text_that_does_not_count_is_not_written(text: str, stop_reason: StopReason | None) -> None:
    result = RunResult(session_id=SessionId("s"), text=text, stop_reason=stop_reason)
    assert whole(result, io.StringIO()) == ""


def test_a_terminal_gets_a_whole_text_without_commands_and_a_pipe_gets_it_as_it_is() -> None:
    result = RunResult(session_id=SessionId("s"), text='"\x1b[2J"', stop_reason=StopReason.DONE)
    assert (whole(result, Terminal()), whole(result, io.StringIO())) == ('"[2J"\n', '"\x1b[2J"\n')


def folded(*events: tuple[float, Event]) -> list[str]:
    stream = io.StringIO()
    sink = FoldedThoughts(stream)
    for at_s, event in events:
        sink.on_event(published(event, at_s=at_s))
    sink.finish(RunResult(session_id=SessionId("s")))
    return stream.getvalue().splitlines()


def test_thoughts_are_one_line_with_the_time_from_the_first_to_what_follows() -> None:
    assert folded(
        (0, STARTED),
        (1, ThinkingDelta(text="hm")),
        (2, ThinkingDelta(text=" well")),
        (4.25, ThinkingDelta(text="", state={"signature": "s"})),
        (4.5, TextDelta(text="yes")),
        (9, TextDelta(text="!")),
    ) == ["· thought for 3.5 s"]


def test_each_row_of_thoughts_has_its_own_line() -> None:
    assert folded(
        (0, ThinkingDelta(text="a")),
        (1, finished("t", "ok")),
        (2, ThinkingDelta(text="b")),
        (4, DONE),
    ) == ["· thought for 1.0 s", "· thought for 2.0 s"]


def test_thoughts_that_nobody_may_read_are_not_told() -> None:
    assert folded((0, ThinkingDelta(text="", state={"signature": "s"})), (5, TextDelta(text="yes"))) == []


def told(*events: Event, is_verbose: bool = False) -> list[str]:
    stream = io.StringIO()
    sink = Progress(stream, is_verbose=is_verbose)
    feed(sink, events)
    sink.finish(RunResult(session_id=SessionId("s")))
    return stream.getvalue().splitlines()


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (waits(1, 2.04), "busy; trying again in 2.0 s (attempt 2)"),
        (waits(3, 0), "busy; asking again (attempt 4)"),
        (waits(0, 30), "busy; waiting 30.0 s"),
        (waits(2, 0, provider="two", model="small"), "busy; asking small of two instead"),
        (waits(2, 0, model="small"), "busy; asking small of one instead"),
        (waits(0, 9, provider="two"), "busy; asking big of two instead"),
        (waits(1, 0, provider="", model=""), "busy; asking again (attempt 2)"),
    ],
)
def test_a_wait_says_why_and_what_comes_next(event: RetryScheduled, line: str) -> None:
    assert told(STARTED, event) == [line]


def test_another_model_is_named_once_and_then_is_the_one_that_was_asked() -> None:
    other = waits(1, 0, provider="two", model="small")
    again = waits(1, 3, provider="two", model="small")
    assert told(STARTED, other, again, waits(1, 0)) == [
        "busy; asking small of two instead",
        "busy; trying again in 3.0 s (attempt 2)",
        "busy; asking big of one instead",
    ]


def test_why_a_model_answers_is_told_if_it_was_not_simply_asked_for() -> None:
    reason = TurnStarted(prompt=(), provider="two", model="small", reason="one is left alone")
    assert told(STARTED, reason) == ["note: small of two answers: one is left alone"]


@pytest.mark.parametrize(
    ("count", "lines"),
    [
        (0, []),
        (1, ["note: 1 tool call had no result when the last run ended; marked as interrupted"]),
        (2, ["note: 2 tool calls had no result when the last run ended; marked as interrupted"]),
    ],
)
def test_repaired_calls_are_told(count: int, lines: list[str]) -> None:
    assert told(SessionStarted(provider="one", model="big", cwd="/", repaired_calls=count)) == lines


def test_tools_are_told_to_a_terminal_only_and_nothing_of_the_answer() -> None:
    events = (STARTED, ThinkingDelta(text="hm"), TextDelta(text="a\n"), finished("read_file", "12 lines"), DONE)
    assert told(*events) == []
    assert told(*events, is_verbose=True) == ["· read_file: 12 lines"]


def test_on_a_terminal_a_line_begins_below_half_an_answer_and_only_there() -> None:
    events = (STARTED, TextDelta(text="half"), waits(1, 2), waits(2, 2), TextDelta(text=" an answer\n"), waits(3, 2))
    lines = [f"busy; trying again in 2.0 s (attempt {attempt})" for attempt in (2, 3, 4)]
    assert told(*events, is_verbose=True) == ["", *lines]
    assert told(*events) == lines


def test_no_line_can_command_a_terminal() -> None:
    assert told(finished("x\x1b]0;y\x07", "\x1b[2Jz"), is_verbose=True) == ["· x]0;y: [2Jz"]
