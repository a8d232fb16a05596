"""What an answer has to be, from the user's JSON Schema."""

import pytest

from aircher.app.structured_output import contract
from aircher.domain.errors import UsageError
from aircher.domain.messages import JsonObject

SCHEMA: JsonObject = {"type": "object", "required": ["größe"]}
TOLD = (
    "Answer with nothing but one JSON document that satisfies this JSON Schema, without a code fence:\n"
    '{"type": "object", "required": ["größe"]}'
)


def test_a_model_is_told_in_words_whether_or_not_its_server_holds_it() -> None:
    made = contract(SCHEMA)
    assert made is not None
    assert (made.schema, made.instruction) == (SCHEMA, TOLD)
    assert made.problem_of('{"größe": 1}') is None
    assert made.problem_of("{}") == 'the whole: "größe" is a required property'


def test_without_a_schema_there_is_no_contract() -> None:
    assert contract(None) is None


def test_what_is_no_schema_is_a_mistake_of_the_command_line() -> None:
    with pytest.raises(UsageError) as caught:
        contract({"type": "nope"})
    assert caught.value.message.startswith('--json-schema: this is no JSON Schema: "nope" is not valid')
    assert caught.value.hint == "--json-schema FILE"
