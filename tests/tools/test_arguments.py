"""Arguments from a model, and the schema that it is given for them."""

from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from aircher.domain.messages import JsonObject
from aircher.domain.tools import ToolFailure
from aircher.tools.arguments import parameters, parse_arguments


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, Meta(min_length=1, description="What.")]
    is_all: bool = False


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: Annotated[str, Meta(min_length=1)]
    items: Annotated[list[Inner], Meta(min_length=1, description="Several.")]
    mode: Literal["a", "b"] = "a"
    limit: Annotated[int, Meta(ge=1, le=9, description="How many.")] = 5
    ratio: float = 0.0
    names: list[str] = []
    note: str | None = None


class Strange(msgspec.Struct):
    when: dict[str, object]


def test_a_schema_is_flat_closed_and_without_idle_words() -> None:
    assert parameters(Outer) == {
        "type": "object",
        "properties": {
            "path": {"type": "string"},
            "items": {
                "description": "Several.",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "text": {"description": "What.", "type": "string"},
                        "is_all": {"type": "boolean"},
                    },
                    "required": ["text"],
                    "additionalProperties": False,
                },
            },
            "mode": {"type": "string", "enum": ["a", "b"], "default": "a"},
            "limit": {"description": "How many.", "maximum": 9, "type": "integer", "default": 5},
            "ratio": {"type": "number"},
            "names": {"type": "array", "items": {"type": "string"}},
            "note": {"type": "string"},
        },
        "required": ["path", "items"],
        "additionalProperties": False,
    }


def test_a_type_without_a_place_is_a_defect_of_the_tool() -> None:
    with pytest.raises(TypeError, match="has no place in a tool's arguments"):
        parameters(Strange)


def test_null_and_numbers_in_quotes_are_taken_kindly() -> None:
    args = parse_arguments({"path": "p", "items": [{"text": "t"}], "limit": "7", "note": None, "mode": None}, Outer)
    assert args == Outer(path="p", items=[Inner(text="t")], limit=7)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "Object missing required field `path`"),
        ({"path": None, "items": [{"text": "t"}]}, "Object missing required field `path`"),
        ({"path": "", "items": [{"text": "t"}]}, "Expected `str` of length >= 1 - at `$.path`"),
        ({"path": "p", "items": [{"text": "t"}], "limit": 10}, "Expected `int` <= 9 - at `$.limit`"),
        ({"path": "p", "items": [{"txt": "t"}]}, "Object contains unknown field `txt` - at `$.items[0]`"),
        ({"path": "p", "items": [{"text": "t"}], "mode": "c"}, "Invalid enum value 'c' - at `$.mode`"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_expected(arguments: JsonObject, words: str) -> None:
    assert parse_arguments(arguments, Outer) == ToolFailure(
        message=f"Wrong arguments: {words}. Expected: path, items, mode, limit, ratio, names, note."
    )
