"""Whatever a server sends, only a `ProviderError` comes out; however it is cut, the same events come out."""

import json

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.errors import ProviderError
from aircher.domain.stream import Finished, StreamEvent, TextReceived, ThinkingReceived, ToolCallReceived
from aircher.providers._endpoint import Endpoint
from aircher.providers._sse import SseParser
from aircher.providers.anthropic_messages import MessagesCodec

ENDPOINT = Endpoint(provider="p", kind="k", url="http://h/v1/messages", model="m")
KEYS = st.sampled_from(
    ["type", "index", "content_block", "delta", "message", "usage", "text", "thinking", "signature", "data", "id",
     "name", "input", "partial_json", "stop_reason", "stop_details", "category", "input_tokens", "output_tokens",
     "output_tokens_details", "thinking_tokens", "content", "error"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["text", "thinking", "redacted_thinking", "tool_use", "server_tool_use", "text_delta", "thinking_delta",
     "signature_delta", "input_json_delta", "error", "end_turn", "refusal", "\ud83d", "\udc22", "{", "{}", ""]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
PARTS = st.fixed_dictionaries(
    {"type": WORDS},
    optional=dict.fromkeys(("text", "thinking", "signature", "data", "id", "name", "input", "partial_json"), VALUES),
)
MESSAGES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta"]
        )
    },
    optional={
        "index": st.integers(0, 2) | VALUES,
        "content_block": PARTS | VALUES,
        "delta": PARTS | VALUES,
        "message": VALUES,
        "usage": VALUES,
    },
)


def read(stream: bytes, cuts: list[int] | None = None) -> tuple[list[StreamEvent], str]:
    """Return what a provider would yield, and the kind of the error that a caller would see."""
    codec, parser = MessagesCodec(ENDPOINT), SseParser()
    bounds = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts or [])})
    events: list[StreamEvent] = []
    try:
        for begin, end in zip(bounds, [*bounds[1:], len(stream)], strict=True):
            for message in parser.feed(stream[begin:end]):
                if not codec.is_done:
                    events += codec.feed(message)
        last = parser.close()
        if last is not None and not codec.is_done:
            events += codec.feed_last(last)
        events += codec.finish()
    except ProviderError as error:
        events += codec.salvage()
        f"{error} {error.hint} {error.code}".encode()
        return events, error.code
    return events, ""


def check(events: list[StreamEvent]) -> None:
    for event in events:
        repr(event).encode()
        if isinstance(event, TextReceived):
            assert event.text.encode()
        if isinstance(event, ThinkingReceived):
            assert event.text.encode() or event.state
            msgspec.json.encode(event.state)
        if isinstance(event, Finished):
            f"{event.native_reason}{event.detail}".encode()
        if isinstance(event, ToolCallReceived):
            f"{event.call.call_id}{event.call.name}".encode()
            msgspec.json.encode(event.call.arguments)
    assert sum(isinstance(event, Finished) for event in events) <= 1


def stream_of(values: list[object]) -> bytes:
    return b"".join(b"event: x\r\ndata: " + json.dumps(value).encode() + b"\r\n\r\n" for value in values)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_arbitrary_bytes_are_survived(stream: bytes) -> None:
    check(read(stream)[0])
    check(read(b"data: " + stream + b"\n\n")[0])


@given(st.lists(VALUES | MESSAGES, max_size=6), st.sampled_from([[], [{"type": "message_stop"}]]))
@settings(deadline=None, max_examples=500)
def test_arbitrary_json_is_survived(values: list[object], end: list[object]) -> None:
    check(read(stream_of(values + end))[0])


@given(VALUES | st.fixed_dictionaries({"content": st.lists(PARTS | VALUES, max_size=4)}, optional={"usage": VALUES}))
@settings(deadline=None, max_examples=200)
def test_an_arbitrary_body_is_survived(value: object) -> None:
    codec = MessagesCodec(ENDPOINT)
    try:
        check([*codec.feed_body(json.dumps(value).encode()), *codec.finish()])
    except ProviderError:
        check(codec.salvage())


ORDINARY = stream_of(
    [
        {"type": "message_start", "message": {"usage": {"input_tokens": 3, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "a"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "s"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "żółw \ud83d"}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "\udc22"}},
        {"type": "content_block_stop", "index": 1},
        {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t", "name": "f"}},
        {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{}"}},
        {"type": "content_block_stop", "index": 2},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    ]
)


@given(st.lists(st.integers(0, 5_000), max_size=20), st.integers(0, 5_000))
@settings(deadline=None, max_examples=200)
def test_cuts_between_chunks_make_no_difference(cuts: list[int], length: int) -> None:
    stream = ORDINARY[:length]
    assert read(stream, cuts) == read(stream)
