"""Google's Gemini, ``generateContent``.

Source: recorded streams; https://ai.google.dev/api/generate-content
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated
from urllib.parse import unquote

import msgspec
from msgspec import Meta, Struct

from aircher.testing.fake_llm.asks import Ask, Counts, Document, HttpAnswer, Outcome, Part, Stamp, Text, Thinking
from aircher.testing.fake_llm.script import Failure, FailureKind, Finish, ToolCall
from aircher.testing.fake_llm.wires import sse
from aircher.testing.fake_llm.wires.prompts import prompt_tokens

_FINISH_REASONS: Mapping[Finish, str] = MappingProxyType(
    {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP", "content_filter": "SAFETY"}
)
_KINDS: Mapping[FailureKind, tuple[int, str, str]] = MappingProxyType(
    {
        "invalid_request": (400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
        "auth": (401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
        "permission": (403, "PERMISSION_DENIED", "The caller does not have permission"),
        "billing": (402, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted."),
        "not_found": (404, "NOT_FOUND", "models/fake is not found for API version v1"),
        "context_length": (
            400,
            "INVALID_ARGUMENT",
            "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).",
        ),
        "too_large": (413, "INVALID_ARGUMENT", "Request payload size exceeds the limit."),
        "rate_limit": (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
        "overloaded": (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        "server_error": (500, "INTERNAL", "An internal error has occurred. Please retry."),
        "timeout": (504, "DEADLINE_EXCEEDED", "The request timed out. Please try again."),
    }
)
"""Code, status and message of each kind."""


class FunctionResponse(Struct):
    """A tool's result."""

    name: str
    response: Mapping[str, object] = {}


class ContentPart(Struct, rename="camel"):
    """A part of a message."""

    text: str | None = None
    function_response: FunctionResponse | None = None


class Content(Struct):
    """A message of the conversation."""

    parts: tuple[ContentPart, ...] = ()
    role: str = "user"


class GenerateRequest(Struct):
    """What is read of the body."""

    contents: Annotated[list[Content], Meta(min_length=1)]


