import json

import pytest

from aircher.domain.errors import ApiError, ProviderError, StreamInterruptedError, TokenLimitError
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonObject, JsonValue, ToolCallPart
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
from aircher.providers.anthropic_messages import MessagesCodec

ENDPOINT = Endpoint(provider="anthropic", kind="anthropic", url="http://h/v1/messages", model="m")


def frame(kind: str, **fields: JsonValue) -> Frame:
    return Frame(kind.encode(), json.dumps({"type": kind, **fields}).encode())


def start(index: int, kind: str, **fields: JsonValue) -> Frame:
    return frame("content_block_start", index=index, content_block={"type": kind, **fields})


def delta(index: int, **fields: JsonValue) -> Frame:
    return frame("content_block_delta", index=index, delta=fields)


def text(index: int, piece: str) -> Frame:
    return delta(index, type="text_delta", text=piece)


def thought(index: int, piece: str) -> Frame:
    return delta(index, type="thinking_delta", thinking=piece)


def args(index: int, piece: str) -> Frame:
    return delta(index, type="input_json_delta", partial_json=piece)


def stop(index: int) -> Frame:
    return frame("content_block_stop", index=index)


def end(reason: str | None = "end_turn", usage: JsonValue = None, **fields: JsonValue) -> list[Frame]:
    return [frame("message_delta", delta={"stop_reason": reason, **fields}, usage=usage), frame("message_stop")]


def read(*frames: Frame) -> list[StreamEvent]:
    codec = MessagesCodec(ENDPOINT)
    events = [event for message in frames for event in codec.feed(message)]
    return events + codec.finish()


def called(call_id: str, name: str, **arguments: JsonValue) -> ToolCallReceived:
    return ToolCallReceived(call=ToolCallPart(call_id=CallId(call_id), name=name, arguments=arguments))


def signed(signature: str) -> ThinkingReceived:
    return ThinkingReceived(text="", state={"signature": signature})


STOPPED = Finished(reason=FinishReason.STOP, native_reason="end_turn")
CALLS_END = Finished(reason=FinishReason.TOOL_CALLS, native_reason="tool_use")


def test_blocks_that_take_turns_come_out_one_after_the_other() -> None:
    codec = MessagesCodec(ENDPOINT)
    steps = [
        (start(0, "thinking", thinking="", signature=""), []),
        (start(1, "text", text="A"), []),
        (start(2, "tool_use", id="t1", name="f", input={}), []),
        (thought(0, "hm"), [ThinkingReceived(text="hm")]),
        (args(2, '{"x":'), []),
        (text(1, "nswer"), []),
        (delta(0, type="signature_delta", signature="s0"), []),
        (args(2, "1}"), []),
        (stop(2), []),
        (stop(0), [signed("s0"), TextReceived(text="A"), TextReceived(text="nswer")]),
        (text(1, "!"), [TextReceived(text="!")]),
        (stop(1), [called("t1", "f", x=1)]),
    ]
    assert [codec.feed(message) for message, _ in steps] == [events for _, events in steps]
    assert codec.received_chars == 7


def test_thinking_between_calls_keeps_its_place() -> None:
    frames = [
        *(start(0, "thinking", thinking="a", signature="early"), thought(0, "b"), stop(0)),
        *(start(1, "tool_use", id="t1", name="f", input={}), args(1, ""), stop(1)),
        *(start(2, "redacted_thinking", data="secret=="), stop(2)),
        *(start(3, "tool_use", id="t2", name="g", input={"y": [2]}), stop(3)),
    ]
    assert read(*frames, *end("tool_use")) == [
        ThinkingReceived(text="a"),
        ThinkingReceived(text="b"),
        signed("early"),
        called("t1", "f"),
        ThinkingReceived(text="", state={"data": "secret=="}),
        called("t2", "g", y=[2]),
        CALLS_END,
    ]


def test_a_later_signature_replaces_an_earlier_one() -> None:
    frames = [
        start(0, "thinking", thinking="", signature="first"),
        delta(0, type="signature_delta", signature="second+/="),
        delta(0, type="signature_delta", signature=""),
        stop(0),
    ]
    assert read(*frames, *end()) == [signed("second+/="), STOPPED]


def test_thinking_without_a_signature_has_no_state() -> None:
    assert read(start(0, "thinking"), thought(0, "hm"), stop(0), *end()) == [ThinkingReceived(text="hm"), STOPPED]


def test_pieces_of_arguments_win_over_what_the_start_held() -> None:
    frames = [start(0, "tool_use", id="t", name="f", input={"x": 1}), args(0, '{"x":2}'), stop(0)]
    assert read(*frames, *end("tool_use")) == [called("t", "f", x=2), CALLS_END]


