"""How fast an answer's bytes become events: network chunk, SSE parser, codec, event; on one core.

The same bytes go through the official SDK's own stream, over a transport in memory, in the environment ``.venv-sdk``
(``make`` builds it for the tests that need SDKs). Each figure is the best of several rounds, in CPU time.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from aircher.domain.stream import TextReceived
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._sse import SseParser
from aircher.providers.openai_chat import ChatCodec
from aircher.providers.openai_responses import ResponsesCodec
from aircher.providers.openrouter_chat import OpenRouterCodec

DELTAS = 50_000
SDK_DELTAS = 10_000
ROUNDS = 5
CHUNK_BYTES = 4_096
WANTED_PER_S = 150_000
WANTED_RATIO = 3
SDK_PYTHON = Path(__file__).resolve().parent.parent / ".venv-sdk" / "bin" / "python"
ENDPOINT = Endpoint(provider="p", kind="k", url="http://localhost", model="m")
WIRES: Mapping[str, Callable[[Endpoint], JsonCodec]] = {
    "chat": ChatCodec,
    "responses": ResponsesCodec,
    "openrouter": OpenRouterCodec,
}
SDK_PROGRAM = """
import sys, time
import httpx2, openai

wire, path, chunk_bytes, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
data = open(path, "rb").read()
chunks = [data[start : start + chunk_bytes] for start in range(0, len(data), chunk_bytes)]

class Body(httpx2.SyncByteStream):
    def __iter__(self):
        yield from chunks

def answer(request):
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=Body())

client = openai.OpenAI(
    api_key="k", base_url="http://localhost/v1", http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
)

def ask():
    if wire == "responses":
        return client.responses.create(model="m", input="", stream=True)
    return client.chat.completions.create(model="m", messages=[], stream=True)

best = 0.0
for _ in range(rounds):
    stream = ask()
    began_s = time.process_time()
    count = sum(1 for _ in stream)
    best = max(best, count / (time.process_time() - began_s))
print(openai.__version__, best)
"""


def message(wire: str, text: str, sequence: int) -> bytes:
    """Return one delta as the vendor sends it."""
    if wire == "responses":
        delta = {
            "type": "response.output_text.delta",
            "sequence_number": sequence,
            "item_id": "msg_0d4c7a12b1e2f3a4006921a1",
            "output_index": 0,
            "content_index": 0,
            "delta": text,
            "logprobs": [],
            "obfuscation": "prncyepf7",
        }
        return (
            b"event: response.output_text.delta\ndata: " + json.dumps(delta, separators=(",", ":")).encode() + b"\n\n"
        )
    choice = {"index": 0, "delta": {"content": text}, "logprobs": None, "finish_reason": None}
    chunk = {
        "id": "chatcmpl-Bx7Qm2Kp9Rt4Vw6Yz",
        "object": "chat.completion.chunk",
        "created": 1_795_334_400,
        "model": "gpt-6-luna",
        "service_tier": "default",
        "system_fingerprint": "fp_44709d6fcb",
        "choices": [choice],
        "usage": None,
        "obfuscation": "prncyepf7",
    }
    return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"


def body(wire: str, count: int) -> bytes:
    """Return an answer of small deltas: some 4 characters, one in ten beyond ASCII."""
    words = [" the", " a", "ing", ",", " of", " für", "tion", " x", "s", " and"]
    return b"".join(message(wire, words[number % len(words)], number) for number in range(count))


def ours_per_s(wire: str) -> float:
    """Return deltas a second, the best of some rounds."""
    data = body(wire, DELTAS)
    chunks = [data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES)]
    best = 0.0
    for _ in range(ROUNDS):
        codec, parser, count = WIRES[wire](ENDPOINT), SseParser(), 0
        began_s = time.process_time()
        for chunk in chunks:
            for frame in parser.feed(chunk):
                for event in codec.feed(frame):
                    count += isinstance(event, TextReceived)
        best = max(best, DELTAS / (time.process_time() - began_s))
        assert count == DELTAS, f"{wire}: {count} of {DELTAS} deltas became text"
    return best


def sdk_per_s(wire: str) -> tuple[str, float] | None:
    """Return the SDK's version and its deltas a second; ``None`` = it is not installed."""
    if not SDK_PYTHON.exists():
        return None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "body"
        path.write_bytes(body(wire, SDK_DELTAS) + (b"" if wire == "responses" else b"data: [DONE]\n\n"))
        line = [SDK_PYTHON, "-c", SDK_PROGRAM, wire, path, str(CHUNK_BYTES), str(ROUNDS)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return None
    version, figure = done.stdout.split()
    return version, float(figure)


def main() -> None:
    print(f"{DELTAS:,} small deltas in chunks of {CHUNK_BYTES:,} bytes, CPU time, best of {ROUNDS}.\n")
    print("| wire | deltas a second | µs a delta | official SDK | × the SDK | wanted |")
    print("|---|---|---|---|---|---|")
    for wire in WIRES:
        ours, sdk = ours_per_s(wire), sdk_per_s(wire)
        theirs = "not installed" if sdk is None else f"{sdk[1]:,.0f} (openai {sdk[0]})"
        ratio = "" if sdk is None else f"{ours / sdk[1]:.1f}"
        wanted = f"≥ {WANTED_PER_S:,}, ≥ {WANTED_RATIO} ×"
        print(f"| {wire} | {ours:,.0f} | {1e6 / ours:.2f} | {theirs} | {ratio} | {wanted} |")


if __name__ == "__main__":
    main()
