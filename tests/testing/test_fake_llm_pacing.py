"""How fast the fake server writes: held by a clock that is turned by hand."""

import asyncio
import json

import pytest
from tests.testing.fake_llm_client import connected, events, prompt

from aircher.testing.fake_llm.asks import pieces
from aircher.testing.fake_llm.pacing import Pacer
from aircher.testing.fake_llm.script import Answer, Script, Step
from aircher.testing.fake_llm.server import FakeLlm
from aircher.testing.manual_clock import ManualClock

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa "


def test_pieces_are_the_text_again_and_small() -> None:
    text = "Straße — 日本語テキスト\n\n    indented, a_very_long_identifier_name 🙂 "
    assert "".join(pieces(text)) == text
    assert max(len(piece.strip()) for piece in pieces(text)) == 6
    assert pieces("") == []


async def test_ten_tokens_a_second_are_one_token_each_tenth_of_a_second() -> None:
    clock = ManualClock()
    script = Script(answers=(Answer(steps=(Step(text=WORDS),), tokens_per_s=10),))
    async with FakeLlm(script, clock=clock) as server, connected(server) as client:
        path, body = prompt("ollama")
        client.send("POST", path, json.dumps(body).encode())
        await client.head()
        shown = []
        for _ in range(5):
            shown += [line["message"]["content"] for line in events("ollama", await client.chunk())]
            assert await clock.wait_for_sleeper() == pytest.approx(0.1)
            await clock.advance(0.1)
    assert shown == pieces(WORDS)[:5]


async def test_tokens_that_are_due_within_a_tick_go_out_together() -> None:
    clock = ManualClock()
    script = Script(answers=(Answer(steps=(Step(text=WORDS * 10),), tokens_per_s=200),))
    async with FakeLlm(script, clock=clock) as server, connected(server) as client:
        path, body = prompt("ollama")
        client.send("POST", path, json.dumps(body).encode())
        await client.head()
        counts = []
        for _ in range(6):
            counts.append(len(events("ollama", await client.chunk())))
            assert await clock.wait_for_sleeper() == pytest.approx(0.02)
            await clock.advance(0.02)
    assert counts == [1, 4, 4, 4, 4, 4]


async def test_who_is_late_catches_up_but_a_pause_is_not_made_up_for() -> None:
    clock = ManualClock()
    pacer = Pacer(10, clock)
    assert await pacer.take(100) == 1
    await clock.advance(2)
    assert await pacer.take(100) == 20
    async with asyncio.TaskGroup() as group:
        group.create_task(pacer.rest(5))
        assert await clock.wait_for_sleeper() == 5
        await clock.advance(5)
    await clock.advance(0.1)
    assert await pacer.take(100) == 1


async def test_a_whole_answer_takes_as_long_as_its_tokens() -> None:
    clock = ManualClock()
    script = Script(answers=(Answer(steps=(Step(pause_s=3), Step(text="one two three")), tokens_per_s=1),))
    async with FakeLlm(script, clock=clock) as server, connected(server) as client:
        path, body = prompt("ollama", stream=False)
        client.send("POST", path, json.dumps(body).encode())
        for wait_s in (3, 1, 1):
            assert await clock.wait_for_sleeper() == pytest.approx(wait_s)
            assert server.answered == 0
            await clock.advance(wait_s)
        assert (await client.answer()).json()["eval_count"] == 3


async def test_the_script_overrules_the_server_and_the_answer_overrules_the_script() -> None:
    clock = ManualClock()
    answers = (Answer(steps=(Step(text="one two"),), tokens_per_s=4), Answer(steps=(Step(text="one two"),)))
    waits = []
    async with FakeLlm(Script(answers=answers, tokens_per_s=2), tokens_per_s=1, clock=clock) as server:
        for _ in answers:
            async with connected(server) as client:
                path, body = prompt("ollama")
                client.send("POST", path, json.dumps(body).encode())
                await client.head()
                waits.append(await clock.wait_for_sleeper())
                await clock.advance(waits[-1])
                await server.wait_for_answers(len(waits))
    assert waits == [pytest.approx(0.25), pytest.approx(0.5)]
