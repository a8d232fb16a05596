"""Mishaps by chance: the same seed, the same mishaps; and what each of them is on the socket."""

import json
from collections import Counter
from typing import Any

import pytest
from tests.testing.fake_llm_client import Got, connected, events, prompt

from aircher.testing.fake_llm.chaos import Chaos, Mishap, MishapKind
from aircher.testing.fake_llm.script import Answer, Script, Step
from aircher.testing.fake_llm.server import FakeLlm

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau"
SCRIPT = Script(answers=(Answer(steps=(Step(text=WORDS),)),))


async def suffer(kind: str, *, stream: bool = True) -> Got:
    async with FakeLlm(SCRIPT, chaos=Chaos(seed=1, **{kind: 1.0})) as server, connected(server) as client:
        got = await client.post(*prompt("openai-chat", stream=stream))
        assert [request.mishap for request in server.requests] == [kind]
        return got


def test_the_same_seed_draws_the_same_mishaps_and_another_seed_others() -> None:
    def drawn(seed: int) -> list[Mishap | None]:
        return [Chaos.evenly(0.5, seed=seed).draw(number) for number in range(1, 200)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_a_mishap_depends_on_the_number_of_its_request_alone() -> None:
    chaos = Chaos.evenly(1, seed=3)
    forward = [chaos.draw(number) for number in (1, 2, 3)]
    assert [chaos.draw(number) for number in (3, 2, 1)] == forward[::-1]


def test_the_share_is_kept_and_every_mishap_comes() -> None:
    chaos = Chaos.evenly(0.6, seed=1)
    drawn = Counter(mishap.kind if (mishap := chaos.draw(number)) else None for number in range(6_000))
    assert set(drawn) == {None, *MishapKind}
    assert drawn[None] / 6_000 == pytest.approx(0.4, abs=0.03)
    assert all(drawn[kind] / 6_000 == pytest.approx(0.1, abs=0.02) for kind in MishapKind)


def test_without_chaos_nothing_happens() -> None:
    assert {Chaos().draw(number) for number in range(100)} == {None}


async def test_two_servers_with_one_seed_do_the_same_to_the_same_requests() -> None:
    runs: list[list[Any]] = []
    for _ in range(2):
        chaos = Chaos(seed=5, rate_limit=0.3, server_error=0.3, malformed=0.3)
        async with FakeLlm(SCRIPT, chaos=chaos) as server, connected(server) as client:
            got = [await client.post(*prompt("ollama", stream=False)) for _ in range(12)]
            runs.append([(answer.status, answer.headers.get("retry-after"), len(answer.body)) for answer in got])
    assert runs[0] == runs[1]
    assert len({status for status, _, _ in runs[0]}) > 2


async def test_a_list_of_models_never_suffers() -> None:
    async with FakeLlm(chaos=Chaos(server_error=1.0)) as server, connected(server) as client:
        assert (await client.get("/v1/models")).status == 200


async def test_a_rate_limit_says_when_to_come_again() -> None:
    got = await suffer("rate_limit")
    assert got.status == 429
    assert int(got.headers["retry-after"]) > 0


async def test_a_server_error_is_one_of_the_fives() -> None:
    assert (await suffer("server_error")).status in {500, 502, 503}


@pytest.mark.parametrize("stream", [True, False])
async def test_a_cut_ends_the_connection_within_the_body(stream: bool) -> None:
    got = await suffer("cut", stream=stream)
    assert (got.status, got.is_whole) == (200, False)


async def test_a_malformed_frame_is_broken_and_the_rest_is_whole() -> None:
    got = await suffer("malformed")
    broken = 0
    for block in got.body.removesuffix(b"\n\n").split(b"\n\n"):
        try:
            json.loads(block.removeprefix(b"data: ").replace(b"[DONE]", b"0"))
        except ValueError:
            broken += 1
    assert (got.is_whole, broken) == (True, 1)


async def test_a_malformed_document_is_half_a_document() -> None:
    got = await suffer("malformed", stream=False)
    assert got.is_whole
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        got.json()


@pytest.mark.parametrize("stream", [True, False])
async def test_slow_bytes_arrive_all_the_same(stream: bool) -> None:
    got = await suffer("slow", stream=stream)
    if stream:
        assert events("openai-chat", got.body)[-1] == "[DONE]"
    else:
        assert got.json()["choices"][0]["message"]["content"] == WORDS


@pytest.mark.parametrize("stream", [True, False])
async def test_a_stall_sends_something_and_then_nothing(stream: bool) -> None:
    async with FakeLlm(SCRIPT, chaos=Chaos(seed=1, stall=1.0)) as server:
        async with connected(server) as client:
            path, body = prompt("openai-chat", stream=stream)
            client.send("POST", path, json.dumps(body).encode())
            assert (await client.head())[0] == 200
            assert await client.reader.read(1)
            assert server.answered == 0
        await server.wait_for_answers(1)


async def test_a_mishap_strikes_even_an_answer_that_is_shorter_than_its_turn() -> None:
    chaos = Chaos(seed=2, cut=1.0)
    script = Script(answers=(Answer(steps=(Step(text="a"),)),))
    async with FakeLlm(script, chaos=chaos) as server:
        for _ in range(8):
            async with connected(server) as client:
                got = await client.post(*prompt("ollama"))
                assert (got.is_whole, b'"eval_duration"' in got.body) == (False, False)
