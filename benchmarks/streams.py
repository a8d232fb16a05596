"""Many answers at once: what Aircher adds to the way of a token from a socket to a published event.

A second process sends; each token carries the time it was written (CLOCK_MONOTONIC is the same for all processes), so
its age on arrival needs no clock to be compared. The baseline is a bare asyncio reader of the same bytes in the same
run. Prints Markdown and judges nothing.
"""

import asyncio
import contextlib
import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aircher.providers.pacer import Pacer

TOKENS_PER_S = 200
WARM_UP_TOKENS = 200
"""The first second is left out of the ages: opening a hundred sessions at once is not what is measured."""
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


@dataclass(slots=True)
class Sample:
    """What came of some streams at once; ages in milliseconds in the order of their arrival, one list a stream."""

    ages_ms: list[list[float]] = field(default_factory=list)
    cpu_s: float = 0.0
    wall_s: float = 0.0
    grown_kb: float = 0.0

    @property
    def worst_p99_ms(self) -> float:
        return max(quantile(ages[WARM_UP_TOKENS:], 0.99) for ages in self.ages_ms)

    @property
    def p50_ms(self) -> float:
        return statistics.median(age for ages in self.ages_ms for age in ages[WARM_UP_TOKENS:])

    @property
    def slowest_per_s(self) -> float:
        return min(len(ages) for ages in self.ages_ms) / self.wall_s


def quantile(values: list[float], at: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * at))]


async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tokens: int) -> None:
    """Answer one request with tokens at a steady rate, each with the time it is written."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        head = await reader.readuntil(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                await reader.readexactly(int(line.split(b":")[1]))
        writer.write(HEAD)
        began_s = time.monotonic()
        for number in range(tokens):
            delay_s = began_s + number / TOKENS_PER_S - time.monotonic()
            if delay_s > 0:
                await asyncio.sleep(delay_s)
            write(writer, b'data: {"choices":[{"index":0,"delta":{"content":"%d "}}]}\n\n' % time.monotonic_ns())
        write(writer, STOP)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
    writer.close()


def write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))


async def serve(tokens: int) -> None:
    """Run the sender until stdin ends; prints its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await send(reader, writer, tokens)

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


@contextlib.asynccontextmanager
async def sender(tokens: int) -> AsyncIterator[int]:
    """Yield the port of a sender in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "serve", str(tokens), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


PACER = Pacer()
Stream = Callable[[int, list[float]], Coroutine[Any, Any, None]]
"""Follows one stream of a port and notes the ages of its tokens."""


def ages_in(text: str, ages_ms: list[float]) -> None:
    now_ns = time.monotonic_ns()
    ages_ms.extend((now_ns - int(stamp)) / 1e6 for stamp in text.split())


async def bare(port: int, ages_ms: list[float]) -> None:
    """Read the bytes and find the tokens, nothing more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nhost: x\r\n\r\n")
    while data := await reader.read(65_536):
        now_ns = time.monotonic_ns()
        pieces = data.split(b'"content":"')[1:]
        ages_ms.extend((now_ns - int(piece[: piece.index(b" ")])) / 1e6 for piece in pieces)
    writer.close()


