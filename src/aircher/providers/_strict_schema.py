"""Whether OpenAI can hold a model to a JSON Schema to the letter. Pure.

Source: https://platform.openai.com/docs/guides/structured-outputs, "Supported schemas".
"""

from aircher.domain.messages import JsonObject, JsonValue

_SAYS_WHAT = frozenset({"type", "anyOf", "$ref", "enum", "const"})
_UNSUPPORTED = frozenset(
    {
        "allOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "patternProperties",
        "unevaluatedProperties",
        "propertyNames",
        "prefixItems",
        "contains",
    }
)


def is_strict(schema: JsonObject) -> bool:
    """Whether the schema is that of an object and qualifies: in every object, all properties are required, no others.

    A schema that does not qualify is still sent, as advice; with ``strict`` the server would refuse the request.
    """
    return schema.get("type") == "object" and _qualifies(dict(schema))


def _qualifies(schema: JsonValue) -> bool:
    if not isinstance(schema, dict) or _SAYS_WHAT.isdisjoint(schema):
        return False
    if not _UNSUPPORTED.isdisjoint(schema) or not _is_closed(schema):
        return False
    below: list[JsonValue] = []
    for key in ("properties", "$defs", "definitions"):
        named = schema.get(key, {})
        below += named.values() if isinstance(named, dict) else [None]
    options = schema.get("anyOf", [])
    below += options if isinstance(options, list) else [None]
    if "items" in schema:
        below.append(schema["items"])
    return all(map(_qualifies, below))


def _is_closed(schema: dict[str, JsonValue]) -> bool:
    kind, properties = schema.get("type"), schema.get("properties", {})
    is_object = kind == "object" or (isinstance(kind, list) and "object" in kind) or bool(properties)
    if not is_object:
        return True
    required = schema.get("required", [])
    return (
        schema.get("additionalProperties") is False
        and isinstance(properties, dict)
        and isinstance(required, list)
        and all(name in required for name in properties)
    )
