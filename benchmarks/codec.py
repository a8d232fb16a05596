"""How fast an answer's bytes become events: network chunk, parser, codec, event; on one core.

The same bytes go through the official SDK's own stream, over a transport in memory, in the environment ``.venv-sdk``
(``make sdk`` builds it). Each figure is the best of several rounds, in CPU time. With names of wires as arguments only
those are measured.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aircher.domain.messages import JsonValue
from aircher.domain.stream import TextReceived
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import FrameParser
from aircher.providers._ndjson import NdjsonParser
from aircher.providers._sse import SseParser
from aircher.providers.anthropic_messages import MessagesCodec
from aircher.providers.gemini_content import GeminiCodec
from aircher.providers.ollama_chat import OllamaCodec
from aircher.providers.openai_chat import ChatCodec
from aircher.providers.openai_responses import ResponsesCodec
from aircher.providers.openrouter_chat import OpenRouterCodec

DELTAS = 50_000
SDK_DELTAS = 10_000
ROUNDS = 5
CHUNK_BYTES = 4_096
WANTED_PER_S = 150_000
WANTED_RATIO = 3
ROOT = Path(__file__).resolve().parent.parent
SDK_PYTHON = ROOT / ".venv-sdk" / "bin" / "python"
SDK_CLIENT = ROOT / "benchmarks" / "sdk" / "codec_client.py"
ENDPOINT = Endpoint(provider="p", kind="k", url="http://localhost", model="m")
WORDS = (" the", " a", "ing", ",", " of", " für", "tion", " x", "s", " and")
"""Some 4 characters a delta, one in ten beyond ASCII."""


def sse(message: JsonValue, event: str = "") -> bytes:
    """Return one server-sent event, named or not."""
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {json.dumps(message, separators=(',', ':'))}\n\n".encode()


def chat(text: str, _: int) -> bytes:
    return sse(
        {
            "id": "chatcmpl-Bx7Qm2Kp9Rt4Vw6Yz",
            "object": "chat.completion.chunk",
            "created": 1_795_334_400,
            "model": "gpt-6-luna",
            "service_tier": "default",
            "system_fingerprint": "fp_44709d6fcb",
            "choices": [{"index": 0, "delta": {"content": text}, "logprobs": None, "finish_reason": None}],
            "usage": None,
            "obfuscation": "prncyepf7",
        }
    )


def responses(text: str, number: int) -> bytes:
    return sse(
        {
            "type": "response.output_text.delta",
            "sequence_number": number,
            "item_id": "msg_0d4c7a12b1e2f3a4006921a1",
            "output_index": 0,
            "content_index": 0,
            "delta": text,
            "logprobs": [],
            "obfuscation": "prncyepf7",
        },
        "response.output_text.delta",
    )


def anthropic(text: str, _: int) -> bytes:
    delta: JsonValue = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
    return sse(delta, "content_block_delta")


def gemini(text: str, number: int) -> bytes:
    return sse(
        {
            "candidates": [{"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}],
            "usageMetadata": {
                "promptTokenCount": 11,
                "candidatesTokenCount": number + 1,
                "totalTokenCount": number + 12,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 11}],
            },
            "modelVersion": "gemini-3.8-flash",
            "responseId": "bMkgaZ2vCi-kdUPq8eYsAo",
        }
    )


def ollama(text: str, number: int) -> bytes:
    line = {
        "model": "qwen3:8b",
        "created_at": f"2026-11-22T08:00:00.{number:09}Z",
        "message": {"role": "assistant", "content": text},
        "done": False,
    }
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


ANTHROPIC_START = sse(
    {
        "type": "message_start",
        "message": {
            "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
            "type": "message",
            "role": "assistant",
            "model": "claude-opus-5-5",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": 14, "output_tokens": 1},
        },
    },
    "message_start",
) + sse(
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}, "content_block_start"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What is fed and who reads it.

    Attributes:
        delta: One delta as the vendor sends it, from its text and its number.
        before: What comes before the first delta.
        after: What only the SDK is given behind the last one, because it waits for it.
    """

    codec: Callable[[Endpoint], JsonCodec]
    delta: Callable[[str, int], bytes]
    parser: Callable[[], FrameParser] = SseParser
    before: bytes = b""
    after: bytes = b""

    def body(self, count: int) -> bytes:
        """Return an answer of so many small deltas."""
        return self.before + b"".join(self.delta(WORDS[number % len(WORDS)], number) for number in range(count))


