"""The fake server as a server: routes, order of answers, recording, broken connections, bad requests."""

import asyncio
import json
from io import StringIO
from typing import Any

import pytest
from tests.testing.fake_llm_client import PROMPTS, Client, connected, events, prompt

from aircher.domain.errors import UsageError
from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step, When
from aircher.testing.fake_llm.server import FakeLlm

WIRES = list(PROMPTS)


def says(text: str, **more: Any) -> Answer:
    return Answer(name=text, steps=(Step(text=text),), **more)


async def said(client: Client, text: str = "hello") -> str:
    """Return what is answered in Ollama's words, the plainest of all."""
    got = await client.post(*prompt("ollama", text, stream=False))
    return str(got.json()["message"]["content"])


async def test_answers_come_in_order_and_the_last_one_again() -> None:
    script = Script(answers=(says("one"), says("two")))
    async with FakeLlm(script) as server, connected(server) as client:
        assert [await said(client) for _ in range(4)] == ["one", "two", "two", "two"]


async def test_answers_can_start_all_over_or_give_way_to_an_echo() -> None:
    answers = (says("one"), says("two"))
    async with FakeLlm(Script(answers=answers, when_used_up="loop")) as server, connected(server) as client:
        assert [await said(client) for _ in range(3)] == ["one", "two", "one"]
    async with FakeLlm(Script(answers=answers[:1], when_used_up="echo")) as server, connected(server) as client:
        assert await said(client) == "one"
        assert "> hello" in await said(client)


async def test_an_answer_with_a_condition_takes_no_place_in_the_order() -> None:
    fits = says("yes?", when=When(text="^are you", after_tool=False, wire="ollama", model="fake-large"))
    other = says("never", when=When(model="another"))
    async with FakeLlm(Script(answers=(says("one"), other, fits, says("two")))) as server, connected(server) as client:
        assert [await said(client, text) for text in ("go", "are you there", "go")] == ["one", "yes?", "two"]


@pytest.mark.parametrize("wire", WIRES)
async def test_without_a_script_it_repeats_what_the_user_said(wire: str) -> None:
    async with FakeLlm() as server, connected(server) as client:
        got = await client.post(*prompt(wire, "who is there?", stream=False))
    assert "> who is there?" in got.body.decode().replace("\\n", "\n")


TOOL_ROUNDS: dict[str, dict[str, Any]] = {
    "openai-chat": {"messages": [{"role": "user", "content": "x"}, {"role": "tool", "content": "the file"}]},
    "openai-responses": {"input": [{"type": "function_call_output", "output": "the file"}]},
    "anthropic": {
        "messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "the file"}]}]
    },
    "gemini": {
        "contents": [
            {"role": "user", "parts": [{"functionResponse": {"name": "t", "response": {"output": "the file"}}}]}
        ]
    },
    "ollama": {"messages": [{"role": "tool", "content": "the file"}]},
    "openrouter": {"messages": [{"role": "tool", "content": [{"type": "text", "text": "the file"}]}]},
}


@pytest.mark.parametrize("wire", WIRES)
async def test_a_tools_result_is_recognised_on_every_wire(wire: str) -> None:
    path, body = prompt(wire, stream=False)
    async with FakeLlm() as server, connected(server) as client:
        got = await client.post(path, {**body, **TOOL_ROUNDS[wire]})
    assert "The tool answered 8 characters" in got.body.decode()
    assert "the file" in got.body.decode()


@pytest.mark.parametrize(
    ("headers", "key"),
    [({}, "object"), ({"anthropic-version": "2026-10-21"}, "has_more"), ({"x-goog-api-key": "k"}, "models")],
)
async def test_the_list_of_models_has_the_shape_that_the_client_knows(headers: dict[str, str], key: str) -> None:
    async with FakeLlm(Script(models=("m1", "m2"))) as server, connected(server) as client:
        listed = (await client.get("/v1/models", headers)).json()
        one = (await client.get("/v1/models/m1", headers)).json()
    assert key in listed
    assert b"m1" in json.dumps(listed).encode()
    assert one in (listed.get("data") or listed["models"])


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/", "Ollama is running"),
        ("/api/version", '"version"'),
        ("/api/tags", '"digest"'),
        ("/api/ps", '"context_length"'),
        ("/api/v1/models", '"pricing"'),
        ("/api/v1/key", '"limit_remaining"'),
        ("/v1beta/models", '"inputTokenLimit"'),
    ],
)
async def test_what_servers_tell_without_a_model_is_told(target: str, expected: str) -> None:
    async with FakeLlm() as server, connected(server) as client:
        got = await client.get(target)
        client.send("HEAD", target)
        status, _ = await client.head()
    assert (got.status, status) == (200, 200)
    assert expected in got.body.decode()


