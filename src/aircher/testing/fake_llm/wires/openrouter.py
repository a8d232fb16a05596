"""OpenRouter: Chat Completions with comments, the name of the provider, details of the reasoning, and the cost.

Source: recorded streams; https://openrouter.ai/docs/api/reference/overview
"""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

import msgspec

from aircher.testing.fake_llm.asks import Ask, Counts, Document, HttpAnswer, Outcome, Stamp, arguments_text, pieces
from aircher.testing.fake_llm.script import Failure, FailureKind, Finish, ToolCall
from aircher.testing.fake_llm.wires import openai_chat, sse

_PROVIDER = "Fake"
_PROCESSING = sse.comment(b"OPENROUTER PROCESSING")
_USD_PER_TOKEN = 1e-06
_REASONING_FORMAT = "anthropic-claude-v1"
_NATIVE: Mapping[Finish, str] = MappingProxyType(
    {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}
)
_KINDS: Mapping[FailureKind, tuple[int, str, str]] = MappingProxyType(
    {
        "invalid_request": (400, "invalid_request", "Invalid request"),
        "auth": (401, "authentication", "No auth credentials found"),
        "permission": (403, "permission_denied", "Your chosen model requires moderation, and your input was flagged"),
        "billing": (402, "payment_required", "Insufficient credits"),
        "not_found": (404, "not_found", "No endpoints found for this model"),
        "context_length": (400, "context_length_exceeded", "This endpoint's maximum context length is exceeded"),
        "too_large": (413, "payload_too_large", "Payload too large"),
        "rate_limit": (429, "rate_limit_exceeded", "Rate limit exceeded: free-models-per-min"),
        "overloaded": (503, "provider_overloaded", "The provider is overloaded"),
        "server_error": (502, "provider_unavailable", "Provider disconnected unexpectedly"),
        "timeout": (408, "timeout", "Request timed out"),
    }
)
"""Status, type and message of each kind."""


def _complaint(failure: Failure) -> Document:
    status, type_, message = _KINDS[failure.kind]
    return {
        "code": failure.status or status,
        "message": failure.message or message,
        "metadata": {"error_type": type_},
    }


def usage(counts: Counts) -> Document:
    """Return the usage object, with the cost."""
    prompt_usd = counts.input_tokens * _USD_PER_TOKEN
    completion_usd = counts.output_tokens * _USD_PER_TOKEN
    return {
        **openai_chat.usage(counts),
        "cost": prompt_usd + completion_usd,
        "is_byok": False,
        "cost_details": {
            "upstream_inference_cost": None,
            "upstream_inference_prompt_cost": prompt_usd,
            "upstream_inference_completions_cost": completion_usd,
        },
    }


def _reasoning(text: str) -> Document:
    details = {"type": "reasoning.text", "text": text, "format": _REASONING_FORMAT, "index": 0}
    return {"reasoning": text, "reasoning_details": [details]}


