import json

import pytest

from aircher.domain.errors import ApiError, ProviderError, RateLimitError, StreamInterruptedError
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
from aircher.providers.gemini_content import GeminiCodec

ENDPOINT = Endpoint(provider="gemini", kind="gemini", url="http://h/v1/models/m:streamGenerateContent", model="m")


def response(parts: JsonValue = None, finish: JsonValue = None, **more: JsonValue) -> dict[str, JsonValue]:
    content: JsonValue = {"role": "model", "parts": parts}
    return {"candidates": [{"index": 0, "content": content, "finishReason": finish}], **more}


def frame(message: JsonValue, event: bytes = b"") -> Frame:
    return Frame(event, json.dumps(message).encode())


def read(*messages: JsonValue) -> list[StreamEvent]:
    codec = GeminiCodec(ENDPOINT)
    events = [event for message in messages for event in codec.feed(frame(message))]
    return events + codec.finish()


def read_body(answer: JsonValue) -> list[StreamEvent]:
    codec = GeminiCodec(ENDPOINT)
    return [*codec.feed_body(json.dumps(answer).encode()), *codec.finish()]


def called(call_id: str, name: str, **arguments: JsonValue) -> ToolCallReceived:
    return ToolCallReceived(call=ToolCallPart(call_id=CallId(call_id), name=name, arguments=arguments))


def finished(native: str | None, reason: FinishReason = FinishReason.STOP, detail: str | None = None) -> Finished:
    return Finished(reason=reason, native_reason=native, detail=detail)


STOPPED = finished("STOP")
CALLED = finished("STOP", FinishReason.TOOL_CALLS)


def test_signatures_come_with_what_they_belong_to() -> None:
    events = read(
        response([{"text": "hm", "thought": True}]),
        response([{"text": "so", "thought": True, "thoughtSignature": "s1"}]),
        response([{"text": "plain "}, {"text": "signed", "thoughtSignature": "s2"}, {"text": " plain"}]),
        response([{"functionCall": {"id": "a", "name": "f", "args": {"x": 1}}, "thoughtSignature": "s3"}]),
        response([{"functionCall": {"id": "b", "name": "f"}}]),
        response([{"text": "", "thoughtSignature": "s4"}], "STOP"),
    )

    assert events == [
        ThinkingReceived(text="hm"),
        ThinkingReceived(text="so", state={"of": "thought", "chars": 2, "thoughtSignature": "s1"}),
        TextReceived(text="plain "),
        ThinkingReceived(text="", state={"of": "text", "chars": 6, "thoughtSignature": "s2"}),
        TextReceived(text="signed"),
        TextReceived(text=" plain"),
        ThinkingReceived(text="", state={"of": "call", "call_id": "a", "thoughtSignature": "s3"}),
        called("a", "f", x=1),
        called("b", "f"),
        ThinkingReceived(text="", state={"of": "text", "chars": 0, "thoughtSignature": "s4"}),
        CALLED,
    ]


def test_a_signature_without_any_text_is_one_of_an_empty_text() -> None:
    assert read(response([{"thoughtSignature": "s"}], "STOP")) == [
        ThinkingReceived(text="", state={"of": "text", "chars": 0, "thoughtSignature": "s"}),
        STOPPED,
    ]


def test_calls_without_ids_get_different_ones_of_ours_that_their_signature_names() -> None:
    call: JsonValue = {"name": "f", "args": {}}
    events = read(response([{"functionCall": call, "thoughtSignature": "s"}, {"functionCall": call}], "STOP"))

    ids = [event.call.call_id for event in events if isinstance(event, ToolCallReceived)]
    assert len(set(ids)) == 2
    assert all(call_id.startswith("local_") for call_id in ids)
    assert events == [
        ThinkingReceived(text="", state={"of": "call", "call_id": ids[0], "thoughtSignature": "s"}),
        called(ids[0], "f"),
        called(ids[1], "f"),
        CALLED,
    ]


def test_a_call_repeated_under_its_id_is_one_and_another_under_the_same_id_gets_its_own() -> None:
    events = read(
        response([{"functionCall": {"id": "a", "name": "f", "args": {"x": 1}}}]),
        response([{"functionCall": {"id": "a", "name": "f", "args": {"x": 1}}}]),
        response([{"functionCall": {"id": "a", "name": "g", "args": {}}}], "STOP"),
    )

    calls = [event.call for event in events if isinstance(event, ToolCallReceived)]
    assert [(call.name, call.call_id == "a") for call in calls] == [("f", True), ("g", False)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ({"args": {"p": "\ud83d\ude00\ud83d"}}, called("a", "f", p="😀\ufffd")),
        ({"args": None}, called("a", "f")),
        ({"args": '{"x": 1}'}, called("a", "f", x=1)),
        ({"args": [1]}, ToolCallUnreadable(call_id="a", name="f", raw_arguments="[1]")),
        ({"args": "rm -rf"}, ToolCallUnreadable(call_id="a", name="f", raw_arguments="rm -rf")),
        ({"args": 0}, ToolCallUnreadable(call_id="a", name="f", raw_arguments="0")),
        ({"name": None, "args": {"x": 1}}, ToolCallUnreadable(call_id="a", name="", raw_arguments='{"x":1}')),
        ({"willContinue": True}, ToolCallUnreadable(call_id="a", name="f", raw_arguments="(in pieces)")),
    ],
)
def test_only_an_object_of_arguments_makes_a_call(call: dict[str, JsonValue], expected: StreamEvent) -> None:
    assert read(response([{"functionCall": {"id": "a", "name": "f", **call}}], "STOP")) == [expected, CALLED]


