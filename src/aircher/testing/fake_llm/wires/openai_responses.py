"""OpenAI's Responses.

Source: recorded streams; https://platform.openai.com/docs/api-reference/responses-streaming
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from msgspec import Struct

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
    pieces,
)
from aircher.testing.fake_llm.asks import arguments_text as arguments_of
from aircher.testing.fake_llm.script import Failure, Finish, ToolCall
from aircher.testing.fake_llm.wires import openai_errors, sse
from aircher.testing.fake_llm.wires.prompts import PICTURES, ContentPart, prompt_tokens, text_of
from aircher.testing.fake_llm.wires.response_items import Item, item_of

_INCOMPLETE: Mapping[Finish, str] = MappingProxyType(
    {"length": "max_output_tokens", "content_filter": "content_filter"}
)
_FAILED = frozenset({"rate_limit", "context_length"})
"""What ends a stream as ``response.failed``; the rest comes as an ``error`` event."""


class InputItem(Struct):
    """An item of the conversation: a message, or a tool's result."""

    role: str = ""
    type: str = "message"
    content: str | list[ContentPart] | None = None
    output: str | list[ContentPart] | None = None


class ResponsesRequest(Struct):
    """What is read of the body."""

    model: str
    input: str | list[InputItem]
    stream: bool | None = False


def _is_result(item: InputItem) -> bool:
    return item.type.endswith("_call_output")


def _has_picture(item: InputItem) -> bool:
    return isinstance(item.content, list) and any(part.type in PICTURES for part in item.content)


def _usage(counts: Counts) -> Document:
    return {
        "input_tokens": counts.input_tokens,
        "input_tokens_details": {
            "cached_tokens": counts.cached_tokens,
            "cache_write_tokens": counts.cache_write_tokens,
        },
        "output_tokens": counts.output_tokens,
        "output_tokens_details": {"reasoning_tokens": counts.reasoning_tokens},
        "total_tokens": counts.input_tokens + counts.output_tokens,
    }


