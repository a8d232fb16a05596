import json

import pytest

from aircher.domain.errors import ApiError, ProviderError, StreamInterruptedError, TokenLimitError
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
from aircher.providers.openai_chat import ChatCodec

ENDPOINT = Endpoint(provider="local", kind="openai-compatible", url="http://h/v1/chat/completions", model="m")
DONE = Frame(b"", b"[DONE]")


def chunk(delta: JsonValue = None, finish: str | None = None, **more: JsonValue) -> Frame:
    choice: JsonValue = {"index": 0, "delta": delta, "finish_reason": finish}
    return Frame(b"", json.dumps({"choices": [choice], **more}).encode())


def calls(*fragments: JsonValue) -> list[Frame]:
    return [*(chunk({"tool_calls": [fragment]}) for fragment in fragments), chunk({}, "tool_calls"), DONE]


def read(messages: list[Frame], *, has_think_tags: bool = False, returns_reasoning: bool = False) -> list[StreamEvent]:
    codec = ChatCodec(ENDPOINT, has_think_tags=has_think_tags, returns_reasoning=returns_reasoning)
    events = [event for message in messages for event in codec.feed(message)]
    return events + codec.finish()


def called(call_id: str, name: str, **arguments: JsonValue) -> ToolCallReceived:
    return ToolCallReceived(call=ToolCallPart(call_id=CallId(call_id), name=name, arguments=arguments))


def finished(reason: FinishReason, native: str | None) -> Finished:
    return Finished(reason=reason, native_reason=native)


CALLS_END = finished(FinishReason.TOOL_CALLS, "tool_calls")
STOPPED = finished(FinishReason.STOP, "stop")


def function(name: str | None = None, arguments: JsonValue = "") -> dict[str, JsonValue]:
    return {"name": name, "arguments": arguments} if name else {"arguments": arguments}


@pytest.mark.parametrize(
    "fragments",
    [
        pytest.param(
            [
                {"index": 0, "id": "a", "function": function("f")},
                {"index": 1, "id": "b", "function": function("g")},
                {"index": 0, "function": function(None, '{"x":')},
                {"index": 1, "function": function(None, '{"y":2}')},
                {"index": 0, "function": function(None, "1}")},
            ],
            id="interleaved",
        ),
        pytest.param(
            [
                {"id": "a", "function": function("f", '{"x":')},
                {"function": function(None, "1}")},
                {"id": "b", "function": function("g", '{"y":2}')},
            ],
            id="no index",
        ),
        pytest.param(
            [
                {"index": 0, "id": "a", "function": function("f", '{"x":1}')},
                {"index": 0, "id": "b", "function": function("g", '{"y":')},
                {"index": 0, "function": function(None, "2}")},
            ],
            id="all under index 0",
        ),
        pytest.param(
            [
                {"index": 0, "id": "a", "function": function("f", '{"x":')},
                {"index": 0, "id": "a", "function": function("f", "1}")},
                {"index": 0, "id": "a", "function": function("f")},
                {"index": 1, "id": "b", "function": function("g", '{"y":2')},
                {"index": 1, "id": "b", "function": function("g", "}")},
            ],
            id="id and name in every fragment",
        ),
        pytest.param(
            [
                {"index": 0, "id": "a", "function": function("f", {"x": 1})},
                {"index": 1, "id": "b", "function": function("g", {"y": 2})},
            ],
            id="arguments as objects",
        ),
    ],
)
def test_two_calls_come_out_however_the_server_numbers_them(fragments: list[JsonValue]) -> None:
    assert read(calls(*fragments)) == [called("a", "f", x=1), called("b", "g", y=2), CALLS_END]


def test_an_empty_id_is_replaced_by_one_of_ours() -> None:
    events = read(
        calls(
            {"index": 0, "id": "", "function": function("f", '{"x":1}')},
            {"index": 0, "id": "", "function": function("g", "{}")},
        )
    )

    ids = [event.call.call_id for event in events if isinstance(event, ToolCallReceived)]
    assert len(set(ids)) == 2
    assert all(call_id.startswith("call_") for call_id in ids)
    assert [event.call.name for event in events if isinstance(event, ToolCallReceived)] == ["f", "g"]


def test_a_numeric_id_is_text() -> None:
    assert read(calls({"index": 0, "id": 7, "function": function("f")})) == [called("7", "f"), CALLS_END]


@pytest.mark.parametrize("raw", ['{"x":', "[1]", '"text"', "{'x': 1}"])
def test_arguments_that_are_no_object_never_become_a_call(raw: str) -> None:
    assert read(calls({"index": 0, "id": "a", "function": function("f", raw)})) == [
        ToolCallUnreadable(call_id="a", name="f", raw_arguments=raw),
        CALLS_END,
    ]


def test_finish_stop_with_calls_present_means_tool_calls() -> None:
    messages = [chunk({"tool_calls": [{"index": 0, "id": "a", "function": function("f")}]}), chunk({}, "stop"), DONE]

    assert read(messages) == [called("a", "f"), finished(FinishReason.TOOL_CALLS, "stop")]