WIRES: Mapping[str, Wire] = {
    "chat": Wire(codec=ChatCodec, delta=chat, after=b"data: [DONE]\n\n"),
    "responses": Wire(codec=ResponsesCodec, delta=responses),
    "openrouter": Wire(codec=OpenRouterCodec, delta=chat, after=b"data: [DONE]\n\n"),
    "anthropic": Wire(codec=MessagesCodec, delta=anthropic, before=ANTHROPIC_START),
    "gemini": Wire(codec=GeminiCodec, delta=gemini),
    "ollama": Wire(codec=OllamaCodec, delta=ollama, parser=NdjsonParser),
}


def ours_per_s(name: str) -> float:
    """Return deltas a second, the best of some rounds."""
    wire = WIRES[name]
    data = wire.body(DELTAS)
    chunks = [data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES)]
    best = 0.0
    for _ in range(ROUNDS):
        codec, parser, count = wire.codec(ENDPOINT), wire.parser(), 0
        began_s = time.process_time()
        for chunk in chunks:
            for frame in parser.feed(chunk):
                for event in codec.feed(frame):
                    count += isinstance(event, TextReceived)
        best = max(best, DELTAS / (time.process_time() - began_s))
        assert count == DELTAS, f"{name}: {count} of {DELTAS} deltas became text"
    return best


def sdk_per_s(name: str) -> tuple[str, float] | None:
    """Return the SDK's name with its version, and its deltas a second; ``None`` = it could not be measured."""
    wire = WIRES[name]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "body"
        path.write_bytes(wire.body(SDK_DELTAS) + wire.after)
        numbers = [str(SDK_DELTAS), str(CHUNK_BYTES), str(ROUNDS)]
        line = [str(SDK_PYTHON), str(SDK_CLIENT), name, str(path), *numbers]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{name}: {done.stderr}", file=sys.stderr)
        return None
    package, version, figure = done.stdout.split()
    return f"{package} {version}", float(figure)


def row(name: str, *, has_sdks: bool) -> str:
    """Return a wire's line of the table."""
    ours, sdk = ours_per_s(name), sdk_per_s(name) if has_sdks else None
    theirs = "not measured" if sdk is None else f"{sdk[1]:,.0f} ({sdk[0]})"
    ratio = "" if sdk is None else f"{ours / sdk[1]:.1f}"
    wanted = f"≥ {WANTED_PER_S:,}, ≥ {WANTED_RATIO} ×"
    return f"| {name} | {ours:,.0f} | {1e6 / ours:.2f} | {theirs} | {ratio} | {wanted} |"


def main(names: list[str]) -> int:
    """Return 1 if an SDK that is installed could not be measured, 2 for a wire that does not exist."""
    unknown = [name for name in names if name not in WIRES]
    if unknown:
        print(f"error: no wire is called {', '.join(unknown)}; there are {', '.join(WIRES)}", file=sys.stderr)
        return 2
    has_sdks = SDK_PYTHON.exists()
    if not has_sdks:
        print(f"{SDK_PYTHON.parents[1].name} is missing, so no SDK is measured; `make sdk` builds it.\n")
    print(f"{DELTAS:,} small deltas in chunks of {CHUNK_BYTES:,} bytes, CPU time, best of {ROUNDS}.\n")
    print("| wire | deltas a second | µs a delta | official SDK | × the SDK | wanted |")
    print("|---|---|---|---|---|---|")
    rows = [row(name, has_sdks=has_sdks) for name in names or WIRES]
    print("\n".join(rows))
    return int(has_sdks and any("not measured" in line for line in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
