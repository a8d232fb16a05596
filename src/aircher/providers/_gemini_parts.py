"""The parts of an answer of Gemini: text, thoughts, calls, and the signatures on any of them.

Invariant: every event can be encoded; a call comes out as soon as it is there, because this wire never cuts one into
pieces.

A thought signature becomes the state of a `ThinkingReceived`, and says what it belongs to:

- ``{"of": "call", "call_id": …}``: to this call, wherever it stands in the answer.
- ``{"of": "text", "chars": n}``: to the first n characters of the text that follows; 0 = to an empty text of its own.
- ``{"of": "thought", "chars": n}``: to the last n characters of this very piece of reasoning.
"""

from collections.abc import Mapping

from aircher.domain.messages import JsonValue
from aircher.domain.stream import (
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    ToolCallReceived,
    ToolCallUnreadable,
)
from aircher.providers._json import as_text, encode
from aircher.providers._surrogates import SurrogateJoiner, joined
from aircher.providers._tool_calls import ToolCalls
from aircher.support.ids import new_id

SIGNATURE = "thoughtSignature"
MADE_UP = "local_"
"""How the ids of calls begin that the server gave none; they are never sent to it."""


class AnswerParts:
    """Turns parts into events.

    Attributes:
        received_chars: Characters of visible text so far.
    """

    def __init__(self) -> None:
        self.received_chars = 0
        self._text, self._thought = SurrogateJoiner(), SurrogateJoiner()
        self._calls: dict[str, ToolCallReceived | ToolCallUnreadable] = {}

    @property
    def has_calls(self) -> bool:
        """Whether there was a call, be it one that cannot be read."""
        return bool(self._calls)

    def take(self, part: Mapping[str, JsonValue], events: list[StreamEvent]) -> None:
        """Add what a part brings; kinds that are not for us (code that was run, pictures) bring nothing."""
        text = part.get("text")
        if part.get(SIGNATURE) or "functionCall" in part:
            self._take_marked(part, events)
        elif isinstance(text, str) and text:
            events += self.more(text, is_thought=bool(part.get("thought")))

    def more(self, text: str, *, is_thought: bool) -> list[StreamEvent]:
        """Do what `take` does for a part that is text and nothing else."""
        if is_thought:
            thought = self._thought.feed(text)
            return [ThinkingReceived(text=thought)] if thought else []
        text = self._text.feed(text)
        self.received_chars += len(text)
        return [TextReceived(text=text)] if text else []

    def _take_marked(self, part: Mapping[str, JsonValue], events: list[StreamEvent]) -> None:
        signature, call = joined(as_text(part.get(SIGNATURE))), part.get("functionCall")
        text, is_thought = joined(as_text(part.get("text"))), bool(part.get("thought"))
        self.release(events)
        if isinstance(call, dict):
            self._take_call(call, signature, events)
        elif signature:
            self._take_signed(text, signature, events, is_thought=is_thought)
        elif text:
            self.take({"text": text, "thought": is_thought}, events)

    def _take_signed(self, text: str, signature: str, events: list[StreamEvent], *, is_thought: bool) -> None:
        state: dict[str, JsonValue] = {"of": "thought" if is_thought else "text", "chars": len(text)}
        state[SIGNATURE] = signature
        events.append(ThinkingReceived(text=text if is_thought else "", state=state))
        if text and not is_thought:
            self.received_chars += len(text)
            events.append(TextReceived(text=text))

    def _take_call(self, call: Mapping[str, JsonValue], signature: str, events: list[StreamEvent]) -> None:
        """Add a call, preceded by its signature; one that is repeated under its id is the same call."""
        if not (call.get("name") or call.get("args") or call.get("id")):
            return
        event = _call(call, joined(as_text(call.get("id"))))
        call_id = _id_of(event)
        if self._calls.get(call_id) == event:
            return
        if call_id in self._calls:
            event = _call(call, "")
            call_id = _id_of(event)
        self._calls[call_id] = event
        if signature:
            state: dict[str, JsonValue] = {"of": "call", "call_id": call_id, SIGNATURE: signature}
            events.append(ThinkingReceived(text="", state=state))
        events.append(event)

    def release(self, events: list[StreamEvent]) -> None:
        """Add halves of characters that wait for their other half: something else comes, so it never will."""
        if thought := self._thought.close():
            events.append(ThinkingReceived(text=thought))
        if text := self._text.close():
            self.received_chars += len(text)
            events.append(TextReceived(text=text))


def _call(call: Mapping[str, JsonValue], call_id: str) -> ToolCallReceived | ToolCallUnreadable:
    """Return the call under this id, under one of ours if that is empty."""
    call_id, name = call_id or MADE_UP + new_id(), joined(as_text(call.get("name")))
    arguments = call.get("args")
    if call.get("willContinue") or call.get("partialArgs"):
        # arguments in pieces come only to those who ask for them, and we do not: such a call must not run
        return ToolCallUnreadable(call_id=call_id, name=name, raw_arguments="(in pieces)")
    calls = ToolCalls()
    try:
        if arguments is not None and not isinstance(arguments, dict | str):
            arguments = encode(arguments).decode()
        calls.feed({"id": call_id, "function": {"name": name, "arguments": arguments}})
    except RecursionError:
        return ToolCallUnreadable(call_id=call_id, name=name, raw_arguments="(nested too deeply)")
    return calls.all()[0]


def _id_of(event: ToolCallReceived | ToolCallUnreadable) -> str:
    return event.call.call_id if isinstance(event, ToolCallReceived) else event.call_id
