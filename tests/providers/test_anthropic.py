"""Anthropic's own calls, over a real socket."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from aircher.domain.errors import AuthError, ProviderError
from aircher.domain.messages import JsonValue, Message, Role, TextPart
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.providers import registry
from aircher.providers._http_provider import HttpProvider
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

SETTINGS = ProviderSettings(
    name="claude", kind="anthropic", api_key=Secret("sk-ant-0123456789"), environ={}, organization="ignored"
)
REQUEST = ModelRequest(
    model="claude-opus-5-5", system="", messages=(Message(role=Role.USER, parts=(TextPart(text="Hello"),)),)
)
STOP = b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\ndata: {"type":"message_stop"}\n\n'
ANSWER = Reply(headers={"content-type": "text/event-stream"}, body=STOP)


@asynccontextmanager
async def serving(
    answer: Callable[[ReceivedRequest], Reply], settings: ProviderSettings = SETTINGS, path: str = ""
) -> AsyncIterator[tuple[HttpProvider, LoopbackServer]]:
    async with LoopbackServer(answer) as server:
        provider = registry.build(replace(settings, base_url=server.url + path))
        assert isinstance(provider, HttpProvider)
        yield provider, server
        await provider.aclose()


async def ask(provider: HttpProvider, request: ModelRequest = REQUEST) -> None:
    async with provider.stream(request) as events:
        async for _ in events:
            pass


def reply(value: JsonValue) -> Reply:
    return Reply(headers={"content-type": "application/json"}, body=json.dumps(value).encode(), framing="length")


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/messages", "/v1/messages/count_tokens", "/v1/models"])
async def test_a_bare_address_and_one_copied_from_documentation_are_understood(path: str) -> None:
    async with serving(lambda _: ANSWER, path=path) as (provider, server):
        await ask(provider)

    assert server.requests[0].target == "/v1/messages"


async def test_the_key_and_the_version_of_the_api_are_sent() -> None:
    async with serving(lambda _: ANSWER) as (provider, server):
        await ask(provider)

    headers = server.requests[0].headers
    assert (headers["authorization"], headers["anthropic-version"]) == ("Bearer sk-ant-0123456789", "2026-10-21")
    assert "openai-organization" not in headers


async def test_a_local_server_needs_no_key() -> None:
    async with serving(lambda _: ANSWER, replace(SETTINGS, api_key=None)) as (provider, server):
        await ask(provider)

    assert "authorization" not in server.requests[0].headers


async def test_the_vendor_is_not_asked_without_a_key() -> None:
    provider = registry.build(replace(SETTINGS, api_key=None, key_variable="ANTHROPIC_API_KEY"))
    assert isinstance(provider, HttpProvider)
    with pytest.raises(AuthError) as caught:
        await ask(provider)

    assert "ANTHROPIC_API_KEY" in str(caught.value.hint)


async def test_a_bound_that_the_user_tells_is_kept_to() -> None:
    own = ModelInfo(provider="claude", name="claude-opus-5-5", output_tokens=5_000)
    async with serving(lambda _: ANSWER, replace(SETTINGS, custom_models=(own,))) as (provider, server):
        await ask(provider)

    assert json.loads(server.requests[0].body)["max_tokens"] == 5_000


async def test_the_list_of_models_is_read_page_by_page() -> None:
    pages: dict[str, JsonValue] = {
        "/v1/models": {
            "data": [
                {"id": "claude-a", "max_input_tokens": 1_000_000, "max_tokens": 128_000, "lifecycle": "active"},
                {"id": "claude-old", "lifecycle": "retired"},
                {"id": None},
                None,
            ],
            "has_more": True,
            "last_id": "claude-old/&",
        },
        "/v1/models?after_id=claude-old%2F%26": {
            "data": [{"id": "claude-b", "max_input_tokens": None, "max_tokens": 0}],
            "has_more": False,
            "last_id": "claude-b",
        },
    }
    async with serving(lambda request: reply(pages[request.target])) as (provider, server):
        models = await provider.list_models()
        assert await provider.check() == ("2 models",)

    assert models == (
        ModelInfo(provider="claude", name="claude-a", context_tokens=1_000_000, output_tokens=128_000),
        ModelInfo(provider="claude", name="claude-b"),
    )
    assert [request.target for request in server.requests[:2]] == list(pages)


async def test_a_prompt_is_counted_for_free() -> None:
    async with serving(lambda _: reply({"input_tokens": 9})) as (provider, server):
        assert await provider.count_tokens(REQUEST) == 9

    request = server.requests[0]
    assert request.target == "/v1/messages/count_tokens"
    assert json.loads(request.body).keys() == {"model", "messages", "thinking"}


@pytest.mark.parametrize("answer", [{}, {"input_tokens": None}, {"data": {}}, []])
async def test_small_answers_that_are_none_are_malformed(answer: JsonValue) -> None:
    async with serving(lambda _: reply(answer)) as (provider, _):
        for attempt in (provider.count_tokens(REQUEST), provider.list_models()):
            with pytest.raises(ProviderError) as caught:
                await attempt
            assert caught.value.provider == "claude"