def _usage(counts: Counts) -> Document:
    """Return the usage object; candidates do not hold the thoughts here."""
    usage = {
        "promptTokenCount": counts.input_tokens,
        "candidatesTokenCount": counts.output_tokens - counts.reasoning_tokens,
        "totalTokenCount": counts.input_tokens + counts.output_tokens,
    }
    if counts.reasoning_tokens:
        usage["thoughtsTokenCount"] = counts.reasoning_tokens
    if counts.cached_tokens:
        usage["cachedContentTokenCount"] = counts.cached_tokens
    return {**usage, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": counts.input_tokens}]}


def _call_part(call: ToolCall, stamp: Stamp, index: int) -> Document:
    """Return a call; of parallel ones only the first is signed."""
    part: Document = {"functionCall": {"name": call.name, "args": call.arguments, "id": stamp.name("fc-", index)}}
    return part if index else {**part, "thoughtSignature": stamp.seal()}


def _parts(parts: list[Part], stamp: Stamp) -> list[Document]:
    calls = 0
    made: list[Document] = []
    for part in parts:
        match part:
            case Thinking(text=text):
                made.append({"text": text, "thought": True})
            case Text(text=text):
                made.append({"text": text})
            case ToolCall():
                made.append(_call_part(part, stamp, calls))
                calls += 1
    return made


def _error(failure: Failure) -> Document:
    code, status, message = _KINDS[failure.kind]
    text = failure.message or message
    error: Document = {
        "code": failure.status or code,
        "message": text,
        "status": status,
    }
    if failure.retry_after_s is not None:
        hint = {
            "@type": "type.googleapis.com/google.rpc.RetryInfo",
            "retryDelay": f"{failure.retry_after_s:g}s",
        }
        error |= {"message": f"{text}\nPlease retry in {failure.retry_after_s:g}s.", "details": [hint]}
    return {"error": error}


class GeminiEncoder:
    """A stream of responses, each whole in itself."""

    def __init__(self, ask: Ask, stamp: Stamp) -> None:
        self._ask = ask
        self._stamp = stamp
        self._calls = 0
        self._has_thought = False
        self._tokens = 0

    def begin(self) -> list[bytes]:
        """Return nothing: the first response comes with the first words."""
        return []

    def text(self, piece: str) -> list[bytes]:
        """Return one response."""
        return [self._response([{"text": piece}])]

    def thinking(self, piece: str) -> list[bytes]:
        """Return one response."""
        self._has_thought = True
        return [self._response([{"text": piece, "thought": True}])]

    def call(self, call: ToolCall) -> list[bytes]:
        """Return the whole call: this wire streams no arguments."""
        part = _call_part(call, self._stamp, self._calls)
        self._calls += 1
        return [self._response([part])]

    def fail(self, failure: Failure) -> list[bytes]:
        """Return the error; nothing follows it."""
        return [sse.data(_error(failure), line_end=b"\r\n")]

    def end(self, finish: Finish, counts: Counts) -> list[bytes]:
        """Return a last response with the reason; reasoning that led to no call is signed in an empty text."""
        part = {"text": ""}
        if self._has_thought and not self._calls:
            part["thoughtSignature"] = self._stamp.seal()
        return [self._response([part], finish, counts)]

    def _response(self, parts: list[Document], finish: Finish | None = None, counts: Counts | None = None) -> bytes:
        """Return one event; the usage grows with every piece until the true one stands in the last."""
        self._tokens += 1
        so_far = counts or Counts(
            input_tokens=self._ask.input_tokens,
            output_tokens=self._tokens,
            cached_tokens=0,
            cache_write_tokens=0,
            reasoning_tokens=0,
        )
        return sse.data(_response(self._ask, self._stamp, parts, finish, so_far), line_end=b"\r\n")


def _response(ask: Ask, stamp: Stamp, parts: list[Document], finish: Finish | None, counts: Counts) -> Document:
    reason = {"finishReason": _FINISH_REASONS[finish]} if finish else {}
    return {
        "candidates": [{"content": {"parts": parts, "role": "model"}, **reason, "index": 0}],
        "usageMetadata": _usage(counts),
        "modelVersion": ask.model,
        "responseId": stamp.name("resp"),
    }


class Gemini:
    """The wire; model, and whether it streams, stand in the path."""

    name = "gemini"
    stream_headers: Mapping[str, str] = MappingProxyType({"content-type": "text/event-stream"})

    def read(self, body: bytes, target: str) -> Ask:
        """Return what is asked; without ``alt=sse`` a stream is one document, as an array."""
        request = msgspec.json.decode(body, type=GenerateRequest)
        results = [part.function_response for part in request.contents[-1].parts if part.function_response]
        said = ("\n".join(part.text or "" for part in item.parts) for item in reversed(request.contents))
        texts = (text for text, item in zip(said, reversed(request.contents), strict=True) if item.role == "user")
        model = re.search(r"/models/([^:?]+)", target)
        return Ask(
            model=unquote(model[1]) if model else "",
            text=next((text for text in texts if text.strip()), ""),
            tool_result="\n".join(_result_text(result) for result in results) if results else None,
            is_streaming="alt=sse" in target and ":streamGenerateContent" in target,
            is_array=":streamGenerateContent" in target,
            input_tokens=prompt_tokens(body),
        )

    def encoder(self, ask: Ask, stamp: Stamp) -> GeminiEncoder:
        """Return an encoder for a stream."""
        return GeminiEncoder(ask, stamp)

    def whole(self, ask: Ask, stamp: Stamp, outcome: Outcome) -> Document | list[Document]:
        """Return the response."""
        made = _response(ask, stamp, _parts(list(outcome.parts), stamp), outcome.finish, outcome.counts)
        return [made] if ask.is_array else made

    def refusal(self, failure: Failure, stamp: Stamp) -> HttpAnswer:  # noqa: ARG002 - its errors have no id
        """Return the error as an HTTP answer; when to come again stands in the body."""
        return HttpAnswer(
            status=failure.status or _KINDS[failure.kind][0],
            headers={"content-type": "application/json; charset=UTF-8"},
            body=msgspec.json.format(msgspec.json.encode(_error(failure)), indent=2),
        )


def _result_text(result: FunctionResponse) -> str:
    values = list(result.response.values())
    return values[0] if len(values) == 1 and isinstance(values[0], str) else msgspec.json.encode(values).decode()
