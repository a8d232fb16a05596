"""A client without any comfort, for tests of the fake server: what is sent and received is bytes."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aircher.testing.fake_llm.server import FakeLlm

LONGEST_S = 30.0
PROMPTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "openai-chat": ("/v1/chat/completions", {"stream_options": {"include_usage": True}}),
    "openai-responses": ("/v1/responses", {}),
    "anthropic": ("/v1/messages", {"max_tokens": 100}),
    "gemini": ("/v1/models/fake-large:streamGenerateContent?alt=sse", {}),
    "ollama": ("/api/chat", {}),
    "openrouter": ("/api/v1/chat/completions", {}),
}
"""Path, and what the body needs besides model and messages."""


def prompt(wire: str, text: str = "hello", *, stream: bool = True) -> tuple[str, dict[str, Any]]:
    """Return path and body of a request for an answer."""
    path, more = PROMPTS[wire]
    if wire == "gemini":
        method = path if stream else path.partition(":")[0] + ":generateContent"
        return method, {"contents": [{"role": "user", "parts": [{"text": text}]}]}
    key = "input" if wire == "openai-responses" else "messages"
    body = {"model": "fake-large", key: [{"role": "user", "content": text}], "stream": stream, **more}
    if not stream:
        body.pop("stream_options", None)
    return path, body


@dataclass(frozen=True, kw_only=True)
class Got:
    """An answer; ``is_whole`` says whether its end was told."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        lines = [f"{method} {target} HTTP/1.1", "host: fake", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    async def head(self) -> tuple[int, dict[str, str]]:
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        return int(first.split(" ")[1]), dict(line.split(": ", 1) for line in lines)

    async def chunk(self) -> bytes:
        """Return the next chunk of a stream, empty at its end."""
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        return (await self.reader.readexactly(size + 2))[:-2]

    async def answer(self) -> Got:
        status, headers = await self.head()
        body, is_whole = b"", True
        try:
            if "content-length" in headers:
                body = await self.reader.readexactly(int(headers["content-length"]))
            else:
                while piece := await self.chunk():
                    body += piece
        except asyncio.IncompleteReadError as exc:
            body, is_whole = body + exc.partial, False
        return Got(status=status, headers=headers, body=body, is_whole=is_whole)

    async def post(self, target: str, body: object, headers: Mapping[str, str] | None = None) -> Got:
        self.send("POST", target, json.dumps(body).encode(), headers)
        return await self.answer()

    async def get(self, target: str, headers: Mapping[str, str] | None = None) -> Got:
        self.send("GET", target, headers=headers)
        return await self.answer()


@asynccontextmanager
async def connected(server: FakeLlm) -> AsyncIterator[Client]:
    """Give a connection, and see to it that nothing hangs for ever."""
    async with asyncio.timeout(LONGEST_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
        try:
            yield Client(reader, writer)
        finally:
            writer.close()


def events(wire: str, body: bytes) -> list[Any]:
    """Return the JSON of all events of a stream, having checked the framing; ``[DONE]`` stays a text."""
    if wire == "ollama":
        assert body.endswith(b"\n")
        return [json.loads(line) for line in body.removesuffix(b"\n").split(b"\n")]
    end = b"\r\n\r\n" if wire == "gemini" else b"\n\n"
    assert body.endswith(end)
    found = []
    for block in body.removesuffix(end).split(end):
        lines = block.decode().splitlines()
        if lines[0].startswith(":"):
            assert wire == "openrouter"
            continue
        assert lines[-1].startswith("data: ")
        text = lines[-1].removeprefix("data: ")
        value: Any = text if text == "[DONE]" else json.loads(text)
        assert lines[:-1] == ([f"event: {value['type']}"] if wire in {"anthropic", "openai-responses"} else [])
        found.append(value)
    return found
