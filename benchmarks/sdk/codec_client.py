"""Reads an answer from memory with the official SDK of its wire; prints the SDK's version and deltas a second.

Runs in the environment of the SDKs (``make sdk``), started by ``benchmarks/codec.py``: wire, file, deltas in it, bytes
a chunk, rounds.
"""

import sys
import time
from importlib import metadata
from pathlib import Path

URL = "http://127.0.0.1:9"  # nobody listens: every request ends in the transport in memory


def transport_of(http, chunks, kind):
    """Return a transport of this HTTP library that answers everything with these chunks."""

    class Body(http.SyncByteStream):
        def __iter__(self):
            yield from chunks

    return http.MockTransport(lambda _: http.Response(200, headers={"content-type": kind}, stream=Body()))


def openai(wire, chunks):
    import httpx2
    from openai import OpenAI

    http = httpx2.Client(transport=transport_of(httpx2, chunks, "text/event-stream"))
    client = OpenAI(api_key="k", base_url=URL, http_client=http)
    if wire == "responses":
        return lambda: client.responses.create(model="m", input="", stream=True)
    return lambda: client.chat.completions.create(model="m", messages=[], stream=True)


def anthropic(_, chunks):
    import httpx2
    from anthropic import Anthropic

    http = httpx2.Client(transport=transport_of(httpx2, chunks, "text/event-stream"))
    client = Anthropic(api_key="k", base_url=URL, http_client=http)
    messages = [{"role": "user", "content": "a"}]
    return lambda: client.messages.create(model="m", max_tokens=9, messages=messages, stream=True)


def gemini(_, chunks):
    import httpx2
    from google import genai

    transport = transport_of(httpx2, chunks, "text/event-stream")
    options = genai.types.HttpOptions(base_url=URL, client_args={"transport": transport})
    client = genai.Client(api_key="k", http_options=options)
    return lambda: client.models.generate_content_stream(model="m", contents="a")


def ollama(_, chunks):
    import httpx
    from ollama import Client

    client = Client(host=URL, transport=transport_of(httpx, chunks, "application/x-ndjson"))
    messages = [{"role": "user", "content": "a"}]
    return lambda: client.chat(model="m", messages=messages, stream=True)


CLIENTS = {
    "chat": openai,
    "responses": openai,
    "openrouter": openai,
    "anthropic": anthropic,
    "gemini": gemini,
    "ollama": ollama,
}
PACKAGES = {openai: "openai", anthropic: "anthropic", gemini: "google-genai", ollama: "ollama"}


def main(wire, path, deltas, chunk_bytes, rounds):
    data = Path(path).read_bytes()
    chunks = [data[start : start + chunk_bytes] for start in range(0, len(data), chunk_bytes)]
    make = CLIENTS[wire]
    ask = make(wire, chunks)
    best = 0.0
    for _ in range(rounds):
        stream = ask()
        began_s = time.process_time()
        count = sum(1 for _ in stream)
        best = max(best, deltas / (time.process_time() - began_s))
        if count < deltas:
            raise SystemExit(f"{wire}: {count} of {deltas} deltas came out")
    version = metadata.version(PACKAGES[make])
    print(PACKAGES[make], version, best)


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
