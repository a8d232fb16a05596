import json

import pytest

from aircher.domain.errors import ApiError, ProviderError, RateLimitError, StreamInterruptedError, TokenLimitError
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonValue, ToolCallPart
from aircher.domain.stream import (
    Finished,
    FinishReason,
    RefusalReceived,
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
from aircher.providers.openai_responses import ResponsesCodec

ENDPOINT = Endpoint(provider="openai", kind="openai", url="http://h/v1/responses", model="m")
Object = dict[str, JsonValue]


def event(kind: str, index: int | None = None, **fields: JsonValue) -> Frame:
    """Return an event without a name outside of its data: nothing may depend on it."""
    place: Object = {} if index is None else {"output_index": index}
    return Frame(b"", json.dumps({"type": f"response.{kind}", **place, **fields}, separators=(",", ":")).encode())


def added(index: int, **item: JsonValue) -> Frame:
    return event("output_item.added", index, item=item)


def done(index: int, **item: JsonValue) -> Frame:
    return event("output_item.done", index, item=item)


def text(index: int, delta: str) -> Frame:
    return event("output_text.delta", index, content_index=0, delta=delta)


def end(kind: str = "completed", **response: JsonValue) -> Frame:
    return event(kind, None, response={"status": kind, "output": [], **response})


def read(frames: list[Frame]) -> list[StreamEvent]:
    codec = ResponsesCodec(ENDPOINT)
    return [found for frame in frames for found in codec.feed(frame)] + codec.finish()


def called(call_id: str, name: str, **arguments: JsonValue) -> ToolCallReceived:
    return ToolCallReceived(call=ToolCallPart(call_id=CallId(call_id), name=name, arguments=arguments))


def function(call_id: str, name: str, arguments: str = "", **more: JsonValue) -> Object:
    return {"type": "function_call", "id": "fc", "call_id": call_id, "name": name, "arguments": arguments, **more}


STOPPED = Finished(reason=FinishReason.STOP, native_reason="completed")
CALLS_END = Finished(reason=FinishReason.TOOL_CALLS, native_reason="completed")


def test_every_item_comes_out_in_its_place_with_what_has_to_go_back() -> None:
    frames = [
        added(0, type="reasoning", id="rs", summary=[], encrypted_content="early"),
        event("reasoning_summary_text.delta", 0, summary_index=0, delta="one "),
        event("reasoning_summary_text.delta", 0, summary_index=0, delta="two"),
        event("reasoning_summary_text.delta", 0, summary_index=1, delta="three"),
        done(
            0, type="reasoning", id="rs", summary=[{"type": "summary_text", "text": "one two"}], encrypted_content="E"
        ),
        added(1, type="message", phase="commentary"),
        text(1, "Look"),
        text(1, "ing"),
        added(2, **function("a", "f")),
        event("function_call_arguments.delta", 2, delta='{"x":'),
        event("function_call_arguments.delta", 2, delta="1}"),
        done(2, **function("a", "f", '{"x":1}')),
        added(3, type="message", phase="final_answer"),
        text(3, "Done"),
        end(usage={"input_tokens": 5, "output_tokens": 2, "input_tokens_details": None}),
    ]

    assert read(frames) == [
        ThinkingReceived(text="one "),
        ThinkingReceived(text="two"),
        ThinkingReceived(text="\n\nthree"),
        ThinkingReceived(
            text="",
            state={"id": "rs", "summary": [{"type": "summary_text", "text": "one two"}], "encrypted_content": "E"},
        ),
        ThinkingReceived(text="", state={"phase": "commentary"}),
        TextReceived(text="Look"),
        TextReceived(text="ing"),
        called("a", "f", x=1),
        ThinkingReceived(text="", state={"phase": "final_answer"}),
        TextReceived(text="Done"),
        UsageReceived(usage=Usage(input_tokens=5, output_tokens=2)),
        CALLS_END,
    ]


def test_a_message_without_a_phase_after_one_that_had_says_so() -> None:
    frames = [added(0, type="message", phase="commentary"), text(0, "a"), added(1, type="message"), text(1, "b"), end()]

    assert read(frames)[1:4] == [
        TextReceived(text="a"),
        ThinkingReceived(text="", state={"phase": None}),
        TextReceived(text="b"),
    ]


def test_open_reasoning_without_encrypted_content_goes_back_as_its_thoughts() -> None:
    content: JsonValue = [{"type": "reasoning_text", "text": "hm"}]
    frames = [
        event("reasoning_text.delta", 0, content_index=0, delta="hm"),
        done(0, type="reasoning", id="rs", summary=[], content=content),
        end(),
    ]

    assert read(frames) == [
        ThinkingReceived(text="hm"),
        ThinkingReceived(text="", state={"id": "rs", "summary": [], "content": content}),
        STOPPED,
    ]


def test_thoughts_that_cannot_go_back_are_closed_all_the_same() -> None:
    frames = [
        event("reasoning_summary_text.delta", 0, summary_index=0, delta="hm"),
        done(0, type="reasoning", id="rs", summary=[], encrypted_content=None),
        end(),
    ]

    assert read(frames)[:2] == [ThinkingReceived(text="hm"), ThinkingReceived(text="", state={})]


def test_interleaved_calls_keep_their_order_and_the_last_word_on_arguments_wins() -> None:
    frames = [
        added(0, **function("a", "f")),
        added(1, **function("b", "g")),
        event("function_call_arguments.delta", 1, delta='{"y"'),
        event("function_call_arguments.delta", 0, delta='{"x":0'),
        event("function_call_arguments.done", 0, arguments='{"x":1}'),
        event("function_call_arguments.delta", 1, delta=":2}"),
        done(1, **function("b", "g")),
        done(0, **function("a", "f")),
        end(),
    ]

    assert read(frames) == [called("a", "f", x=1), called("b", "g", y=2), CALLS_END]


def test_a_call_without_an_end_of_its_own_ends_with_the_answer() -> None:
    frames = [added(0, **function("a", "f")), event("function_call_arguments.done", 0, arguments='{"x":1}'), end()]

    assert read(frames) == [called("a", "f", x=1), CALLS_END]


@pytest.mark.parametrize(("arguments", "expected"), [("", {}), ("null", {}), ('{"x":"ä"}', {"x": "ä"})])
def test_no_arguments_are_an_empty_object(arguments: str, expected: Object) -> None:
    assert read([done(0, **function("a", "f", arguments)), end()]) == [called("a", "f", **expected), CALLS_END]


@pytest.mark.parametrize("raw", ['{"x":', "[1]", '"text"'])
def test_arguments_that_are_no_object_never_become_a_call(raw: str) -> None:
    assert read([done(0, **function("a", "f", raw)), end()])[0] == ToolCallUnreadable(
        call_id="a", name="f", raw_arguments=raw
    )


@pytest.mark.parametrize("arguments", ["", '{"x":'])
def test_a_call_that_was_cut_by_the_limit_is_never_run(arguments: str) -> None:
    item = function("a", "f", arguments, status="incomplete")
    frames = [done(0, **item), end("incomplete", incomplete_details={"reason": "max_output_tokens"})]

    assert read(frames) == [
        ToolCallUnreadable(call_id="a", name="f", raw_arguments=arguments),
        Finished(reason=FinishReason.LENGTH, native_reason="incomplete:max_output_tokens"),
    ]


def test_a_call_of_free_text_cannot_be_run() -> None:
    frames = [
        added(0, type="custom_tool_call", call_id="a", name="f", input=""),
        event("custom_tool_call_input.delta", 0, delta="{}"),
        done(0, type="custom_tool_call", call_id="a", name="f", input="{} "),
        end(),
    ]

    assert read(frames) == [ToolCallUnreadable(call_id="a", name="f", raw_arguments="{} "), CALLS_END]


def test_surrogate_halves_are_joined_in_text_and_arguments() -> None:
    frames = [
        text(0, "a\ud83d"),
        text(0, "\udc22b"),
        added(1, **function("a", "f")),
        event("function_call_arguments.delta", 1, delta='{"x":"\ud83d'),
        event("function_call_arguments.delta", 1, delta='\udc22"}'),
        text(0, "\ud83d"),
        end(),
    ]

    assert read(frames) == [
        TextReceived(text="a"),
        TextReceived(text="\U0001f422b"),
        TextReceived(text="\ufffd"),
        called("a", "f", x="\U0001f422"),
        CALLS_END,
    ]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("max_output_tokens", FinishReason.LENGTH),
        ("content_filter", FinishReason.CONTENT_FILTER),
        ("steered", FinishReason.PAUSE),
        ("max_messages", FinishReason.UNKNOWN),
        ("novelty", FinishReason.UNKNOWN),
    ],
)
def test_an_incomplete_answer_says_why(reason: str, expected: FinishReason) -> None:
    frames = [text(0, "a"), end("incomplete", incomplete_details={"reason": reason})]

    assert read(frames)[-1] == Finished(reason=expected, native_reason=f"incomplete:{reason}")