def test_a_call_of_nothing_is_none() -> None:
    assert read(response([{"functionCall": {}}], "STOP")) == [STOPPED]


@pytest.mark.parametrize(
    ("native", "reason"),
    [
        ("STOP", FinishReason.STOP),
        ("MAX_TOKENS", FinishReason.LENGTH),
        ("SAFETY", FinishReason.CONTENT_FILTER),
        ("RECITATION", FinishReason.CONTENT_FILTER),
        ("LANGUAGE", FinishReason.CONTENT_FILTER),
        ("BLOCKLIST", FinishReason.CONTENT_FILTER),
        ("PROHIBITED_CONTENT", FinishReason.CONTENT_FILTER),
        ("SPII", FinishReason.CONTENT_FILTER),
        ("IMAGE_SAFETY", FinishReason.CONTENT_FILTER),
        ("MODEL_ARMOR", FinishReason.CONTENT_FILTER),
        ("MALFORMED_FUNCTION_CALL", FinishReason.ERROR),
        ("UNEXPECTED_TOOL_CALL", FinishReason.ERROR),
        ("TOO_MANY_TOOL_CALLS", FinishReason.ERROR),
        ("MISSING_THOUGHT_SIGNATURE", FinishReason.ERROR),
        ("MALFORMED_RESPONSE", FinishReason.ERROR),
        ("CONTINUATION", FinishReason.LENGTH),
        ("OTHER", FinishReason.UNKNOWN),
        ("SOMETHING_NEW", FinishReason.UNKNOWN),
    ],
)
def test_finish_reasons(native: str, reason: FinishReason) -> None:
    assert read(response(None, native)) == [finished(native, reason)]


