"""Text takes a short way through the codecs; it has to end where the long way does, whatever is in a message."""

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aircher.domain.errors import ProviderError, StreamInterruptedError
from aircher.domain.messages import JsonValue
from aircher.domain.stream import StreamEvent
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers.anthropic_messages import MessagesCodec
from aircher.providers.gemini_content import GeminiCodec
from aircher.providers.ollama_chat import OllamaCodec
from aircher.providers.openai_chat import ChatCodec
from aircher.providers.openai_responses import ResponsesCodec
from aircher.providers.openrouter_chat import OpenRouterCodec

ENDPOINT = Endpoint(provider="p", kind="k", url="http://localhost", model="m")
DEEP = b"[" * 100_000 + b"]" * 100_000
Feed = Callable[[JsonCodec, Frame], list[StreamEvent]]

texts = st.sampled_from(["", "a", "für", "\ud83d", "\ude00", "<think>", "</think> b"])
odd: st.SearchStrategy[JsonValue] = st.sampled_from([None, False, True, 0, 1, -1, 2.0, "", "x", "error", [], [{}], {}])


def objects(usual: dict[str, st.SearchStrategy[JsonValue]], *rare: str) -> st.SearchStrategy[dict[str, JsonValue]]:
    """Objects with the usual fields, in which now and then a field is missing, odd, or one too many."""
    whole = st.fixed_dictionaries(usual)
    changed = st.dictionaries(st.sampled_from([*usual, *rare]), odd, max_size=1)
    return st.builds(lambda fields, change: {**fields, **change}, whole, changed)


blocks = st.sampled_from(
    [
        {"type": "text", "text": ""},
        {"type": "thinking", "thinking": "", "signature": "s"},
        {"type": "tool_use", "id": "i"},
    ]
)
anthropic_deltas = objects(
    {
        "type": st.just("content_block_delta"),
        "index": st.integers(0, 2),
        "delta": st.one_of(
            objects({"type": st.just("text_delta"), "text": texts}),
            objects({"type": st.just("thinking_delta"), "thinking": texts}),
        ),
    },
    "error",
    "object",
)
anthropic_others = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("content_block_start"), "index": st.integers(0, 2), "content_block": blocks}
    ),
    st.fixed_dictionaries({"type": st.just("content_block_stop"), "index": st.integers(0, 2)}),
)
gemini_parts = objects({"text": texts}, "thought", "thoughtSignature")
gemini_candidates = objects(
    {"content": objects({"parts": st.lists(gemini_parts, min_size=1, max_size=2)})}, "index", "finishReason"
)
gemini_counts = objects(
    {"promptTokenCount": st.integers(0, 9), "candidatesTokenCount": st.integers(0, 9)},
    "thoughtsTokenCount",
    "cachedContentTokenCount",
    "toolUsePromptTokenCount",
)
gemini_responses = objects(
    {"candidates": st.lists(gemini_candidates, min_size=1, max_size=2), "usageMetadata": gemini_counts},
    "promptFeedback",
    "error",
    "type",
    "object",
)
ollama_lines = objects(
    {"message": objects({"content": texts}, "thinking", "tool_calls"), "done": st.just(False)},
    "error",
    "type",
    "object",
)


def outcome(feed: Feed, codec: JsonCodec, frames: list[Frame]) -> list[object]:
    """Return all that frames bring until one of them is a complaint, and what is left then."""
    got: list[object] = []
    try:
        for frame in frames:
            got.append(feed(codec, frame))
        got.append(codec.finish())
    except ProviderError as exc:
        got += [type(exc), str(exc), codec.salvage()]
    return [*got, codec.received_chars]


def frames_of(messages: list[dict[str, JsonValue]], *, are_named: bool = False) -> list[Frame]:
    names = [str(message.get("type")) if are_named else "" for message in messages]
    return [Frame(name.encode(), json.dumps(said).encode()) for name, said in zip(names, messages, strict=True)]


def check_both_ways(codec: Callable[[Endpoint], JsonCodec], frames: list[Frame]) -> None:
    long_way = outcome(JsonCodec.feed, codec(ENDPOINT), frames)
    assert outcome(lambda reader, frame: reader.feed(frame), codec(ENDPOINT), frames) == long_way


@given(messages=st.lists(st.one_of(anthropic_deltas, anthropic_others), max_size=8))
@example(
    messages=[
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "later"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "first"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "too late"}},
    ]
)
def test_both_ways_through_the_messages_wire_end_at_the_same_place(messages: list[dict[str, JsonValue]]) -> None:
    check_both_ways(MessagesCodec, frames_of(messages, are_named=True))


@given(messages=st.lists(gemini_responses, max_size=6))
def test_both_ways_through_the_wire_of_gemini_end_at_the_same_place(messages: list[dict[str, JsonValue]]) -> None:
    check_both_ways(GeminiCodec, frames_of(messages))


@given(messages=st.lists(ollama_lines, max_size=6))
def test_both_ways_through_the_wire_of_ollama_end_at_the_same_place(messages: list[dict[str, JsonValue]]) -> None:
    check_both_ways(OllamaCodec, frames_of(messages))


@pytest.mark.parametrize(
    ("codec", "event", "message"),
    [
        (ChatCodec, b"", b'{"choices":[{"delta":{"tool_calls":%s}}]}'),
        (OpenRouterCodec, b"", b'{"choices":[{"delta":{"tool_calls":%s}}]}'),
        (ResponsesCodec, b"", b'{"type":"response.output_text.delta","error":%s,"delta":"x","output_index":0}'),
        (MessagesCodec, b"content_block_delta", b'{"type":"content_block_delta","index":0,"delta":{},"error":%s}'),
        (GeminiCodec, b"", b'{"candidates":[{"content":{"parts":[{"text":"a","functionCall":%s}]}}]}'),
        (OllamaCodec, b"", b'{"message":{"content":"a","tool_calls":%s}}'),
    ],
)
def test_absurd_nesting_is_an_unreadable_message_on_every_wire(
    codec: Callable[[Endpoint], JsonCodec], event: bytes, message: bytes
) -> None:
    with pytest.raises(StreamInterruptedError, match="sent something unreadable"):
        codec(ENDPOINT).feed(Frame(event, message % DEEP))
