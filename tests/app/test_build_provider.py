"""What a section of the configuration amounts to on the wire."""

import json
from collections.abc import Mapping

import pytest

from aircher.app.build_provider import build_provider
from aircher.config import Config
from aircher.domain.errors import ApiError, AuthError, ConfigError, StreamInterruptedError
from aircher.domain.messages import JsonObject, Message, Role, TextPart
from aircher.domain.models import Capabilities, ModelInfo
from aircher.domain.provider import ModelRequest, Provider
from aircher.domain.stream import StreamEvent
from aircher.providers.offline import OfflineProvider
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

REQUEST = ModelRequest(model="m", system="", messages=(Message(role=Role.USER, parts=(TextPart(text="hi"),)),))
KEY = Secret("key")
WITHOUT_OWN = ("host", "user-agent", "accept", "accept-encoding", "content-length", "content-type")


def refuse(_: ReceivedRequest) -> Reply:
    return Reply(status=400, body=b"{}", framing="length")


async def answered(provider: Provider) -> list[StreamEvent]:
    async with provider.stream(REQUEST) as events:
        return [event async for event in events]


def section(kind: str, url: str, **more: object) -> tuple[Config, Provider]:
    config = Config.build(providers={"mine": {"kind": kind, "base_url": url, "api_key_env": "MINE", **more}})
    return config, build_provider("mine", config.providers.named["mine"], key=KEY, environ={})


async def asked(kind: str, **more: object) -> tuple[str, Mapping[str, str], JsonObject]:
    """Return path, headers and body of what a section of this kind sends to its server."""
    async with LoopbackServer(refuse) as server:
        _, provider = section(kind, server.url, **more)
        with pytest.raises(ApiError):
            async with provider.stream(REQUEST):
                pass
        await provider.aclose()
    sent = server.requests[-1]
    headers = {name: value for name, value in sent.headers.items() if name not in WITHOUT_OWN}
    return sent.target, headers, json.loads(sent.body)


async def test_openai_gets_key_organisation_and_project_and_the_wire_that_is_wished() -> None:
    path, headers, _ = await asked("openai", org_id="org", project="pro", wire="chat")
    assert (path, headers) == (
        "/v1/chat/completions",
        {"authorization": "Bearer key", "openai-organization": "org", "openai-project": "pro"},
    )
    path, headers, _ = await asked("openai", wire="responses")
    assert (path, headers) == ("/v1/responses", {"authorization": "Bearer key"})


async def test_ollama_gets_what_the_user_says_of_its_memory() -> None:
    _, _, body = await asked("ollama", num_ctx=4_096, num_predict=99, keep_alive="60s")
    assert (body["options"], body["keep_alive"]) == ({"num_ctx": 4_096, "num_predict": 99}, "60s")
    _, _, body = await asked("ollama")
    options = body["options"]
    assert isinstance(options, dict)
    assert "num_predict" not in options  # 0 = the server's default


async def test_openrouter_gets_the_wishes_for_its_routing_and_none_if_there_are_none() -> None:
    _, _, body = await asked("openrouter", routing={"order": ["a"], "zdr": True})
    assert body["provider"] == {"order": ["a"], "zdr": True}
    _, _, body = await asked("openrouter")
    assert "provider" not in body


async def test_the_users_own_models_come_first_and_as_described() -> None:
    async with LoopbackServer(lambda _: Reply(status=404, body=b"{}", framing="length")) as server:
        custom = {"small": {"context_tokens": 9, "tools": True}}
        _, provider = section("openai-compatible", server.url, custom_models=custom)
        assert await provider.list_models() == (
            ModelInfo(provider="mine", name="small", context_tokens=9, capabilities=Capabilities(tools=True)),
        )
        await provider.aclose()


async def test_the_section_says_how_long_a_server_may_be_silent() -> None:
    async with LoopbackServer(lambda _: Reply(body=b"x", end="stall")) as server:
        _, provider = section("openai-compatible", server.url, timeout="100ms")
        with pytest.raises(StreamInterruptedError, match="mine fell silent in the middle of its answer"):
            await answered(provider)
        await provider.aclose()


async def test_a_key_that_is_missing_is_named_by_its_variable() -> None:
    config = Config.build(providers={"mine": {"kind": "openai", "base_url": "https://h", "api_key_env": "MINE"}})
    provider = build_provider("mine", config.providers.named["mine"], key=None, environ={})
    with pytest.raises(AuthError) as caught:
        async with provider.stream(REQUEST):
            pass
    await provider.aclose()
    assert "MINE" in str(caught.value.hint)
    assert provider.name == "mine"


def test_the_index_needs_nothing_and_has_no_project_yet() -> None:
    config = Config.build()
    assert isinstance(
        build_provider("offline", config.providers.named["offline"], key=None, environ={}), OfflineProvider
    )


def test_an_address_that_is_none_is_a_mistake_of_its_key() -> None:
    config = Config.build(providers={"mine": {"kind": "openai-compatible", "base_url": "http://h"}})
    from msgspec import structs

    broken = structs.replace(config.providers.named["mine"], base_url="nowhere")
    with pytest.raises(ConfigError, match=r"providers\.mine\.base_url"):
        build_provider("mine", broken, key=None, environ={})
