"""The Chat Completions wire, from messages to stream events. Pure: no socket, no clock.

Invariant: tool calls come out once, at the end; whatever is in a message, only a `ProviderError` is raised.
Not its job: requests (`aircher.providers._chat_request`), HTTP errors, cutting bytes into messages.
Source: https://platform.openai.com/docs/api-reference/chat-streaming and what vLLM, llama.cpp, LM Studio and
Ollama really send.
"""

from collections.abc import Mapping

import msgspec

from aircher.domain.messages import JsonValue
from aircher.domain.stream import (
    Finished,
    FinishReason,
    StreamEvent,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.providers._answer_text import AnswerText
from aircher.providers._api_errors import Complaint, complaint_of
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._json import OTHER_SHAPE, as_count, as_object, as_text
from aircher.providers._surrogates import joined
from aircher.providers._tool_calls import ToolCalls

_FINISH = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "tool_calls": FinishReason.TOOL_CALLS,
    "function_call": FinishReason.TOOL_CALLS,
    "content_filter": FinishReason.CONTENT_FILTER,
}


class _Delta(msgspec.Struct, gc=False):
    """Every field but the text is only looked at for whether it is there."""

    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: object = None
    refusal: object = None
    reasoning_details: object = None
    function_call: object = None


class _Choice(msgspec.Struct, gc=False):
    delta: _Delta
    index: int | None = None
    finish_reason: str | None = None
    error: object = None


class _Chunk(msgspec.Struct, gc=False):
    choices: list[_Choice]
    usage: object = None
    error: object = None
    object: str | None = None
    type: str | None = None


_CHUNKS = msgspec.json.Decoder(_Chunk)
_ERROR = "error"  # the type or object of a complaint, the finish reason of OpenRouter and vLLM