@pytest.mark.parametrize("given", [None, {}, ""])
def test_no_arguments_at_all_are_an_empty_object(given: JsonValue) -> None:
    assert read(start(0, "tool_use", id="t", name="f", input=given), stop(0), *end("tool_use")) == [
        called("t", "f"),
        CALLS_END,
    ]


@pytest.mark.parametrize("raw", ['{"x":', "[1]", '"text"', "{'x': 1}"])
def test_arguments_that_are_no_object_never_become_a_call(raw: str) -> None:
    frames = [start(0, "tool_use", id="t", name="f", input={}), args(0, raw), stop(0)]
    assert read(*frames, *end("max_tokens")) == [
        ToolCallUnreadable(call_id="t", name="f", raw_arguments=raw),
        Finished(reason=FinishReason.LENGTH, native_reason="max_tokens"),
    ]


def test_a_call_without_a_name_is_unreadable_and_one_without_an_id_gets_one() -> None:
    first, second, last = read(
        *(start(0, "tool_use", id="t", input={"x": 1}), stop(0)),
        *(start(1, "tool_use", name="g", input={}), stop(1)),
        *end(),
    )
    assert first == ToolCallUnreadable(call_id="t", name="", raw_arguments='{"x":1}')
    assert isinstance(second, ToolCallReceived)
    assert second.call.call_id.startswith("call_")
    assert last == Finished(reason=FinishReason.TOOL_CALLS, native_reason="end_turn")


def test_surrogate_halves_are_joined_in_text_thinking_and_arguments() -> None:
    frames = [
        *(start(0, "thinking", thinking="a\ud83d"), thought(0, "\udc22"), thought(0, "\ud83d"), stop(0)),
        *(start(1, "text", text="\ud83d"), text(1, "\udc22b"), text(1, "\ud83d"), stop(1)),
        *(start(2, "tool_use", id="t", name="f", input={}), args(2, '{"x":"\ud83d'), args(2, '\udc22"}'), stop(2)),
        *(start(3, "tool_use", id="u", name="f", input={"x": "\ud83d"}), stop(3)),
    ]
    assert read(*frames, *end("tool_use")) == [
        ThinkingReceived(text="a"),
        ThinkingReceived(text="\U0001f422"),
        ThinkingReceived(text="\ufffd"),
        TextReceived(text="\U0001f422b"),
        TextReceived(text="\ufffd"),
        called("t", "f", x="\U0001f422"),
        called("u", "f", x="\ufffd"),
        CALLS_END,
    ]


def test_a_half_that_is_left_over_closes_the_thinking_together_with_its_signature() -> None:
    frames = [start(0, "thinking", signature="s"), thought(0, "a"), thought(0, "\ud83d"), stop(0)]
    assert read(*frames, *end()) == [
        ThinkingReceived(text="a"),
        ThinkingReceived(text="\ufffd", state={"signature": "s"}),
        STOPPED,
    ]


def test_blocks_that_nobody_asked_for_are_passed_over() -> None:
    frames = [
        *(start(0, "server_tool_use", id="srvtoolu_1", name="web_search", input={}), args(0, '{"query":"x"}'), stop(0)),
        *(start(1, "web_search_tool_result", tool_use_id="srvtoolu_1", content=[{"type": "text", "text": "no"}]),),
        *(stop(1), start(2, "hologram", text="no"), text(2, "no"), stop(2)),
        *(start(3, "text", text="yes"), delta(3, type="citations_delta", citation={"cited_text": "no"}), stop(3)),
    ]
    assert read(*frames, *end("pause_turn")) == [
        TextReceived(text="yes"),
        Finished(reason=FinishReason.PAUSE, native_reason="pause_turn"),
    ]


@pytest.mark.parametrize(
    "noise",
    [
        b"{}",
        b"[]",
        b"null",
        b"7",
        b" ",
        b'{"type":"ping"}',
        b'{"type":["novelty"]}',
        b'{"type":"novelty","index":0,"delta":{"type":"text_delta","text":"no"}}',
        b'{"type":"content_block_delta","index":0,"delta":{"type":"novel_delta","text":"no"}}',
        b'{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"no"}}',
        b'{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}}',
        b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":null}}',
        b'{"type":"content_block_delta","index":0,"delta":null}',
        b'{"type":"content_block_delta","index":0}',
        b'{"type":"content_block_delta","index":9,"delta":{"type":"text_delta","text":"no"}}',
        b'{"type":"content_block_stop","index":9}',
        b'{"type":"content_block_start","index":9}',
        b'{"type":"message_start","message":null}',
        b'{"type":"message_delta"}',
        b'{"type":"message_delta","delta":{"stop_reason":null,"stop_details":null},"usage":null}',
    ],
)
def test_what_is_unknown_or_empty_changes_nothing(noise: bytes) -> None:
    assert read(start(0, "text", text=""), Frame(b"novelty", noise), text(0, "a"), stop(0), *end()) == [
        TextReceived(text="a"),
        STOPPED,
    ]


