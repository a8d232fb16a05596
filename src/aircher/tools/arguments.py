"""From a model's JSON object to a tool's typed arguments, with errors the model can act on."""

from functools import cache
from typing import Any, TypeVar

import msgspec

from aircher.domain.messages import JsonObject
from aircher.domain.tools import ToolFailure

ArgsT = TypeVar("ArgsT", bound=msgspec.Struct)

_SILENT: tuple[object, ...] = (None, "", False, [])
"""Defaults that go without saying: every token of a schema is sent with every request."""


def parse_arguments(arguments: JsonObject, kind: type[ArgsT]) -> ArgsT | ToolFailure:
    """Return ``arguments`` as ``kind``, or what is wrong with them and what is expected.

    What models often send is taken kindly: ``null`` for what may be left out, ``"5"`` for a number.
    """
    try:
        given = {name: value for name, value in arguments.items() if value is not None}
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as exc:
        expected = ", ".join(kind.__struct_fields__)
        return ToolFailure(message=f"Wrong arguments: {exc}. Expected: {expected}.")


@cache
def parameters(kind: type[msgspec.Struct]) -> JsonObject:
    """Return the JSON Schema of ``kind`` as one flat object, the shape every vendor takes.

    What goes without saying is left out: `parse_arguments` checks it, and says so in words.
    """
    schema = msgspec.json.schema(kind)
    definitions = schema["$defs"]
    return _lean(definitions[kind.__name__], definitions)


def _lean(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:  # Any: JSON of msgspec's making
    if "$ref" in schema:
        named = _lean(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {"description": schema["description"], **named} if "description" in schema else named
    if schema.get("type") == "object" and "properties" in schema:
        return {
            "type": "object",
            "properties": {name: _lean(each, definitions) for name, each in schema["properties"].items()},
            **({"required": schema["required"]} if schema.get("required") else {}),
            "additionalProperties": False,
        }
    kept = {
        name: value
        for name, value in schema.items()
        if name not in ("title", "minLength", "minimum") and not (name == "default" and value in _SILENT)
    }
    if isinstance(kept.get("items"), dict):
        kept["items"] = _lean(kept["items"], definitions)
    return kept
