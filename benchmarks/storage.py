"""What recording a fast stream costs, and how long a long conversation takes to load. Prints Markdown."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from aircher.domain.events import Event, Published, StopReason, TextDelta, TurnFinished, TurnStarted
from aircher.domain.ids import ProjectId, SessionId, TurnId
from aircher.domain.messages import TextPart
from aircher.domain.transcript import fold
from aircher.engine.ports import Recorder
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS
from aircher.storage.recorder import NullRecorder, SqliteRecorder

TOKENS_PER_S = 5_000
STREAM_S = 4.0
TICK_S = 0.01
ROUNDS = 3
TURNS = 500
"""A turn is a prompt and an answer: two messages."""
LOADS = 15
ANSWER = "An answer of a few sentences, as long as they usually are. " * 8


def placed(session_id: SessionId, events: Iterator[Event]) -> Iterator[Published]:
    """Yield these events in the places of one conversation."""
    for seq, event in enumerate(events, start=1):
        yield Published(seq=seq, at=datetime.now(UTC), session_id=session_id, turn_id=TurnId("turn"), event=event)


async def stream(recorder: Recorder, session_id: SessionId) -> tuple[float, float]:
    """Record tokens at their rate and return the CPU and wall seconds of it, all threads included."""
    tokens = placed(session_id, (TextDelta(text="token ") for _ in range(int(TOKENS_PER_S * STREAM_S))))
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    ticks = int(STREAM_S / TICK_S)
    for tick in range(1, ticks + 1):
        for _ in range(int(TOKENS_PER_S * TICK_S)):
            await recorder.record(next(tokens))
        await asyncio.sleep(max(0.0, wall_s + tick * TICK_S - time.perf_counter()))
    await recorder.aclose()
    return time.process_time() - cpu_s, time.perf_counter() - wall_s


def new_conversation(conversations: SqliteConversations) -> SessionId:
    return conversations.create(project_id=ProjectId("p"), project_path="/p", provider="offline", model="none")


async def recording_cost(folder: Path) -> float:
    """Return the share of one core that writing takes beyond what the same loop takes without it, in per cent."""
    shares = []
    with Database(folder / "stream.db", CONVERSATIONS) as database:
        for _ in range(ROUNDS):
            session_id = new_conversation(SqliteConversations(database))
            idle_s, _ = await stream(NullRecorder(), session_id)
            busy_s, wall_s = await stream(SqliteRecorder(database, session_id), session_id)
            shares.append((busy_s - idle_s) / wall_s * 100)
    return statistics.median(shares)


def turns() -> Iterator[Event]:
    for number in range(TURNS):
        yield TurnStarted(prompt=(TextPart(text=f"question {number}"),), provider="offline", model="none")
        for _ in range(4):
            yield TextDelta(text=ANSWER)
        yield TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=5)


async def load_ms(folder: Path) -> tuple[int, float]:
    """Return how many messages were loaded and the median milliseconds until they are messages again."""
    with Database(folder / "load.db", CONVERSATIONS) as database:
        conversations = SqliteConversations(database)
        session_id = new_conversation(conversations)
        recorder = SqliteRecorder(database, session_id)
        for published in placed(session_id, turns()):
            await recorder.record(published)
        await recorder.aclose()
        took_ms, count = [], 0
        for _ in range(LOADS):
            began_s = time.perf_counter()
            count = len(fold(item.event for item in conversations.load(session_id).events).messages)
            took_ms.append((time.perf_counter() - began_s) * 1e3)
    return count, statistics.median(took_ms)


def bare_ms() -> float:
    """Return the median CPU milliseconds of ``python -c pass``."""
    took_ms = []
    for _ in range(LOADS):
        before = getrusage(RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        after = getrusage(RUSAGE_CHILDREN)
        took_ms.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3)
    return statistics.median(took_ms)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        percent = asyncio.run(recording_cost(Path(folder)))
        count, milliseconds = asyncio.run(load_ms(Path(folder)))
    bare = bare_ms()
    print("| what | measured | × bare Python | wanted |\n|---|---|---|---|")
    print(f"| recording {TOKENS_PER_S:,} tokens/s, of one core | {percent:.1f} % | | ≤ 5 % |")
    print(f"| loading {count:,} messages | {milliseconds:.1f} ms | {milliseconds / bare:.2f} | ≤ 30 ms |")


if __name__ == "__main__":
    main()
