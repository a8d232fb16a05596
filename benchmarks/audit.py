"""Measures the audit trail and the redaction: a note, a check of the whole chain, a text on its way to a model.

``python benchmarks/audit.py`` prints a table. A note is timed by the clock, since whoever calls it waits for the disk;
the ratio is to an insert of the same bytes into a plain table through the same writer. The rest is CPU time; that of
``python -c pass`` in the same run says how fast the machine was.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.effect_records import to_record
from aircher.domain.effects import Action, Reads, Runs, Writes
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import JsonObject
from aircher.storage.audit import SqliteAudit
from aircher.storage.audit_trail import AuditTrail
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.support.redaction import Redactor
from storage import Figure, bare_python_ms, cpu_ms

NOTES = 3_000
TEXT_CHARS = 50_000
SECRETS = tuple(f"planted-for-the-benchmark-{number}-9f2c" for number in range(8))
COMMAND = Action(
    tool="shell",
    text="pytest tests/storage -q",
    effects=(
        Runs(program="pytest"),
        Reads(path=Path("/home/ann/zoo/tests")),
        Writes(path=Path("/home/ann/zoo/.cache")),
    ),
)


def entry(number: int) -> AuditEntry:
    """Return a decision as the engine notes it."""
    data: JsonObject = {
        "tool": "shell",
        "actions": [to_record(COMMAND)],
        "verdict": "allow",
        "rule": "shell(pytest*)",
        "mode": "ask",
    }
    return AuditEntry(
        at=datetime.now(UTC),
        session_id=SessionId("0aaa0aaa0aaa0aaa0aaa"),
        turn_id=TurnId("t"),
        call_id=CallId(f"call-{number}"),
        kind=AuditKind.DECIDED,
        tool="shell",
        data=data,
    )


async def waits_ms(work: Callable[[int], Awaitable[object]], *, times: int) -> list[float]:
    """Return how long each of the calls, one after the other, was waited for, shortest first."""
    taken = []
    for number in range(times):
        before = time.perf_counter()
        await work(number)
        taken.append((time.perf_counter() - before) * 1_000)
    return sorted(taken)


def note_figures(folder: Path) -> list[Figure]:
    """Return what a note costs whoever waits for it, and what a check of the chain costs."""
    redactor = Redactor(SECRETS)
    with Database(folder / "sessions.db", SESSIONS) as database:
        audit = SqliteAudit(database, redactor)
        database.change("CREATE TABLE plain (data TEXT)", ())
        text = "x" * 600

        async def plain(_: int) -> None:
            await database.write(lambda connection: connection.execute("INSERT INTO plain VALUES (?)", (text,)))

        async def together() -> float:
            before = time.perf_counter()
            await asyncio.gather(*(audit.note(entry(number)) for number in range(NOTES)))
            return (time.perf_counter() - before) / NOTES * 1_000

        base = asyncio.run(waits_ms(plain, times=NOTES))
        notes = asyncio.run(waits_ms(lambda number: audit.note(entry(number)), times=NOTES))
        batched_ms = asyncio.run(together())
        checking_ms = cpu_ms(AuditTrail(database).check, times=3)
    half, most = NOTES // 2, NOTES * 99 // 100
    return [
        Figure("plain insert: p50, p99", f"{base[half]:.2f} ms, {base[most]:.2f} ms"),
        Figure("note: p50", f"{notes[half]:.2f} ms, {notes[half] / base[half]:.1f} x plain"),
        Figure("note: p99", f"{notes[most]:.2f} ms, {notes[most] / base[most]:.1f} x plain"),
        Figure("note, 3,000 at once: each", f"{batched_ms:.2f} ms"),
        Figure("check of the chain: each 10,000 rows", f"{checking_ms / (2 * NOTES) * 10_000:.0f} ms"),
    ]


def redaction_figures() -> list[Figure]:
    """Return what it costs to take secrets out of a text of `TEXT_CHARS` characters."""
    redactor = Redactor(SECRETS)
    sources = sorted((Path(__file__).parents[1] / "src").rglob("*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in sources)[:TEXT_CHARS]
    digests = "".join(f"sha256:{number:064x}  package-{number}.whl\n" for number in range(TEXT_CHARS // 90))
    line = '{"at":"2026-11-27T22:00:00.123+00:00","level":"info","event":"turn.started","provider":"openai"}'
    return [
        Figure("mask 50,000 characters of source", f"{cpu_ms(lambda: redactor.mask(text)):.1f} ms", "5 ms"),
        Figure("mask 50,000 characters of hashes", f"{cpu_ms(lambda: redactor.mask(digests)):.1f} ms", "5 ms"),
        Figure("clean 50,000 characters of source", f"{cpu_ms(lambda: redactor.clean(text)):.1f} ms", "5 ms"),
        Figure("clean a line of the log", f"{cpu_ms(lambda: redactor.clean(line)) * 1_000:.0f} us"),
    ]


def main() -> None:
    """Measure everything and print the table."""
    bare = bare_python_ms()
    with tempfile.TemporaryDirectory() as folder:
        figures = [Figure("python -c pass", f"{bare:.1f} ms CPU"), *note_figures(Path(folder)), *redaction_figures()]
    for figure in figures:
        print(f"{figure.what:<44} {figure.value:<28} {figure.limit}")


if __name__ == "__main__":
    main()