def test_the_legacy_function_call_is_a_tool_call() -> None:
    messages = [
        chunk({"function_call": {"name": "f", "arguments": '{"x":'}}),
        chunk({"function_call": {"arguments": "1}"}}),
        chunk({}, "function_call"),
    ]

    *_, call, end = read(messages)
    assert isinstance(call, ToolCallReceived)
    assert (call.call.name, call.call.arguments) == ("f", {"x": 1})
    assert end == finished(FinishReason.TOOL_CALLS, "function_call")


def test_surrogate_halves_in_different_deltas_are_joined() -> None:
    halves = [
        Frame(b"", b'{"choices":[{"delta":{"content":"a\\ud83d"}}]}'),
        Frame(b"", b'{"choices":[{"delta":{"content":"\\udc22b"}}]}'),
        Frame(b"", b'{"choices":[{"delta":{"content":"\\ud83d"}}]}'),
    ]

    assert read([*halves, DONE]) == [
        TextReceived(text="a"),
        TextReceived(text="\U0001f422b"),
        TextReceived(text="\ufffd"),
        finished(FinishReason.UNKNOWN, None),
    ]


def test_surrogate_halves_in_arguments_are_joined() -> None:
    halves = [
        Frame(
            b"",
            b'{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\\"x\\":\\"\\ud83d"}}]}}]}',
        ),
        Frame(b"", b'{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\udc22\\"}"}}]}}]}'),
    ]

    assert read([*halves, DONE])[0] == called("a", "f", x="\U0001f422")


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("content", "thinking", "text"),
    [
        ("<think>\nplan <b> it\n</think>\n\nHello\n", "plan <b> it", "Hello\n"),
        ("  <think></think>Hello", "", "Hello"),
        ("<thin air", "", "<thin air"),
        ("Use <think> here", "", "Use <think> here"),
        ("<think>never closed ", "never closed", ""),
        ("<thi", "", "<thi"),
        ("<think>a</thin b</think> c</think>", "a</thin b", "c</think>"),
    ],
)
def test_inline_think_tags_at_the_start_are_thinking(content: str, thinking: str, text: str, size: int) -> None:
    pieces = [chunk({"content": content[start : start + size]}) for start in range(0, len(content), size)]
    events = read([*pieces, chunk({}, "stop")], has_think_tags=True)

    assert "".join(event.text for event in events if isinstance(event, ThinkingReceived)) == thinking
    assert "".join(event.text for event in events if isinstance(event, TextReceived)) == text
    assert events[-1] == STOPPED


def test_reasoning_under_both_names_is_shown_once() -> None:
    assert read([chunk({"reasoning": "hm", "reasoning_content": "hm"}), chunk({"reasoning_content": "m"}), DONE])[
        :2
    ] == [
        ThinkingReceived(text="hm"),
        ThinkingReceived(text="m"),
    ]


def test_content_in_parts_is_text_and_thinking() -> None:
    parts: JsonValue = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "thinking", "thinking": "m"},
        {"type": "text", "text": "Hi"},
        {"type": "hologram"},
    ]

    assert read([chunk({"content": parts}, "stop")]) == [
        ThinkingReceived(text="hm"),
        ThinkingReceived(text="m"),
        TextReceived(text="Hi"),
        STOPPED,
    ]


def test_a_refusal_is_marked_as_such() -> None:
    assert read([chunk({"refusal": "No."}), chunk({}, "stop")]) == [
        RefusalReceived(text="No."),
        finished(FinishReason.REFUSAL, "stop"),
    ]


def test_the_last_usage_counts_and_null_erases_nothing() -> None:
    early: JsonValue = {"prompt_tokens": 5, "completion_tokens": 1}
    late: JsonValue = {"prompt_tokens": 5.0, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}
    messages = [
        chunk({}, None, usage=early),
        chunk({}, "length", usage=late),
        chunk({}, None, usage=None),
        chunk({}, None, usage={"x": 1}),
    ]

    assert read(messages) == [
        UsageReceived(usage=Usage(input_tokens=5, output_tokens=9, cached_tokens=4)),
        finished(FinishReason.LENGTH, "length"),
    ]


@pytest.mark.parametrize(
    "noise",
    [
        b"{}",
        b"[]",
        b"null",
        b"7",
        b'"x"',
        b" ",
        b'{"choices":[]}',
        b'{"choices":null}',
        b'{"choices":[null,{"index":1,"delta":{"content":"x"}}]}',
        b'{"choices":[{"index":[],"delta":[]}],"error":null}',
        b'{"choices":[{"delta":{"tool_calls":[null,{}]}}]}',
        b'{"type":"novelty"}',
    ],
)
def test_what_is_unknown_is_passed_over(noise: bytes) -> None:
    assert read([Frame(b"novelty", noise), chunk({"content": "a"}, "stop")])[:1] == [TextReceived(text="a")]


