"""JSON Schema in the two dialects that Gemini reads. Pure.

- `self_contained`: JSON Schema for ``parametersJsonSchema`` and ``responseJsonSchema``; only references are resolved,
  because those fields know none but the simplest.
- `openapi_schema`: the subset of OpenAPI 3.0 for ``parameters`` and ``responseSchema``, where a keyword that is not
  known fails the whole request.

Invariant: any JSON value gives a schema; what cannot be said in a dialect is loosened, never tightened, so that every
value that was valid before still is. Recursion is unrolled to a bounded depth and size.
Source: https://ai.google.dev/api/caching#Schema
"""

from collections.abc import Mapping
from urllib.parse import unquote

from aircher.domain.messages import JsonObject, JsonValue
from aircher.providers._json import as_object, as_text, encode

_MOST_ROUNDS = 2
"""How often a schema that refers to itself is unrolled: deep enough for a tree of files, small enough for a prompt."""
_DEEPEST = 24
_MOST_NODES = 4_000
"""Schemas in one schema: references that double each other would grow without end."""

_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_ONE = frozenset({"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"})
_LISTS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_DROPPED = frozenset({"$ref", "$schema", "$id", "$comment", "$defs", "definitions"})
_ANYTHING: dict[str, JsonValue] = {"type": "STRING"}  # a part without a type is refused; text can say anything
_KEPT = {
    "STRING": ("minLength", "maxLength"),
    "NUMBER": ("minimum", "maximum"),
    "INTEGER": ("minimum", "maximum"),
    "ARRAY": ("minItems", "maxItems"),
    "OBJECT": ("minProperties", "maxProperties"),
    "BOOLEAN": (),
}
_FORMATS = {
    "STRING": frozenset({"date-time"}),
    "NUMBER": frozenset({"float", "double"}),
    "INTEGER": frozenset({"int32", "int64"}),
}


def self_contained(schema: JsonObject) -> dict[str, JsonValue]:
    """Return the schema with what it refers to in place of the references."""
    return _Resolver(schema).resolved(schema)


def openapi_schema(schema: JsonObject) -> dict[str, JsonValue]:
    """Return the schema in the OpenAPI subset, types in upper case; always one of an object."""
    converted = _converted(self_contained(schema))
    return converted if converted.get("type") == "OBJECT" else {"type": "OBJECT"}


class _Resolver:
    """Puts schemas in place of references, as long as depth and size allow; then anything goes."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._nodes = 0
        self._open: list[str] = []

    def resolved(self, schema: JsonObject, depth: int = 0) -> dict[str, JsonValue]:
        self._nodes += 1
        if depth > _DEEPEST or self._nodes > _MOST_NODES:
            return {}
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return self._members(schema, depth)
        if self._open.count(reference) >= _MOST_ROUNDS:
            return {}
        self._open.append(reference)
        target = self.resolved(self._target(reference), depth + 1)
        self._open.pop()
        return target | self._members(schema, depth)

    def _members(self, schema: JsonObject, depth: int) -> dict[str, JsonValue]:
        return {key: self._member(key, value, depth + 1) for key, value in schema.items() if key not in _DROPPED}

    def _member(self, key: str, value: JsonValue, depth: int) -> JsonValue:
        if key in _MAPS and isinstance(value, dict):
            return {name: self._schema(inner, depth) for name, inner in value.items()}
        if key in _ONE:
            return self._schema(value, depth)
        if (key in _LISTS or key == "items") and isinstance(value, list):
            return [self._schema(inner, depth) for inner in value]
        return value

    def _schema(self, value: JsonValue, depth: int) -> JsonValue:
        return self.resolved(value, depth) if isinstance(value, dict) else value

    def _target(self, reference: str) -> JsonObject:
        """Return what a reference within the schema points to; anything if it points to nothing or elsewhere."""
        if not reference.startswith("#"):
            return {}
        place: object = self._root
        for step in unquote(reference[1:]).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(place, Mapping):
                place = place.get(name)
            elif isinstance(place, list) and name.isdecimal() and int(name) < len(place):
                place = place[int(name)]
            else:
                return {}
        return place if isinstance(place, Mapping) else {}


def _converted(schema: JsonValue) -> dict[str, JsonValue]:
    """Return one schema in the OpenAPI subset."""
    branches: list[dict[str, JsonValue]] = []
    is_nullable = False
    for choice in _choices(_merged(schema)) if isinstance(schema, dict) else [{}]:
        is_nullable |= choice.get("type") == "null" or choice.get("nullable") is True
        branch = _plain(choice)
        if choice.get("type") != "null" and branch not in branches:
            branches.append(branch)
    branches = branches or [dict(_ANYTHING)]
    if is_nullable:
        branches = [branch | {"nullable": True} for branch in branches]
    # a union is refused unless it stands alone: what else holds was said in each of its branches
    return branches[0] if len(branches) == 1 else {"anyOf": list[JsonValue](branches)}


def _merged(schema: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the schema with the members of ``allOf`` as its own; properties and duties add up."""
    members = schema.get("allOf")
    if not isinstance(members, list):
        return schema
    merged: dict[str, JsonValue] = {}
    properties: dict[str, JsonValue] = {}
    required: list[JsonValue] = []
    for member in [*members, {key: value for key, value in schema.items() if key != "allOf"}]:
        if isinstance(member, dict):
            flat = _merged(member)
            merged |= flat
            properties |= as_object(flat.get("properties"))
            required += _as_list(flat.get("required"))
    return merged | ({"properties": properties} if properties else {}) | ({"required": required} if required else {})


