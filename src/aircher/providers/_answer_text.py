"""The text of an answer: visible, reasoning, refusal, wherever a delta carries it.

Invariant: every piece can be encoded and none is empty; what is held back comes out by `AnswerText.held`.

Where reasoning goes back to the server, a `ThinkingReceived` without text closes each stretch of it, with the state
``{"field": name}``: the field it came in.
"""

from collections.abc import Mapping

from aircher.domain.messages import JsonValue
from aircher.domain.stream import RefusalReceived, StreamEvent, TextReceived, ThinkingReceived
from aircher.providers._json import as_object, as_text
from aircher.providers._surrogates import SurrogateJoiner
from aircher.providers._think_tags import Split, ThinkTags


class AnswerText:
    """Turns deltas into events.

    Attributes:
        received_chars: Characters of visible text so far.
        has_refused: Whether the vendor marked any of it as a refusal.
    """

    def __init__(self, *, has_think_tags: bool, names_reasoning: bool = False) -> None:
        """Begin; ``names_reasoning`` = the field that reasoning came in is told, so that it can go back in it."""
        self.received_chars = 0
        self.has_refused = False
        self._content, self._reasoning, self._refusal = SurrogateJoiner(), SurrogateJoiner(), SurrogateJoiner()
        self._tags = ThinkTags() if has_think_tags else None
        self._names_reasoning = names_reasoning
        self._open_field: str | None = None

    def feed(self, delta: Mapping[str, JsonValue]) -> list[StreamEvent]:
        """Return the text that this delta (or whole message) brings."""
        events: list[StreamEvent] = []
        # vLLM sends the same text under both names for the sake of older clients
        reasoning = delta.get("reasoning") or delta.get("reasoning_content")
        if reasoning:
            self._add_reasoning(as_text(reasoning), events)
            if self._names_reasoning and isinstance(reasoning, str):
                self._open_field = "reasoning" if delta.get("reasoning") else "reasoning_content"
        content = delta.get("content")
        if isinstance(content, str) and content:
            self._add_content(content, events)
        elif isinstance(content, list):
            for part in content:
                self._add_part(as_object(part), events)
        refusal = delta.get("refusal")
        if refusal and (text := self._refusal.feed(as_text(refusal))):
            self._close_reasoning(events)
            self.has_refused = True
            self.received_chars += len(text)
            events.append(RefusalReceived(text=text))
        return events

    def feed_text(self, content: str) -> list[StreamEvent]:
        """Do what `feed` does for a delta that holds visible text alone."""
        text = self._content.feed(content)
        if self._open_field is not None or (self._tags is not None and not self._tags.is_over):
            events: list[StreamEvent] = []
            self._add_split(Split("", text) if self._tags is None else self._tags.feed(text), events)
            return events
        if not text:
            return []
        self.received_chars += len(text)
        return [TextReceived(text=text)]

    def held(self) -> list[StreamEvent]:
        """Return what was held back; the answer is over."""
        events: list[StreamEvent] = []
        if thought := self._reasoning.close():
            events.append(ThinkingReceived(text=thought))
        content = self._content.close()
        if self._tags is None:
            self._add_split(Split("", content), events)
        else:
            self._add_split(self._tags.feed(content), events)
            self._add_split(self._tags.close(), events)
        self._close_reasoning(events)
        return events

    def _add_content(self, content: str, events: list[StreamEvent]) -> None:
        text = self._content.feed(content)
        self._add_split(Split("", text) if self._tags is None else self._tags.feed(text), events)

    def _add_reasoning(self, reasoning: str, events: list[StreamEvent]) -> None:
        if text := self._reasoning.feed(reasoning):
            events.append(ThinkingReceived(text=text))

    def _close_reasoning(self, events: list[StreamEvent]) -> None:
        if self._open_field is not None:
            events.append(ThinkingReceived(text="", state={"field": self._open_field}))
            self._open_field = None

    def _add_part(self, part: Mapping[str, JsonValue], events: list[StreamEvent]) -> None:
        """Source: content as a list of typed parts, as Mistral's models answer when they think."""
        if part.get("type") == "text":
            self._add_content(as_text(part.get("text")), events)
        elif part.get("type") == "thinking":
            inner = part.get("thinking")
            pieces = inner if isinstance(inner, list) else [{"text": inner}]
            self._add_reasoning("".join(as_text(as_object(piece).get("text")) for piece in pieces), events)

    def _add_split(self, split: Split, events: list[StreamEvent]) -> None:
        if self._open_field is not None and (split.thinking or split.text):
            self._close_reasoning(events)
        if split.thinking:
            events.append(ThinkingReceived(text=split.thinking))
        if split.text:
            self.received_chars += len(split.text)
            events.append(TextReceived(text=split.text))
