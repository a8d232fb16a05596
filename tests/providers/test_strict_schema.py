import pytest

from aircher.domain.messages import JsonValue
from aircher.providers._strict_schema import is_strict

TEXT: JsonValue = {"type": "string"}
Schema = dict[str, JsonValue]


def closed(**properties: JsonValue) -> Schema:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


@pytest.mark.parametrize(
    "schema",
    [
        closed(),
        closed(x=TEXT),
        closed(x={"type": ["string", "null"]}),
        closed(x={"type": "array", "items": closed(y=TEXT)}),
        closed(x={"anyOf": [closed(y=TEXT), {"type": "null"}]}),
        {**closed(x={"$ref": "#/$defs/y"}), "$defs": {"y": closed(z={"enum": ["a"]})}},
    ],
)
def test_a_closed_schema_qualifies(schema: Schema) -> None:
    assert is_strict(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"type": "array", "items": TEXT},
        {**closed(x=TEXT), "required": []},
        {**closed(x=TEXT), "additionalProperties": True},
        closed(x={}),
        closed(x=True),
        closed(x={"type": "object"}),
        closed(x={"type": ["object", "null"], "additionalProperties": False, "properties": {"y": TEXT}}),
        closed(x={"type": "array", "items": {"type": "object", "properties": {"y": TEXT}}}),
        closed(x={"anyOf": [{"type": "object"}]}),
        closed(x={"anyOf": 7}),
        closed(x={"type": "string", "not": {"enum": ["a"]}}),
        {**closed(), "$defs": {"y": {"type": "object"}}},
        {**closed(), "properties": 7},
        {**closed(), "patternProperties": {}},
    ],
)
def test_anything_that_leaves_something_open_does_not(schema: Schema) -> None:
    assert not is_strict(schema)
