import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.messages import JsonValue
from aircher.providers._gemini_schema import openapi_schema, self_contained


def of_property(schema: JsonValue) -> JsonValue:
    converted = openapi_schema({"type": "object", "properties": {"p": schema}})
    properties = converted["properties"]
    assert isinstance(properties, dict)
    return properties["p"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "minLength": 1, "pattern": "(?=x)"}, {"type": "STRING", "minLength": 1}),
        ({"type": "integer", "minimum": 0, "exclusiveMaximum": 9}, {"type": "INTEGER", "minimum": 0}),
        ({"type": "number", "format": "double", "default": 1}, {"type": "NUMBER", "format": "double"}),
        ({"type": "string", "format": "uri"}, {"type": "STRING"}),
        ({"type": "string", "format": "date-time"}, {"type": "STRING", "format": "date-time"}),
        ({"type": "boolean", "title": "T", "description": "d"}, {"type": "BOOLEAN", "description": "d"}),
        ({"type": ["string", "null"]}, {"type": "STRING", "nullable": True}),
        ({"type": "string", "nullable": True}, {"type": "STRING", "nullable": True}),
        ({"type": "null"}, {"type": "STRING", "nullable": True}),
        (
            {"type": ["string", "integer", "null"], "description": "d"},
            {
                "anyOf": [
                    {"type": "STRING", "description": "d", "nullable": True},
                    {"type": "INTEGER", "description": "d", "nullable": True},
                ]
            },
        ),
        ({"enum": ["a", "b", None]}, {"type": "STRING", "enum": ["a", "b"], "nullable": True}),
        ({"const": "a"}, {"type": "STRING", "enum": ["a"]}),
        ({"type": "integer", "enum": [1, 2]}, {"type": "INTEGER", "description": "One of: [1,2]"}),
        ({"type": "number", "enum": [1, 2.5]}, {"type": "NUMBER", "description": "One of: [1,2.5]"}),
        ({"enum": ["", "a"], "description": "d"}, {"type": "STRING", "description": 'd One of: ["","a"]'}),
        (
            {"enum": ["a", 1]},
            {"anyOf": [{"type": "STRING", "enum": ["a"]}, {"type": "INTEGER", "description": "One of: [1]"}]},
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "d"},
            {"type": "STRING", "description": "d", "nullable": True},
        ),
        (
            {"oneOf": [{"type": "string"}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}]},
            {"anyOf": [{"type": "STRING"}, {"type": "INTEGER"}]},
        ),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}, "anyOf": [{"required": ["a"]}]},
            {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}},
        ),
        (
            {"allOf": [{"properties": {"a": True}, "required": ["a"]}, {"properties": {"b": {"type": "integer"}}}]},
            {
                "type": "OBJECT",
                "properties": {"a": {"type": "STRING"}, "b": {"type": "INTEGER"}},
                "required": ["a"],
            },
        ),
        (
            {
                "properties": {"a": {}, "no": False},
                "required": ["a", "no", "missing"],
                "additionalProperties": False,
                "patternProperties": {"^x": {}},
            },
            {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}, "required": ["a"]},
        ),
        ({"additionalProperties": {"type": "string"}}, {"type": "OBJECT"}),
        ({"type": "array"}, {"type": "ARRAY", "items": {"type": "STRING"}}),
        ({"items": {"type": "integer"}, "maxItems": 3}, {"type": "ARRAY", "items": {"type": "INTEGER"}, "maxItems": 3}),
        (
            {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
            {"type": "ARRAY", "items": {"anyOf": [{"type": "STRING"}, {"type": "INTEGER"}]}},
        ),
        ({"type": "array", "items": [{"type": "string"}]}, {"type": "ARRAY", "items": {"type": "STRING"}}),
        (
            {"enum": [True, {"x": 1}, []]},
            {
                "anyOf": [
                    {"type": "BOOLEAN", "description": "One of: [true]"},
                    {"type": "OBJECT", "description": 'One of: [{"x":1}]'},
                    {"type": "ARRAY", "description": "One of: [[]]", "items": {"type": "STRING"}},
                ]
            },
        ),
        ({"type": "weird"}, {"type": "STRING"}),
        (True, {"type": "STRING"}),
    ],
)
def test_json_schema_in_the_openapi_subset(schema: JsonValue, expected: JsonValue) -> None:
    assert of_property(schema) == expected


