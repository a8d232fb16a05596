"""Anthropic's Messages.

Source: recorded streams; https://docs.anthropic.com/en/api/messages-streaming
"""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from aircher.testing.fake_llm.asks import (
    Ask,
    Counts,
    Document,
    HttpAnswer,
    Outcome,
    Part,
    Stamp,
    Text,
    Thinking,
    arguments_text,
    pieces,
)
from aircher.testing.fake_llm.script import Failure, FailureKind, Finish, ToolCall
from aircher.testing.fake_llm.wires import sse
from aircher.testing.fake_llm.wires.prompts import Message, last_user_text, prompt_tokens, text_of

_STOP_REASONS: Mapping[Finish, str] = MappingProxyType(
    {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}
)
_KINDS: Mapping[FailureKind, tuple[int, str, str]] = MappingProxyType(
    {
        "invalid_request": (400, "invalid_request_error", "Invalid request"),
        "auth": (401, "authentication_error", "invalid x-api-key"),
        "permission": (403, "permission_error", "Your API key does not have permission to use the specified resource."),
        "billing": (402, "billing_error", "Your credit balance is too low to access the Anthropic API."),
        "not_found": (404, "not_found_error", "model: not found"),
        "context_length": (400, "invalid_request_error", "prompt is too long: 1000001 tokens > 1000000 maximum"),
        "too_large": (413, "request_too_large", "Request exceeds the maximum size"),
        "rate_limit": (429, "rate_limit_error", "This request would exceed your organization's rate limit."),
        "overloaded": (529, "overloaded_error", "Overloaded"),
        "server_error": (500, "api_error", "Internal server error"),
        "timeout": (504, "timeout_error", "Request timed out"),
    }
)
"""Status, type and message of each kind."""

_WORTH_RETRYING = frozenset({"rate_limit", "overloaded", "server_error", "timeout"})


class CountRequest(Struct):
    """What is read of the body that asks for a count."""

    model: str
    messages: Annotated[list[Message], Meta(min_length=1)]


class MessagesRequest(CountRequest, kw_only=True):
    """What is read of the body that asks for an answer."""

    max_tokens: int
    stream: bool | None = False


def _error(failure: Failure, stamp: Stamp) -> Document:
    _, type_, message = _KINDS[failure.kind]
    error = {"details": None, "type": type_, "message": failure.message or message}
    return {"type": "error", "error": error, "request_id": stamp.name("req_")}


def _usage(counts: Counts) -> Document:
    """Return the usage object; here the input is only what neither came from the cache nor went into it."""
    fresh = max(0, counts.input_tokens - counts.cached_tokens - counts.cache_write_tokens)
    return {
        "input_tokens": fresh,
        "cache_creation_input_tokens": counts.cache_write_tokens,
        "cache_read_input_tokens": counts.cached_tokens,
        "cache_creation": {"ephemeral_5m_input_tokens": counts.cache_write_tokens, "ephemeral_1h_input_tokens": 0},
        "output_tokens": counts.output_tokens,
        "service_tier": "standard",
        "inference_geo": "global",
    }


def _thought(counts: Counts) -> Document:
    """Return what is told only at the end."""
    return {"output_tokens_details": {"thinking_tokens": counts.reasoning_tokens}}


