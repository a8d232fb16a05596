"""Whether JSON satisfies a JSON Schema. The validator is imported when it is first needed.

Not its job: where schema and text come from.
"""

import json
from collections.abc import Callable
from typing import Any

MOST_PROBLEMS = 5  # named at once: enough to mend a document, few enough to read


def checker(schema: dict[str, Any]) -> Callable[[str], str | None]:
    """Return a function that says what is wrong with a text, ``None`` if it is JSON that satisfies the schema.

    Raises:
        ValueError: This is no JSON Schema; the message says why.
    """
    from jsonschema_rs import ValidationError, validator_for

    try:
        validator = validator_for(schema, offline=True)  # a reference to elsewhere is refused, not fetched
    except (ValidationError, ValueError) as exc:
        raise ValueError(_first_line(str(exc))) from exc

    def problem_of(text: str) -> str | None:
        try:
            value = json.loads(text, parse_constant=_refuse)
        except ValueError as exc:
            return f"it is not JSON ({exc})"
        except RecursionError:
            return "it is nested too deeply"
        problems = [_named(error) for error, _ in zip(validator.iter_errors(value), range(MOST_PROBLEMS), strict=False)]
        return "; ".join(problems) or None

    return problem_of


def _refuse(constant: str) -> None:
    raise ValueError(f"it has no {constant}")  # Python would read NaN and Infinity


def _named(error: Any) -> str:  # the validator's own class, which has no public type
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    return f"{place.lstrip('.') or 'the whole'}: {error.message}"


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
