"""An answer that has to satisfy a schema: asked for, refused once, refused for good."""

from collections.abc import Callable

import pytest

from aircher.domain.errors import SchemaError
from aircher.domain.events import RetryScheduled
from aircher.domain.messages import Message, Role, TextPart
from aircher.engine.output import Output, OutputContract

GO = Message(role=Role.USER, parts=(TextPart(text="go"),))


def said(role: Role, text: str) -> Message:
    return Message(role=role, parts=(TextPart(text=text),))


def not_good(text: str) -> str | None:
    return None if text == "good" else f"{text!r} is not good"


def output(*, instruction: str = "", problem_of: Callable[[str], str | None] = not_good) -> Output:
    return Output(OutputContract(schema={"type": "object"}, problem_of=problem_of, instruction=instruction))


def test_an_answer_that_satisfies_it_is_taken_as_it_is() -> None:
    one = output()
    assert one.asked([GO]) == (GO,)
    assert one.refuse("good", provider="p", model="m") is None
    assert one.asked([GO]) == (GO,)


def test_a_model_that_is_not_held_to_it_is_told_with_every_call() -> None:
    one = output(instruction="only JSON")
    assert one.asked([GO]) == (GO, said(Role.USER, "only JSON"))
    assert one.asked([]) == (said(Role.USER, "only JSON"),)


@pytest.mark.parametrize(("bad", "shown"), [("bad", "bad"), ("", "(nothing)")])
def test_a_refused_answer_is_shown_to_the_model_with_what_is_wrong(bad: str, shown: str) -> None:
    one = output(instruction="only JSON")
    messages = [GO]
    assert one.refuse(bad, provider="p", model="m") == RetryScheduled(
        attempt=1,
        delay_s=0.0,
        code="schema",
        message=f"the answer does not satisfy the schema: {bad!r} is not good",
        provider="p",
        model="m",
    )
    repair = f"That answer was refused: {bad!r} is not good. Answer again, with nothing but the corrected JSON."
    assert one.asked(messages) == (
        GO,
        said(Role.USER, "only JSON"),
        said(Role.ASSISTANT, shown),
        said(Role.USER, repair),
    )
    assert messages == [GO]


def test_a_repaired_answer_is_taken() -> None:
    one = output()
    assert one.refuse("bad", provider="p", model="m") is not None
    assert one.refuse("good", provider="p", model="m") is None


def test_a_second_bad_answer_is_the_end() -> None:
    one = output()
    one.refuse("bad", provider="p", model="m")
    with pytest.raises(SchemaError) as caught:
        one.refuse("worse", provider="p", model="m")
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "the answer does not satisfy the schema: 'worse' is not good",
        "simplify the schema, or choose a model with structured output: aircher models list",
        "schema",
    )
