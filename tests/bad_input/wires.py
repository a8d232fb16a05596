"""Every wire as a provider that talks to servers of a test, for servers that answer anything but an answer."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.contracts.test_provider import ENDS, REQUEST, WIRES
from tests.keys import KEYS

from aircher.domain.provider import Provider
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers import registry
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import ReceivedRequest, Reply

KEY = KEYS["ZOO_KEY"]
PATHS = {
    "anthropic": "/v1/messages",
    "gemini": "/v1/models/m:streamGenerateContent",
    "ollama": "/api/chat",
    "openai": "/v1/chat/completions",
    "openai-responses": "/v1/responses",
    "openai-compatible": "/v1/chat/completions",
    "openrouter": "/api/v1/chat/completions",
}
"""Where a bare address is asked for an answer."""
every_wire = pytest.mark.parametrize("wire", WIRES)


def build(
    wire: str, url: str, environ: Mapping[str, str] | None = None, *, connect_timeout_s: float = 10.0
) -> Provider:
    """Return a provider of the wire for this address, with a key."""
    settings = ProviderSettings(
        name="mine",
        kind=WIRES[wire][0],
        base_url=url,
        api_key=Secret(KEY),
        key_variable="MY_KEY",
        wire="responses" if wire == "openai-responses" else "auto",
        connect_timeout_s=connect_timeout_s,
        environ=environ or {},
    )
    return registry.build(settings)


@asynccontextmanager
async def provider_at(
    wire: str, url: str, environ: Mapping[str, str] | None = None, *, connect_timeout_s: float = 10.0
) -> AsyncIterator[Provider]:
    provider = build(wire, url, environ, connect_timeout_s=connect_timeout_s)
    yield provider
    await provider.aclose()


def answering(wire: str, **changes: Any) -> Callable[[ReceivedRequest], Reply]:
    """Return how a server answers well, its replies changed in these fields."""
    answer = WIRES[wire][1]["answers"]
    return lambda request: replace(answer(request), **changes)


async def everything(provider: Provider) -> list[StreamEvent]:
    async with provider.stream(REQUEST) as events:
        return [event async for event in events]


def hello(wire: str, text: str = "Hello") -> list[StreamEvent]:
    """Return what the good answer amounts to."""
    return [TextReceived(text=text), Finished(reason=FinishReason.STOP, native_reason=ENDS.get(wire, "stop"))]


async def listed(provider: Provider) -> object:
    return await provider.list_models()


async def checked(provider: Provider) -> object:
    return await provider.check()


CALLS: Mapping[str, Callable[[Provider], Any]] = {"stream": everything, "list": listed, "check": checked}
every_call = pytest.mark.parametrize("call", CALLS)
