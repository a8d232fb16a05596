"""The Chat Completions wire, from messages to stream events. Pure: no socket, no clock.

Invariant: tool calls come out once, at the end; whatever is in a message, only a `ProviderError` is raised.
Not its job: requests (`aircher.providers._chat_request`), HTTP errors, cutting bytes into messages.
Source: https://platform.openai.com/docs/api-reference/chat-streaming and what vLLM, llama.cpp, LM Studio and
Ollama really send.
"""

from collections.abc import Mapping

from aircher.domain.errors import ApiError, StreamInterruptedError
from aircher.domain.messages import JsonValue
from aircher.domain.stream import (
    Finished,
    FinishReason,
    StreamEvent,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.providers._answer_text import AnswerText
from aircher.providers._api_errors import Complaint, api_error, complaint_of, malformed_answer
from aircher.providers._endpoint import Endpoint
from aircher.providers._json import UnreadableJson, as_count, as_object, as_text, decode
from aircher.providers._sse import SseMessage
from aircher.providers._surrogates import joined
from aircher.providers._tool_calls import ToolCalls

_FINISH = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "tool_calls": FinishReason.TOOL_CALLS,
    "function_call": FinishReason.TOOL_CALLS,
    "content_filter": FinishReason.CONTENT_FILTER,
}


class ChatCodec:
    """Reads one answer. Feed it every message, then take `finish`; or `feed_body` for an answer in one piece.

    Attributes:
        is_done: The end marker was seen; nothing more needs to be read.
    """

    def __init__(self, endpoint: Endpoint, *, has_think_tags: bool = False) -> None:
        self.is_done = False
        self._endpoint = endpoint
        self._calls = ToolCalls()
        self._text = AnswerText(has_think_tags=has_think_tags)
        self._native_reason: str | None = None
        self._usage: Usage | None = None

    @property
    def received_chars(self) -> int:
        """Characters of visible text so far."""
        return self._text.received_chars

    @property
    def is_complete(self) -> bool:
        """Whether the answer is whole: a finish reason or the end marker was seen."""
        return self.is_done or self._native_reason is not None

    def feed(self, message: SseMessage) -> list[StreamEvent]:
        """Return what this message brings, in order.

        Raises:
            ProviderError: The message is a complaint, or unreadable.
        """
        data = message.data
        if data.startswith(b"[DONE]"):
            self.is_done = True
            return []
        try:
            chunk = decode(data)
        except UnreadableJson as exc:
            if message.event == b"error":
                raise self._error(Complaint(message=data.decode("utf-8", "replace"))) from None
            if not data.strip():
                return []
            raise malformed_answer(data[:200].decode("utf-8", "replace"), endpoint=self._endpoint) from exc
        self._raise_complaint(chunk, is_error=message.event == b"error")
        return self._take(as_object(chunk))

    def feed_last(self, message: SseMessage) -> list[StreamEvent]:
        """Do what `feed` does for a message that the end of the stream may have cut: half of one is nothing."""
        try:
            return self.feed(message)
        except StreamInterruptedError:
            return []

    def feed_body(self, body: bytes) -> list[StreamEvent]:
        """Return what an answer in one piece holds; it is complete afterwards.

        Raises:
            ProviderError: It is a complaint, or not an answer of this API.
        """
        try:
            answer = decode(body)
        except UnreadableJson as exc:
            raise malformed_answer(body[:200].decode("utf-8", "replace"), endpoint=self._endpoint) from exc
        self._raise_complaint(answer, is_error=False)
        if not isinstance(answer, dict) or not isinstance(answer.get("choices"), list):
            observed = body[:200].decode("utf-8", "replace")
            raise malformed_answer(f"no choices in {observed}", endpoint=self._endpoint)
        events = self._take(answer)
        self.is_done = True
        return events

    def finish(self) -> list[StreamEvent]:
        """Return the end of a whole answer: held back text, tool calls, usage, `Finished`.

        Raises:
            StreamInterruptedError: The answer is not whole.
        """
        if not self.is_complete:
            about = f" of {self._endpoint.model}" if self._endpoint.model else ""
            raise StreamInterruptedError(
                f"{self._endpoint.provider} ended the answer{about} without an end marker, "
                f"after {self.received_chars} characters",
                provider=self._endpoint.provider,
                received_chars=self.received_chars,
                hint="send the prompt again; what arrived is kept",
            )
        calls = self._calls.all()
        return [*self._text.held(), *calls, *self._usage_events(), self._finished(has_calls=bool(calls))]

    def salvage(self) -> list[StreamEvent]:
        """Return what a broken answer holds beyond its text: calls that arrived in full, and usage."""
        return [*self._text.held(), *self._calls.whole(), *self._usage_events()]

    def _error(self, complaint: Complaint) -> ApiError:
        return api_error(complaint, endpoint=self._endpoint, status=None)

    def _raise_complaint(self, chunk: JsonValue, *, is_error: bool) -> None:
        if isinstance(chunk, dict) and "choices" in chunk and not chunk.get("error") and not is_error:
            return
        complaint = complaint_of(chunk)
        if complaint is None and is_error:
            complaint = Complaint(message=as_text(as_object(chunk).get("message")) or str(chunk))
        if complaint is not None:
            raise self._error(complaint)

    def _take(self, chunk: Mapping[str, JsonValue]) -> list[StreamEvent]:
        usage = chunk.get("usage")
        if usage:
            self._usage = _usage(as_object(usage)) or self._usage
        choices = chunk.get("choices")
        if not isinstance(choices, list):
            return []
        for choice in choices:
            if isinstance(choice, dict) and (choice.get("index") or 0) == 0:
                return self._take_choice(choice)
        return []

    def _take_choice(self, choice: Mapping[str, JsonValue]) -> list[StreamEvent]:
        if choice.get("error"):
            raise self._error(complaint_of(dict(choice)) or Complaint(message="no reason given"))
        delta = choice.get("delta") or choice.get("message")
        events = self._take_delta(delta) if isinstance(delta, dict) else []
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason:
            self._native_reason = joined(reason)
        return events

    def _take_delta(self, delta: Mapping[str, JsonValue]) -> list[StreamEvent]:
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            for call in calls:
                self._calls.feed(call)
        if delta.get("function_call"):  # the name before there were several
            self._calls.feed({"index": 0, "function": delta["function_call"]})
        return self._text.feed(delta)

    def _usage_events(self) -> list[StreamEvent]:
        return [] if self._usage is None else [UsageReceived(usage=self._usage)]

    def _finished(self, *, has_calls: bool) -> Finished:
        reason = _FINISH.get(self._native_reason or "", FinishReason.UNKNOWN)
        if reason in {FinishReason.STOP, FinishReason.UNKNOWN}:
            if has_calls:
                reason = FinishReason.TOOL_CALLS
            elif self._text.has_refused:
                reason = FinishReason.REFUSAL
        return Finished(reason=reason, native_reason=self._native_reason)


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
