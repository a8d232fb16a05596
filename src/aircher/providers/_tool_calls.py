"""Tool calls in fragments, put together whatever index, id and name the server gives them.

Invariant: arguments are parsed once, at the end; what is not a JSON object never becomes a call.
"""

from dataclasses import field

from aircher.domain.ids import CallId
from aircher.domain.messages import JsonObject, JsonValue, ToolCallPart
from aircher.domain.records import dataclass
from aircher.domain.stream import ToolCallReceived, ToolCallUnreadable
from aircher.providers._json import UnreadableJson, as_object, as_text, decode, encode
from aircher.providers._surrogates import encodable, joined
from aircher.support.ids import new_id


@dataclass(slots=True)
class _Call:
    index: int | None
    call_id: str
    name: str
    pieces: list[str] = field(default_factory=list)

    @property
    def raw(self) -> str:
        return joined("".join(self.pieces))

    def arguments(self) -> JsonObject | None:
        """Return the arguments, ``{}`` for none at all, ``None`` if they are not a JSON object."""
        raw = self.raw.strip()
        if not raw or raw == "null":
            return {}
        try:
            value = encodable(decode(raw.encode()))
        except (UnreadableJson, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    @property
    def is_whole(self) -> bool:
        return bool(self.raw.strip()) and self.arguments() is not None


class ToolCalls:
    """The calls of one answer, in the order of their first fragment."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []

    def __len__(self) -> int:
        return len(self._calls)

    def feed(self, fragment: JsonValue) -> None:
        """Add one element of ``delta.tool_calls``."""
        piece = as_object(fragment)
        if not piece:
            return
        function = as_object(piece.get("function")) or piece
        index, raw_id = piece.get("index"), piece.get("id")
        call_id = joined(as_text(raw_id)) or (str(raw_id) if isinstance(raw_id, int) else "")
        name = joined(as_text(function.get("name")))
        call = self._find(index if isinstance(index, int) else None, call_id, name)
        call.call_id = call.call_id or call_id
        call.name = call.name or name
        arguments = function.get("arguments")
        if isinstance(arguments, str):
            call.pieces.append(arguments)
        elif isinstance(arguments, dict):
            call.pieces = [encode(arguments).decode()]

    def whole(self) -> list[ToolCallReceived]:
        """Return the calls whose arguments arrived in full; for an answer that broke off."""
        return [event for call in self._calls if call.is_whole and isinstance(event := _event(call), ToolCallReceived)]

    def all(self) -> list[ToolCallReceived | ToolCallUnreadable]:
        """Return every call; for an answer that ended properly."""
        return [_event(call) for call in self._calls]

    def _find(self, index: int | None, call_id: str, name: str) -> _Call:
        """Return the call this fragment belongs to, a new one if it starts one.

        An id decides; without one the index does; without both it is the last call, unless that one is whole and
        the fragment names a function.
        """
        for call in reversed(self._calls):
            if index is not None and call.index is not None and call.index != index:
                continue
            if call_id and call.call_id:
                if call.call_id == call_id:
                    return call
                continue
            if name and call.name and (name != call.name or call.is_whole):
                break
            return call
        call = _Call(index, call_id, name)
        self._calls.append(call)
        return call


def _event(call: _Call) -> ToolCallReceived | ToolCallUnreadable:
    call.call_id = call.call_id or f"call_{new_id()}"
    arguments = call.arguments()
    if arguments is None or not call.name:
        return ToolCallUnreadable(call_id=call.call_id, name=call.name, raw_arguments=call.raw)
    return ToolCallReceived(call=ToolCallPart(call_id=CallId(call.call_id), name=call.name, arguments=arguments))