@pytest.mark.parametrize("schema", [{}, {"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "object"}]}])
def test_the_outermost_schema_is_always_one_of_an_object(schema: dict[str, JsonValue]) -> None:
    assert openapi_schema(schema) == {"type": "OBJECT"}


def test_references_are_replaced_and_only_where_schemas_stand() -> None:
    schema: dict[str, JsonValue] = {
        "$schema": "x",
        "type": "object",
        "properties": {
            "$ref": {"type": "string", "enum": ["$defs"]},
            "a": {"$ref": "#/$defs/A~1b%20c", "description": "mine"},
            "list": {"type": "array", "items": {"$ref": "#/definitions/N"}},
            "lost": {"$ref": "#/$defs/missing", "description": "d"},
            "far": {"$ref": "https://example.com/schema.json"},
            "place": {"$ref": "#/properties/any/anyOf/1"},
            "nowhere": {"$ref": "#/properties/a/description/x"},
            "any": {"anyOf": [{"$ref": "#/definitions/N"}, {"type": "null"}]},
        },
        "default": {"$ref": "kept"},
        "$defs": {"A/b c": {"type": "string", "description": "theirs"}},
        "definitions": {"N": {"type": "integer"}},
    }

    assert self_contained(schema) == {
        "type": "object",
        "properties": {
            "$ref": {"type": "string", "enum": ["$defs"]},
            "a": {"type": "string", "description": "mine"},
            "list": {"type": "array", "items": {"type": "integer"}},
            "lost": {"description": "d"},
            "far": {},
            "place": {"type": "null"},
            "nowhere": {},
            "any": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        },
        "default": {"$ref": "kept"},
    }


def test_a_schema_that_refers_to_itself_is_unrolled_twice() -> None:
    node: JsonValue = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}},
    }
    leaf: JsonValue = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {}}},
    }
    inner: JsonValue = {"type": "object", "properties": {"name": {"type": "string"}, "children": {"type": "array"}}}
    assert isinstance(inner, dict)
    inner["properties"] = {"name": {"type": "string"}, "children": {"type": "array", "items": leaf}}

    assert self_contained({"$ref": "#/$defs/Node", "$defs": {"Node": node}}) == inner
    assert self_contained({"$ref": "#"}) == {}


def test_references_that_double_each_other_stay_small() -> None:
    names = [f"d{number}" for number in range(30)]
    following = pairwise(names)
    bomb: dict[str, JsonValue] = {
        name: {"properties": {side: {"$ref": f"#/$defs/{after}"} for side in "ab"}} for name, after in following
    }

    schema: dict[str, JsonValue] = {"properties": {"p": {"$ref": "#/$defs/d0"}}, "$defs": bomb}

    assert len(json.dumps(self_contained(schema))) < 200_000
    assert len(json.dumps(openapi_schema(schema))) < 500_000


KEYWORDS = st.sampled_from(
    ["type", "properties", "items", "anyOf", "oneOf", "allOf", "enum", "const", "$ref", "$defs", "required", "format",
     "prefixItems", "additionalProperties", "description", "minimum", "nullable", "a"]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["string", "object", "array", "null", "#", "#/$defs/a", "#/properties/a", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4),
    max_leaves=15,
)


def check(schema: JsonValue) -> None:
    assert isinstance(schema, dict)
    if "anyOf" in schema:
        assert set(schema) == {"anyOf"}
        branches = schema["anyOf"]
        assert isinstance(branches, list)
        assert len(branches) > 1
        for branch in branches:
            check(branch)
        return
    assert schema["type"] in {"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"}
    assert ("items" in schema) == (schema["type"] == "ARRAY")
    if "items" in schema:
        check(schema["items"])
    properties = schema.get("properties", {})
    assert isinstance(properties, dict)
    for inner in properties.values():
        check(inner)


@given(st.dictionaries(KEYWORDS, VALUES, max_size=5))
@settings(deadline=None, max_examples=500)
def test_whatever_the_schema_the_subset_is_kept(schema: dict[str, JsonValue]) -> None:
    check(openapi_schema(schema))
