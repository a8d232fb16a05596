"""How long an interrupt takes: from `Session.interrupt` to a recorded, valid transcript, in the middle of a stream.

The model is a server on loopback that says one word and then nothing; the conversation is recorded in a real database.
Compared with a bare task that is cancelled while it waits for a socket.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from aircher.domain.events import TextDelta
from aircher.domain.ids import ProjectId
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
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS
from aircher.storage.recorder import SqliteRecorder
from aircher.support.clock import SystemClock

ROUNDS = 100
BOUND_MS = 200
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
WORD = b'data: {"choices":[{"index":0,"delta":{"content":"word"},"finish_reason":null}]}\n\n'


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD + WORD)
    await reader.read()  # until the client is gone
    writer.close()


def session(url: str, database: Database) -> Session:
    provider = registry.build(ProviderSettings(name="bench", kind="openai-compatible", base_url=url))
    clock = SystemClock()
    session_id = SqliteConversations(database).create(
        project_id=ProjectId("p"), project_path="/", provider="bench", model="m"
    )
    return Session(
        SessionParts(
            session_id=session_id,
            cwd="/",
            voice=Voice(
                router=OneRoute(Route(provider=provider, model=ModelInfo(provider="bench", name="m"))), system=""
            ),
            tool_runner=ToolRunner(
                tools={},
                approvals=Approvals(
                    policy=Policy(places=Places(roots=(), home=Path("/nowhere"))),
                    desk=Desk(is_attended=False),
                    trail=Trail(clock=clock),
                ),
                clock=clock,
            ),
            recorder=SqliteRecorder(database, session_id),
            clock=clock,
        )
    )


async def interrupt_ms(talk: Session) -> float:
    inbox = talk.subscribe(Delivery.COALESCED)
    await talk.submit(SendPrompt(parts=(TextPart(text="go"),)))
    async for published in inbox:
        if isinstance(published.event, TextDelta):
            break
    began_s = time.perf_counter()
    await talk.interrupt()
    took_ms = (time.perf_counter() - began_s) * 1000
    talk.unsubscribe(inbox)
    return took_ms


async def bare_cancel_ms(port: int) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    await reader.readuntil(WORD)
    waiting = asyncio.create_task(reader.read())
    await asyncio.sleep(0)
    began_s = time.perf_counter()
    waiting.cancel()
    await asyncio.wait([waiting])
    took_ms = (time.perf_counter() - began_s) * 1000
    writer.close()
    return took_ms


async def main() -> None:
    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, Database(Path(folder, "c.db"), CONVERSATIONS) as database:
        bare, full = [], []
        async with session(f"http://127.0.0.1:{port}/v1", database) as talk:
            for _ in range(ROUNDS):
                full.append(await interrupt_ms(talk))
                bare.append(await bare_cancel_ms(port))
    server.close()
    print(f"{ROUNDS} interrupts in the middle of a stream, wall clock.\n")
    print("| what | median | worst | × bare cancel (median) | wanted |\n|---|---|---|---|---|")
    base = statistics.median(bare)
    for name, times, wanted in (("bare task, cancelled", bare, ""), ("`Session.interrupt`", full, f"≤ {BOUND_MS} ms")):
        middle, worst = statistics.median(times), sorted(times)[ROUNDS - 1]
        print(f"| {name} | {middle:.2f} ms | {worst:.2f} ms | {middle / base:.1f} | {wanted} |")


if __name__ == "__main__":
    asyncio.run(main())
