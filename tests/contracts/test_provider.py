"""What every provider promises, whatever wire it speaks. A new one joins by a row in SUBJECTS."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import pytest
from tests.keys import KEYS

from aircher.domain.errors import ApiError, ProviderError
from aircher.domain.messages import Message, Role, TextPart
from aircher.domain.provider import ModelRequest, Provider
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers import registry
from aircher.providers.scripted import Line, Pause, ScriptedProvider
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

KEY = KEYS["CONTRACT"]
CANCELLED_WITHIN_S = 0.2  # the product's promise: Esc gives a usable prompt in 200 ms
REQUEST = ModelRequest(model="m", system="s", messages=(Message(role=Role.USER, parts=(TextPart(text="Hello"),)),))
SSE = {"content-type": "text/event-stream"}
HELLO = b'data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n'
STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


@dataclass(frozen=True, slots=True)
class Scene:
    """A provider in a prepared world, and how to see that it holds nothing open."""

    provider: Provider
    server: LoopbackServer | None = None

    async def everything_closed(self) -> None:
        if self.server is not None:
            async with asyncio.timeout(CANCELLED_WITHIN_S):
                await self.server.wait_for_connections(0)
        if isinstance(self.provider, ScriptedProvider):
            assert self.provider.open_streams == 0


def echo_the_key(request: ReceivedRequest) -> Reply:
    text = request.headers.get("authorization") or request.headers.get("x-goog-api-key", "")
    return Reply(status=500, framing="length", body=b'{"error":{"message":"got %s"}}' % text.encode())


CHAT_REPLIES: dict[str, Callable[[ReceivedRequest], Reply]] = {
    "answers": lambda _: Reply(headers=SSE, body=HELLO + STOP),
    "stalls": lambda _: Reply(headers=SSE, body=HELLO, end="stall"),
    "fails": echo_the_key,
}
GEMINI_HELLO = b'data: {"candidates":[{"content":{"parts":[{"text":"Hello"}]}}]}\r\n\r\n'
GEMINI_REPLIES: dict[str, Callable[[ReceivedRequest], Reply]] = {
    "answers": lambda _: Reply(
        headers=SSE, body=GEMINI_HELLO + b'data: {"candidates":[{"finishReason":"stop"}]}\r\n\r\n'
    ),
    "stalls": lambda _: Reply(headers=SSE, body=GEMINI_HELLO, end="stall"),
    "fails": echo_the_key,
}
MESSAGES_HELLO = (
    b'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n'
    b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}\n\n'
)
MESSAGES_STOP = (
    b'data: {"type":"content_block_stop","index":0}\n\n'
    b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\ndata: {"type":"message_stop"}\n\n'
)
MESSAGES_REPLIES: dict[str, Callable[[ReceivedRequest], Reply]] = {
    "answers": lambda _: Reply(headers=SSE, body=MESSAGES_HELLO + MESSAGES_STOP),
    "stalls": lambda _: Reply(headers=SSE, body=MESSAGES_HELLO, end="stall"),
    "fails": echo_the_key,
}
OLLAMA_HELLO = b'{"message":{"role":"assistant","content":"Hello"},"done":false}\n'
OLLAMA_STOP = b'{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}\n'


def shown_or(chat: Reply) -> Callable[[ReceivedRequest], Reply]:
    """Return how an Ollama server answers that is asked about its model before it is asked to chat."""
    about = Reply(body=b'{"capabilities":["completion"]}', framing="length")
    return lambda request: about if request.target == "/api/show" else chat


OLLAMA_REPLIES: dict[str, Callable[[ReceivedRequest], Reply]] = {
    "answers": shown_or(Reply(body=OLLAMA_HELLO + OLLAMA_STOP)),
    "stalls": shown_or(Reply(body=OLLAMA_HELLO, end="stall")),
    "fails": echo_the_key,
}
RESPONSES_HELLO = b'data: {"type":"response.output_text.delta","output_index":0,"delta":"Hello"}\n\n'
RESPONSES_END = b'data: {"type":"response.completed","response":{"status":"completed","output":[]}}\n\n'
RESPONSES_REPLIES: dict[str, Callable[[ReceivedRequest], Reply]] = {
    "answers": lambda _: Reply(headers=SSE, body=RESPONSES_HELLO + RESPONSES_END),
    "stalls": lambda _: Reply(headers=SSE, body=RESPONSES_HELLO, end="stall"),
    "fails": echo_the_key,
}
SCRIPTS: dict[str, list[Line]] = {
    "answers": [TextReceived(text="Hello"), Finished(reason=FinishReason.STOP, native_reason="stop")],
    "stalls": [TextReceived(text="Hello"), Pause(seconds=3600)],
    "fails": [ApiError("scripted answered 500: got [hidden]", provider="scripted", kind="server_error", status=500)],
}


WIRES = {
    "anthropic": ("anthropic", MESSAGES_REPLIES),
    "gemini": ("gemini", GEMINI_REPLIES),
    "ollama": ("ollama", OLLAMA_REPLIES),
    "openai": ("openai", CHAT_REPLIES),
    "openai-responses": ("openai", RESPONSES_REPLIES),
    "openai-compatible": ("openai-compatible", CHAT_REPLIES),
    "openrouter": ("openrouter", CHAT_REPLIES),
}
ENDS = {"anthropic": "end_turn", "openai-responses": "completed"}
"""Words of their own for a normal end."""


@asynccontextmanager
async def scene(subject: str, situation: str) -> AsyncIterator[Scene]:
    if subject == "scripted":
        yield Scene(ScriptedProvider([SCRIPTS[situation]]))
        return
    kind, replies = WIRES[subject]
    async with LoopbackServer(replies[situation]) as server:
        wire: Literal["auto", "responses"] = "responses" if replies is RESPONSES_REPLIES else "auto"
        provider = registry.build(
            ProviderSettings(name=subject, kind=kind, base_url=server.url, api_key=Secret(KEY), wire=wire, environ={})
        )
        yield Scene(provider, server=server)
        await provider.aclose()


async def everything(provider: Provider) -> list[StreamEvent]:
    async with provider.stream(REQUEST) as events:
        return [event async for event in events]


SUBJECTS = [*WIRES, "scripted"]
every_provider = pytest.mark.parametrize("subject", SUBJECTS)


@every_provider
async def test_a_stream_ends_with_one_finished(subject: str) -> None:
    async with scene(subject, "answers") as stage:
        assert await everything(stage.provider) == [
            TextReceived(text="Hello"),
            Finished(reason=FinishReason.STOP, native_reason=ENDS.get(subject, "stop")),
        ]


@every_provider
async def test_leaving_early_closes_everything(subject: str) -> None:
    async with scene(subject, "stalls") as stage:
        async with stage.provider.stream(REQUEST) as events:
            assert await anext(aiter(events)) == TextReceived(text="Hello")
        await stage.everything_closed()


@every_provider
async def test_cancelling_takes_effect_at_once_and_closes_everything(subject: str) -> None:
    async with scene(subject, "stalls") as stage:
        has_begun = asyncio.Event()

        async def listen() -> None:
            async with stage.provider.stream(REQUEST) as events:
                async for _ in events:
                    has_begun.set()

        task = asyncio.create_task(listen())
        await has_begun.wait()
        task.cancel()
        async with asyncio.timeout(CANCELLED_WITHIN_S):
            await asyncio.wait([task])

        assert task.cancelled()
        await stage.everything_closed()


@every_provider
async def test_a_failure_is_a_provider_error_that_names_the_provider_and_hides_the_key(subject: str) -> None:
    async with scene(subject, "fails") as stage:
        with pytest.raises(ProviderError) as caught:
            await everything(stage.provider)

    error = caught.value
    assert error.provider == subject
    assert "[hidden]" in error.message
    assert KEY not in f"{error} {error!r} {error.hint} {error.__dict__}"


@every_provider
async def test_closing_twice_is_fine(subject: str) -> None:
    async with scene(subject, "answers") as stage:
        await stage.provider.aclose()
        await stage.provider.aclose()
        assert stage.provider.name == subject