async def whole(port: int, ages_ms: list[float]) -> None:
    """Follow a whole session: provider, engine, bus, one subscriber."""
    from aircher.domain.events import Published, TextDelta, TurnFinished
    from aircher.domain.ids import SessionId
    from aircher.domain.messages import TextPart
    from aircher.domain.models import ModelInfo
    from aircher.domain.operations import SendPrompt
    from aircher.engine.approvals import Approvals
    from aircher.engine.bus import Delivery
    from aircher.engine.desk import Desk
    from aircher.engine.routing import OneRoute, Route
    from aircher.engine.session import Session, SessionParts
    from aircher.engine.tool_runner import ToolRunner
    from aircher.engine.trail import Trail
    from aircher.engine.turn import Voice
    from aircher.permissions.places import Places
    from aircher.permissions.policy import Policy
    from aircher.providers import registry
    from aircher.providers.spec import ProviderSettings
    from aircher.storage.recorder import NullRecorder
    from aircher.support.clock import SystemClock

    def note(published: Published) -> None:
        """Take the time at which an event is published, before it is delivered."""
        if isinstance(published.event, TextDelta):
            ages_in(published.event.text, ages_ms)

    settings = ProviderSettings(
        name="b", kind="openai-compatible", base_url=f"http://127.0.0.1:{port}/v1", environ={}, pacer=PACER
    )
    provider = registry.build(settings)
    clock = SystemClock()
    session = Session(
        SessionParts(
            session_id=SessionId("s"),
            cwd="/",
            voice=Voice(router=OneRoute(Route(provider=provider, model=ModelInfo(provider="b", name="m"))), system=""),
            tool_runner=ToolRunner(
                tools={},
                approvals=Approvals(
                    policy=Policy(places=Places(roots=(), home=Path("/nowhere"))),
                    desk=Desk(is_attended=False),
                    trail=Trail(clock=clock),
                ),
                clock=clock,
            ),
            recorder=NullRecorder(),
            clock=clock,
            listeners=[note],
        )
    )
    inbox = session.subscribe(Delivery.COALESCED)
    async with session:
        await session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        async for published in inbox:
            if isinstance(published.event, TurnFinished):
                break
    await provider.aclose()


def resident_kb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a file of the kernel
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


async def measure(stream: Stream, *, streams: int, seconds: float) -> Sample:
    """Follow so many streams at once for so long."""
    sample = Sample(ages_ms=[[] for _ in range(streams)])
    async with sender(round(seconds * TOKENS_PER_S)) as port:
        gc.collect()
        before_kb, used, began_s = resident_kb(), resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        watched = asyncio.gather(*(stream(port, ages_ms) for ages_ms in sample.ages_ms))
        await asyncio.sleep(seconds * 0.8)
        sample.grown_kb = resident_kb() - before_kb
        await watched
        sample.wall_s = time.monotonic() - began_s
        after = resource.getrusage(resource.RUSAGE_SELF)
        sample.cpu_s = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return sample


def row(name: str, sample: Sample, bare_sample: Sample, wanted: str) -> str:
    added_ms = sample.worst_p99_ms - bare_sample.worst_p99_ms
    cpu = sample.cpu_s / sample.wall_s
    streams = len(sample.ages_ms)
    return (
        f"| {name} | {sample.p50_ms:.2f} ms | {sample.worst_p99_ms:.1f} ms | {added_ms:+.1f} ms | {cpu:.0%} | "
        f"{cpu / (bare_sample.cpu_s / bare_sample.wall_s):.1f} | {sample.grown_kb / streams:.0f} KB | "
        f"{sample.slowest_per_s:.1f} | {wanted} |"
    )


async def main() -> None:
    """Measure and print."""
    seconds = float(os.environ.get("SECONDS", "8"))
    await measure(whole, streams=1, seconds=0.5)  # imports
    print(f"{TOKENS_PER_S} tokens/s a stream for {seconds:g} s; sender in a process of its own.\n")
    print(
        "| what | age p50 | worst stream's p99 | added to bare p99 | CPU of a core | × bare CPU | memory a stream "
        "| slowest stream, tokens/s | wanted |\n|---|---|---|---|---|---|---|---|---|"
    )
    wanted = {1: "overhead p50 ≤ 0.1 ms, p99 ≤ 1 ms", 10: "≥ 0.95 of solo", 100: "added ≤ 20 ms, ≤ 60 %, ≤ 200 KB"}
    for streams in (1, 10, 100):
        bare_sample = await measure(bare, streams=streams, seconds=seconds)
        sample = await measure(whole, streams=streams, seconds=seconds)
        print(row(f"{streams} bare", bare_sample, bare_sample, ""))
        print(row(f"{streams} whole", sample, bare_sample, wanted[streams]), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[2])) if sys.argv[1:2] == ["serve"] else main())