def test_what_the_server_says_about_its_reason_is_told() -> None:
    candidate: JsonValue = {"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "Malformed:\n call f"}
    assert read({"candidates": [candidate]}) == [
        finished("MALFORMED_FUNCTION_CALL", FinishReason.ERROR, "Malformed: call f")
    ]
    assert read({"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "no"}}) == [
        finished("PROMPT_BLOCKED:SAFETY", FinishReason.CONTENT_FILTER, "no")
    ]


def test_a_cut_off_or_filtered_answer_with_calls_keeps_its_reason() -> None:
    call: JsonValue = {"functionCall": {"id": "a", "name": "f"}}
    assert read(response([call], "MAX_TOKENS")) == [called("a", "f"), finished("MAX_TOKENS", FinishReason.LENGTH)]


@pytest.mark.parametrize(
    "message",
    [
        response([{"text": "x"}], "FINISH_REASON_UNSPECIFIED"),
        response([{"text": "x"}], 1),
        response([{"text": "x"}], promptFeedback={"blockReason": "BLOCK_REASON_UNSPECIFIED", "safetyRatings": []}),
    ],
)
def test_an_answer_without_a_reason_to_end_is_cut(message: JsonValue) -> None:
    codec = GeminiCodec(ENDPOINT)

    assert codec.feed(frame(message)) == [TextReceived(text="x")]
    assert codec.feed(Frame(b"", b"[DONE]")) == []
    with pytest.raises(StreamInterruptedError) as caught:
        codec.finish()

    assert (caught.value.kind, caught.value.received_chars) == ("truncated", 1)
    assert codec.salvage() == []


def test_usage_is_cumulative_counts_thoughts_as_output_and_survives_nulls() -> None:
    events = read(
        response(None, usageMetadata={"promptTokenCount": 9, "thoughtsTokenCount": 4, "cachedContentTokenCount": 2}),
        response(
            None,
            "STOP",
            usageMetadata={
                "promptTokenCount": 9.0,
                "candidatesTokenCount": 5,
                "toolUsePromptTokenCount": 3,
                "thoughtsTokenCount": None,
                "promptTokensDetails": "?",
            },
        ),
        response(None, usageMetadata=None),
    )

    assert events == [
        UsageReceived(usage=Usage(input_tokens=12, output_tokens=9, cached_tokens=2, reasoning_tokens=4)),
        STOPPED,
    ]


def test_an_uncounted_prompt_is_told_as_such_and_a_count_of_nothing_is_none() -> None:
    assert read(response(None, "STOP", usageMetadata={"candidatesTokenCount": 5})) == [
        UsageReceived(usage=Usage(output_tokens=5), has_input=False),
        STOPPED,
    ]
    assert read(response(None, "STOP", usageMetadata={"totalTokenCount": 5})) == [STOPPED]


def test_only_the_first_candidate_and_only_text_is_shown() -> None:
    second: JsonValue = {"index": 1, "content": {"parts": [{"text": "no"}]}, "finishReason": "MAX_TOKENS"}
    parts: JsonValue = [
        {"inlineData": {"mimeType": "image/png", "data": "AA=="}},
        {"executableCode": {"code": "print()"}},
        {"text": 7},
        "text",
        None,
        {"text": "yes"},
    ]
    first: JsonValue = {"content": {"parts": parts}, "finishReason": "STOP"}

    assert read({"candidates": [second, first]}) == [TextReceived(text="yes"), STOPPED]


def test_emoji_cut_in_half_are_joined_and_lone_halves_replaced() -> None:
    events = read(
        response([{"text": "\ud83d"}]),
        response([{"text": "\ude00!"}]),
        response([{"text": "t\ud83d", "thought": True}]),
        response([{"text": "x\ud83d"}]),
        response([{"text": "\ud83dy", "thoughtSignature": "s"}]),
        response([{"text": "\ud83d"}], "STOP"),
    )

    assert events == [
        TextReceived(text="😀!"),
        ThinkingReceived(text="t"),
        TextReceived(text="x"),
        ThinkingReceived(text="\ufffd"),
        TextReceived(text="\ufffd"),
        ThinkingReceived(text="", state={"of": "text", "chars": 2, "thoughtSignature": "s"}),
        TextReceived(text="\ufffdy"),
        TextReceived(text="\ufffd"),
        STOPPED,
    ]


def test_an_array_of_responses_is_read_in_one_piece_and_in_a_message() -> None:
    answer: JsonValue = [response([{"text": "a"}]), response([{"text": "b"}], "STOP")]
    expected = [TextReceived(text="a"), TextReceived(text="b"), STOPPED]

    assert read_body(answer) == expected
    assert read(answer) == expected


def test_an_answer_in_one_piece_needs_no_reason() -> None:
    assert read_body(response([{"text": "a"}])) == [
        TextReceived(text="a"),
        finished(None, FinishReason.UNKNOWN),
    ]


@pytest.mark.parametrize("answer", [{}, [], [[]], {"object": "list"}, 1, None, "text"])
def test_a_body_that_is_no_answer_is_malformed(answer: JsonValue) -> None:
    with pytest.raises(StreamInterruptedError) as caught:
        read_body(answer)
    assert caught.value.kind == "malformed"


OVERLOADED: JsonValue = {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}
EXHAUSTED: JsonValue = {
    "error": {
        "code": 429,
        "message": "quota",
        "status": "RESOURCE_EXHAUSTED",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}],
    }
}


def test_a_complaint_at_the_end_of_an_array_comes_after_the_text() -> None:
    codec = GeminiCodec(ENDPOINT)
    body = json.dumps([response([{"text": "a"}]), OVERLOADED]).encode()

    assert codec.feed_body(body) == [TextReceived(text="a")]
    with pytest.raises(ApiError) as caught:
        codec.finish()

    assert (caught.value.kind, caught.value.status, caught.value.is_retryable) == ("overloaded", 503, True)


@pytest.mark.parametrize("message", [EXHAUSTED, [EXHAUSTED]])
@pytest.mark.parametrize("event", [b"", b"error"])
def test_the_code_inside_the_stream_is_the_status(message: JsonValue, event: bytes) -> None:
    codec = GeminiCodec(ENDPOINT)
    codec.feed(frame(response([{"text": "a"}], usageMetadata={"promptTokenCount": 1})))
    with pytest.raises(RateLimitError) as caught:
        codec.feed(frame(message, event))

    error = caught.value
    assert (error.status, error.server_code, error.retry_after_s) == (429, "RESOURCE_EXHAUSTED", 34.0)
    assert codec.salvage() == [UsageReceived(usage=Usage(input_tokens=1))]


def test_arguments_nested_beyond_reason_never_become_a_call() -> None:
    deep = b'{"x":' * 5_000 + b"1" + b"}" * 5_000
    codec = GeminiCodec(ENDPOINT)

    with pytest.raises(ProviderError):
        codec.feed(Frame(b"", b'{"candidates":[{"content":{"parts":[{"functionCall":{"args":' + deep + b"}}]}}]}"))
