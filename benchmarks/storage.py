"""Measures the store: opening, recording a fast stream, loading a long conversation, indexing a big project.

``python benchmarks/storage.py`` prints a table. CPU time, of all threads of this process, is what is compared: it does
not depend on who else uses the machine. One ``x`` is the CPU time of ``python -c pass``, measured in the same run.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aircher.domain.events import Event, Published, StopReason, TextDelta, TurnFinished, TurnStarted, UsageUpdated
from aircher.domain.ids import ProjectId, SessionId, TurnId
from aircher.domain.index import ChunkRow, FileRows, ImportRow, KnownFile, SymbolRow
from aircher.domain.messages import TextPart
from aircher.domain.transcript import fold
from aircher.domain.usage import Usage
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.file_index import open_file_index
from aircher.storage.migrate import CONVERSATIONS
from aircher.storage.recorder import NullRecorder, SqliteRecorder

TOKENS_PER_S = 5_000
STREAM_S = 10
MESSAGES = 1_000
FILES = 100_000
BATCH = 500


@dataclass(frozen=True)
class Figure:
    """One line of the table; ``limit`` is the issue's, empty where it sets none."""

    what: str
    value: str
    limit: str = ""


def bare_python_ms() -> float:
    """Return the CPU time of ``python -c pass`` in milliseconds: the median of 15."""
    times = []
    for _ in range(15):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1_000)
    return sorted(times)[len(times) // 2]


def cpu_ms(work: Callable[[], object], *, times: int = 7) -> float:
    """Return the median CPU time of the work in milliseconds."""
    taken = []
    for _ in range(times):
        before = time.process_time()
        work()
        taken.append((time.process_time() - before) * 1_000)
    return sorted(taken)[len(taken) // 2]


def published(session_id: SessionId, seq: int, event: Event) -> Published:
    """Return the event in its place."""
    return Published(seq=seq, at=datetime.now(UTC), session_id=session_id, turn_id=TurnId("t"), event=event)


async def stream(recorder: SqliteRecorder | NullRecorder, session_id: SessionId) -> float:
    """Record `STREAM_S` seconds of tokens in real time, in bursts of 10 ms; return the CPU seconds that took."""
    before = time.process_time()
    start_s, said, burst = time.monotonic(), 0, TOKENS_PER_S // 100
    while said < TOKENS_PER_S * STREAM_S:
        for _ in range(burst):
            said += 1
            await recorder.record(published(session_id, said, TextDelta(text="token ")))
        await asyncio.sleep(max(0.0, start_s + said / TOKENS_PER_S - time.monotonic()))
    ended = TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=1)
    await recorder.record(published(session_id, said + 1, ended))
    await recorder.aclose()
    return time.process_time() - before


def recorder_cost(folder: Path) -> float:
    """Return the share of one core, in percent, that recording costs over making the events."""
    with Database(folder / "stream.db", CONVERSATIONS) as database:
        session_id = SqliteConversations(database).create(
            project_id=ProjectId("p"), project_path="/p", provider="o", model="m"
        )
        recorded_s = asyncio.run(stream(SqliteRecorder(database, session_id), session_id))
        bare_s = asyncio.run(stream(NullRecorder(), session_id))
    return (recorded_s - bare_s) / STREAM_S * 100


def load_ms(folder: Path) -> tuple[float, float]:
    """Return the CPU time of loading, and of loading and folding, a conversation of `MESSAGES` messages."""
    with Database(folder / "long.db", CONVERSATIONS) as database:
        conversations = SqliteConversations(database)
        session_id = conversations.create(project_id=ProjectId("p"), project_path="/p", provider="o", model="m")

        async def fill() -> None:
            recorder, seq = SqliteRecorder(database, session_id), 0
            turn: list[Event] = [
                TurnStarted(prompt=(TextPart(text="please " * 30),), provider="o", model="m"),
                TextDelta(text="an answer of some length, " * 60),
                UsageUpdated(usage=Usage(input_tokens=1_000, output_tokens=300), cost_usd=0.01),
                TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=1_000),
            ]
            for _ in range(MESSAGES // 2):
                for event in turn:
                    seq += 1
                    await recorder.record(published(session_id, seq, event))

        asyncio.run(fill())
        assert len(fold(item.event for item in conversations.load(session_id).events).messages) == MESSAGES
        loading = cpu_ms(lambda: conversations.load(session_id))
        whole = cpu_ms(lambda: fold(item.event for item in conversations.load(session_id).events))
    return loading, whole


def open_ms(folder: Path) -> float:
    """Return the CPU time of opening and closing a database that exists."""
    path = folder / "open.db"
    Database(path, CONVERSATIONS).close()
    return cpu_ms(lambda: Database(path, CONVERSATIONS).close(), times=30)


def index_figures(folder: Path) -> list[Figure]:
    """Return what an index of `FILES` files costs to fill, to list and to search."""
    store = open_file_index(folder / "file_index.db").store

    def rows(number: int) -> FileRows:
        path = f"src/package{number % 100}/module{number}.py"
        known = KnownFile(path=path, size_bytes=4_000, mtime_ns=number, digest=f"{number:064x}", language="python")
        names = [f"function_{number}_{n}" for n in range(4)]
        return FileRows(
            file=known,
            symbols=tuple(
                SymbolRow(name=name, kind="function", container="", line=n, end_line=n + 9, signature=f"def {name}():")
                for n, name in enumerate(names, start=1)
            ),
            imports=(ImportRow(target=f"package{number % 100}.module{number - 1}", line=1),),
            chunks=(
                ChunkRow(start_line=1, end_line=40, head=f"module{number} function", body=f"word{number % 997} " * 60),
            ),
        )

    before = time.process_time()
    for start in range(0, FILES, BATCH):
        store.replace([rows(number) for number in range(start, start + BATCH)])
    filling_s = time.process_time() - before
    listing = cpu_ms(store.files, times=3)
    searching = cpu_ms(lambda: store.search(["word5", "module77"], limit=20))
    finding = cpu_ms(lambda: store.find_symbols(["function_500_1"], match="exact", limit=20))
    size_bytes = (folder / "file_index.db").stat().st_size
    store.close()
    return [
        Figure(f"index of {FILES:,} files: fill", f"{filling_s:.1f} s CPU, {size_bytes / 1e6:.0f} MB"),
        Figure(f"index of {FILES:,} files: list all", f"{listing:.0f} ms"),
        Figure(f"index of {FILES:,} files: search two words", f"{searching:.1f} ms"),
        Figure(f"index of {FILES:,} files: find a symbol", f"{finding:.2f} ms"),
    ]


def main() -> None:
    """Measure everything and print the table."""
    bare = bare_python_ms()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        opening, (loading, whole) = open_ms(folder), load_ms(folder)
        figures = [
            Figure("python -c pass", f"{bare:.1f} ms CPU"),
            Figure("open and close a database", f"{opening:.2f} ms, {opening / bare:.2f} x"),
            Figure(f"load {MESSAGES:,} messages", f"{loading:.1f} ms, {loading / bare:.2f} x", "30 ms"),
            Figure(f"load and fold {MESSAGES:,} messages", f"{whole:.1f} ms, {whole / bare:.2f} x"),
            Figure(f"record {TOKENS_PER_S:,} tokens/s", f"{recorder_cost(folder):.2f} % of a core", "5 %"),
            *index_figures(folder),
        ]
    for figure in figures:
        print(f"{figure.what:<44} {figure.value:<28} {figure.limit}")


if __name__ == "__main__":
    main()