def test_the_name_of_the_event_is_not_needed() -> None:
    frames = [start(0, "text", text=""), text(0, "a"), stop(0), *end()]
    assert read(*(Frame(b"", message.data) for message in frames)) == [TextReceived(text="a"), STOPPED]


def test_a_block_without_a_number_is_the_latest_one() -> None:
    frames = [
        frame("content_block_start", content_block={"type": "text", "text": ""}),
        frame("content_block_delta", index=None, delta={"type": "text_delta", "text": "a"}),
        frame("content_block_stop"),
        frame("content_block_start", content_block={"type": "text", "text": "b"}),
    ]
    assert read(*frames, *end()) == [TextReceived(text="a"), TextReceived(text="b"), STOPPED]


def test_a_number_that_is_used_again_starts_another_block() -> None:
    frames = [start(0, "tool_use", id="a", name="f", input={}), start(0, "text", text="b"), stop(0), text(0, "late")]
    assert read(*frames, *end()) == [
        called("a", "f"),
        TextReceived(text="b"),
        Finished(reason=FinishReason.TOOL_CALLS, native_reason="end_turn"),
    ]


def test_blocks_that_nobody_stopped_are_whole_when_the_answer_is() -> None:
    frames = [start(0, "text", text="a"), start(1, "tool_use", id="t", name="f", input={}), args(1, '{"x":1}')]
    assert read(*frames, *end("tool_use")) == [TextReceived(text="a"), called("t", "f", x=1), CALLS_END]


@pytest.mark.parametrize(
    ("native", "reason"),
    [
        ("end_turn", FinishReason.STOP),
        ("stop_sequence", FinishReason.STOP),
        ("max_tokens", FinishReason.LENGTH),
        ("tool_use", FinishReason.TOOL_CALLS),
        ("pause_turn", FinishReason.PAUSE),
        ("refusal", FinishReason.REFUSAL),
        ("model_context_window_exceeded", FinishReason.CONTEXT_LENGTH),
        ("compaction", FinishReason.UNKNOWN),
        (None, FinishReason.UNKNOWN),
    ],
)
def test_every_stop_reason_has_its_word(native: str | None, reason: FinishReason) -> None:
    assert read(*end(native)) == [Finished(reason=reason, native_reason=native)]


@pytest.mark.parametrize(("category", "detail"), [("cyber", "cyber"), (None, None)])
def test_a_refusal_tells_its_category(category: str | None, detail: str | None) -> None:
    details: JsonObject = {"type": "refusal", "category": category, "explanation": "because"}
    expected = [Finished(reason=FinishReason.REFUSAL, native_reason="refusal", detail=detail)]

    assert read(*end("refusal", stop_details=dict(details))) == expected
    codec = MessagesCodec(ENDPOINT)
    whole = {"type": "message", "content": [], "stop_reason": "refusal", "stop_details": dict(details)}
    assert codec.feed_body(json.dumps(whole).encode()) + codec.finish() == expected


def test_counts_are_cumulative_and_null_erases_nothing() -> None:
    early: JsonValue = {"input_tokens": 5, "cache_read_input_tokens": 100, "output_tokens": 1}
    late: JsonValue = {"input_tokens": None, "cache_creation_input_tokens": 20, "output_tokens": 9.0}
    last: JsonValue = {"output_tokens_details": {"thinking_tokens": 4}, "server_tool_use": None}
    frames = [frame("message_start", message={"usage": early}), frame("message_delta", delta={}, usage=late)]

    assert read(*frames, *end(usage=last)) == [
        UsageReceived(
            usage=Usage(input_tokens=125, output_tokens=9, cached_tokens=100, cache_write_tokens=20, reasoning_tokens=4)
        ),
        STOPPED,
    ]


def test_a_count_without_input_says_so() -> None:
    assert read(*end(usage={"output_tokens": 3})) == [
        UsageReceived(usage=Usage(output_tokens=3), has_input=False),
        STOPPED,
    ]


