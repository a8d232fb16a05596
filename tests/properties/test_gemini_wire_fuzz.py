"""Whatever a server sends, only a `ProviderError` comes out, what did come out can be stored and sent back, and where
the network cuts the bytes makes no difference."""

import json
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.errors import ProviderError
from aircher.domain.messages import JsonValue, Message, Part, Role, TextPart, ThinkingPart
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import Finished, StreamEvent, TextReceived, ThinkingReceived, ToolCallReceived
from aircher.providers._endpoint import Endpoint
from aircher.providers._gemini_request import content_body
from aircher.providers._sse import SseParser
from aircher.providers.gemini_content import GeminiCodec

ENDPOINT = Endpoint(provider="p", kind="k", url="http://h/v1/models/m", model="m")
KEYS = st.sampled_from(
    ["candidates", "content", "parts", "text", "thought", "thoughtSignature", "functionCall", "name", "args", "id",
     "finishReason", "finishMessage", "index", "usageMetadata", "promptTokenCount", "candidatesTokenCount",
     "promptFeedback", "blockReason", "error", "code", "message", "status", "details", "partialArgs", "willContinue"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["STOP", "SAFETY", "\ud83d", "\ude00", "{", "{}"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
CALLS = st.fixed_dictionaries({}, optional={"id": SCALARS, "name": SCALARS, "args": VALUES})
PARTS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"text": SCALARS, "thought": SCALARS, "thoughtSignature": SCALARS, "functionCall": CALLS | SCALARS}
    )
    | VALUES,
    max_size=3,
)
RESPONSES = st.fixed_dictionaries(
    {"candidates": st.lists(st.fixed_dictionaries({"content": st.fixed_dictionaries({"parts": PARTS})}), max_size=2)},
    optional={"usageMetadata": VALUES, "promptFeedback": VALUES, "error": VALUES},
)


def read(chunks: list[bytes]) -> list[StreamEvent]:
    """Return what a provider would yield, errors swallowed as a caller would."""
    codec, parser = GeminiCodec(ENDPOINT), SseParser()
    events: list[StreamEvent] = []
    try:
        for chunk in chunks:
            for message in parser.feed(chunk):
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
    parts: list[Part] = []
    for event in events:
        repr(event).encode()
        match event:
            case TextReceived(text=text):
                assert text
                parts.append(TextPart(text=text))
            case ThinkingReceived(text=text, state=state):
                assert text or state
                parts.append(ThinkingPart(text=text, state=state))
            case ToolCallReceived(call=call):
                parts.append(call)
            case Finished():
                f"{event.native_reason} {event.detail}".encode()
            case _:
                pass
    assert sum(isinstance(event, Finished) for event in events) <= 1
    answer = Message(role=Role.ASSISTANT, parts=tuple(parts))
    msgspec.json.encode(content_body(ModelRequest(model="gemini-4", system="", messages=(answer,))))


def stream_of(values: list[object], prefix: bytes = b"") -> bytes:
    return b"".join(prefix + b"data: " + json.dumps(value).encode() + b"\r\n\r\n" for value in values)


def comparable(events: list[StreamEvent]) -> str:
    """Return the events without the ids that are made up anew each time."""
    ids = [event.call.call_id for event in events if isinstance(event, ToolCallReceived)]
    shown = repr(events)
    for at, call_id in enumerate(ids):
        shown = shown.replace(call_id, f"call {at}") if call_id.startswith("local_") else shown
    return shown


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_arbitrary_bytes_are_survived(stream: bytes) -> None:
    check(read([stream]))
    check(read([b"data: " + stream + b"\n\n"]))


@given(st.lists(VALUES | RESPONSES, max_size=4), st.sampled_from([b"", b"event: error\n"]))
@settings(deadline=None, max_examples=400)
def test_arbitrary_json_is_survived(values: list[object], prefix: bytes) -> None:
    check(read([stream_of(values, prefix)]))


@given(VALUES | RESPONSES | st.lists(RESPONSES, max_size=3))
@settings(deadline=None, max_examples=200)
def test_an_arbitrary_body_is_survived(value: object) -> None:
    codec = GeminiCodec(ENDPOINT)
    try:
        check([*codec.feed_body(json.dumps(value).encode()), *codec.finish()])
    except ProviderError:
        check(codec.salvage())


TEXTS: list[JsonValue] = [
    {"candidates": [{"content": {"parts": [{"text": "Żółw 🐢", "thought": True}]}}]},
    {"candidates": [{"content": {"parts": [{"text": "乌龟", "thoughtSignature": "c2ln"}, {"text": "."}]}}]},
    {"candidates": [{"content": {"parts": [{"functionCall": {"id": "a", "name": "f", "args": {"x": "é"}}}]}}]},
    {"candidates": [{"content": {"parts": []}, "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 1}},
]


@given(st.lists(st.integers(min_value=1, max_value=600), max_size=8), st.sampled_from([b"\r\n", b"\n", b"\r"]))
@settings(deadline=None, max_examples=200)
def test_where_the_network_cuts_makes_no_difference(cuts: list[int], line_end: bytes) -> None:
    stream = b"".join(
        b": ping" + line_end + b"data: " + json.dumps(value, ensure_ascii=False).encode() + line_end * 2
        for value in TEXTS
    )
    bounds = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[start:end] for start, end in pairwise(bounds)]

    assert comparable(read(chunks)) == comparable(read([stream]))