def test_a_refusal_is_marked_as_such() -> None:
    frames = [event("refusal.delta", 0, content_index=0, delta="No."), end()]

    assert read(frames) == [
        RefusalReceived(text="No."),
        Finished(reason=FinishReason.REFUSAL, native_reason="completed"),
    ]


def test_items_that_come_only_whole_are_told_once() -> None:
    message: Object = {
        "type": "message",
        "phase": "final_answer",
        "content": [{"type": "output_text", "text": "Hi"}, {"type": "novelty"}, {"type": "refusal", "refusal": "No."}],
    }
    reasoning: Object = {
        "type": "reasoning",
        "id": "rs",
        "summary": [{"type": "summary_text", "text": "a"}, {"type": "summary_text", "text": "b"}],
        "encrypted_content": "E",
    }
    state = {name: reasoning[name] for name in ("id", "summary", "encrypted_content")}
    expected = [
        ThinkingReceived(text="a\n\nb", state=state),
        ThinkingReceived(text="", state={"phase": "final_answer"}),
        TextReceived(text="Hi"),
        RefusalReceived(text="No."),
        Finished(reason=FinishReason.REFUSAL, native_reason="completed"),
    ]
    codec = ResponsesCodec(ENDPOINT)
    body = json.dumps({"object": "response", "status": "completed", "error": None, "output": [reasoning, message]})

    assert read([done(0, **reasoning), done(1, **message), end(output=[reasoning, message])]) == expected
    assert read([end(output=[reasoning, message])]) == expected
    assert codec.feed_body(body.encode()) + codec.finish() == expected