@pytest.mark.parametrize(
    ("target", "body", "expected"),
    [
        ("/v1/messages/count_tokens", {"model": "m", "messages": [{"role": "user", "content": "x"}]}, "input_tokens"),
        ("/v1/responses/input_tokens", {"model": "m", "input": "x"}, "input_tokens"),
        ("/v1beta/models/m:countTokens", {"contents": [{"parts": [{"text": "x"}]}]}, "totalTokens"),
        ("/v1/embeddings", {"model": "m", "input": ["x", "y"]}, "embedding"),
        ("/api/v1/embeddings", {"model": "m", "input": "x", "encoding_format": "base64"}, "embedding"),
        ("/v1/models/m:batchEmbedContents", {"requests": [{"content": {"parts": [{"text": "x"}]}}]}, "values"),
        ("/api/embed", {"model": "m", "input": "x"}, "embeddings"),
        ("/api/show", {"model": "m"}, "capabilities"),
    ],
)
async def test_counts_and_embeddings_are_given_and_a_wrong_body_is_refused(
    target: str, body: dict[str, Any], expected: str
) -> None:
    async with FakeLlm() as server, connected(server) as client:
        given = await client.post(target, body)
        refused = await client.post(target, {"wrong": 1})
    assert (given.status, refused.status) == (200, 400)
    assert expected in given.body.decode()
    assert "missing required field" in refused.body.decode()


async def test_a_pull_tells_how_far_it_is() -> None:
    async with FakeLlm() as server, connected(server) as client:
        lines = events("ollama", (await client.post("/api/pull", {"model": "m"})).body)
        whole = await client.post("/api/pull", {"model": "m", "stream": False})
        client.send("DELETE", "/api/delete", b'{"model":"m"}')
        deleted = await client.answer()
    assert [line.get("completed") for line in lines] == [None, None, 1000, 2000, 3000, 4000, None, None, None]
    assert (lines[-1], whole.json(), deleted.status) == ({"status": "success"}, {"status": "success"}, 200)


@pytest.mark.parametrize("wire", WIRES)
async def test_a_prompt_without_its_parts_is_refused_in_the_wires_own_shape(wire: str) -> None:
    async with FakeLlm() as server, connected(server) as client:
        path, _ = prompt(wire)
        got = await client.post(path, {})
        broken = []
        for body in (b"{not json", b"[" * 100_000, b'{"model": "\xff"}'):
            client.send("POST", path, body)
            broken.append((await client.answer()).status)
    assert (got.status, broken) == (400, [400, 400, 400])
    assert "missing required field" in str(got.json()["error"])


async def test_half_a_surrogate_in_a_prompt_does_no_harm() -> None:
    path, _ = prompt("ollama", stream=False)
    async with FakeLlm(record_to=StringIO()) as server, connected(server) as client:
        client.send("POST", path, b'{"model":"m","stream":false,"messages":[{"role":"user","content":"a\\ud800b"}]}')
        first = await client.answer()
        assert "> still there" in await said(client, "still there")
    assert first.status in {200, 400}


async def test_an_unknown_path_is_not_found() -> None:
    async with FakeLlm() as server, connected(server) as client:
        got = await client.get("/v1/nothing")
        wrong = await client.post("/v1/models", {})
    assert (got.status, wrong.status) == (404, 404)
    assert got.json()["error"]["message"] == "there is nothing at GET /v1/nothing"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1",
        b"GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nx: " + b"x" * 70_000 + b"\r\n\r\n",
    ],
    ids=["nonsense", "half", "length", "chunk", "long"],
)
async def test_what_is_no_request_ends_the_connection_with_400(request_bytes: bytes) -> None:
    async with FakeLlm() as server, connected(server) as client:
        client.writer.write(request_bytes)
        client.writer.write_eof()
        status, _ = await client.head()
    assert status == 400


