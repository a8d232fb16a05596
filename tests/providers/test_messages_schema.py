import pytest

from aircher.domain.messages import JsonObject, JsonValue
from aircher.providers._messages_schema import answer_schema, is_strict, tool_schema

CLOSED: JsonObject = {"type": "object", "properties": {}, "additionalProperties": False}
ROW: JsonValue = {"row": {"type": "integer"}}
BOUNDED: JsonValue = {"type": "integer", "minimum": 1}
PLACE: JsonValue = {"type": "object", "properties": ROW, "required": ["row"], "additionalProperties": False}
PROPERTIES: dict[str, JsonValue] = {
    "path": {"type": "string", "description": "where"},
    "lines": {"type": "array", "items": {"type": "integer"}},
    "place": PLACE,
    "mode": {"type": "string", "enum": ["a", "b"]},
}
STRICT: JsonObject = {
    "type": "object",
    "title": "Edit",
    "properties": PROPERTIES,
    "required": ["mode", "path", "lines", "place"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (STRICT, True),
        (CLOSED, True),
        ({**STRICT, "required": ["path"]}, False),
        ({"type": "object", "properties": {}}, False),
        ({**CLOSED, "additionalProperties": True}, False),
        ({**CLOSED, "properties": {"x": BOUNDED}, "required": ["x"]}, False),
        ({**CLOSED, "properties": {"x": {"type": ["string", "null"]}}, "required": ["x"]}, False),
        ({**CLOSED, "properties": {"x": {"type": "object"}}, "required": ["x"]}, False),
        ({**CLOSED, "properties": {"x": {"type": "array"}}, "required": ["x"]}, False),
        ({**CLOSED, "properties": []}, False),
        ({"type": "object"}, False),
        ({}, False),
    ],
)
def test_a_schema_is_strict_if_everything_in_it_is_closed_and_required(schema: JsonObject, expected: bool) -> None:
    assert is_strict(schema) is expected


def test_a_tool_always_takes_an_object() -> None:
    assert tool_schema({"properties": {"anyOf": {"type": "string"}}, "oneOf": [{}]}) == {
        "properties": {"anyOf": {"type": "string"}},
        "type": "object",
    }
    assert tool_schema(STRICT) == STRICT


def test_the_schema_of_an_answer_is_closed_and_its_bounds_are_told_in_words() -> None:
    schema: JsonObject = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "minimum": {"type": "integer", "minimum": 1, "maximum": 5, "description": "Stars."},
            "names": {"type": "array", "items": {"type": "string", "maxLength": 9}, "minItems": 2},
            "some": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "either": {"oneOf": [{"type": "object", "properties": {}}, {"type": "null"}]},
            "same": {"$ref": "#/$defs/place"},
        },
        "$defs": {"place": {"properties": {"row": {"type": "integer"}}}},
        "required": ["minimum"],
    }

    assert answer_schema(schema) == {
        "type": "object",
        "properties": {
            "minimum": {"type": "integer", "description": 'Stars. {"minimum":1,"maximum":5}'},
            "names": {
                "type": "array",
                "items": {"type": "string", "description": '{"maxLength":9}'},
                "description": '{"minItems":2}',
            },
            "some": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "either": {"anyOf": [CLOSED, {"type": "null"}]},
            "same": {"$ref": "#/$defs/place"},
        },
        "$defs": {"place": {"properties": {"row": {"type": "integer"}}, "additionalProperties": False}},
        "required": ["minimum"],
        "additionalProperties": False,
    }
