"""Whatever an Ollama server sends, however it is cut: only a `ProviderError` comes out, and the same events."""

import json
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.errors import ProviderError
from aircher.domain.stream import Finished, StreamEvent, TextReceived, ThinkingReceived, ToolCallReceived
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._ndjson import NdjsonParser
from aircher.providers._ollama_calls import loaded, models, show
from aircher.providers._ollama_pull import read_pull
from aircher.providers.ollama_chat import LOCAL_ID, OllamaCodec

ENDPOINT = Endpoint(provider="p", kind="ollama", url="http://h/api/chat", model="m")
KEYS = st.sampled_from(
    ["message", "content", "thinking", "tool_calls", "id", "function", "index", "name", "arguments", "done",
     "done_reason", "prompt_eval_count", "eval_count", "error", "models", "model", "capabilities", "model_info",
     "general.architecture", "x.context_length", "details", "family", "status", "digest", "total", "completed"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["stop", "length", "<think>", "</think>", "\ud83d", "\udc22", "{", "{}"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
CALLS = st.lists(st.fixed_dictionaries({"function": st.dictionaries(KEYS, VALUES, max_size=3)}), max_size=2)
LINES = st.fixed_dictionaries(
    {"message": st.fixed_dictionaries({"content": VALUES}, optional={"thinking": VALUES, "tool_calls": CALLS})},
    optional={"done": VALUES, "done_reason": VALUES, "eval_count": VALUES, "prompt_eval_count": VALUES},
)


def read(chunks: list[bytes]) -> tuple[list[StreamEvent], str]:
    """Return what a provider would yield, and the error it would raise."""
    codec, parser = OllamaCodec(ENDPOINT), NdjsonParser()
    events: list[StreamEvent] = []
    try:
        for chunk in chunks:
            for frame in parser.feed(chunk):
                events += codec.feed(frame)
        if (last := parser.close()) is not None:
            events += codec.feed_last(last)
        events += codec.finish()
    except ProviderError as error:
        events += codec.salvage()
        f"{error} {error.hint} {error.code}".encode()
        return events, error.message
    return events, ""


def check(events: list[StreamEvent]) -> None:
    for event in events:
        repr(event).encode()
        if isinstance(event, TextReceived | ThinkingReceived):
            assert event.text.encode()
        if isinstance(event, ToolCallReceived):
            f"{event.call.call_id}{event.call.name}".encode()
            msgspec.json.encode(event.call.arguments)
    assert sum(isinstance(event, Finished) for event in events) <= 1
    ids = [event.call.call_id for event in events if isinstance(event, ToolCallReceived)]
    assert len(set(ids)) == len(ids)


def comparable(events: list[StreamEvent]) -> list[str]:
    """Return the events without the ids that were made up."""
    return [repr(event).partition(LOCAL_ID)[0] for event in events]


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_arbitrary_bytes_are_survived(stream: bytes) -> None:
    check(read([stream])[0])


@given(st.lists(VALUES | LINES, max_size=5), st.data())
@settings(deadline=None, max_examples=400)
def test_arbitrary_json_is_survived_and_its_chunking_makes_no_difference(
    values: list[object], data: st.DataObject
) -> None:
    stream = b"".join(json.dumps(value).encode() + b"\n" for value in values) + b'{"done":true}'
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    chunks = [stream[start:end] for start, end in pairwise([0, *cuts, len(stream)])]

    events, error = read([stream])

    check(events)
    again, other_error = read(chunks)
    assert (comparable(again), other_error) == (comparable(events), error)


@given(VALUES | LINES)
@settings(deadline=None, max_examples=200)
def test_an_arbitrary_body_is_survived(value: object) -> None:
    codec = OllamaCodec(ENDPOINT)
    try:
        check([*codec.feed_body(json.dumps(value).encode()), *codec.finish()])
    except ProviderError:
        check(codec.salvage())


@given(st.dictionaries(KEYS, VALUES, max_size=6) | VALUES)
@settings(deadline=None, max_examples=200)
def test_arbitrary_small_answers_are_survived(value: object) -> None:
    answer = json.loads(json.dumps(value), parse_constant=lambda _: None)
    for found in (show("m").read(answer), loaded().read(answer), models("p", None).read(answer)):
        repr(found).encode()
    try:
        repr(read_pull(Frame(b"", json.dumps(answer).encode()), ENDPOINT)).encode()
    except ProviderError as error:
        f"{error} {error.hint}".encode()