async def test_a_body_in_chunks_is_read_and_a_client_that_hesitates_is_encouraged() -> None:
    path, body = prompt("ollama", "chunky", stream=False)
    data = json.dumps(body).encode()
    chunks = b"%x\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\ntrailer: x\r\n\r\n" % (5, data[:5], len(data) - 5, data[5:])
    head = f"POST {path} HTTP/1.1\r\ntransfer-encoding: chunked\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
    async with FakeLlm() as server, connected(server) as client:
        client.writer.write(head.encode())
        assert await client.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.writer.write(chunks)
        got = await client.answer()
        assert await client.reader.read() == b""
    assert "> chunky" in got.json()["message"]["content"]


@pytest.mark.parametrize(("cut", "is_whole"), [("clean", True), ("abrupt", False)])
@pytest.mark.parametrize("stream", [True, False])
async def test_an_answer_can_be_cut(cut: Any, is_whole: bool, stream: bool) -> None:
    script = Script(answers=(Answer(steps=(Step(text="Half of"), Step(cut=cut))),))
    async with FakeLlm(script) as server, connected(server) as client:
        got = await client.post(*prompt("openai-chat", stream=stream))
    assert got.is_whole == (is_whole and stream)
    assert b"Half" in got.body or not stream
    assert b"[DONE]" not in got.body


@pytest.mark.parametrize("stream", [True, False])
async def test_a_stalled_answer_ends_when_the_client_leaves(stream: bool) -> None:
    script = Script(answers=(Answer(steps=(Step(text="Half of"), Step(stall=True))),))
    async with FakeLlm(script) as server:
        async with connected(server) as client:
            path, body = prompt("openai-chat", stream=stream)
            client.send("POST", path, json.dumps(body).encode())
            await server.wait_for_requests(1)
            assert server.answered == 0
        await server.wait_for_answers(1)


async def test_leaving_the_context_ends_answers_that_would_last_for_ever() -> None:
    script = Script(answers=(Answer(steps=(Step(text="wait"), Step(pause_s=1e6))),))
    async with FakeLlm(script) as server, connected(server) as client:
        path, body = prompt("ollama")
        client.send("POST", path, json.dumps(body).encode())
        assert (await client.head())[0] == 200
        assert b"wait" in await client.chunk()
        port = int(server.url.rpartition(":")[2])
    assert server.answered == 1
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_the_recording_holds_every_request_and_no_key() -> None:
    secrets = ("sk-very-secret-1", "sk-very-secret-2", "sk-very-secret-3")
    headers = {"authorization": f"Bearer {secrets[0]}", "x-api-key": secrets[1], "x-other": "seen"}
    file = StringIO()
    path, body = prompt("gemini", "hi")
    async with FakeLlm(Script(answers=(says("one"),)), record_to=file) as server, connected(server) as client:
        await client.post(f"{path}&key={secrets[2]}", body, headers)
        await client.get("/api/tags")
        client.send("POST", "/api/show", b"no json")
        await client.answer()
        kept = server.requests
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert {name: lines[0][name] for name in ("method", "target", "wire", "body", "answer", "mishap")} == {
        "method": "POST",
        "target": f"{path}&key=[hidden]",
        "wire": "gemini",
        "body": body,
        "answer": "one",
        "mishap": None,
    }
    assert lines[0]["headers"]["authorization"] == lines[0]["headers"]["x-api-key"] == "[hidden]"
    assert lines[0]["headers"]["x-other"] == "seen"
    assert (lines[1]["answer"], lines[2]["body"]) == (None, "no json")
    assert not any(secret in file.getvalue() + repr(kept) for secret in secrets)


async def test_a_port_that_is_taken_is_named() -> None:
    async with FakeLlm() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(UsageError, match=f"port {port} of this machine cannot be used"):
            async with FakeLlm(port=port):
                pass


def test_there_is_an_address_only_inside_the_context() -> None:
    with pytest.raises(RuntimeError, match="inside its context"):
        _ = FakeLlm().url


async def test_a_hosted_server_serves_while_its_user_blocks() -> None:
    with HostedFakeLlm(Script(answers=(says("hosted"),))) as hosted:
        async with connected(hosted) as client:  # type: ignore[arg-type]  # it needs only the address
            assert await said(client) == "hosted"
        await asyncio.to_thread(hosted.wait_for_answers, 1, timeout_s=10)
        await asyncio.to_thread(hosted.wait_for_requests, 1, timeout_s=10)
        assert [request.answer for request in hosted.requests] == ["hosted"]
        with pytest.raises(TimeoutError):
            hosted.wait_for_requests(2, timeout_s=0.01)
