"""The blocks that an answer of the Messages wire is made of, each fed with its own deltas.

Invariant: what a block returns can be encoded, and no event is empty; unknown deltas change nothing.
"""

from collections.abc import Mapping
from typing import Protocol

from aircher.domain.messages import JsonValue
from aircher.domain.stream import StreamEvent, TextReceived, ThinkingReceived
from aircher.providers._json import as_text
from aircher.providers._surrogates import SurrogateJoiner, joined
from aircher.providers._tool_calls import ToolCalls

Fields = Mapping[str, JsonValue]


class Block(Protocol):
    """One block, from its start to its stop."""

    def feed(self, delta: Fields, /) -> list[StreamEvent]:
        """Return what a delta brings."""
        ...

    def close(self) -> list[StreamEvent]:
        """Return what is left; nothing more will come."""
        ...


class TextBlock:
    """Visible text. ``chars`` of it came so far."""

    def __init__(self) -> None:
        self.chars = 0
        self._joiner = SurrogateJoiner()

    def feed(self, delta: Fields) -> list[StreamEvent]:
        """Return the text of a delta."""
        return self.more(as_text(delta.get("text"))) if delta.get("type") == "text_delta" else []

    def more(self, text: str) -> list[StreamEvent]:
        """Do what `feed` does for the text of a delta."""
        return self._shown(self._joiner.feed(text))

    def close(self) -> list[StreamEvent]:
        """Return what was held back."""
        return self._shown(self._joiner.close())

    def _shown(self, text: str) -> list[StreamEvent]:
        self.chars += len(text)
        return [TextReceived(text=text)] if text else []


class ThinkingBlock:
    """Reasoning, or only its signature where the server hides the text."""

    def __init__(self, signature: str) -> None:
        self._signature = signature
        self._joiner = SurrogateJoiner()

    def feed(self, delta: Fields) -> list[StreamEvent]:
        """Return the reasoning of a delta; a signature replaces the one before."""
        kind = delta.get("type")
        if kind == "thinking_delta":
            return self.more(as_text(delta.get("thinking")))
        if kind == "signature_delta":
            self._signature = as_text(delta.get("signature")) or self._signature
        return []

    def more(self, text: str) -> list[StreamEvent]:
        """Do what `feed` does for the reasoning of a delta."""
        text = self._joiner.feed(text)
        return [ThinkingReceived(text=text)] if text else []

    def close(self) -> list[StreamEvent]:
        """Return the signature, which closes the piece."""
        text = self._joiner.close()
        if self._signature:
            return [ThinkingReceived(text=text, state={"signature": joined(self._signature)})]
        return [ThinkingReceived(text=text)] if text else []


class SealedBlock:
    """A block that nobody here can read: hidden reasoning (``data``), or what was not asked for (no data)."""

    def __init__(self, data: str = "") -> None:
        self._data = data

    def feed(self, _: Fields) -> list[StreamEvent]:
        """Take no notice: what is of use came with the start."""
        return []

    def close(self) -> list[StreamEvent]:
        """Return what the model wants back."""
        return [ThinkingReceived(text="", state={"data": joined(self._data)})] if self._data else []


class ToolBlock:
    """A tool call; its arguments may come with its start, or in pieces."""

    def __init__(self, start: Fields) -> None:
        self._start = start
        self._pieces: list[str] = []

    def feed(self, delta: Fields) -> list[StreamEvent]:
        """Keep a piece of the arguments."""
        if delta.get("type") == "input_json_delta":
            self._pieces.append(as_text(delta.get("partial_json")))
        return []

    def close(self) -> list[StreamEvent]:
        """Return the call, or what cannot be read as one."""
        calls = ToolCalls()
        arguments = "".join(self._pieces) or self._start.get("input")
        calls.feed({"id": self._start.get("id"), "name": self._start.get("name"), "arguments": arguments})
        return [*calls.all()]


def block_for(start: Fields) -> tuple[Block, list[StreamEvent]]:
    """Return the block that starts like this, and what its start already holds."""
    match start.get("type"):
        case "text":
            text = TextBlock()
            return text, text.feed({"type": "text_delta", "text": start.get("text")})
        case "thinking":
            thinking = ThinkingBlock(as_text(start.get("signature")))
            return thinking, thinking.feed({"type": "thinking_delta", "thinking": start.get("thinking")})
        case "redacted_thinking":
            return SealedBlock(as_text(start.get("data"))), []
        case "tool_use":
            return ToolBlock(start), []
        case _:  # a tool that the server runs, or something new
            return SealedBlock(), []
