import json

import pytest

from aircher.domain.errors import ApiError, ProviderError, StreamInterruptedError, TokenLimitError
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonValue, ToolCallPart
from aircher.domain.stream import (
    Finished,
    FinishReason,
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    ToolCallReceived,
    ToolCallUnreadable,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers.ollama_chat import LOCAL_ID, OllamaCodec

ENDPOINT = Endpoint(provider="local", kind="ollama", url="http://h/api/chat", model="m")


def line(message: JsonValue = None, **more: JsonValue) -> Frame:
    return Frame(b"", json.dumps({"model": "m", "message": message, "done": False, **more}).encode())


def last(message: JsonValue = None, **more: JsonValue) -> Frame:
    return line(message, **{"done": True, "done_reason": "stop", **more})


def called(call: JsonValue) -> Frame:
    return line({"role": "assistant", "content": "", "tool_calls": [call]})


def read(frames: list[Frame]) -> list[StreamEvent]:
    codec = OllamaCodec(ENDPOINT)
    events = [event for frame in frames for event in codec.feed(frame)]
    return events + codec.finish()


def call(call_id: str, name: str, **arguments: JsonValue) -> ToolCallReceived:
    return ToolCallReceived(call=ToolCallPart(call_id=CallId(call_id), name=name, arguments=arguments))


STOPPED = Finished(reason=FinishReason.STOP, native_reason="stop")
CALLED = Finished(reason=FinishReason.TOOL_CALLS, native_reason="stop")


def test_text_and_reasoning_come_out_in_their_order_and_the_last_line_may_carry_some() -> None:
    assert read(
        [
            line({"content": "", "thinking": "hm"}),
            line({"content": "a", "thinking": ""}),
            line({"content": None, "thinking": None, "tool_calls": None}),
            last({"content": "b"}),
        ]
    ) == [ThinkingReceived(text="hm"), TextReceived(text="a"), TextReceived(text="b"), STOPPED]


def test_reasoning_that_a_template_left_in_the_answer_is_told_from_it() -> None:
    frames = [line({"content": piece}) for piece in ("<th", "ink>\nhm", "</think>\n\n", "Yes")]

    assert read([*frames, last()]) == [ThinkingReceived(text="hm"), TextReceived(text="Yes"), STOPPED]


@pytest.mark.parametrize("key", ["content", "thinking"])
def test_halves_of_an_emoji_are_joined_across_lines(key: str) -> None:
    event = TextReceived if key == "content" else ThinkingReceived
    assert read([line({key: "a\ud83d"}), line({key: "\udc22"}), last({key: "\ud83d"})]) == [
        event(text="a"),
        event(text="🐢"),
        event(text="\ufffd"),
        STOPPED,
    ]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("load", FinishReason.STOP),
        ("unload", FinishReason.STOP),
        ("brand_new", FinishReason.UNKNOWN),
        (None, FinishReason.UNKNOWN),
    ],
)
def test_the_reason_is_translated_and_kept(reason: str | None, expected: FinishReason) -> None:
    assert read([last(done_reason=reason)]) == [Finished(reason=expected, native_reason=reason)]


def test_an_answer_cut_by_its_limit_stays_so_although_it_has_calls() -> None:
    frames = [called({"id": "a", "function": {"name": "f", "arguments": {}}}), last(done_reason="length")]

    assert read(frames) == [call("a", "f"), Finished(reason=FinishReason.LENGTH, native_reason="length")]


def test_every_element_is_a_call_of_its_own_whatever_index_it_has() -> None:
    one: JsonValue = {"id": "a", "function": {"index": 0, "name": "f", "arguments": {"x": 1}}}
    two: JsonValue = {"id": "b", "function": {"index": 0, "name": "f", "arguments": {"x": 2}}}

    assert read([line({"tool_calls": [one, two]}), last()]) == [call("a", "f", x=1), call("b", "f", x=2), CALLED]
    assert read([called(one), line({"content": "t"}), called(two), last()]) == [
        TextReceived(text="t"),
        call("a", "f", x=1),
        call("b", "f", x=2),
        CALLED,
    ]


def test_calls_without_an_id_or_with_one_that_is_taken_get_one_of_their_own() -> None:
    function: JsonValue = {"name": "f", "arguments": {}}
    frames = [called({"function": function}), called({"id": "a", "function": function})]
    frames += [called({"id": "a", "function": function}), called({"id": "", "function": function}), last()]

    ids = [event.call.call_id for event in read(frames) if isinstance(event, ToolCallReceived)]

    assert len(set(ids)) == 4
    assert [call_id.startswith(LOCAL_ID) for call_id in ids] == [True, False, True, True]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [({}, {}), (None, {}), ("", {}), ('{"x": 1}', {"x": 1}), ({"x": {"y": [1, None]}}, {"x": {"y": [1, None]}})],
)
def test_arguments_may_be_missing_or_text(arguments: JsonValue, expected: dict[str, JsonValue]) -> None:
    frames = [called({"id": "a", "function": {"name": "f", "arguments": arguments}}), last()]

    assert read(frames) == [call("a", "f", **expected), CALLED]


