"""The JSON Schema of what ``json`` and ``stream-json`` print, made from the events and the result themselves.

``output.schema.json`` beside this file is its output, shipped with the package; a check keeps both the same.
"""

from dataclasses import fields, is_dataclass
from typing import Any, get_args

import msgspec

from aircher.domain.display import DisplayBlock
from aircher.domain.events import EVENT_TYPES, CallStatus, Event, StopReason
from aircher.domain.lanes import Lane

_TEXT = {"type": "string"}

PLACE: dict[str, Any] = {
    "seq": {"type": "integer", "minimum": 1, "description": "Position in the conversation."},
    "at": {"type": "string", "format": "date-time"},
    "session_id": {"type": "string"},
    "turn_id": {"type": ["string", "null"], "description": "null outside of turns."},
}
"""What every line of ``stream-json`` but the last has."""

_PROMPT: dict[str, Any] = {
    "type": "array",
    "items": {
        "oneOf": [
            {"type": "object", "required": ["text"], "additionalProperties": False, "properties": {"text": _TEXT}},
            {
                "type": "object",
                "required": ["media_type", "data_base64"],
                "additionalProperties": False,
                "properties": {"media_type": _TEXT, "data_base64": _TEXT},
            },
        ]
    },
}

_UNTYPED: dict[str, dict[str, Any]] = {
    "arguments": {"type": "object", "description": "As the model wrote them."},
    "state": {"type": ["object", "null"], "description": "Opaque; goes back to the same model unchanged."},
    "prompt": _PROMPT,
    "waiting": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["id", "lane", "prompt"],
            "additionalProperties": False,
            "properties": {"id": _TEXT, "lane": {"enum": [str(lane) for lane in Lane]}, "prompt": _PROMPT},
        },
    },
}
"""Fields whose types the generator cannot read: JSON of any shape, and unions of plain dataclasses."""

_COUNT = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL = {"type": ["integer", "null"], "minimum": 0, "description": "null = not reported."}


def output_schema() -> dict[str, Any]:
    """Return the schema of one line: an event, or the result that ends the stream (and is all of ``json``)."""
    definitions: dict[str, Any] = {kind.__name__: _event(name, kind) for name, kind in EVENT_TYPES.items()}
    definitions["Result"] = _result()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of aircher -p --output-format stream-json",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in definitions],
        "$defs": definitions,
    }


def _event(name: str, kind: type[Event]) -> dict[str, Any]:
    own = {item.name: _UNTYPED.get(item.name) or _field(item.type) for item in fields(kind)}
    about = (kind.__doc__ or "").split("\n", maxsplit=1)[0]
    return {"description": about, **_object({"type": {"const": name}, **PLACE, **own})}


def _field(hint: Any) -> dict[str, Any]:
    if hint == tuple[DisplayBlock, ...]:  # a union of plain dataclasses, told apart by ``kind``
        blocks = [_inlined(msgspec.json.schema(kind)) for kind in get_args(DisplayBlock)]
        return {"type": "array", "items": {"oneOf": blocks}}
    if is_dataclass(hint):
        return _object({item.name: _field(item.type) for item in fields(hint)})
    return _inlined(msgspec.json.schema(hint))


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Put every definition where it is referred to: each field's schema stands alone."""
    definitions = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        match part:
            case {"$ref": str(place)}:
                return resolved(definitions[place.rsplit("/", 1)[-1]])
            case dict():
                return {key: resolved(item) for key, item in part.items()}
            case list():
                return [resolved(item) for item in part]
            case _:
                return part

    return dict(resolved(schema))


def _object(properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _result() -> dict[str, Any]:
    text = _TEXT
    properties: dict[str, Any] = {
        "type": {"const": "result"},
        "session_id": text,
        "text": {**text, "description": "The answer: what was said after the last tool call."},
        "stop_reason": {"enum": [*(str(reason) for reason in StopReason), None]},
        "provider": text,
        "model": text,
        "usage": _object(
            {
                "input_tokens": _COUNT,
                "output_tokens": _COUNT,
                "cached_tokens": _COUNT_OR_NULL,
                "reasoning_tokens": _COUNT_OR_NULL,
            }
        ),
        "cost_usd": {"type": ["number", "null"], "description": "null = a call's price is unknown."},
        "duration_ms": _COUNT,
        "turns": {**_COUNT, "description": "Model calls."},
        "tool_calls": _list(
            {
                "id": text,
                "name": text,
                "arguments": {"type": "object"},
                "status": {"enum": [*(str(status) for status in CallStatus), None]},
                "summary": text,
                "duration_ms": _COUNT,
            }
        ),
        "denied": _list({"tool": text, "rule": text}),
        "files_changed": _list({"path": text, "change": text, "added": _COUNT, "removed": _COUNT}),
        "error": _object(
            {"code": text, "message": text, "hint": {"type": ["string", "null"]}, "retry_after_s": {"type": "number"}},
            optional=("retry_after_s",),
        ),
    }
    return _object(properties, optional=("error",))


def _list(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}
