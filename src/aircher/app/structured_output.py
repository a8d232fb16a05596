"""What an answer has to be, from the user's JSON Schema and what is known of the model."""

import json

from aircher.domain.errors import UsageError
from aircher.domain.messages import JsonObject
from aircher.domain.models import ModelInfo
from aircher.engine.output import OutputContract

_INSTRUCTION = "Answer with nothing but one JSON document that satisfies this JSON Schema, without a code fence:\n"


def contract(schema: JsonObject | None, model: ModelInfo) -> OutputContract | None:
    """Return the contract for this schema, ``None`` for none.

    A model that is not known to be held to a schema by its server is told of it in words as well.

    Raises:
        UsageError: It is no JSON Schema.
    """
    if schema is None:
        return None
    from aircher.support.json_schema import checker

    try:
        problem_of = checker(dict(schema))
    except ValueError as exc:
        raise UsageError(f"--json-schema: this is no JSON Schema: {exc}", hint="--json-schema FILE") from exc
    is_held = model.capabilities.structured_output
    return OutputContract(
        schema=schema,
        problem_of=problem_of,
        is_native=is_held is not False,
        instruction="" if is_held else _INSTRUCTION + json.dumps(schema, ensure_ascii=False),
    )
