"""Ollama's own chat: one JSON object a line.

Source: recorded streams; https://docs.ollama.com/api/chat
"""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from types import MappingProxyType
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from aircher.testing.fake_llm.asks import Ask, Counts, Document, HttpAnswer, Outcome, Stamp
from aircher.testing.fake_llm.script import Failure, FailureKind, Finish, ToolCall
from aircher.testing.fake_llm.wires.prompts import Message, last_user_text, prompt_tokens, text_of, up_to_results

_DONE_REASONS: Mapping[Finish, str] = MappingProxyType(
    {"stop": "stop", "length": "length", "tool_calls": "stop", "content_filter": "stop"}
)
_KINDS: Mapping[FailureKind, tuple[int, str]] = MappingProxyType(
    {
        "invalid_request": (400, "invalid request"),
        "auth": (401, "unauthorized"),
        "permission": (403, "ollama cloud is disabled: remote model details are unavailable"),
        "billing": (429, "you have reached your weekly usage limit, please upgrade to continue"),
        "not_found": (404, "model 'fake' not found"),
        "context_length": (400, "the input length exceeds the context length"),
        "too_large": (413, "http: request body too large"),
        "rate_limit": (429, "you have reached your hourly usage limit, please upgrade to continue"),
        "overloaded": (503, "server busy, please try again.  maximum pending requests exceeded"),
        "server_error": (500, "an error was encountered while running the model: unexpected EOF"),
        "timeout": (504, "timed out waiting for llama runner to start"),
    }
)
"""Status and message of each kind."""

_LOAD_NS, _PROMPT_NS, _TOKEN_NS = 92_128_041, 41_273_000, 20_000_000


class OllamaRequest(Struct):
    """What is read of the body; a stream unless told otherwise."""

    model: str
    messages: Annotated[list[Message], Meta(min_length=1)]
    stream: bool | None = True


def _at(moment: datetime) -> str:
    """Return the time with nanoseconds, as Go writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def _call(call: ToolCall, stamp: Stamp, index: int) -> Document:
    function: Document = {"index": index, "name": call.name, "arguments": call.arguments}
    return {"id": stamp.name("call_", index), "function": function}


def _done(finish: Finish, counts: Counts) -> Document:
    eval_ns = counts.output_tokens * _TOKEN_NS
    return {
        "done": True,
        "done_reason": _DONE_REASONS[finish],
        "total_duration": _LOAD_NS + _PROMPT_NS + eval_ns,
        "load_duration": _LOAD_NS,
        "prompt_eval_count": counts.input_tokens,
        "prompt_eval_duration": _PROMPT_NS,
        "eval_count": counts.output_tokens,
        "eval_duration": eval_ns,
    }


class OllamaEncoder:
    """A stream of lines."""

    def __init__(self, ask: Ask, stamp: Stamp) -> None:
        self._stamp = stamp
        self._calls = 0
        self._head: Document = {"model": ask.model, "created_at": _at(stamp.at)}

    def begin(self) -> list[bytes]:
        """Return nothing: the first line comes with the first words."""
        return []

    def text(self, piece: str) -> list[bytes]:
        """Return one line."""
        return [self._line({"content": piece})]

    def thinking(self, piece: str) -> list[bytes]:
        """Return one line."""
        return [self._line({"content": "", "thinking": piece})]

    def call(self, call: ToolCall) -> list[bytes]:
        """Return the whole call: this wire streams no arguments."""
        made = _call(call, self._stamp, self._calls)
        self._calls += 1
        return [self._line({"content": "", "tool_calls": [made]})]

    def fail(self, failure: Failure) -> list[bytes]:
        """Return the error; nothing follows it."""
        return [msgspec.json.encode(_error(failure)) + b"\n"]

    def end(self, finish: Finish, counts: Counts) -> list[bytes]:
        """Return the last line."""
        return [self._line({"content": ""}, _done(finish, counts))]

    def _line(self, message: Document, end: Document | None = None) -> bytes:
        line = {**self._head, "message": {"role": "assistant", **message}, **(end or {"done": False})}
        return msgspec.json.encode(line) + b"\n"


def _error(failure: Failure) -> Document:
    return {"error": failure.message or _KINDS[failure.kind][1]}


class Ollama:
    """The wire."""

    name = "ollama"
    stream_headers: Mapping[str, str] = MappingProxyType({"content-type": "application/x-ndjson"})

    def read(self, body: bytes, target: str) -> Ask:  # noqa: ARG002 - the model stands in the body here
        """Return what is asked."""
        request = msgspec.json.decode(body, type=OllamaRequest)
        messages = up_to_results(request.messages)
        last = messages[-1]
        return Ask(
            model=request.model,
            text=last_user_text(messages),
            tool_result=text_of(last.content) if last.role == "tool" else None,
            is_streaming=request.stream is not False,
            input_tokens=prompt_tokens(body),
        )

    def encoder(self, ask: Ask, stamp: Stamp) -> OllamaEncoder:
        """Return an encoder for a stream."""
        return OllamaEncoder(ask, stamp)

    def whole(self, ask: Ask, stamp: Stamp, outcome: Outcome) -> Document:
        """Return the answer as a stream's only line."""
        message: Document = {"role": "assistant", "content": outcome.text}
        if outcome.thinking:
            message["thinking"] = outcome.thinking
        if outcome.calls:
            message["tool_calls"] = [_call(call, stamp, index) for index, call in enumerate(outcome.calls)]
        head: Document = {"model": ask.model, "created_at": _at(stamp.at), "message": message}
        return {**head, **_done(outcome.finish, outcome.counts)}

    def refusal(self, failure: Failure, stamp: Stamp) -> HttpAnswer:  # noqa: ARG002 - its errors have no id
        """Return the error as an HTTP answer."""
        headers = {"content-type": "application/json; charset=utf-8"}
        if failure.retry_after_s is not None:
            headers["retry-after"] = str(ceil(failure.retry_after_s))
        return HttpAnswer(
            status=failure.status or _KINDS[failure.kind][0],
            headers=headers,
            body=msgspec.json.encode(_error(failure)),
        )