@pytest.mark.parametrize(
    ("name", "arguments", "raw"), [("f", [1], "[1]"), ("f", 7, "7"), ("f", '{"x":', '{"x":'), ("", {}, "{}")]
)
def test_a_call_without_readable_arguments_or_a_name_is_never_one(name: str, arguments: JsonValue, raw: str) -> None:
    frames = [called({"id": "a", "function": {"name": name, "arguments": arguments}}), last()]

    assert read(frames) == [ToolCallUnreadable(call_id="a", name=name, raw_arguments=raw), CALLED]


def test_lone_halves_in_calls_are_replaced() -> None:
    frames = [
        called({"id": "i\ud83d", "function": {"name": "f\udc22", "arguments": {"k\ud83d": ["\ud83d\udc22\ud83d"]}}})
    ]

    assert read([*frames, last()]) == [
        ToolCallReceived(
            call=ToolCallPart(call_id=CallId("i\ufffd"), name="f\ufffd", arguments={"k\ufffd": ["🐢\ufffd"]})
        ),
        CALLED,
    ]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"prompt_eval_count": 3, "eval_count": 4}, UsageReceived(usage=Usage(input_tokens=3, output_tokens=4))),
        ({"eval_count": 4}, UsageReceived(usage=Usage(output_tokens=4), has_input=False)),
        ({"prompt_eval_count": 3}, UsageReceived(usage=Usage(input_tokens=3))),
        ({"prompt_eval_count": None, "eval_count": "x"}, None),
    ],
)
def test_usage_is_what_the_last_line_counts(counts: dict[str, JsonValue], expected: UsageReceived | None) -> None:
    assert read([last(**counts)]) == [*([expected] if expected else []), STOPPED]


def test_lines_and_fields_that_nobody_knows_are_passed_over() -> None:
    frames = [Frame(b"", data) for data in (b"7", b"null", b'"text"', b"[]", b"[[]]", b"{}", b'{"event":"ping"}')]
    odd = line({"role": "assistant", "content": ["x"], "thinking": {"a": 1}, "tool_calls": [None, 3, {}], "images": []})

    assert read([*frames, odd, line("text"), last({"content": "a", "audio": "x"}, logprobs=[])]) == [
        TextReceived(text="a"),
        STOPPED,
    ]


def test_done_is_only_what_says_so() -> None:
    codec = OllamaCodec(ENDPOINT)
    for done in (None, 0, "yes", 1):
        codec.feed(line({"content": "x"}, done=done))
    assert not codec.is_done


def test_an_answer_without_its_last_line_is_cut_and_only_whole_calls_are_kept() -> None:
    codec = OllamaCodec(ENDPOINT)
    events = codec.feed(line({"content": "Reading.", "thinking": "a\ud83d"}))
    events += codec.feed(called({"id": "a", "function": {"name": "f", "arguments": {"x": 1}}}))
    events += codec.feed_last(Frame(b"", b'{"message":{"tool_calls":[{"id":"b","function":{"name":"g","argu'))

    with pytest.raises(StreamInterruptedError) as caught:
        codec.finish()

    assert (caught.value.kind, caught.value.received_chars) == ("truncated", 8)
    assert events == [ThinkingReceived(text="a"), TextReceived(text="Reading.")]
    assert codec.salvage() == [ThinkingReceived(text="\ufffd"), call("a", "f", x=1)]


@pytest.mark.parametrize(
    ("data", "kind", "error_class"),
    [
        (b'{"error":"an error was encountered while running the model"}', "server_error", ApiError),
        (b'{"error":"the input length exceeds the context length"}', "context_length", TokenLimitError),
        (b'{"error":{"message":"odd","code":7}}', "server_error", ApiError),
        (b"{no json", "malformed", StreamInterruptedError),
    ],
)
def test_a_complaint_among_the_lines_ends_the_answer(data: bytes, kind: str, error_class: type[ProviderError]) -> None:
    codec = OllamaCodec(ENDPOINT)
    with pytest.raises(error_class) as caught:
        codec.feed(Frame(b"", data))

    assert getattr(caught.value, "kind", "") == kind


def test_an_answer_in_one_piece_is_an_answer() -> None:
    codec = OllamaCodec(ENDPOINT)
    body = {"message": {"content": "Hello"}, "done": True, "done_reason": "stop", "eval_count": 1}

    assert [*codec.feed_body(json.dumps(body).encode()), *codec.finish()] == [
        TextReceived(text="Hello"),
        UsageReceived(usage=Usage(output_tokens=1), has_input=False),
        STOPPED,
    ]
    with pytest.raises(StreamInterruptedError):
        OllamaCodec(ENDPOINT).feed_body(b'{"choices":[]}')
