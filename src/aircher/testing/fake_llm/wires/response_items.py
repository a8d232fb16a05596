"""The items of OpenAI's Responses: what announces each, what it grows by, what finishes it.

Invariant: an item is made of its part, its index and the answer's stamp alone.
"""

from typing import Protocol, TypeAlias

from aircher.domain.records import dataclass
from aircher.testing.fake_llm.asks import Document, Part, Stamp, Text, Thinking
from aircher.testing.fake_llm.script import ToolCall

Events: TypeAlias = tuple[tuple[str, Document], ...]
"""Names of events, with their fields."""


class Item(Protocol):
    """One item of the output; the text is the whole one, as far as it has grown."""

    @property
    def part(self) -> Part:
        """Return what it shows."""
        ...

    def opening(self) -> Events:
        """Return what announces it."""
        ...

    def growing(self, piece: str) -> Events:
        """Return what adds a piece to it."""
        ...

    def closing(self, text: str) -> Events:
        """Return what finishes it."""
        ...

    def done(self, text: str) -> Document:
        """Return the finished item."""
        ...


def item_of(part: Part, stamp: Stamp, index: int) -> Item:
    """Return the item that shows this part at this place of the output."""
    match part:
        case Thinking():
            return ReasoningItem(part=part, stamp=stamp, index=index)
        case Text():
            return MessageItem(part=part, stamp=stamp, index=index)
        case ToolCall():
            return CallItem(part=part, stamp=stamp, index=index)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningItem:
    """A summary of reasoning, with its sealed original."""

    part: Part
    stamp: Stamp
    index: int

    def opening(self) -> Events:
        """Return the item and the summary's only part, both empty."""
        return (
            ("response.output_item.added", {"output_index": self.index, "item": self._item(())}),
            ("response.reasoning_summary_part.added", {**self._place(), "part": _summary("")}),
        )

    def growing(self, piece: str) -> Events:
        """Return a delta of the summary."""
        return (("response.reasoning_summary_text.delta", {**self._place(), "delta": piece, "obfuscation": "x"}),)

    def closing(self, text: str) -> Events:
        """Return the summary's end and the item's."""
        return (
            ("response.reasoning_summary_text.done", {**self._place(), "text": text}),
            ("response.reasoning_summary_part.done", {**self._place(), "part": _summary(text)}),
            ("response.output_item.done", {"output_index": self.index, "item": self.done(text)}),
        )

    def done(self, text: str) -> Document:
        """Return the finished item."""
        return self._item((_summary(text),))

    def _place(self) -> Document:
        return {"item_id": self.stamp.name("rs_", self.index), "output_index": self.index, "summary_index": 0}

    def _item(self, summary: tuple[Document, ...]) -> Document:
        return {
            "id": self.stamp.name("rs_", self.index),
            "type": "reasoning",
            "summary": summary,
            "encrypted_content": self.stamp.seal(self.index),
        }


def _summary(text: str) -> Document:
    return {"type": "summary_text", "text": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageItem:
    """A message with one part of text."""

    part: Part
    stamp: Stamp
    index: int

    def opening(self) -> Events:
        """Return the item without content, then its part without text."""
        return (
            ("response.output_item.added", {"output_index": self.index, "item": self._item("in_progress", ())}),
            ("response.content_part.added", {**self._place(), "part": _output_text("")}),
        )

    def growing(self, piece: str) -> Events:
        """Return a delta of the text."""
        fields = {**self._place(), "delta": piece, "logprobs": (), "obfuscation": "x"}
        return (("response.output_text.delta", fields),)

    def closing(self, text: str) -> Events:
        """Return the end of the text, of its part, and of the item."""
        return (
            ("response.output_text.done", {**self._place(), "text": text, "logprobs": ()}),
            ("response.content_part.done", {**self._place(), "part": _output_text(text)}),
            ("response.output_item.done", {"output_index": self.index, "item": self.done(text)}),
        )

    def done(self, text: str) -> Document:
        """Return the finished item."""
        return self._item("completed", (_output_text(text),))

    def _place(self) -> Document:
        return {"item_id": self.stamp.name("msg_", self.index), "output_index": self.index, "content_index": 0}

    def _item(self, status: str, content: tuple[Document, ...]) -> Document:
        return {
            "id": self.stamp.name("msg_", self.index),
            "type": "message",
            "status": status,
            "content": content,
            "role": "assistant",
            "phase": "final_answer",
        }


def _output_text(text: str) -> Document:
    return {"type": "output_text", "annotations": (), "logprobs": (), "text": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallItem:
    """A call of a function; its item and the call have different ids."""

    part: ToolCall
    stamp: Stamp
    index: int

    def opening(self) -> Events:
        """Return the item without arguments."""
        return (("response.output_item.added", {"output_index": self.index, "item": self._item("in_progress", "")}),)

    def growing(self, piece: str) -> Events:
        """Return a fragment of the arguments."""
        fields = {**self._place(), "delta": piece, "obfuscation": "x"}
        return (("response.function_call_arguments.delta", fields),)

    def closing(self, text: str) -> Events:
        """Return the end of the arguments and of the item."""
        return (
            ("response.function_call_arguments.done", {**self._place(), "arguments": text}),
            ("response.output_item.done", {"output_index": self.index, "item": self.done(text)}),
        )

    def done(self, text: str) -> Document:
        """Return the finished item."""
        return self._item("completed", text)

    def _place(self) -> Document:
        return {"item_id": self.stamp.name("fc_", self.index), "output_index": self.index}

    def _item(self, status: str, arguments: str) -> Document:
        return {
            "id": self.stamp.name("fc_", self.index),
            "type": "function_call",
            "status": status,
            "arguments": arguments,
            "call_id": self.stamp.name("call_", self.index),
            "name": self.part.name,
        }
