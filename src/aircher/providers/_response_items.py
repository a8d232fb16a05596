"""The output items of a Responses answer: what of them is called, and what has to go back. Pure.

Invariant: the arguments of a call are parsed once, when they are whole; calls come out in the order they were begun.
"""

from collections.abc import Mapping
from dataclasses import field

from aircher.domain.messages import JsonObject, JsonValue
from aircher.domain.records import dataclass
from aircher.domain.stream import ToolCallReceived, ToolCallUnreadable
from aircher.providers._json import as_object, as_text
from aircher.providers._surrogates import encodable, joined
from aircher.providers._tool_calls import ToolCalls
from aircher.support.ids import new_id

FUNCTION = "function_call"
CUSTOM = "custom_tool_call"

_GOES_BACK = {
    "reasoning": ("id", "summary", "content", "encrypted_content"),
    "compaction": ("type", "id", "encrypted_content"),
}


def state_of(item: Mapping[str, JsonValue]) -> JsonObject | None:
    """Return what of an item goes back to the model unchanged; ``None`` = nothing, or it was cut off.

    An item without its encrypted content cannot be used by a server that keeps nothing, unless the thoughts
    themselves are in it, as open-weight models send them.
    """
    fields = _GOES_BACK.get(as_text(item.get("type")))
    if fields is None or item.get("status") == "incomplete":
        return None
    if not item.get("encrypted_content") and not item.get("content"):
        return None
    try:
        return {name: encodable(item[name]) for name in fields if item.get(name) is not None}
    except RecursionError:  # nested beyond anything a server would send
        return None


def thoughts_of(item: Mapping[str, JsonValue]) -> str:
    """Return the readable thoughts of a whole reasoning item, a blank line between its parts."""
    for name in ("summary", "content"):
        parts = item.get(name)
        if isinstance(parts, list) and parts:
            return joined("\n\n".join(as_text(as_object(part).get("text")) for part in parts))
    return ""


@dataclass(slots=True)
class _Call:
    call_id: str
    name: str
    is_custom: bool
    pieces: list[str] = field(default_factory=list)
    is_ended: bool = False
    is_cut: bool = False

    @property
    def raw(self) -> str:
        return joined("".join(self.pieces))

    def event(self) -> ToolCallReceived | ToolCallUnreadable:
        """Return the call; one of free text, or one cut off, cannot be run."""
        if self.is_custom or (self.is_cut and not self.is_whole):
            return ToolCallUnreadable(call_id=self.call_id, name=self.name, raw_arguments=self.raw)
        return self._parsed().all()[0]

    @property
    def is_whole(self) -> bool:
        return not self.is_custom and bool(self._parsed().whole())

    def _parsed(self) -> ToolCalls:
        calls = ToolCalls()
        calls.feed({"id": self.call_id, "function": {"name": self.name, "arguments": self.raw}})
        return calls


class ResponseCalls:
    """The calls of one answer, by the place of their item in its output."""

    def __init__(self) -> None:
        self.count = 0
        self._open: dict[int | str, _Call] = {}

    def begin(self, place: int | str, item: Mapping[str, JsonValue]) -> None:
        """Note a call; does nothing if it is known or the item is none."""
        kind = item.get("type")
        if kind not in {FUNCTION, CUSTOM} or place in self._open:
            return
        self.count += 1
        call_id = joined(as_text(item.get("call_id")) or as_text(item.get("id"))) or f"local_{new_id()}"
        self._open[place] = _Call(call_id, joined(as_text(item.get("name"))), kind == CUSTOM)

    def add(self, place: int | str, piece: str) -> None:
        """Add a fragment of a call's arguments."""
        if place in self._open:
            self._open[place].pieces.append(piece)

    def settle(self, place: int | str, arguments: str) -> None:
        """Replace what was collected by the whole arguments, if they are told."""
        if place in self._open and arguments:
            self._open[place].pieces = [arguments]

    def end(self, place: int | str, item: Mapping[str, JsonValue]) -> list[ToolCallReceived | ToolCallUnreadable]:
        """Take the whole item and return the calls that are complete now, in the order they were begun."""
        self.begin(place, item)
        call = self._open.get(place)
        if call is None:
            return []
        self.settle(place, as_text(item.get("input" if call.is_custom else "arguments")))
        call.name = call.name or joined(as_text(item.get("name")))
        call.is_ended, call.is_cut = True, item.get("status") == "incomplete"
        return self._released()

    def rest(self, *, is_cut: bool) -> list[ToolCallReceived | ToolCallUnreadable]:
        """Return the calls that are left when the answer ends; ``is_cut`` = it ended before its time."""
        calls = list(self._open.values())
        self._open.clear()
        for call in calls:
            call.is_cut = call.is_cut or (is_cut and not call.is_ended)
        return [call.event() for call in calls]

    def whole(self) -> list[ToolCallReceived]:
        """Return the calls whose arguments arrived in full; for an answer that broke off."""
        events = [call.event() for call in self._open.values() if call.is_whole]
        return [event for event in events if isinstance(event, ToolCallReceived)]

    def _released(self) -> list[ToolCallReceived | ToolCallUnreadable]:
        events = []
        for place, call in list(self._open.items()):
            if not call.is_ended:
                break
            events.append(call.event())
            del self._open[place]
        return events
