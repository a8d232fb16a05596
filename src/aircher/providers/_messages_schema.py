"""JSON Schemas as the Messages API takes them: closed objects, and no bounds on numbers or lengths.

Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""

from collections.abc import Mapping

from aircher.domain.messages import JsonObject, JsonValue
from aircher.providers._json import encode

_PLAIN = frozenset(
    {"type", "title", "description", "properties", "required", "additionalProperties", "items", "enum", "const"}
)
_REFUSED = frozenset(
    {
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
        *("patternProperties", "propertyNames", "$schema", "$id"),
    }
)
_MAPS = ("properties", "$defs", "definitions")
_LISTS = ("anyOf", "allOf")
_NOT_AT_THE_TOP = frozenset({"anyOf", "allOf", "oneOf"})


def tool_schema(parameters: JsonObject) -> dict[str, JsonValue]:
    """Return the schema of a tool's arguments: an object, without alternatives of the whole, which are refused."""
    kept = {key: value for key, value in parameters.items() if key not in _NOT_AT_THE_TOP}
    return kept if kept.get("type") == "object" else {**kept, "type": "object"}


def is_strict(schema: object) -> bool:
    """Say whether the server can hold a model to this schema: every object closed, every property required.

    Unions would qualify as well, but only 16 of them in a request; whoever uses them goes without.
    """
    if not isinstance(schema, Mapping) or not schema.keys() <= _PLAIN or not isinstance(schema.get("type"), str):
        return False
    if schema["type"] == "array":
        return is_strict(schema.get("items"))
    if schema["type"] != "object":
        return True
    properties, required = schema.get("properties"), schema.get("required", [])
    return (
        isinstance(properties, Mapping)
        and isinstance(required, list)
        and schema.get("additionalProperties") is False
        and properties.keys() == {name for name in required if isinstance(name, str)}
        and all(is_strict(value) for value in properties.values())
    )


def answer_schema(schema: JsonObject) -> dict[str, JsonValue]:
    """Return the schema with all objects closed; what the server would refuse is told in the description instead."""
    told = {key: value for key, value in schema.items() if _is_refused(key, value)}
    kept = {"anyOf" if key == "oneOf" else key: value for key, value in schema.items() if key not in told}
    for key in _MAPS:
        if isinstance(named := kept.get(key), dict):
            kept[key] = {name: _nested(value) for name, value in named.items()}
    for key in _LISTS:
        if isinstance(listed := kept.get(key), list):
            kept[key] = [_nested(value) for value in listed]
    if "items" in kept:
        kept["items"] = _nested(kept["items"])
    if kept.get("type") == "object" or "properties" in kept:
        kept["additionalProperties"] = False
    if bounds := {key: value for key, value in told.items() if not key.startswith("$")}:
        text = kept.get("description")
        kept["description"] = f"{text} " * isinstance(text, str) + encode(bounds).decode()
    return kept


def _nested(schema: JsonValue) -> JsonValue:
    return answer_schema(schema) if isinstance(schema, dict) else schema


def _is_refused(key: str, value: JsonValue) -> bool:
    return key in _REFUSED or (key == "minItems" and value not in {0, 1})
