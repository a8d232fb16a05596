"""The Responses wire, from messages to stream events. Pure: no socket, no clock.

Invariant: what has to go back to the model comes out in the place of its item: reasoning with its encrypted content,
the phase of a message right before its text. Whatever is in a message, only a `ProviderError` is raised.
Not its job: requests (`aircher.providers._responses_request`), HTTP errors, cutting bytes into messages.
Source: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from collections.abc import Mapping

import msgspec

from aircher.domain.messages import JsonValue
from aircher.domain.stream import (
    Finished,
    FinishReason,
    StreamEvent,
    ThinkingReceived,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.providers._api_errors import Complaint, complaint_of
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._json import OTHER_SHAPE, as_count, as_object, as_text
from aircher.providers._response_items import ResponseCalls, state_of, thoughts_of
from aircher.providers._response_text import ResponseText
from aircher.providers._surrogates import joined

_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed", "response.cancelled"})
_UNUSUAL = {
    "max_output_tokens": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
    "steered": FinishReason.PAUSE,
}


class _TextDelta(msgspec.Struct, gc=False):
    delta: str
    output_index: int
    error: object = None


_TEXT_DELTA = b'{"type":"response.output_text.delta",'
_TEXT_DELTAS = msgspec.json.Decoder(_TextDelta)


class ResponsesCodec(JsonCodec):
    """Reads one answer; see `aircher.providers._wire.Codec`."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._calls = ResponseCalls()
        self._text = ResponseText()
        self._end: str | None = None
        self._usage: Usage | None = None

    @property
    def received_chars(self) -> int:
        """Characters of visible text so far."""
        return self._text.received_chars

    @property
    def is_complete(self) -> bool:
        """Whether the answer is whole: its last event was seen."""
        return self._end is not None

    def feed(self, frame: Frame) -> list[StreamEvent]:
        """Return what this frame brings; see `JsonCodec.feed`. Text takes a short way."""
        data = frame.data
        if data.startswith(_TEXT_DELTA) and frame.event != b"error":
            try:
                message = _TEXT_DELTAS.decode(data)
            except OTHER_SHAPE:
                return super().feed(frame)
            if message.error is None and message.output_index in self._text.told:
                return self._text.more(message.delta)
        elif data == b"[DONE]":  # some gateways end every stream like this
            return []
        return super().feed(frame)

    def take(self, message: JsonValue) -> list[StreamEvent]:
        """Return what an event brings, nothing for one that is unknown. It is named in the data, not only outside."""
        event = as_object(message)
        kind = as_text(event.get("type"))
        place = _place(event)
        delta = event.get("delta")
        match kind:
            case "response.output_text.delta":
                return self._text.spoken(place, as_text(delta))
            case "response.refusal.delta":
                return self._text.refused(place, as_text(delta))
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                name = "summary_index" if kind == "response.reasoning_summary_text.delta" else "content_index"
                return self._text.thought(as_text(delta), (place, name, as_count(event.get(name))))
            case "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta":
                self._calls.add(place, as_text(delta))
            case "response.function_call_arguments.done":
                self._calls.settle(place, as_text(event.get("arguments")))
            case "response.custom_tool_call_input.done":
                self._calls.settle(place, as_text(event.get("input")))
            case "response.output_item.added":
                self._begin(place, as_object(event.get("item")))
            case "response.output_item.done":
                return self._ended(place, as_object(event.get("item")))
            case _ if kind in _ENDS:
                return self._close(as_object(event.get("response")), kind.removeprefix("response."))
        return []

    def take_whole(self, answer: JsonValue) -> list[StreamEvent] | None:
        """Return what a response in one piece brings; ``None`` if it has no output."""
        response = as_object(answer)
        if not isinstance(response.get("output"), list):
            return None
        return self._close(response, as_text(response.get("status")) or "completed")

    def ending(self) -> list[StreamEvent]:
        """Return held back text, calls without an end of their own, usage, `Finished`."""
        native = self._end or ""
        events = [*self._text.held(), *self._calls.rest(is_cut=native != "completed"), *self._usage_events()]
        reason = _UNUSUAL.get(native.partition(":")[2], FinishReason.UNKNOWN)
        if native == "completed":
            reason = FinishReason.STOP
            if self._calls.count:
                reason = FinishReason.TOOL_CALLS
            elif self._text.has_refused:
                reason = FinishReason.REFUSAL
        return [*events, Finished(reason=reason, native_reason=self._end)]

    def salvage(self) -> list[StreamEvent]:
        """Return what a broken answer holds beyond its text: calls that arrived in full, and usage."""
        return [*self._text.held(), *self._calls.whole(), *self._usage_events()]

    def _begin(self, place: int | str, item: Mapping[str, JsonValue]) -> None:
        if phase := joined(as_text(item.get("phase"))):
            self._text.enter(place, phase)
        self._calls.begin(place, item)

    def _ended(self, place: int | str, item: Mapping[str, JsonValue]) -> list[StreamEvent]:
        """Return the end of an item; all of it if nothing of it was told before."""
        is_told = place in self._text.told
        match item.get("type"):
            case "message" if not is_told:
                self._begin(place, item)
                return self._message(place, item)
            case "reasoning" | "compaction":
                self._text.told.add(place)
                text = self._text.held_thought() if is_told else thoughts_of(item)
                state = state_of(item)
                # without a state the piece is closed all the same: what follows is another item
                return [ThinkingReceived(text=text, state=state or {})] if text or state or is_told else []
            case _:
                return [*self._calls.end(place, item)]

    def _message(self, place: int | str, item: Mapping[str, JsonValue]) -> list[StreamEvent]:
        content = item.get("content")
        events: list[StreamEvent] = []
        for part in map(as_object, content if isinstance(content, list) else []):
            if part.get("type") == "output_text":
                events += self._text.spoken(place, as_text(part.get("text")))
            elif part.get("type") == "refusal":
                events += self._text.refused(place, as_text(part.get("refusal")))
        return events

    def _close(self, response: Mapping[str, JsonValue], kind: str) -> list[StreamEvent]:
        self._usage = _usage(as_object(response.get("usage"))) or self._usage
        status = joined(as_text(response.get("status"))) or kind
        if "failed" in {kind, status}:
            raise self.error(complaint_of(dict(response)) or Complaint(message="no reason given"))
        events: list[StreamEvent] = []
        output = response.get("output")
        if (
            isinstance(output, list) and not self._text.told and not self._calls.count
        ):  # the items came with the end only
            for place, item in enumerate(output):
                events += self._ended(place, as_object(item))
        reason = joined(as_text(as_object(response.get("incomplete_details")).get("reason")))
        self._end = f"{status}:{reason}" if status != "completed" and reason else status
        self.is_done = True
        return events

    def _usage_events(self) -> list[StreamEvent]:
        return [] if self._usage is None else [UsageReceived(usage=self._usage)]


def _place(event: Mapping[str, JsonValue]) -> int | str:
    """Return what tells the items of an answer apart: their index, for servers without one their id."""
    index = event.get("output_index")
    return index if isinstance(index, int) else as_text(event.get("item_id")) or as_text(_item_id(event))


def _item_id(event: Mapping[str, JsonValue]) -> JsonValue:
    return as_object(event.get("item")).get("id")


def _usage(usage: Mapping[str, JsonValue]) -> Usage | None:
    """Return the server's count, ``None`` if it holds none. Details that are absent stay unreported."""
    read, generated = as_count(usage.get("input_tokens")), as_count(usage.get("output_tokens"))
    if read is None and generated is None:
        return None
    into, out = as_object(usage.get("input_tokens_details")), as_object(usage.get("output_tokens_details"))
    return Usage(
        input_tokens=read or 0,
        output_tokens=generated or 0,
        cached_tokens=as_count(into.get("cached_tokens")),
        cache_write_tokens=as_count(into.get("cache_write_tokens")),
        reasoning_tokens=as_count(out.get("reasoning_tokens")),
    )