class ChatCodec(JsonCodec):
    """Reads one answer; see `aircher.providers._wire.Codec`. A vendor with more in its answers overrides a step.

    Attributes:
        usage: The last count; ``None`` = there was none.
    """

    def __init__(self, endpoint: Endpoint, *, has_think_tags: bool = False, returns_reasoning: bool = False) -> None:
        """Begin; see `aircher.providers._chat_request.ChatDialect` for what servers may do."""
        super().__init__(endpoint)
        self._calls = ToolCalls()
        self._text = AnswerText(has_think_tags=has_think_tags, names_reasoning=returns_reasoning)
        self._native_reason: str | None = None
        self.usage: Usage | None = None

    @property
    def received_chars(self) -> int:
        """Characters of visible text so far."""
        return self._text.received_chars

    @property
    def is_complete(self) -> bool:
        """Whether the answer is whole: a finish reason or the end marker was seen."""
        return self.is_done or self._native_reason is not None

    def feed(self, frame: Frame) -> list[StreamEvent]:
        """Return what this frame brings; see `JsonCodec.feed`."""
        if frame.data.startswith(b"[DONE]"):
            self.is_done = True
            return []
        text = _plain_text(frame)
        return super().feed(frame) if text is None else self._text.feed_text(text)

    def take(self, message: JsonValue) -> list[StreamEvent]:
        """Return what a chunk brings."""
        return self._take(as_object(message))

    def take_whole(self, answer: JsonValue) -> list[StreamEvent] | None:
        """Return what a completion in one piece brings; ``None`` if it has no choices."""
        if not isinstance(answer, dict) or not isinstance(answer.get("choices"), list):
            return None
        return self._take(answer)

    def ending(self) -> list[StreamEvent]:
        """Return held back text, tool calls, usage, `Finished`."""
        calls = self._calls.all()
        told: list[StreamEvent] = [*self._text.held(), *self.state_events(), *calls, *self.usage_events()]
        return [*told, self._finished(has_calls=bool(calls))]

    def salvage(self) -> list[StreamEvent]:
        """Return what a broken answer holds beyond its text: calls that arrived in full, and usage."""
        return [*self._text.held(), *self._calls.whole(), *self.usage_events()]

    def _take(self, chunk: Mapping[str, JsonValue]) -> list[StreamEvent]:
        if usage := chunk.get("usage"):
            self.take_usage(as_object(usage))
        choices = chunk.get("choices")
        if not isinstance(choices, list):
            return []
        for choice in choices:
            if isinstance(choice, dict) and (choice.get("index") or 0) == 0:
                return self._take_choice(choice)
        return []

    def _take_choice(self, choice: Mapping[str, JsonValue]) -> list[StreamEvent]:
        if choice.get("error"):
            raise self.error(complaint_of(dict(choice)) or Complaint(message="no reason given"))
        delta = choice.get("delta") or choice.get("message")
        events = self.take_delta(delta) if isinstance(delta, dict) else []
        reason = choice.get("finish_reason")
        if reason == _ERROR:  # without an error that says more, which would have been raised before
            words = f"the answer ended in an error ({joined(as_text(choice.get('native_finish_reason'))) or 'unnamed'})"
            raise self.error(Complaint(message=words, type="server_error"))
        if isinstance(reason, str) and reason:
            self._native_reason = joined(reason)
        return events

    def take_usage(self, usage: Mapping[str, JsonValue]) -> None:
        """Remember the server's count; one that counts nothing replaces none."""
        self.usage = _usage(usage) or self.usage

    def take_delta(self, delta: Mapping[str, JsonValue]) -> list[StreamEvent]:
        """Return what a delta, or a whole message, brings."""
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            for call in calls:
                self._calls.feed(call)
        if delta.get("function_call"):  # the name before there were several
            self._calls.feed({"index": 0, "function": delta["function_call"]})
        return self._text.feed(delta)

    def state_events(self) -> list[StreamEvent]:
        """Return what has to go back to the model; the plain wire has no such thing."""
        return []

    def usage_events(self) -> list[StreamEvent]:
        """Return the last count."""
        return [] if self.usage is None else [UsageReceived(usage=self.usage)]

    def _finished(self, *, has_calls: bool) -> Finished:
        reason = _FINISH.get(self._native_reason or "", FinishReason.UNKNOWN)
        if reason in {FinishReason.STOP, FinishReason.UNKNOWN}:
            if has_calls:
                reason = FinishReason.TOOL_CALLS
            elif self._text.has_refused:
                reason = FinishReason.REFUSAL
        return Finished(reason=reason, native_reason=self._native_reason)


def _plain_text(frame: Frame) -> str | None:
    """Return the text of a chunk that brings text and nothing else: most do, and these take the short way."""
    if frame.event:
        return None
    try:
        chunk = _CHUNKS.decode(frame.data)
    except OTHER_SHAPE:
        return None
    if len(chunk.choices) != 1 or chunk.usage or chunk.error is not None or _ERROR in {chunk.object, chunk.type}:
        return None
    choice = chunk.choices[0]
    delta = choice.delta
    has_more = choice.index or choice.finish_reason or choice.error or delta.reasoning or delta.reasoning_content
    if has_more or delta.tool_calls or delta.refusal or delta.reasoning_details or delta.function_call:
        return None
    return delta.content or None


def _usage(usage: Mapping[str, JsonValue]) -> Usage | None:
    """Return the server's count, ``None`` if it holds none. Details that are absent stay unreported."""
    read, generated = as_count(usage.get("prompt_tokens")), as_count(usage.get("completion_tokens"))
    if read is None and generated is None:
        return None
    prompt = as_object(usage.get("prompt_tokens_details"))
    completion = as_object(usage.get("completion_tokens_details"))
    return Usage(
        input_tokens=read or 0,
        output_tokens=generated or 0,
        cached_tokens=as_count(prompt.get("cached_tokens")),
        cache_write_tokens=as_count(prompt.get("cache_write_tokens")),
        reasoning_tokens=as_count(completion.get("reasoning_tokens")),
    )
