"""Whatever a server sends, only a `ProviderError` comes out, and text that did come out can be shown."""

import json

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.errors import ProviderError
from aircher.domain.stream import (
    Finished,
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    ToolCallReceived,
    ToolCallUnreadable,
)
from aircher.providers._endpoint import Endpoint
from aircher.providers._sse import SseParser
from aircher.providers.openai_chat import ChatCodec
from aircher.providers.openrouter_chat import OpenRouterCodec

ENDPOINT = Endpoint(provider="p", kind="k", url="http://h/v1/chat/completions", model="m")
KEYS = st.sampled_from(
    ["choices", "delta", "message", "content", "tool_calls", "index", "id", "function", "name", "arguments", "usage",
     "error", "finish_reason", "reasoning", "reasoning_content", "refusal", "function_call", "type", "text", "thinking",
     "reasoning_details", "signature", "summary", "data", "cost",
     "code", "object", "detail", "prompt_tokens", "completion_tokens", "prompt_tokens_details", "n_ctx"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["stop", "error", "<think>", "\ud83d", "{", "{}"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
CHUNKS = st.fixed_dictionaries(
    {"choices": st.lists(st.fixed_dictionaries({"delta": st.dictionaries(KEYS, VALUES, max_size=4)}), max_size=2)},
    optional={"usage": VALUES, "error": VALUES, "object": VALUES},
)


def read(stream: bytes) -> list[StreamEvent]:
    """Return what providers would yield, errors swallowed as a caller would."""
    events = read_with(ChatCodec(ENDPOINT, has_think_tags=True, returns_reasoning=True), stream)
    check(read_with(OpenRouterCodec(ENDPOINT), stream))
    return events


def read_with(codec: ChatCodec, stream: bytes) -> list[StreamEvent]:
    parser = SseParser()
    events: list[StreamEvent] = []
    try:
        for message in parser.feed(stream):
            events += codec.feed(message)
        last = parser.close()
        if last is not None:
            events += codec.feed_last(last)
        events += codec.finish()
    except ProviderError as error:
        events += codec.salvage()
        f"{error} {error.hint} {error.code}".encode()
    return events


def check(events: list[StreamEvent]) -> None:
    for event in events:
        repr(event).encode()
        if isinstance(event, TextReceived):
            assert event.text.encode()
        if isinstance(event, Finished):
            (event.native_reason or "").encode()
        if isinstance(event, ThinkingReceived):
            msgspec.json.encode(event.state)
        if isinstance(event, ToolCallReceived):
            f"{event.call.call_id}{event.call.name}".encode()
            msgspec.json.encode(event.call.arguments)
    assert sum(isinstance(event, Finished) for event in events) <= 1


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_arbitrary_bytes_are_survived(stream: bytes) -> None:
    check(read(stream))
    check(read(b"data: " + stream + b"\n\n"))


@given(st.lists(VALUES | CHUNKS, max_size=4), st.sampled_from([b"", b"event: error\n"]))
@settings(deadline=None, max_examples=400)
def test_arbitrary_json_is_survived(values: list[object], prefix: bytes) -> None:
    stream = b"".join(prefix + b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)
    check(read(stream + b"data: [DONE]\n\n"))


@given(VALUES | CHUNKS)
@settings(deadline=None, max_examples=200)
def test_an_arbitrary_body_is_survived(value: object) -> None:
    codec = ChatCodec(ENDPOINT)
    try:
        check([*codec.feed_body(json.dumps(value).encode()), *codec.finish()])
    except ProviderError:
        check(codec.salvage())


@given(st.lists(CHUNKS | VALUES, max_size=4), st.integers(1, 60))
@settings(deadline=None, max_examples=200)
def test_chunk_size_and_the_short_way_make_no_difference(values: list[object], size: int) -> None:
    stream = b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)

    def told(chunk_size: int, name: bytes) -> list[str]:
        codec, parser = ChatCodec(ENDPOINT, returns_reasoning=True), SseParser()
        named = stream.replace(b"data: ", name + b"data: ")  # a message with a name never takes the short way
        events: list[StreamEvent] = []
        try:
            for start in range(0, len(named), chunk_size):
                for message in parser.feed(named[start : start + chunk_size]):
                    events += codec.feed(message)
            events += codec.finish()
        except ProviderError as error:
            return [*map(repr, events), str(error)]
        return [repr(event) for event in events if not isinstance(event, ToolCallReceived | ToolCallUnreadable)]

    assert told(size, b"") == told(1_000_000, b"") == told(1_000_000, b"event: message\n")