def _choices(schema: dict[str, JsonValue]) -> list[dict[str, JsonValue]]:
    """Return schemas of one type each, ``null`` among them, that together allow what this one does."""
    union = _as_list(schema.get("anyOf")) or _as_list(schema.get("oneOf"))
    if union and "properties" not in schema:  # else the union only restricts an object that is described already
        shared = {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}
        members = [shared | _merged(member) if isinstance(member, dict) else shared for member in union]
        return [choice for member in members for choice in _choices(member)]
    if "const" in schema:
        schema = schema | {"enum": [schema["const"]]}
    values, named = _as_list(schema.get("enum")), schema.get("type")
    types = [kind for kind in (named if isinstance(named, list) else [named]) if isinstance(kind, str)]
    types = types or list(dict.fromkeys(map(_type_of, values))) or [_guessed(schema)]
    if None in values and "null" not in types:
        types.append("null")
    return [schema | {"type": kind} for kind in types]


def _type_of(value: JsonValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return "string"


def _guessed(schema: Mapping[str, JsonValue]) -> str:
    """Return the type of a schema that names none, from what else it says."""
    if any(key in schema for key in ("properties", "additionalProperties", "patternProperties", "required")):
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else "string"


def _plain(schema: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return a schema of one type in the OpenAPI subset; what the subset has no words for goes into the description."""
    named = as_text(schema.get("type"))
    kind = named.upper() if named.upper() in _KEPT else "STRING"
    plain: dict[str, JsonValue] = {"type": kind}
    description = as_text(schema.get("description"))
    names = {"number", "integer"} if kind == "NUMBER" else {kind.lower()}
    values = [value for value in _as_list(schema.get("enum")) if _type_of(value) in names]
    if values and kind == "STRING" and all(values):  # only texts that are not empty may be listed
        plain["enum"] = values
    elif values:
        description = f"{description} One of: {encode(values).decode()}".strip()
    if description:
        plain["description"] = description
    if (form := as_text(schema.get("format"))) in _FORMATS.get(kind, ()):
        plain["format"] = form
    for keyword in _KEPT[kind]:
        bound = schema.get(keyword)
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            plain[keyword] = bound
    if kind == "ARRAY":
        plain["items"] = _items(schema)
    elif kind == "OBJECT":
        plain |= _properties(schema)
    return plain


def _items(schema: Mapping[str, JsonValue]) -> JsonValue:
    """Return what an array holds; the places of a tuple become a union."""
    items = schema.get("items")
    places = [*_as_list(schema.get("prefixItems")), *_as_list(items)]
    if not places:
        return _converted(items)
    return _converted({"anyOf": [*places, items] if isinstance(items, dict) else places})


def _properties(schema: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the members of an object; a list of none is refused, and so is a duty that is no member."""
    properties: dict[str, JsonValue] = {
        name: _converted(inner) for name, inner in as_object(schema.get("properties")).items() if inner is not False
    }
    duties = map(as_text, _as_list(schema.get("required")))
    required: list[JsonValue] = [name for name in duties if name in properties]
    return ({"properties": properties} if properties else {}) | ({"required": required} if required else {})


def _as_list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