class OpenRouterEncoder:
    """A stream of chunks, with a comment before them as real ones have."""

    def __init__(self, ask: Ask, stamp: Stamp) -> None:
        self._stamp = stamp
        self._calls = 0
        self._has_thought = False
        self._head: Document = {
            "id": stamp.name("gen-"),
            "object": "chat.completion.chunk",
            "created": stamp.unix_s,
            "model": ask.model,
            "provider": _PROVIDER,
        }

    def begin(self) -> list[bytes]:
        """Return the comment and the chunk with the role."""
        return [_PROCESSING, self._chunk({"role": "assistant", "content": ""})]

    def text(self, piece: str) -> list[bytes]:
        """Return one chunk."""
        return [*self._signature(), self._chunk({"role": "assistant", "content": piece})]

    def thinking(self, piece: str) -> list[bytes]:
        """Return one chunk that says the same words in both of its places."""
        self._has_thought = True
        return [self._chunk({"role": "assistant", "content": "", **_reasoning(piece)})]

    def call(self, call: ToolCall) -> list[bytes]:
        """Return the call's name, then its arguments in fragments."""
        index = self._calls
        self._calls += 1
        opening = {
            "index": index,
            "id": self._stamp.name("toolu_", index),
            "type": "function",
            "function": {"name": call.name, "arguments": ""},
        }
        fragments = ({"index": index, "function": {"arguments": piece}} for piece in pieces(arguments_text(call)))
        return [
            *self._signature(),
            self._chunk({"role": "assistant", "content": None, "tool_calls": [opening]}),
            *(self._chunk({"tool_calls": [fragment]}) for fragment in fragments),
        ]

    def fail(self, failure: Failure) -> list[bytes]:
        """Return a last chunk that holds the error."""
        return [self._chunk({"role": "assistant", "content": ""}, "error", "error", error=_complaint(failure))]

    def end(self, finish: Finish, counts: Counts) -> list[bytes]:
        """Return the reason, the usage, and the end marker."""
        return [
            *self._signature(),
            self._chunk({"role": "assistant", "content": ""}, finish, _NATIVE[finish]),
            sse.data({**self._head, "choices": [], "usage": usage(counts)}),
            sse.DONE,
        ]

    def _signature(self) -> list[bytes]:
        """Return, once after the reasoning, the chunk that signs it."""
        if not self._has_thought:
            return []
        self._has_thought = False
        signed = {
            "type": "reasoning.text",
            "signature": self._stamp.seal(),
            "format": _REASONING_FORMAT,
            "index": 0,
        }
        return [self._chunk({"role": "assistant", "content": "", "reasoning": None, "reasoning_details": [signed]})]

    def _chunk(self, delta: Document, finish: str | None = None, native: str | None = None, **more: Document) -> bytes:
        choice = {
            "index": 0,
            "delta": delta,
            "finish_reason": finish,
            "native_finish_reason": native,
            "logprobs": None,
        }
        return sse.data({**self._head, "choices": [choice], **more})


class OpenRouter:
    """The wire."""

    name = "openrouter"
    stream_headers: Mapping[str, str] = MappingProxyType(
        {"content-type": "text/event-stream", "cache-control": "no-cache"}
    )

    def read(self, body: bytes, target: str) -> Ask:  # noqa: ARG002 - the model stands in the body here
        """Return what is asked; usage is always told."""
        return openai_chat.read_chat(body)[1]

    def encoder(self, ask: Ask, stamp: Stamp) -> OpenRouterEncoder:
        """Return an encoder for a stream."""
        return OpenRouterEncoder(ask, stamp)

    def whole(self, ask: Ask, stamp: Stamp, outcome: Outcome) -> Document:
        """Return the completion."""
        message: Document = {"role": "assistant", "content": outcome.text or None, "refusal": None, "reasoning": None}
        if outcome.thinking:
            message |= _reasoning(outcome.thinking)
        if outcome.calls:
            message["tool_calls"] = openai_chat.tool_calls(outcome.calls, stamp)
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": outcome.finish,
            "native_finish_reason": _NATIVE[outcome.finish],
        }
        return {
            "id": stamp.name("gen-"),
            "provider": _PROVIDER,
            "model": ask.model,
            "object": "chat.completion",
            "created": stamp.unix_s,
            "choices": [choice],
            "system_fingerprint": None,
            "usage": usage(outcome.counts),
        }

    def refusal(self, failure: Failure, stamp: Stamp) -> HttpAnswer:
        """Return the error as an HTTP answer; the reset is a moment in milliseconds."""
        headers = {"content-type": "application/json"}
        if failure.retry_after_s is not None:
            headers["retry-after"] = str(ceil(failure.retry_after_s))
            reset_s = stamp.at.timestamp() + failure.retry_after_s
            headers |= {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(round(reset_s * 1000))}
        return HttpAnswer(
            status=failure.status or _KINDS[failure.kind][0],
            headers=headers,
            body=msgspec.json.encode({"error": _complaint(failure), "user_id": "user_fake"}),
        )