@pytest.mark.parametrize(
    ("message", "kind", "code", "words"),
    [
        (Frame(b"", b'{"error":{"message":"boom","code":500}}'), "server_error", 500, "boom"),
        (Frame(b"", b'{"error":"boom"}'), "server_error", None, "boom"),
        (Frame(b"", b'{"error":7}'), "server_error", None, "7"),
        (chunk({}, "error"), "server_error", "server_error", "the answer ended in an error (unnamed)"),
        (
            Frame(b"", b'{"choices":[{"delta":{},"error":{"message":"boom","code":429}}]}'),
            "rate_limit",
            429,
            "boom",
        ),
        (
            Frame(b"", b'{"object":"error","message":"boom","type":"BadRequestError","code":400}'),
            "invalid_request",
            400,
            "boom",
        ),
        (Frame(b"error", b'{"message":"boom"}'), "server_error", None, "boom"),
        (Frame(b"error", b"plain boom"), "server_error", None, "plain boom"),
        (Frame(b"error", b'"quoted boom"'), "server_error", None, "quoted boom"),
        (
            Frame(b"", b'[{"error":{"message":"boom","type":"overloaded_error"}}]'),
            "overloaded",
            "overloaded_error",
            "boom",
        ),
        (
            Frame(b"", b'{"error":{"message":"unexpected endpoint"}}'),
            "invalid_request",
            None,
            "unexpected endpoint",
        ),
    ],
)
def test_an_error_in_the_stream_has_many_shapes(message: Frame, kind: str, code: str | int | None, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        ChatCodec(ENDPOINT).feed(message)

    error = caught.value
    assert (error.kind, error.status, error.server_code) == (kind, None, code)
    assert words in error.message
    assert error.message.startswith("local reported an error for model m: ")


def test_a_window_that_fills_up_tells_the_numbers() -> None:
    body = b'{"error":{"message":"request (13392 tokens) exceeds the available context size (8192 tokens)"}}'
    with pytest.raises(TokenLimitError) as caught:
        ChatCodec(ENDPOINT).feed_body(body)

    assert (caught.value.used_tokens, caught.value.limit_tokens, caught.value.model) == (13392, 8192, "m")


@pytest.mark.parametrize("body", [b"nonsense", b"{}", b"[]", b'{"choices":7}', b"[" * 100_000, b"9" * 5000])
def test_a_body_that_is_no_answer_is_malformed(body: bytes) -> None:
    with pytest.raises(ProviderError) as caught:
        ChatCodec(ENDPOINT).feed_body(body)

    assert isinstance(caught.value, StreamInterruptedError | ApiError)


def test_an_answer_without_an_end_is_truncated_and_says_how_much_came() -> None:
    codec = ChatCodec(ENDPOINT)
    codec.feed(chunk({"content": "four"}))
    codec.feed(chunk({"tool_calls": [{"index": 0, "id": "a", "function": function("f", '{"x":1}')}]}))
    codec.feed(chunk({"tool_calls": [{"index": 1, "id": "b", "function": function("g", '{"x":')}]}))

    with pytest.raises(StreamInterruptedError) as caught:
        codec.finish()

    assert (caught.value.kind, caught.value.received_chars) == ("truncated", 4)
    assert codec.salvage() == [called("a", "f", x=1)]


def test_half_a_message_at_the_end_is_nothing() -> None:
    codec = ChatCodec(ENDPOINT)

    assert codec.feed_last(Frame(b"", b'{"choices":[{"delta":{"con')) == []
    assert not codec.is_complete


def test_a_lone_surrogate_in_arguments_becomes_a_replacement_character() -> None:
    fragment: JsonValue = {"index": 0, "id": "a", "function": function("f", '{"x":["\\ud83d"]}')}

    assert read(calls(fragment)) == [called("a", "f", x=["\ufffd"]), CALLS_END]


def test_arguments_nested_beyond_reason_are_survived() -> None:
    raw = '{"x":' + "[" * 900 + "]" * 900 + "}"
    first, _ = read(calls({"index": 0, "id": "a", "function": function("f", raw)}))

    assert isinstance(first, ToolCallUnreadable | ToolCallReceived)


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
@pytest.mark.parametrize("has_think_tags", [False, True])
def test_reasoning_that_a_server_wants_back_is_closed_under_the_name_it_came_in(
    field: str, *, has_think_tags: bool
) -> None:
    function_call: JsonValue = {"index": 0, "id": "a", "function": function("f", "{}")}
    deltas: list[JsonValue] = [
        {field: "one, ", "content": None},
        {field: "two"},
        {"content": "text"},
        {field: "three"},
        {"tool_calls": [function_call]},
    ]
    closed = ThinkingReceived(text="", state={"field": field})

    frames = [*map(chunk, deltas), chunk({}, "tool_calls"), DONE]
    assert read(frames, has_think_tags=has_think_tags, returns_reasoning=True) == [
        ThinkingReceived(text="one, "),
        ThinkingReceived(text="two"),
        closed,
        TextReceived(text="text"),
        ThinkingReceived(text="three"),
        closed,
        called("a", "f"),
        CALLS_END,
    ]


def test_reasoning_in_tags_belongs_to_the_text_and_has_no_name() -> None:
    frames = [chunk({"content": "<think>hm</think>"}), chunk({"content": "text"}, "stop")]
    assert read(frames, has_think_tags=True, returns_reasoning=True) == [
        ThinkingReceived(text="hm"),
        TextReceived(text="text"),
        STOPPED,
    ]