@pytest.mark.parametrize(
    "noise",
    [
        Frame(b"", b"{}"),
        Frame(b"", b"[]"),
        Frame(b"", b"null"),
        Frame(b"", b" "),
        Frame(b"", b"[DONE]"),
        event("novelty.delta", 0, delta="x"),
        event("output_text.annotation.added", 0, annotation={}),
        event("output_text.delta", 0, delta=None),
        event("output_text.delta", 0, delta=7),
        event("function_call_arguments.delta", 9, delta="x"),
        event("output_item.added", None, item=None),
        done(7, type="web_search_call", id="ws", status="completed"),
        done(7, type="message", content=None),
        event("in_progress", None, response=None),
    ],
)
def test_what_is_unknown_is_passed_over(noise: Frame) -> None:
    assert read([text(0, "a"), noise, text(0, "b"), end()]) == [TextReceived(text="a"), TextReceived(text="b"), STOPPED]


@pytest.mark.parametrize(
    ("frame", "kind", "code", "words"),
    [
        (Frame(b"error", b'{"type":"error","code":"slow_down","message":"boom"}'), "rate_limit", "slow_down", "boom"),
        (
            Frame(b"", b'{"type":"error","error":{"type":"x","code":"server_is_overloaded","message":"boom"}}'),
            "overloaded",
            "server_is_overloaded",
            "boom",
        ),
        (end("failed", error={"code": "server_error", "message": "boom"}), "server_error", "server_error", "boom"),
        (end("failed", error=None), "server_error", None, "no reason given"),
    ],
)  # fmt: skip
def test_an_error_in_the_stream_has_three_shapes(frame: Frame, kind: str, code: str | None, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        ResponsesCodec(ENDPOINT).feed(frame)

    assert (caught.value.kind, caught.value.status, caught.value.server_code) == (kind, None, code)
    assert words in caught.value.message


def test_a_limit_inside_the_stream_names_its_wait_in_words() -> None:
    with pytest.raises(RateLimitError) as caught:
        ResponsesCodec(ENDPOINT).feed(
            end("failed", error={"code": "rate_limit_exceeded", "message": "Please try again in 1.14s."})
        )

    assert (caught.value.is_retryable, caught.value.retry_after_s) == (True, 1.14)


def test_a_failed_answer_in_one_piece_is_an_error() -> None:
    body = (
        b'{"object":"response","status":"failed","output":[],"error":{"code":"context_length_exceeded","message":"x"}}'
    )
    with pytest.raises(TokenLimitError):
        ResponsesCodec(ENDPOINT).feed_body(body)


@pytest.mark.parametrize("body", [b"nonsense", b"{}", b"[]", b'{"output":7}', b'{"choices":[]}', b"[" * 100_000])
def test_a_body_that_is_no_answer_is_malformed(body: bytes) -> None:
    with pytest.raises(ProviderError):
        ResponsesCodec(ENDPOINT).feed_body(body)


def test_an_answer_without_an_end_is_truncated_and_only_whole_calls_are_kept() -> None:
    codec = ResponsesCodec(ENDPOINT)
    frames = [
        text(0, "four"),
        added(1, **function("a", "f")),
        event("function_call_arguments.delta", 1, delta='{"x":1}'),
        added(2, **function("b", "g")),
        event("function_call_arguments.delta", 2, delta='{"x":'),
        added(3, **function("c", "h")),
    ]
    for frame in frames:
        codec.feed(frame)

    with pytest.raises(StreamInterruptedError) as caught:
        codec.finish()

    assert (caught.value.kind, caught.value.received_chars) == ("truncated", 4)
    assert codec.salvage() == [called("a", "f", x=1)]
