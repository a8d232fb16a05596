"""What an answer has to be, by what is known of the model."""

import pytest

from aircher.app.structured_output import contract
from aircher.domain.errors import UsageError
from aircher.domain.messages import JsonObject
from aircher.domain.models import Capabilities, ModelInfo

SCHEMA: JsonObject = {"type": "object", "required": ["größe"]}
TOLD = (
    "Answer with nothing but one JSON document that satisfies this JSON Schema, without a code fence:\n"
    '{"type": "object", "required": ["größe"]}'
)


def model(*, structured_output: bool | None) -> ModelInfo:
    return ModelInfo(provider="p", name="m", capabilities=Capabilities(structured_output=structured_output))


@pytest.mark.parametrize(
    ("can", "is_native", "instruction"),
    [
        (True, True, ""),  # its server holds it to the schema
        (None, True, TOLD),  # perhaps it does: told in words too
        (False, False, TOLD),  # its server would refuse the schema
    ],
)
def test_a_model_is_told_in_words_unless_its_server_is_known_to_hold_it(
    can: bool | None, is_native: bool, instruction: str
) -> None:
    made = contract(SCHEMA, model(structured_output=can))
    assert made is not None
    assert (made.schema, made.is_native, made.instruction) == (SCHEMA, is_native, instruction)
    assert made.problem_of('{"größe": 1}') is None
    assert made.problem_of("{}") == 'the whole: "größe" is a required property'


def test_without_a_schema_there_is_no_contract() -> None:
    assert contract(None, model(structured_output=True)) is None


def test_what_is_no_schema_is_a_mistake_of_the_command_line() -> None:
    with pytest.raises(UsageError) as caught:
        contract({"type": "nope"}, model(structured_output=True))
    assert caught.value.message.startswith('--json-schema: this is no JSON Schema: "nope" is not valid')
    assert caught.value.hint == "--json-schema FILE"
