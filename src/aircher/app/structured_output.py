"""What an answer has to be, from the user's JSON Schema."""

import json

from aircher.domain.errors import UsageError
from aircher.domain.messages import JsonObject
from aircher.engine.output import OutputContract

_INSTRUCTION = "Answer with nothing but one JSON document that satisfies this JSON Schema, without a code fence:\n"


def contract(schema: JsonObject | None) -> OutputContract | None:
    """Return the contract for this schema, ``None`` for none.

    The model is told of it in words, whether or not its server holds it to the schema: not every server does where
    tools are offered, and which model answers may change from turn to turn.

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
    return OutputContract(
        schema=schema,
        problem_of=problem_of,
        instruction=_INSTRUCTION + json.dumps(schema, ensure_ascii=False),
    )
