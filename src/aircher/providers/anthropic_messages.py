"""The Messages wire, from messages to stream events. Pure: no socket, no clock.

Invariant: blocks come out in the order in which they started, each whole before the next, even if their deltas take
turns; a tool call comes out when its block stops. Whatever is in a message, only a `ProviderError` is raised.
Not its job: requests (`aircher.providers._messages_request`), HTTP errors, cutting bytes into messages.
Source: https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from collections import deque
from dataclasses import field

import msgspec

from aircher.domain.messages import JsonValue
from aircher.domain.records import dataclass
from aircher.domain.stream import (
    Finished,
    FinishReason,
    StreamEvent,
    ToolCallReceived,
    ToolCallUnreadable,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._json import OTHER_SHAPE, as_count, as_object, as_text
from aircher.providers._messages_blocks import Block, Fields, TextBlock, ThinkingBlock, block_for
from aircher.providers._surrogates import joined

_FINISH = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALLS,
    "pause_turn": FinishReason.PAUSE,
    "refusal": FinishReason.REFUSAL,
    "model_context_window_exceeded": FinishReason.CONTEXT_LENGTH,
}


class _Delta(msgspec.Struct, gc=False):
    type: str
    text: str = ""
    thinking: str = ""


class _BlockDelta(msgspec.Struct, gc=False):
    type: str
    index: int
    delta: _Delta
    error: object = None
    object: object = None


_DELTAS = msgspec.json.Decoder(_BlockDelta)


@dataclass(slots=True)
class _Slot:
    """A block in its place; ``held`` waits for the blocks before it."""

    block: Block
    held: list[StreamEvent] = field(default_factory=list)
    is_closed: bool = False


class MessagesCodec(JsonCodec):
    """Reads one answer; see `aircher.providers._wire.Codec`."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._slots: dict[int, _Slot] = {}
        self._waiting: deque[_Slot] = deque()
        self._texts: list[TextBlock] = []
        self._has_calls = False
        self._native_reason: str | None = None
        self._detail: str | None = None
        self._counts: dict[str, JsonValue] = {}

    @property
    def received_chars(self) -> int:
        """Characters of visible text so far."""
        return sum(text.chars for text in self._texts)

    @property
    def is_complete(self) -> bool:
        """Whether the answer is whole: a stop reason or the end marker was seen."""
        return self.is_done or self._native_reason is not None

    def feed(self, frame: Frame) -> list[StreamEvent]:
        """Return what this frame brings; see `JsonCodec.feed`. Text and reasoning take a short way."""
        if frame.event == b"content_block_delta":
            try:
                message = _DELTAS.decode(frame.data)
            except OTHER_SHAPE:
                return super().feed(frame)
            slot = self._slots.get(message.index)
            is_plain = message.type == "content_block_delta" and message.error is None and message.object is None
            if is_plain and slot is not None and not slot.is_closed and slot is self._waiting[0]:
                block, delta = slot.block, message.delta
                if delta.type == "text_delta" and isinstance(block, TextBlock):
                    return block.more(delta.text)
                if delta.type == "thinking_delta" and isinstance(block, ThinkingBlock):
                    return block.more(delta.thinking)
        return super().feed(frame)

    def take(self, message: JsonValue) -> list[StreamEvent]:
        """Return what a message of the stream brings; what is unknown brings nothing."""
        if not isinstance(message, dict):
            return []
        match message.get("type"):
            case "content_block_delta":
                return self._take_delta(message)
            case "content_block_start":
                return self._start(message.get("index"), as_object(message.get("content_block")))
            case "content_block_stop":
                return self._stop(self._slot(message.get("index")))
            case "message_start":
                self._count(as_object(message.get("message")).get("usage"))
            case "message_delta":
                self._end(as_object(message.get("delta")))
                self._count(message.get("usage"))
            case "message_stop":
                self.is_done = True
        return []

    def take_whole(self, answer: JsonValue) -> list[StreamEvent] | None:
        """Return what a message in one piece brings; ``None`` if it has no content."""
        if not isinstance(answer, dict) or not isinstance(content := answer.get("content"), list):
            return None
        events: list[StreamEvent] = []
        for index, block in enumerate(content):
            events += self._start(index, as_object(block))
            events += self._stop(self._slots[index])
        self._end(answer)
        self._count(answer.get("usage"))
        return events

    def ending(self) -> list[StreamEvent]:
        """Return the blocks that nobody stopped, usage, `Finished`."""
        events: list[StreamEvent] = []
        for slot in [*self._waiting]:
            events += self._stop(slot)
        reason = _FINISH.get(self._native_reason or "", FinishReason.UNKNOWN)
        if self._has_calls and reason in {FinishReason.STOP, FinishReason.UNKNOWN}:
            reason = FinishReason.TOOL_CALLS
        finished = Finished(reason=reason, native_reason=self._native_reason, detail=self._detail)
        return [*events, *self._usage_events(), finished]

    def salvage(self) -> list[StreamEvent]:
        """Return what waited behind a block that never stopped, and usage."""
        held = [event for slot in self._waiting for event in slot.held]
        return [*held, *self._usage_events()]

    def _take_delta(self, message: Fields) -> list[StreamEvent]:
        slot, delta = self._slot(message.get("index")), message.get("delta")
        if slot is None or slot.is_closed or not isinstance(delta, dict):
            return []
        events = slot.block.feed(delta)
        if self._waiting[0] is slot:
            return events
        slot.held += events
        return []

    def _slot(self, index: JsonValue) -> _Slot | None:
        """Return the block with this number; without a number, the latest one."""
        if isinstance(index, int):
            return self._slots.get(index)
        return next(reversed(self._slots.values()), None)

    def _start(self, index: JsonValue, start: Fields) -> list[StreamEvent]:
        number = index if isinstance(index, int) else max(self._slots, default=-1) + 1
        events = self._stop(self._slots.pop(number, None))
        block, held = block_for(start)
        if isinstance(block, TextBlock):
            self._texts.append(block)
        slot = _Slot(block)
        self._slots[number] = slot
        self._waiting.append(slot)
        if self._waiting[0] is slot:
            return events + held
        slot.held = held
        return events

    def _stop(self, slot: _Slot | None) -> list[StreamEvent]:
        """Close a block and return what may come out now."""
        if slot is None or slot.is_closed:
            return []
        slot.is_closed = True
        rest = slot.block.close()
        self._has_calls = self._has_calls or any(isinstance(e, ToolCallReceived | ToolCallUnreadable) for e in rest)
        slot.held += rest
        events: list[StreamEvent] = []
        while self._waiting:
            first = self._waiting[0]
            events += first.held
            first.held = []
            if not first.is_closed:
                break
            self._waiting.popleft()
        return events

    def _end(self, delta: Fields) -> None:
        if reason := joined(as_text(delta.get("stop_reason"))):
            self._native_reason = reason
        details = as_object(delta.get("stop_details"))
        self._detail = joined(as_text(details.get("category"))) or self._detail

    def _count(self, usage: JsonValue) -> None:
        """Take a count over: each is cumulative, and what it leaves out or says is null stays as it was."""
        self._counts.update({name: value for name, value in as_object(usage).items() if value is not None})

    def _usage_events(self) -> list[StreamEvent]:
        counts = self._counts
        plain, generated = as_count(counts.get("input_tokens")), as_count(counts.get("output_tokens"))
        if plain is None and generated is None:
            return []
        read = as_count(counts.get("cache_read_input_tokens"))
        written = as_count(counts.get("cache_creation_input_tokens"))
        details = as_object(counts.get("output_tokens_details"))
        usage = Usage(
            input_tokens=(plain or 0) + (read or 0) + (written or 0),
            output_tokens=generated or 0,
            cached_tokens=read,
            cache_write_tokens=written,
            reasoning_tokens=as_count(details.get("thinking_tokens")),
        )
        return [UsageReceived(usage=usage, has_input=plain is not None)]
