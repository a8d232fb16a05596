"""Limits of day and month between processes: real ones, on one ledger."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.flows.conftest import PRICES, STOP, World, text
from tests.flows.spender import PIECE

from aircher.app.spending import SessionLedger
from aircher.domain.errors import ApiError
from aircher.domain.events import ErrorRaised, StopReason, TextDelta, TurnFinished, UsageUpdated
from aircher.domain.ids import SessionId
from aircher.domain.models import Prices
from aircher.domain.spending import Spent
from aircher.engine.spending import SpendingLimits
from aircher.providers.scripted import Line, Pause
from aircher.storage.database import Database
from aircher.storage.ledger import HOLD_LASTS, SqliteLedger
from aircher.storage.migrate import SESSIONS

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PIECE_USD = 0.0035  # a thousand characters of words, counted generously


@contextmanager
def spender(path: Path, name: str, *, day_usd: float, how: str = "ends") -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.flows.spender", str(path), name, str(day_usd), how]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    with process:
        assert said(process) == "ready"
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def start(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def spent_usd(path: Path) -> float:
    with Database(path, SESSIONS) as database:
        assert database.rows("SELECT * FROM usage_holds") == []
        return SqliteLedger(database).spent(LONG_AGO).cost_usd


def test_processes_that_answer_at_once_go_beyond_a_limit_by_one_piece_at_most(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with (
        spender(path, "a", day_usd=0.05) as a,
        spender(path, "b", day_usd=0.05) as b,
        spender(path, "c", day_usd=0.05) as c,
        spender(path, "d", day_usd=0.05) as d,
    ):
        everybody = (a, b, c, d)
        for process in everybody:
            start(process)
        outcomes = [process.communicate(timeout=60)[0].split() for process in everybody]
    assert {lines[-1] for lines in outcomes} == {"budget"}
    assert {line for lines in outcomes for line in lines} <= {"text", "budget"}
    assert 0.03 < spent_usd(path) <= 0.05 + PIECE_USD


def test_of_two_calls_that_fit_only_alone_one_goes_out(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"  # an answer is taken to have 500 tokens, that is half a cent
    with spender(path, "a", day_usd=0.008) as a, spender(path, "b", day_usd=0.008) as b:
        start(a)
        start(b)
        outcomes = [process.communicate(timeout=60)[0].split() for process in (a, b)]
    assert sorted(outcomes, key=len) in ([["budget"], ["text", "budget"]], [["text", "budget"], ["text", "budget"]])
    assert 0.004 < spent_usd(path) <= 0.008 + PIECE_USD


def test_what_a_killed_process_held_is_free_again_after_some_minutes(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with Database(path, SESSIONS) as database:
        ledger = SqliteLedger(database)
        with spender(path, "killed", day_usd=1.0, how="hangs") as process:
            start(process)
            assert said(process) == "text"
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=60)
        now = datetime.now(UTC)
        assert ledger.elsewhere(now).held_usd == {"scripted": pytest.approx(0.005, rel=0.1)}
        assert ledger.elsewhere(now + HOLD_LASTS + timedelta(seconds=1)).held_usd == {}
        assert ledger.spent(LONG_AGO) == Spent()


def data_version(path: Path) -> bytes:
    """Return what is in the file and its log: every write shows."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")) if file.suffix != ".db-shm")


NOTING = """
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tests.storage.test_ledger import ENTRY
from aircher.domain.ids import SessionId
from aircher.storage.database import Database
from aircher.storage.ledger import SqliteLedger
from aircher.storage.migrate import SESSIONS

with Database(Path(sys.argv[1]), SESSIONS) as database:
    ledger = SqliteLedger(database)
    ledger.note(replace(ENTRY, at=datetime.fromisoformat(sys.argv[2]), session_id=SessionId("other"), cost_usd=0.995))
    ledger.flush()
"""


async def test_an_answer_is_stopped_once_another_process_has_used_up_the_day(world: World, tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    ledger = SessionLedger(path, session_id=SessionId("mine"), note=pytest.fail, now=world.clock.now, tz=UTC)
    script: list[Line] = [*[text(PIECE)] * 3, Pause(seconds=1), text(PIECE), Pause(seconds=1), text("too late"), STOP]
    async with world.session([script], spending=SpendingLimits(day_usd=1.0), ledger=ledger) as talk:
        asking = asyncio.create_task(talk.ask("go"))
        while await world.clock.wait_for_sleeper() != 1:  # noqa: ASYNC110 - the hold sleeps too, five times as long
            await asyncio.sleep(0)
        noting = [sys.executable, "-c", NOTING, str(path), world.clock.now().isoformat()]
        await asyncio.to_thread(subprocess.run, noting, check=True, cwd=Path(__file__).parents[2])
        await world.clock.advance(1)
        events = await asking
    ledger.close()
    assert [event.text for event in events if isinstance(event, TextDelta)] == [PIECE] * 4
    [error] = [event for event in events if isinstance(event, ErrorRaised)]
    assert error.code == "budget.reached"
    assert error.message.startswith("the limit of the day is reached: 0.9950 USD spent, 0.0")
    assert isinstance(events[-1], TurnFinished)
    assert events[-1].stop_reason is StopReason.BUDGET
    [updated] = [event for event in events if isinstance(event, UsageUpdated)]
    assert spent_usd(path) == pytest.approx(0.995 + (updated.cost_usd or 0))


@pytest.mark.parametrize(
    ("spending", "prices"),
    [
        (SpendingLimits(), PRICES),
        (SpendingLimits(session_usd=1.0, provider_day_usd={"another": 1.0}), PRICES),
        (SpendingLimits(day_usd=1.0), Prices(input_usd=0, output_usd=0)),
    ],
)
async def test_nothing_is_written_before_a_call_that_is_free_or_has_no_limit(
    world: World, tmp_path: Path, spending: SpendingLimits, prices: Prices
) -> None:
    path = tmp_path / "sessions.db"
    ledger = SessionLedger(path, session_id=SessionId("mine"), note=pytest.fail)
    before = data_version(path)
    async with world.session(
        [[text(PIECE * 5), Pause(seconds=1), STOP]], spending=spending, prices=prices, ledger=ledger
    ) as talk:
        asking = asyncio.create_task(talk.ask("go"))
        assert await world.clock.wait_for_sleeper() == 1
        assert data_version(path) == before
        await world.clock.advance(1)
        await asking
    ledger.close()
    with Database(path, SESSIONS) as database:
        assert database.rows("SELECT count(*) FROM usage") == [(1,)]


async def test_a_call_that_is_interrupted_or_fails_holds_nothing_afterwards(world: World, tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    ledger = SessionLedger(path, session_id=SessionId("mine"), note=pytest.fail)
    refused = ApiError("no such model", provider="scripted", kind="not_found")
    scripts: list[list[Line]] = [[text("x"), Pause(seconds=1), STOP], [refused], [text("y"), refused]]
    with Database(path, SESSIONS) as database:
        async with world.session(scripts, spending=SpendingLimits(day_usd=1.0), ledger=ledger) as talk:
            asking = asyncio.create_task(talk.ask("go"))
            await world.clock.wait_for_sleeper()
            assert database.rows("SELECT count(*) FROM usage_holds") == [(1,)]
            await talk.session.interrupt()
            await asking
            await talk.ask("again")
            await talk.ask("and again")
        ledger.close()
        assert database.rows("SELECT count(*) FROM usage_holds") == [(0,)]
        assert database.rows("SELECT count(*) FROM usage") == [(2,)]
