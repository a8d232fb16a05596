"""An answer that has to satisfy a JSON Schema: asked for, checked, repaired once.

Not its job: what a schema means; whoever makes the `OutputContract` brings the check.
"""

from collections.abc import Callable, Sequence

from aircher.domain.errors import SchemaError
from aircher.domain.events import RetryScheduled
from aircher.domain.messages import JsonObject, Message, Role, TextPart
from aircher.domain.records import dataclass

REPAIRS = 1
"""A model that fails twice with the mistake before its eyes does not get it right a third time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputContract:
    """What an answer has to be.

    Attributes:
        schema: JSON Schema of an object.
        problem_of: Returns what is wrong with a text, ``None`` if it satisfies the schema.
        instruction: What the model is told besides: its server may not hold it to the schema; empty = nothing.
    """

    schema: JsonObject
    problem_of: Callable[[str], str | None]
    instruction: str = ""


class Output:
    """One turn's answer on its way to what the contract asks for.

    A refused answer is shown to the model once more and then forgotten: the conversation keeps the one that counts.
    """

    def __init__(self, contract: OutputContract) -> None:
        self._contract = contract
        self._refused: tuple[str, str] | None = None
        self._repairs_left = REPAIRS

    def asked(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """Return the messages of the next call."""
        asked = [*messages]
        if self._contract.instruction:
            asked.append(_said(Role.USER, self._contract.instruction))
        if self._refused is not None:
            text, problem = self._refused
            repair = f"That answer was refused: {problem}. Answer again, with nothing but the corrected JSON."
            asked += [_said(Role.ASSISTANT, text or "(nothing)"), _said(Role.USER, repair)]
        return tuple(asked)

    def refuse(self, text: str, *, provider: str, model: str) -> RetryScheduled | None:
        """Return the event that announces another try, or ``None`` if the answer satisfies the contract.

        Raises:
            SchemaError: It does not, and it was asked for again already.
        """
        problem = self._contract.problem_of(text)
        if problem is None:
            return None
        message = f"the answer does not satisfy the schema: {problem}"
        if not self._repairs_left:
            raise SchemaError(
                message, hint="simplify the schema, or choose a model with structured output: aircher models list"
            )
        attempt = REPAIRS - self._repairs_left + 1
        self._repairs_left -= 1
        self._refused = (text, problem)
        return RetryScheduled(
            attempt=attempt,
            delay_s=0.0,
            code=SchemaError.default_code,
            message=message,
            provider=provider,
            model=model,
        )


def _said(role: Role, text: str) -> Message:
    return Message(role=role, parts=(TextPart(text=text),))