def _response(ask: Ask, stamp: Stamp, status: str, **more: object) -> Document:
    """Return the response object, which stands in every event about its life."""
    response = {
        "id": stamp.name("resp_"),
        "object": "response",
        "created_at": stamp.unix_s,
        "status": status,
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "model": ask.model,
        "output": [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "reasoning": {"effort": "medium", "summary": "auto"},
        "safety_identifier": None,
        "service_tier": "default",
        "store": False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None,
        "user": None,
        "metadata": {},
    }
    return response | more


def _ended(ask: Ask, stamp: Stamp, output: list[Document], finish: Finish, counts: Counts) -> Document:
    reason = _INCOMPLETE.get(finish)
    return _response(
        ask,
        stamp,
        "incomplete" if reason else "completed",
        completed_at=None if reason else stamp.unix_s,
        incomplete_details={"reason": reason} if reason else None,
        output=output,
        usage=_usage(counts),
    )


class ResponsesEncoder:
    """A stream of numbered events; every item is announced, grown and finished under its index."""

    def __init__(self, ask: Ask, stamp: Stamp) -> None:
        self._ask = ask
        self._stamp = stamp
        self._sequence = -1
        self._open: Item | None = None
        self._grown: list[str] = []
        self._output: list[Document] = []

    def begin(self) -> list[bytes]:
        """Return the two events that announce the response."""
        response = _response(self._ask, self._stamp, "in_progress")
        return [
            self._event("response.created", {"response": response}),
            self._event("response.in_progress", {"response": response}),
        ]

    def text(self, piece: str) -> list[bytes]:
        """Return the delta, in a message."""
        return [*self._into(Text("")), *self._grow(piece)]

    def thinking(self, piece: str) -> list[bytes]:
        """Return the delta, in a summary of reasoning."""
        return [*self._into(Thinking("")), *self._grow(piece)]

    def call(self, call: ToolCall) -> list[bytes]:
        """Return an item of its own with the arguments in fragments."""
        opened = [*self._close(), *self._start(call)]
        grown = [event for piece in pieces(arguments_of(call)) for event in self._grow(piece)]
        return [*opened, *grown, *self._close()]

    def fail(self, failure: Failure) -> list[bytes]:
        """Return the error: some end the response, some the stream."""
        complaint = openai_errors.complaint(failure)
        if failure.kind in _FAILED:
            error = {"code": complaint["code"], "message": complaint["message"]}
            failed = _response(self._ask, self._stamp, "failed", error=error, output=self._output)
            return [self._event("response.failed", {"response": failed})]
        return [self._event("error", {"error": complaint})]

    def end(self, finish: Finish, counts: Counts) -> list[bytes]:
        """Return the end of the open item and of the response."""
        closed = self._close()
        response = _ended(self._ask, self._stamp, self._output, finish, counts)
        return [*closed, self._event(f"response.{response['status']}", {"response": response})]

    def _into(self, part: Part) -> list[bytes]:
        """See to it that an item of this part's kind is open."""
        if self._open is not None and isinstance(self._open.part, type(part)):
            return []
        return [*self._close(), *self._start(part)]

    def _start(self, part: Part) -> list[bytes]:
        self._grown = []
        self._open = item_of(part, self._stamp, len(self._output))
        return self._events(self._open.opening())

    def _grow(self, piece: str) -> list[bytes]:
        self._grown.append(piece)
        return self._events(self._open.growing(piece) if self._open else ())

    def _close(self) -> list[bytes]:
        if self._open is None:
            return []
        item, text = self._open, "".join(self._grown)
        self._open = None
        self._output.append(item.done(text))
        return self._events(item.closing(text))

    def _events(self, events: "tuple[tuple[str, Document], ...]") -> list[bytes]:
        return [self._event(name, fields) for name, fields in events]

    def _event(self, name: str, fields: Document) -> bytes:
        self._sequence += 1
        return sse.event({"type": name, "sequence_number": self._sequence, **fields})


class OpenAiResponses:
    """The wire."""

    name = "openai-responses"
    stream_headers: Mapping[str, str] = MappingProxyType(
        {"content-type": sse.EVENT_STREAM, "cache-control": "no-cache", "openai-version": "2020-10-01"}
    )

    def read(self, body: bytes, target: str) -> Ask:  # noqa: ARG002 - the model stands in the body here
        """Return what is asked."""
        request = msgspec.json.decode(body, type=ResponsesRequest)
        items = [InputItem(role="user", content=request.input)] if isinstance(request.input, str) else request.input
        if len(items) > 1 and _is_result(items[-2]) and _has_picture(items[-1]):
            items = items[:-1]  # it belongs to the result, and is no new prompt
        said = (text_of(item.content) for item in reversed(items) if item.role == "user")
        last = items[-1] if items else InputItem()
        return Ask(
            model=request.model,
            text=next((text for text in said if text), ""),
            tool_result=text_of(last.output) if _is_result(last) else None,
            is_streaming=bool(request.stream),
            input_tokens=prompt_tokens(body),
        )

    def encoder(self, ask: Ask, stamp: Stamp) -> ResponsesEncoder:
        """Return an encoder for a stream."""
        return ResponsesEncoder(ask, stamp)

    def whole(self, ask: Ask, stamp: Stamp, outcome: Outcome) -> Document:
        """Return the response."""
        output = [
            item_of(part, stamp, index).done(arguments_of(part) if isinstance(part, ToolCall) else part.text)
            for index, part in enumerate(outcome.parts)
        ]
        return _ended(ask, stamp, output, outcome.finish, outcome.counts)

    def refusal(self, failure: Failure, stamp: Stamp) -> HttpAnswer:
        """Return the error as an HTTP answer."""
        return openai_errors.refusal(failure, stamp)