@pytest.mark.parametrize("usage", [None, [], "many", {"input_tokens": "5"}, {"output_tokens": -1}])
def test_a_count_that_is_none_is_left_out(usage: JsonValue) -> None:
    assert read(*end(usage=usage)) == [STOPPED]


def test_an_answer_in_one_piece_brings_the_same() -> None:
    codec = MessagesCodec(ENDPOINT)
    content: JsonValue = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        None,
        {"type": "text", "text": "Hi", "citations": None},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}},
    ]
    usage: JsonValue = {"input_tokens": 3, "output_tokens": 2}
    body = {"type": "message", "content": content, "stop_reason": "tool_use", "usage": usage}

    assert codec.feed_body(json.dumps(body).encode()) == [
        ThinkingReceived(text="hm"),
        signed("s"),
        TextReceived(text="Hi"),
        called("t", "f", x=1),
    ]
    assert codec.finish() == [UsageReceived(usage=Usage(input_tokens=3, output_tokens=2)), CALLS_END]


@pytest.mark.parametrize(
    ("message", "kind", "code"),
    [
        (
            Frame(b"error", b'{"type":"error","error":{"type":"overloaded_error","message":"boom","details":null}}'),
            "overloaded",
            "overloaded_error",
        ),
        (Frame(b"", b'{"type":"error","error":{"type":"api_error","message":"boom"}}'), "server_error", "api_error"),
        (
            Frame(b"", b'{"type":"error","error":{"type":"rate_limit_error","message":"boom"},"request_id":"r"}'),
            "rate_limit",
            "rate_limit_error",
        ),
        (
            Frame(b"", b'{"type":"error","error":{"type":"invalid_request_error","message":"boom"}}'),
            "invalid_request",
            "invalid_request_error",
        ),
        (Frame(b"error", b'{"type":"error","message":"boom"}'), "server_error", "error"),
        (Frame(b"error", b"boom"), "server_error", None),
    ],
)
def test_an_error_in_the_stream_is_raised(message: Frame, kind: str, code: str | None) -> None:
    with pytest.raises(ApiError) as caught:
        MessagesCodec(ENDPOINT).feed(message)

    error = caught.value
    assert (error.kind, error.status, error.server_code) == (kind, None, code)
    assert error.message == "anthropic reported an error for model m: boom"


def test_an_answer_that_would_not_fit_tells_the_numbers() -> None:
    words = "input length and `max_tokens` exceed context limit: 188240 + 32000 > 200000, decrease one of them"
    body = json.dumps({"type": "error", "error": {"type": "invalid_request_error", "message": words}})
    with pytest.raises(TokenLimitError) as caught:
        MessagesCodec(ENDPOINT).feed_body(body.encode())

    assert (caught.value.used_tokens, caught.value.limit_tokens) == (188240, 200000)


@pytest.mark.parametrize("body", [b"nonsense", b"{}", b"[]", b'{"content":7}', b'{"type":"message"}', b"[" * 100_000])
def test_a_body_that_is_no_answer_is_malformed(body: bytes) -> None:
    with pytest.raises(ProviderError) as caught:
        MessagesCodec(ENDPOINT).feed_body(body)

    assert isinstance(caught.value, StreamInterruptedError)
    assert caught.value.kind == "malformed"


def test_an_answer_without_an_end_is_truncated_and_half_a_call_never_comes_out() -> None:
    codec = MessagesCodec(ENDPOINT)
    usage: JsonValue = {"input_tokens": 7, "output_tokens": 1}
    frames = [
        frame("message_start", message={"usage": usage}),
        *(start(0, "text", text=""), text(0, "four"), start(1, "text", text="more")),
        *(start(2, "tool_use", id="t", name="f", input={}), args(2, '{"x":1}')),
    ]
    for message in frames:
        codec.feed(message)

    with pytest.raises(StreamInterruptedError) as caught:
        codec.finish()

    assert (caught.value.kind, caught.value.received_chars) == ("truncated", 8)
    assert codec.salvage() == [
        TextReceived(text="more"),
        UsageReceived(usage=Usage(input_tokens=7, output_tokens=1)),
    ]


def test_a_stop_reason_without_the_end_marker_makes_the_answer_whole() -> None:
    assert read(start(0, "text", text="a"), stop(0), end()[0]) == [TextReceived(text="a"), STOPPED]


def test_half_a_message_at_the_end_is_nothing() -> None:
    codec = MessagesCodec(ENDPOINT)

    assert codec.feed_last(Frame(b"message_stop", b'{"type":"message_st')) == []
    assert not codec.is_complete
