"""Whatever a server sends over Responses, only a `ProviderError` comes out, and what came out can be stored."""

import json

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.errors import ProviderError
from aircher.domain.stream import Finished, StreamEvent, ThinkingReceived, ToolCallReceived
from aircher.providers._endpoint import Endpoint
from aircher.providers._sse import SseParser
from aircher.providers.openai_responses import ResponsesCodec

ENDPOINT = Endpoint(provider="p", kind="k", url="http://h/v1/responses", model="m")
TYPES = st.sampled_from(
    ["output_item.added", "output_item.done", "output_text.delta", "refusal.delta", "reasoning_summary_text.delta",
     "reasoning_text.delta", "function_call_arguments.delta", "function_call_arguments.done",
     "custom_tool_call_input.done", "completed", "incomplete", "failed", "novelty"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["type", "id", "call_id", "name", "arguments", "input", "phase", "content", "summary", "text", "refusal", "status",
     "encrypted_content", "output", "usage", "input_tokens", "output_tokens", "incomplete_details", "reason", "error"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.text(max_size=4)
    | st.sampled_from(["message", "reasoning", "function_call", "custom_tool_call", "output_text"])
    | st.sampled_from(["\ud83d", "\udc22", "{"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
EVENTS = st.fixed_dictionaries(
    {"type": TYPES.map("response.{}".format)},
    optional={
        "output_index": st.integers(0, 2) | VALUES,
        "item_id": SCALARS,
        "item": VALUES,
        "delta": SCALARS,
        "arguments": SCALARS,
        "summary_index": VALUES,
        "response": st.dictionaries(KEYS, VALUES, max_size=5) | VALUES,
        "error": VALUES,
    },
)


def read(stream: bytes, size: int) -> list[StreamEvent]:
    """Return what a provider would yield, errors swallowed as a caller would."""
    codec, parser = ResponsesCodec(ENDPOINT), SseParser()
    events: list[StreamEvent] = []
    try:
        for start in range(0, len(stream), size):
            for message in parser.feed(stream[start : start + size]):
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
        if isinstance(event, ToolCallReceived):
            f"{event.call.call_id}{event.call.name}".encode()
            msgspec.json.encode(event.call.arguments)
        if isinstance(event, ThinkingReceived):
            msgspec.json.encode(event.state)
    assert sum(isinstance(event, Finished) for event in events) <= 1


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_arbitrary_bytes_are_survived(stream: bytes) -> None:
    check(read(stream, 300))
    check(read(b'data: {"type":"response.output_text.delta",' + stream + b"\n\n", 300))


@given(st.lists(VALUES | EVENTS, max_size=6), st.integers(1, 60), st.sampled_from([b"", b"event: error\n"]))
@settings(deadline=None, max_examples=400)
def test_arbitrary_events_are_survived_in_any_chunking(values: list[object], size: int, prefix: bytes) -> None:
    stream = b"".join(prefix + b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)
    whole = read(stream, len(stream) or 1)
    check(whole)

    def named(events: list[StreamEvent]) -> list[str]:
        return [repr(event) for event in events if "local_" not in repr(event)]

    assert named(read(stream, size)) == named(whole)


@given(VALUES | st.dictionaries(KEYS, VALUES, max_size=6))
@settings(deadline=None, max_examples=200)
def test_an_arbitrary_body_is_survived(value: object) -> None:
    codec = ResponsesCodec(ENDPOINT)
    try:
        check([*codec.feed_body(json.dumps(value).encode()), *codec.finish()])
    except ProviderError:
        check(codec.salvage())
