"""Whether a text is JSON that satisfies a schema, for any text a model may write."""

import re
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.support.json_schema import MOST_PROBLEMS, checker

ANIMAL: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "legs": {"type": "integer", "minimum": 0},
        "young": {"type": "array", "items": {"$ref": "#/$defs/young"}},
    },
    "$defs": {"young": {"type": "object", "properties": {"age": {"type": "number"}}}},
}


@pytest.mark.parametrize(
    "text", ['{"name": "zebra"}', ' {"name": "zebra", "legs": 4}\n', '{"name": "\\ud800", "young": [{"age": 1e300}]}']
)
def test_what_satisfies_the_schema_has_no_problem(text: str) -> None:
    assert checker(ANIMAL)(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", 'the whole: "name" is a required property'),
        ("[]", 'the whole: [] is not of type "object"'),
        ('{"name": 7}', 'name: 7 is not of type "string"'),
        ('{"name": "z", "legs": -1}', "legs: -1 is less than the minimum of 0"),
        (
            '{"name": "z", "young": [{"age": 1}, {"age": "old"}]}',
            'young[1].age: "old" is not of type "number"',
        ),
        ('{"name": "z", "tail": 1}', "the whole: Additional properties are not allowed ('tail' was unexpected)"),
    ],
)
def test_a_problem_is_named_with_its_place(text: str, problem: str) -> None:
    assert checker(ANIMAL)(text) == problem


def test_several_problems_are_named_but_not_all() -> None:
    problem_of = checker({"type": "array", "items": {"type": "string"}})
    assert problem_of("[1, 2]") == '[0]: 1 is not of type "string"; [1]: 2 is not of type "string"'
    many = problem_of(f"{list(range(100))}")
    assert many is not None
    assert many.count("; ") == MOST_PROBLEMS - 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON (Expecting value: line 1 column 1 (char 0))"),
        ('```json\n{"name": "z"}\n```', "it is not JSON (Expecting value: line 1 column 1 (char 0))"),
        ('{"name": "z"} and more', "it is not JSON (Extra data: line 1 column 15 (char 14))"),
        ('{"name": NaN}', "it is not JSON (it has no NaN)"),
        ("-Infinity", "it is not JSON (it has no -Infinity)"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_no_json_says_so(text: str, why: str) -> None:
    assert checker(ANIMAL)(text) == why


def test_a_number_longer_than_python_takes_is_a_problem_and_no_crash() -> None:
    problem = checker({})("9" * (sys.get_int_max_str_digits() + 1))
    assert problem is not None
    assert problem.startswith("it is not JSON (Exceeds the limit")


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "nope"}, '"nope" is not valid'),
        ({"type": 5}, "5 is not valid"),
        ({"pattern": "("}, '"(" is not a "regex"'),
        ({"$ref": "#/nowhere"}, "Pointer '/nowhere' does not exist"),
        ({"$schema": "http://example.com/own"}, "Unknown meta-schema: 'http://example.com/own'"),
    ],
)
def test_what_is_no_schema_is_refused_in_one_line(schema: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)) as caught:
        checker(schema)
    assert "\n" not in str(caught.value)


def test_a_reference_to_another_place_is_refused_and_not_fetched(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        for place in (f"http://127.0.0.1:{port}/x", other.as_uri()):
            with pytest.raises(ValueError, match="Retrieval is disabled"):
                checker({"$ref": place})
        with pytest.raises(BlockingIOError):
            server.accept()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.text() | VALUES.map(repr))
def test_any_text_is_judged(text: str) -> None:
    problem = checker({})(text)
    assert problem is None or problem.startswith("it is not JSON (")
