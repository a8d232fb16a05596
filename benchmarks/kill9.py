"""Kills a recording process at random moments and checks what it left behind.

``python benchmarks/kill9.py 200`` makes 200 runs on the same databases, so each run also resumes what the one before
left. A worker records turns as fast as it can and tells on its standard output what was acknowledged; after
``kill -9`` the databases must open and verify, every acknowledged event must be there, the text must be a prefix of
what was said, and the conversation must go on with a valid transcript.
"""

import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aircher.domain.events import (
    CallStatus,
    Event,
    Published,
    SessionStarted,
    StopReason,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    TurnFinished,
    TurnStarted,
)
from aircher.domain.ids import CallId, ProjectId, SessionId, TurnId
from aircher.domain.messages import Role, TextPart
from aircher.domain.transcript import fold
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.maintenance import DatabaseFile, verify
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.recorder import SqliteRecorder
from aircher.storage.runs import SqliteRuns

PROJECT = ProjectId("kill9")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run showed: how many events were acknowledged, and how old the oldest lost piece of text was."""

    acknowledged: int
    lost_text_ms: float


async def _work(folder: Path) -> None:
    """Record until killed. Lines: ``session ID``, ``ack SEQ``, ``text SEQ MONOTONIC_S``."""
    with (
        Database(folder / "conversations.db", CONVERSATIONS) as database,
        Database(folder / "sessions.db", SESSIONS) as sessions,
    ):
        conversations = SqliteConversations(database)
        latest = conversations.latest(PROJECT)
        session_id = (
            latest.id
            if latest
            else conversations.create(project_id=PROJECT, project_path=str(folder), provider="offline", model="none")
        )
        SqliteRuns(sessions).begin(session_id, project_path=str(folder))
        history = conversations.load(session_id).events
        recorder = SqliteRecorder(database, session_id)
        seq = history[-1].seq if history else 0
        print(f"session {session_id}", flush=True)

        async def publish(event: Event, turn: str | None) -> None:
            nonlocal seq
            seq += 1
            turn_id = None if turn is None else TurnId(turn)
            item = Published(seq=seq, at=datetime.now(UTC), session_id=session_id, turn_id=turn_id, event=event)
            await recorder.record(item)
            if isinstance(event, TextDelta | ThinkingDelta):
                print(f"text {seq} {time.monotonic()}", flush=True)
            else:
                print(f"ack {seq}", flush=True)

        await publish(SessionStarted(provider="offline", model="none", cwd=str(folder), resumed=bool(history)), None)
        for repair in fold(item.event for item in history).unfinished_results():
            await publish(repair, None)
        while True:
            await _turn(publish, seq)


async def _turn(publish, seq: int) -> None:  # type: ignore[no-untyped-def]  # a closure of `_work`
    turn, call_id = f"turn-{seq}", CallId(f"call-{seq}")
    await publish(TurnStarted(prompt=(TextPart(text="go on"),), provider="offline", model="none"), turn)
    await publish(ThinkingDelta(text="hm", provider="offline"), turn)
    for _ in range(random.randrange(200)):
        await publish(TextDelta(text="word "), turn)
        await asyncio.sleep(random.choice([0, 0, 0, 0.002]))
    await publish(ToolRequested(call_id=call_id, name="read_file", arguments={"path": "a.py"}), turn)
    await publish(ToolStarted(call_id=call_id, name="read_file"), turn)
    finished = ToolFinished(
        call_id=call_id, name="read_file", status=CallStatus.OK, content="x" * 500, summary="read", duration_ms=1
    )
    await publish(finished, turn)
    await publish(TextDelta(text="done"), turn)
    await publish(TurnFinished(stop_reason=StopReason.DONE, rounds=2, duration_ms=5), turn)


def kill_once(folder: Path, *, after_s: float) -> Outcome:
    """Start a worker on these databases, kill it ``after_s`` seconds after its first sign of life, and check.

    Raises:
        AssertionError: Something was lost or broken.
    """
    worker = subprocess.Popen([sys.executable, __file__, "--work", str(folder)], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    with worker, worker.stdout as output:
        first = output.readline()
        timer_s = time.monotonic() + after_s
        lines = []
        while time.monotonic() < timer_s:
            lines.append(output.readline())
        killed_at_s = time.monotonic()
        worker.send_signal(signal.SIGKILL)
        lines += output.readlines()
    session_id = SessionId(first.split()[1])
    said = [line.split() for line in lines if line.endswith("\n")]
    return _check(folder, session_id, said, killed_at_s=killed_at_s)


def _check(folder: Path, session_id: SessionId, said: list[list[str]], *, killed_at_s: float) -> Outcome:
    for schema in (CONVERSATIONS, SESSIONS):
        verdict = verify(DatabaseFile(schema=schema, path=folder / f"{schema.name}.db"))
        assert verdict.is_sound, verdict.findings
    with Database(folder / "conversations.db", CONVERSATIONS) as database:
        loaded = SqliteConversations(database).load(session_id)
    assert not loaded.skipped
    stored = {item.seq for item in loaded.events}
    acknowledged = [int(line[1]) for line in said if line[0] == "ack"]
    missing = [seq for seq in acknowledged if seq not in stored]
    assert not missing, f"acknowledged events are gone: {missing}"
    last = max(stored)
    lost = [float(line[2]) for line in said if line[0] == "text" and int(line[1]) > last]
    transcript = fold(item.event for item in loaded.events)
    for message in transcript.messages:
        if message.role is Role.ASSISTANT:
            assert not message.text.replace("word ", "").replace("done", ""), message.text
    return Outcome(acknowledged=len(acknowledged), lost_text_ms=(killed_at_s - min(lost)) * 1_000 if lost else 0.0)


def main(runs: int) -> None:
    """Kill ``runs`` workers and print what was seen."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [kill_once(Path(folder), after_s=random.uniform(0, 0.4)) for _ in range(runs)]
        size_bytes = (Path(folder) / "conversations.db").stat().st_size
    print(f"runs killed              {len(outcomes)}")
    print(f"events acknowledged      {sum(outcome.acknowledged for outcome in outcomes)}, none lost")
    print(f"oldest lost text         {max(outcome.lost_text_ms for outcome in outcomes):.0f} ms")
    print(f"database in the end      {size_bytes / 1_000_000:.1f} MB, sound")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        asyncio.run(_work(Path(sys.argv[2])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