class AnthropicEncoder:
    """A stream of blocks, each opened, grown and closed under its index."""

    def __init__(self, ask: Ask, stamp: Stamp) -> None:
        self._ask = ask
        self._stamp = stamp
        self._index = -1
        self._open: Literal["text", "thinking"] | None = None

    def begin(self) -> list[bytes]:
        """Return the start of the message, and a ping."""
        opening = Counts(
            input_tokens=self._ask.input_tokens,
            output_tokens=1,
            cached_tokens=0,
            cache_write_tokens=0,
            reasoning_tokens=0,
        )
        message: Document = {
            "model": self._ask.model,
            "id": self._stamp.name("msg_"),
            "type": "message",
            "role": "assistant",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "stop_details": None,
            "usage": _usage(opening),
        }
        return [sse.event({"type": "message_start", "message": message}), sse.event({"type": "ping"})]

    def text(self, piece: str) -> list[bytes]:
        """Return the delta, in a block of text."""
        opened = [] if self._open == "text" else [*self._close(), self._start({"type": "text", "text": ""}, "text")]
        return [*opened, self._delta({"type": "text_delta", "text": piece})]

    def thinking(self, piece: str) -> list[bytes]:
        """Return the delta, in a block of reasoning."""
        block = {"type": "thinking", "thinking": "", "signature": ""}
        opened = [] if self._open == "thinking" else [*self._close(), self._start(block, "thinking")]
        return [*opened, self._delta({"type": "thinking_delta", "thinking": piece})]

    def call(self, call: ToolCall) -> list[bytes]:
        """Return a block of its own with the arguments in fragments, the first one empty."""
        closed = self._close()
        block = _tool_block(call, self._stamp, self._index + 1, arguments={})
        fragments = ["", *pieces(arguments_text(call))]
        return [
            *closed,
            self._start(block, None),
            *(self._delta({"type": "input_json_delta", "partial_json": fragment}) for fragment in fragments),
            self._stop(),
        ]

    def fail(self, failure: Failure) -> list[bytes]:
        """Return the error; nothing follows it."""
        return [sse.event(_error(failure, self._stamp))]

    def end(self, finish: Finish, counts: Counts) -> list[bytes]:
        """Return the end of the open block, then the reason and the usage, then the end."""
        delta = {"stop_reason": _STOP_REASONS[finish], "stop_sequence": None, "stop_details": None}
        told = {key: value for key, value in _usage(counts).items() if key.endswith("_tokens")}
        told |= _thought(counts)
        return [
            *self._close(),
            sse.event({"type": "message_delta", "delta": delta, "usage": told}),
            sse.event({"type": "message_stop"}),
        ]

    def _start(self, block: Document, kind: Literal["text", "thinking"] | None) -> bytes:
        self._index += 1
        self._open = kind
        return sse.event({"type": "content_block_start", "index": self._index, "content_block": block})

    def _delta(self, delta: Document) -> bytes:
        return sse.event({"type": "content_block_delta", "index": self._index, "delta": delta})

    def _stop(self) -> bytes:
        self._open = None
        return sse.event({"type": "content_block_stop", "index": self._index})

    def _close(self) -> list[bytes]:
        """Close what is open; reasoning is signed before."""
        if self._open is None:
            return []
        signature = {"type": "signature_delta", "signature": self._stamp.seal(self._index)}
        signed = [self._delta(signature)] if self._open == "thinking" else []
        return [*signed, self._stop()]


def _tool_block(call: ToolCall, stamp: Stamp, index: int, *, arguments: Mapping[str, object]) -> Document:
    return {
        "type": "tool_use",
        "id": stamp.name("toolu_", index),
        "name": call.name,
        "input": arguments,
        "caller": {"type": "direct"},
    }


def _block(part: Part, stamp: Stamp, index: int) -> Document:
    match part:
        case Thinking(text=text):
            return {"type": "thinking", "thinking": text, "signature": stamp.seal(index)}
        case Text(text=text):
            return {"type": "text", "text": text}
        case ToolCall(arguments=arguments):
            return _tool_block(part, stamp, index, arguments=arguments)


class Anthropic:
    """The wire."""

    name = "anthropic"
    stream_headers: Mapping[str, str] = MappingProxyType(
        {"content-type": sse.EVENT_STREAM, "cache-control": "no-cache"}
    )

    def read(self, body: bytes, target: str) -> Ask:  # noqa: ARG002 - the model stands in the body here
        """Return what is asked."""
        request = msgspec.json.decode(body, type=MessagesRequest)
        content = request.messages[-1].content
        parts = () if content is None or isinstance(content, str) else content
        results = [text_of(part.content) for part in parts if part.type == "tool_result"]
        return Ask(
            model=request.model,
            text=last_user_text(request.messages),
            tool_result="\n".join(results) if results else None,
            is_streaming=bool(request.stream),
            input_tokens=prompt_tokens(body),
        )

    def encoder(self, ask: Ask, stamp: Stamp) -> AnthropicEncoder:
        """Return an encoder for a stream."""
        return AnthropicEncoder(ask, stamp)

    def whole(self, ask: Ask, stamp: Stamp, outcome: Outcome) -> Document:
        """Return the message."""
        return {
            "model": ask.model,
            "id": stamp.name("msg_"),
            "type": "message",
            "role": "assistant",
            "content": [_block(part, stamp, index) for index, part in enumerate(outcome.parts)],
            "stop_reason": _STOP_REASONS[outcome.finish],
            "stop_sequence": None,
            "stop_details": None,
            "usage": _usage(outcome.counts) | _thought(outcome.counts),
        }

    def refusal(self, failure: Failure, stamp: Stamp) -> HttpAnswer:
        """Return the error as an HTTP answer, with the server's own word on retrying."""
        headers = {
            "content-type": "application/json",
            "request-id": stamp.name("req_"),
            "x-should-retry": str(failure.kind in _WORTH_RETRYING).lower(),
        }
        if failure.retry_after_s is not None:
            headers["retry-after"] = str(ceil(failure.retry_after_s))
        return HttpAnswer(
            status=failure.status or _KINDS[failure.kind][0],
            headers=headers,
            body=msgspec.json.encode(_error(failure, stamp)),
        )
