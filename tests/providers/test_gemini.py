"""What a section of kind gemini asks its server for, beyond the recorded answers."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from aircher.domain.errors import ApiError, StreamInterruptedError
from aircher.domain.messages import JsonValue, Message, Role, TextPart
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers import registry
from aircher.providers._http_provider import HttpProvider
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

HELLO = Message(role=Role.USER, parts=(TextPart(text="Hello"),))
TEXT: JsonValue = {"candidates": [{"content": {"parts": [{"text": "Hello"}]}}]}
END: JsonValue = {"candidates": [{"finishReason": "STOP"}]}
ERROR: JsonValue = {"error": {"code": 500, "message": "An internal error has occurred.", "status": "INTERNAL"}}


def json_reply(value: JsonValue) -> Reply:
    return Reply(headers={"content-type": "application/json"}, body=json.dumps(value).encode())


def stream_reply(*messages: JsonValue, rest: bytes = b"") -> Reply:
    body = b"".join(b"data: " + json.dumps(message).encode() + b"\r\n\r\n" for message in messages)
    return Reply(headers={"content-type": "text/event-stream"}, body=body + rest)


@asynccontextmanager
async def serving(
    answer: Callable[[ReceivedRequest], Reply], path: str = ""
) -> AsyncIterator[tuple[HttpProvider, LoopbackServer]]:
    async with LoopbackServer(answer) as server:
        settings = ProviderSettings(
            name="mine", kind="gemini", base_url=server.url + path, api_key=Secret("AIza-secret"), environ={}
        )
        provider = registry.build(settings)
        assert isinstance(provider, HttpProvider)
        yield provider, server
        await provider.aclose()


async def answered(provider: HttpProvider, model: str = "gemini-3.8-flash") -> list[StreamEvent]:
    async with provider.stream(ModelRequest(model=model, system="", messages=(HELLO,))) as events:
        return [event async for event in events]


@pytest.mark.parametrize(
    ("path", "model", "target"),
    [
        ("", "gemini-3.8-flash", "/v1/models/gemini-3.8-flash"),
        ("/v1beta", "models/gemini-3.8-flash", "/v1beta/models/gemini-3.8-flash"),
        ("/v1beta/models/", "tunedModels/mine", "/v1beta/tunedModels/mine"),
        ("", "odd name?", "/v1/models/odd%20name%3F"),
    ],
)
async def test_a_model_is_asked_under_its_name_at_the_address_that_was_given(
    path: str, model: str, target: str
) -> None:
    async with serving(lambda _: stream_reply(TEXT, END), path) as (provider, server):
        assert await answered(provider, model) == [
            TextReceived(text="Hello"),
            Finished(reason=FinishReason.STOP, native_reason="STOP"),
        ]

    request = server.requests[0]
    assert (request.method, request.target) == ("POST", f"{target}:streamGenerateContent?alt=sse")
    assert request.headers["x-goog-api-key"] == "AIza-secret"
    assert "authorization" not in request.headers


async def test_the_list_of_models_is_followed_to_its_end() -> None:
    def page(request: ReceivedRequest) -> Reply:
        if "pageToken" not in request.target:
            listed: JsonValue = [
                {"name": "models/a", "inputTokenLimit": 100, "outputTokenLimit": 10},
                {"displayName": "nameless"},
                "odd",
            ]
            return json_reply({"models": listed, "nextPageToken": "a/b+c"})
        return json_reply({"models": [{"name": "models/b", "inputTokenLimit": 0}]})

    async with serving(page) as (provider, server):
        assert await provider.list_models() == (
            ModelInfo(provider="mine", name="models/a", context_tokens=100, output_tokens=10),
            ModelInfo(provider="mine", name="models/b"),
        )

    assert [request.target for request in server.requests] == ["/v1/models", "/v1/models?pageToken=a%2Fb%2Bc"]


async def test_a_whole_prompt_is_counted() -> None:
    tool = ToolSpec(name="f", description="d", parameters={"type": "object"})
    request = ModelRequest(
        model="gemini-3.8-flash", system="s", messages=(HELLO,), tools=(tool,), max_output_tokens=5, thinking="low"
    )
    async with serving(lambda _: json_reply({"totalTokens": 7})) as (provider, server):
        assert await provider.count_tokens(request) == 7

    assert json.loads(server.requests[0].body) == {
        "generateContentRequest": {
            "model": "models/gemini-3.8-flash",
            "contents": [{"role": "user", "parts": [{"text": "Hello"}]}],
            "systemInstruction": {"parts": [{"text": "s"}]},
            "tools": [
                {
                    "functionDeclarations": [
                        {"name": "f", "description": "d", "parametersJsonSchema": {"type": "object"}}
                    ]
                }
            ],
        }
    }


async def test_texts_become_vectors_in_one_call() -> None:
    async with serving(lambda _: json_reply({"embeddings": [{"values": [1]}, {"values": [0.5]}]})) as (
        provider,
        server,
    ):
        assert await provider.embed(["a", "b"], model="gemini-embedding-001") == [[1.0], [0.5]]

    assert json.loads(server.requests[0].body) == {
        "requests": [{"model": "models/gemini-embedding-001", "content": {"parts": [{"text": text}]}} for text in "ab"]
    }


@pytest.mark.parametrize("answer", [{}, {"embeddings": [{"values": [1]}]}, {"embeddings": "no"}])
async def test_vectors_that_are_missing_are_no_answer(answer: JsonValue) -> None:
    async with serving(lambda _: json_reply(answer)) as (provider, _):
        with pytest.raises(StreamInterruptedError) as caught:
            await provider.embed(["a", "b"], model="gemini-embedding-001")
    assert caught.value.kind == "malformed"


async def test_a_server_that_ignores_what_was_asked_for_and_sends_an_array_is_understood() -> None:
    async with serving(lambda _: json_reply([TEXT, END])) as (provider, _):
        assert await answered(provider) == [
            TextReceived(text="Hello"),
            Finished(reason=FinishReason.STOP, native_reason="STOP"),
        ]


@pytest.mark.parametrize("bare", [ERROR, [ERROR]])
async def test_bare_json_in_the_middle_of_the_stream_is_the_servers_error(bare: JsonValue) -> None:
    rest = json.dumps(bare, indent=2).encode()
    async with serving(lambda _: stream_reply(TEXT, rest=rest)) as (provider, _):
        with pytest.raises(ApiError) as caught:
            await answered(provider)
    assert (caught.value.kind, caught.value.status, caught.value.server_code) == ("server_error", 500, "INTERNAL")


async def test_an_error_before_the_stream_may_come_in_an_array() -> None:
    body = json.dumps([ERROR]).encode()
    async with serving(lambda _: Reply(status=500, framing="length", body=body)) as (provider, _):
        with pytest.raises(ApiError) as caught:
            await answered(provider)
    assert (caught.value.status, caught.value.server_code) == (500, "INTERNAL")
