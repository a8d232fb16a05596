"""From a model's JSON object to a tool's typed arguments, with errors the model can act on."""

from typing import TypeVar

import msgspec

from aircher.domain.messages import JsonObject
from aircher.domain.tools import ToolFailure

ArgsT = TypeVar("ArgsT", bound=msgspec.Struct)


def parse_arguments(arguments: JsonObject, kind: type[ArgsT]) -> ArgsT | ToolFailure:
    """Return ``arguments`` as ``kind``, or what is wrong with them and what is expected."""
    try:
        return msgspec.convert(dict(arguments), kind)
    except msgspec.ValidationError as exc:
        expected = ", ".join(kind.__struct_fields__)
        return ToolFailure(message=f"Wrong arguments: {exc}. Expected: {expected}.")


def parameters(kind: type[msgspec.Struct]) -> JsonObject:
    """Return the JSON Schema of ``kind`` as one flat object, the shape every vendor takes."""
    schema = msgspec.json.schema(kind)
    definition = schema["$defs"][kind.__name__]
    return {
        "type": "object",
        "properties": definition["properties"],
        "required": definition["required"],
        "additionalProperties": False,
    }
