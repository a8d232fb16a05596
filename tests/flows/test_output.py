"""An answer that has to satisfy a JSON Schema."""

import asyncio

from tests.flows.conftest import STOP, World, text

from aircher.domain.errors import StreamInterruptedError
from aircher.domain.events import ErrorRaised, RetryScheduled, StopReason, TurnFinished
from aircher.domain.messages import JsonValue, Message, Role, TextPart
from aircher.domain.stream import Finished, FinishReason
from aircher.engine.output import OutputContract
from aircher.support.json_schema import checker

SCHEMA: dict[str, JsonValue] = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
CONTRACT = OutputContract(schema=SCHEMA, problem_of=checker(dict(SCHEMA)), instruction="Answer in JSON.")


def said(role: Role, words: str) -> Message:
    return Message(role=role, parts=(TextPart(text=words),))


async def test_an_answer_that_satisfies_the_schema_is_taken(world: World) -> None:
    async with world.session([[text('{"n": 1}'), STOP]], output=CONTRACT) as talk:
        events = await talk.ask("how many?")
        [request] = talk.provider.requests
    assert events[-1] == TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=0)
    assert request.output_schema == SCHEMA
    assert request.messages == (said(Role.USER, "how many?"), said(Role.USER, "Answer in JSON."))


async def test_a_wrong_answer_is_repaired_once_and_forgotten(world: World) -> None:
    async with world.session([[text('{"n": "x"}'), STOP], [text('{"n": 2}'), STOP]], output=CONTRACT) as talk:
        events = await talk.ask("how many?")
        problem = 'n: "x" is not of type "integer"'
        assert talk.provider.requests[1].messages[2:] == (
            said(Role.ASSISTANT, '{"n": "x"}'),
            said(Role.USER, f"That answer was refused: {problem}. Answer again, with nothing but the corrected JSON."),
        )
        assert talk.session.transcript.messages == (said(Role.USER, "how many?"), said(Role.ASSISTANT, '{"n": 2}'))
    assert [event for event in events if isinstance(event, RetryScheduled)] == [
        RetryScheduled(
            attempt=1,
            delay_s=0.0,
            code="schema",
            message=f"the answer does not satisfy the schema: {problem}",
            provider="scripted",
            model="m",
        )
    ]


async def test_a_second_wrong_answer_is_an_error(world: World) -> None:
    async with world.session([[text("no"), STOP], [text("{}"), STOP]], output=CONTRACT) as talk:
        events = await talk.ask("how many?")
    assert isinstance(events[-2], ErrorRaised)
    assert (events[-2].code, events[-2].message) == (
        "schema",
        'the answer does not satisfy the schema: the whole: "n" is a required property',
    )
    assert events[-1] == TurnFinished(stop_reason=StopReason.ERROR, rounds=2, duration_ms=0)


async def test_a_refusal_is_not_asked_for_again(world: World) -> None:
    refusal = Finished(reason=FinishReason.REFUSAL, native_reason="refusal")
    async with world.session([[text("I will not."), refusal]], output=CONTRACT) as talk:
        events = await talk.ask("how many?")
    assert events[-1] == TurnFinished(stop_reason=StopReason.REFUSAL, rounds=1, duration_ms=0)


async def test_half_a_document_is_begun_anew(world: World) -> None:
    cut = StreamInterruptedError("cut", provider="scripted", received_chars=0)
    async with world.session([[text('{"n": '), cut], [text('{"n": 3}'), STOP]], output=CONTRACT) as talk:
        asking = asyncio.ensure_future(talk.ask("how many?"))
        await world.clock.wait_for_sleeper()
        await world.clock.advance(10)
        events = await asking
        assert talk.provider.requests[1].messages == talk.provider.requests[0].messages
        assert talk.session.transcript.messages[1] == said(Role.ASSISTANT, '{"n": 3}')
    assert events[-1] == TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=10_000)
