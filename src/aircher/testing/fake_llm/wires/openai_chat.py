"""OpenAI's Chat Completions, as OpenAI and the servers that follow it speak them.

Reasoning is streamed as ``reasoning_content``, as llama.cpp and DeepSeek do; OpenAI itself never shows it.

Source: recorded streams; https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from aircher.testing.fake_llm.asks import Ask, Counts, Document, HttpAnswer, Outcome, Stamp, arguments_text, pieces
from aircher.testing.fake_llm.script import Failure, Finish, ToolCall
from aircher.testing.fake_llm.wires import openai_errors, sse
from aircher.testing.fake_llm.wires.prompts import Message, last_user_text, prompt_tokens, text_of, up_to_results


class StreamOptions(Struct):
    """What a stream shall hold besides."""

    include_usage: bool = False


class ChatRequest(Struct):
    """What is read of the body."""

    model: str
    messages: Annotated[list[Message], Meta(min_length=1)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None


def read_chat(body: bytes) -> tuple[ChatRequest, Ask]:
    """Return the request, and what it asks.

    Raises:
        msgspec.DecodeError: It is wrong.
    """
    request = msgspec.json.decode(body, type=ChatRequest)
    messages = up_to_results(request.messages)
    last = messages[-1]
    return request, Ask(
        model=request.model,
        text=last_user_text(messages),
        tool_result=text_of(last.content) if last.role == "tool" else None,
        is_streaming=bool(request.stream),
        input_tokens=prompt_tokens(body),
        has_usage=request.stream_options is not None and request.stream_options.include_usage,
    )


def usage(counts: Counts) -> Document:
    """Return the usage object."""
    return {
        "prompt_tokens": counts.input_tokens,
        "completion_tokens": counts.output_tokens,
        "total_tokens": counts.input_tokens + counts.output_tokens,
        "prompt_tokens_details": {
            "cached_tokens": counts.cached_tokens,
            "cache_write_tokens": counts.cache_write_tokens,
            "audio_tokens": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": counts.reasoning_tokens,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def tool_calls(calls: list[ToolCall], stamp: Stamp) -> list[Document]:
    """Return whole calls as they stand in a message."""
    return [
        {
            "id": stamp.name("call_", index),
            "type": "function",
            "function": {"name": call.name, "arguments": arguments_text(call)},
        }
        for index, call in enumerate(calls)
    ]


class ChatEncoder:
    """A stream of chunks."""

    def __init__(self, ask: Ask, stamp: Stamp) -> None:
        self._ask = ask
        self._stamp = stamp
        self._calls = 0
        self._head: Document = {
            "id": stamp.name("chatcmpl-"),
            "object": "chat.completion.chunk",
            "created": stamp.unix_s,
            "model": ask.model,
            "service_tier": "default",
            "system_fingerprint": None,
        }
        self._tail: Document = {"usage": None} if ask.has_usage else {}

    def begin(self) -> list[bytes]:
        """Return the chunk with the role."""
        return [self._chunk({"role": "assistant", "content": "", "refusal": None})]

    def text(self, piece: str) -> list[bytes]:
        """Return one chunk."""
        return [self._chunk({"content": piece})]

    def thinking(self, piece: str) -> list[bytes]:
        """Return one chunk."""
        return [self._chunk({"reasoning_content": piece})]

    def call(self, call: ToolCall) -> list[bytes]:
        """Return the call's name, then its arguments in fragments."""
        index = self._calls
        self._calls += 1
        opening = {
            "index": index,
            "id": self._stamp.name("call_", index),
            "type": "function",
            "function": {"name": call.name, "arguments": ""},
        }
        fragments = ({"index": index, "function": {"arguments": piece}} for piece in pieces(arguments_text(call)))
        return [self._chunk({"tool_calls": [fragment]}) for fragment in (opening, *fragments)]

    def fail(self, failure: Failure) -> list[bytes]:
        """Return the error; nothing follows it."""
        return [sse.data({"error": openai_errors.complaint(failure)})]

    def end(self, finish: Finish, counts: Counts) -> list[bytes]:
        """Return the reason, the usage if it was asked for, and the end marker."""
        frames = [self._chunk({}, finish)]
        if self._ask.has_usage:
            frames.append(sse.data({**self._head, "choices": [], "usage": usage(counts)}))
        return [*frames, sse.DONE]

    def _chunk(self, delta: Document, finish: Finish | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse.data({**self._head, "choices": [choice], **self._tail})


class OpenAiChat:
    """The wire."""

    name = "openai-chat"
    stream_headers: Mapping[str, str] = MappingProxyType(
        {"content-type": sse.EVENT_STREAM, "cache-control": "no-cache", "openai-version": "2020-10-01"}
    )

    def read(self, body: bytes, target: str) -> Ask:  # noqa: ARG002 - the model stands in the body here
        """Return what is asked."""
        return read_chat(body)[1]

    def encoder(self, ask: Ask, stamp: Stamp) -> ChatEncoder:
        """Return an encoder for a stream."""
        return ChatEncoder(ask, stamp)

    def whole(self, ask: Ask, stamp: Stamp, outcome: Outcome) -> Document:
        """Return the completion."""
        message: Document = {
            "role": "assistant",
            "content": outcome.text or None,
            "refusal": None,
            "annotations": [],
        }
        if outcome.thinking:
            message["reasoning_content"] = outcome.thinking
        if outcome.calls:
            message["tool_calls"] = tool_calls(outcome.calls, stamp)
        return {
            "id": stamp.name("chatcmpl-"),
            "object": "chat.completion",
            "created": stamp.unix_s,
            "model": ask.model,
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": outcome.finish}],
            "usage": usage(outcome.counts),
            "service_tier": "default",
            "system_fingerprint": None,
        }

    def refusal(self, failure: Failure, stamp: Stamp) -> HttpAnswer:
        """Return the error as an HTTP answer."""
        return openai_errors.refusal(failure, stamp)
