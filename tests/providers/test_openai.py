from collections.abc import Sequence
from typing import Literal

import pytest

from aircher.domain.errors import ApiError
from aircher.domain.messages import Message, Role, TextPart
from aircher.domain.provider import ModelRequest
from aircher.providers import registry
from aircher.providers._openai_models import prefers_responses
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

HELLO = (Message(role=Role.USER, parts=(TextPart(text="Hello"),)),)
Wire = Literal["auto", "chat", "responses"]


def not_found(_: ReceivedRequest) -> Reply:
    return Reply(status=404, framing="length", body=b'{"detail":"Not Found"}')


async def refused(kind: str, model: str, wire: Wire) -> tuple[ApiError, Sequence[ReceivedRequest]]:
    async with LoopbackServer(not_found) as server:
        settings = ProviderSettings(
            name="gate", kind=kind, base_url=server.url, api_key=Secret("sk-0123456789"), wire=wire, environ={}
        )
        provider = registry.build(settings)
        with pytest.raises(ApiError) as caught:
            async with provider.stream(ModelRequest(model=model, system="", messages=HELLO)) as events:
                [event async for event in events]
        await provider.aclose()
        return caught.value, server.requests


@pytest.mark.parametrize(
    ("kind", "model", "wire", "path"),
    [
        ("openai", "gpt-5.6-terra", "auto", "/v1/responses"),
        ("openai", "o3", "auto", "/v1/responses"),
        ("openai", "gpt-4.1", "auto", "/v1/chat/completions"),
        ("openai", "m", "auto", "/v1/chat/completions"),
        ("openai", "gpt-5.6-terra", "chat", "/v1/chat/completions"),
        ("openai", "m", "responses", "/v1/responses"),
        ("openai-compatible", "gpt-5.6-terra", "auto", "/v1/chat/completions"),
        ("openai-compatible", "m", "responses", "/v1/responses"),
    ],
)
async def test_the_section_decides_the_wire_else_the_model(kind: str, model: str, wire: Wire, path: str) -> None:
    error, requests = await refused(kind, model, wire)

    assert [request.target for request in requests] == [path]
    names_the_way_out = 'set providers.gate.wire = "chat"' in (error.hint or "")
    assert names_the_way_out is path.endswith("/responses")


async def test_a_prompt_is_counted_where_its_wire_can_count() -> None:
    def three(_: ReceivedRequest) -> Reply:
        return Reply(framing="length", body=b'{"object":"response.input_tokens","input_tokens":3}')

    async with LoopbackServer(three) as server:
        settings = ProviderSettings(
            name="o", kind="openai", base_url=server.url, api_key=Secret("sk-0123456789"), environ={}
        )
        provider = registry.build(settings)
        counted = [
            await provider.count_tokens(ModelRequest(model=model, system="", messages=HELLO))
            for model in ("gpt-5.6-terra", "gpt-4.1")
        ]
        await provider.aclose()

        assert counted == [3, None]
        assert [request.target for request in server.requests] == ["/v1/responses/input_tokens"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-5", True),
        ("gpt-6.2-astra", True),
        ("gpt-10", True),
        ("o4-mini", True),
        ("codex-mini-latest", True),
        ("openai/gpt-5.1", True),
        ("gpt-4o", False),
        ("gpt-35-turbo", False),
        ("gpt-5-chat-latest", False),
        ("gpt-oss-120b", False),
        ("ollama", False),
        ("m", False),
    ],
)
def test_reasoning_models_prefer_responses(model: str, expected: bool) -> None:
    assert prefers_responses(model) is expected
