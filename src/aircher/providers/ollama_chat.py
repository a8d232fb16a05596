"""Ollama's own chat wire, from lines to stream events. Pure: no socket, no clock.

Invariant: tool calls come out once, at the end; whatever is in a line, only a `ProviderError` is raised.
Not its job: requests (`aircher.providers._ollama_request`), HTTP errors, cutting bytes into lines.
Source: https://docs.ollama.com/api/chat and what servers of several ages really send.
"""

from collections.abc import Mapping

import msgspec

from aircher.domain.messages import JsonValue
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived, ThinkingReceived, UsageReceived
from aircher.domain.usage import Usage
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._json import OTHER_SHAPE, as_count, as_object, as_text, encode
from aircher.providers._surrogates import SurrogateJoiner, joined
from aircher.providers._think_tags import Split, ThinkTags
from aircher.providers._tool_calls import ToolCalls
from aircher.support.ids import new_id

_FINISH = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "load": FinishReason.STOP,
    "unload": FinishReason.STOP,
    "tool_calls": FinishReason.TOOL_CALLS,
    "content_filter": FinishReason.CONTENT_FILTER,
}
LOCAL_ID = "local_"
"""How the ids begin that were made up here, for servers that give calls none; they are never sent."""


class _Part(msgspec.Struct, gc=False):
    content: str
    thinking: object = None
    tool_calls: object = None


class _Line(msgspec.Struct, gc=False):
    """Every field but the text is only looked at for whether it is there."""

    message: _Part
    done: object = None
    error: object = None
    type: object = None
    object: object = None


_LINES = msgspec.json.Decoder(_Line)


class OllamaCodec(JsonCodec):
    """Reads one answer; see `aircher.providers._wire.Codec`."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._received_chars = 0
        self._content, self._thinking = SurrogateJoiner(), SurrogateJoiner()
        self._tags = ThinkTags()  # models without a template for reasoning leave it inside the answer
        self._calls = ToolCalls()
        self._call_ids: set[str] = set()
        self._native_reason: str | None = None
        self._usage: UsageReceived | None = None

    @property
    def received_chars(self) -> int:
        """Characters of visible text so far."""
        return self._received_chars

    @property
    def is_complete(self) -> bool:
        """Whether the last line came: nothing else says that an answer is whole."""
        return self.is_done

    def feed(self, frame: Frame) -> list[StreamEvent]:
        """Return what this line brings; see `JsonCodec.feed`. Text takes a short way."""
        try:
            line = _LINES.decode(frame.data)
        except OTHER_SHAPE:
            return super().feed(frame)
        part = line.message
        has_more = part.thinking or part.tool_calls or line.done or not self._tags.is_over
        if has_more or line.error is not None or line.type is not None or line.object is not None:
            return super().feed(frame)
        text = self._content.feed(part.content)
        self._received_chars += len(text)
        return [TextReceived(text=text)] if text else []

    def take(self, message: JsonValue) -> list[StreamEvent]:
        """Return what a line that is no complaint brings."""
        if not isinstance(message, dict):
            return []
        part = message.get("message")
        events = self._take_part(part) if isinstance(part, dict) else []
        if message.get("done") is True:
            self.is_done = True
            self._native_reason = joined(as_text(message.get("done_reason"))) or None
            self._usage = _usage(message)
        return events

    def take_whole(self, answer: JsonValue) -> list[StreamEvent] | None:
        """Return what an answer in one piece brings: it is one line that says everything."""
        if not isinstance(answer, dict) or not isinstance(answer.get("message"), dict):
            return None
        return self.take({**answer, "done": True})

    def ending(self) -> list[StreamEvent]:
        """Return held back text, tool calls, usage, `Finished`."""
        calls = self._calls.all()
        return [*self._held(), *calls, *self._usage_events(), self._finished(has_calls=bool(calls))]

    def salvage(self) -> list[StreamEvent]:
        """Return what a broken answer holds beyond its text: calls, which come whole, and usage."""
        return [*self._held(), *self._calls.whole(), *self._usage_events()]

    def _take_part(self, part: Mapping[str, JsonValue]) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        thinking = part.get("thinking")
        if thinking and isinstance(thinking, str) and (thought := self._thinking.feed(thinking)):
            events.append(ThinkingReceived(text=thought))
        content = part.get("content")
        if content and isinstance(content, str):
            self._add(self._tags.feed(self._content.feed(content)), events)
        calls = part.get("tool_calls")
        if isinstance(calls, list):
            for call in calls:
                self._take_call(as_object(call))
        return events

    def _take_call(self, call: Mapping[str, JsonValue]) -> None:
        """Add a call; every element of the list is a whole one, whatever its id and index say."""
        if not call:
            return
        function = as_object(call.get("function")) or call
        given, arguments = call.get("id"), function.get("arguments")
        call_id = joined(str(given)) if isinstance(given, str | int) and not isinstance(given, bool) else ""
        if not call_id or call_id in self._call_ids:
            call_id = f"{LOCAL_ID}{new_id()}"
        self._call_ids.add(call_id)
        raw = arguments if isinstance(arguments, str) else encode({} if arguments is None else arguments).decode()
        self._calls.feed(
            {"index": len(self._calls), "id": call_id, "function": {"name": function.get("name"), "arguments": raw}}
        )

    def _held(self) -> list[StreamEvent]:
        """Return the text that was held back; the answer is over."""
        events: list[StreamEvent] = []
        if thought := self._thinking.close():
            events.append(ThinkingReceived(text=thought))
        self._add(self._tags.feed(self._content.close()), events)
        self._add(self._tags.close(), events)
        return events

    def _add(self, split: Split, events: list[StreamEvent]) -> None:
        if split.thinking:
            events.append(ThinkingReceived(text=split.thinking))
        if split.text:
            self._received_chars += len(split.text)
            events.append(TextReceived(text=split.text))

    def _usage_events(self) -> list[StreamEvent]:
        return [] if self._usage is None else [self._usage]

    def _finished(self, *, has_calls: bool) -> Finished:
        reason = _FINISH.get(self._native_reason or "", FinishReason.UNKNOWN)
        if has_calls and reason in {FinishReason.STOP, FinishReason.UNKNOWN}:
            reason = FinishReason.TOOL_CALLS
        return Finished(reason=reason, native_reason=self._native_reason)


def _usage(line: Mapping[str, JsonValue]) -> UsageReceived | None:
    """Return the server's count, ``None`` if there is none.

    Counts of zero are left out: a prompt without one was in the server's cache as a whole, not empty.
    """
    read, generated = as_count(line.get("prompt_eval_count")), as_count(line.get("eval_count"))
    if read is None and generated is None:
        return None
    return UsageReceived(usage=Usage(input_tokens=read or 0, output_tokens=generated or 0), has_input=read is not None)
