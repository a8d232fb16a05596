"""Holds in the ledger: whose they are, when they end, and that a note and the end of its hold are one change."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.storage.test_ledger import ENTRY, NOON, filled

from aircher.domain.errors import StorageError
from aircher.domain.ids import SessionId
from aircher.domain.spending import Hold, Spent, SpentElsewhere
from aircher.storage.database import Database
from aircher.storage.ledger import HOLD_LASTS, SqliteLedger
from aircher.storage.migrate import SESSIONS, Schema

HOLD = Hold(id="h1", provider="zoo", held_usd=0.25)
MINE = SessionId("mine")
INSTANT = timedelta(microseconds=1)


async def held(
    ledger: SqliteLedger, hold: Hold, *, at: datetime = NOON, session: str = "mine", began_at: datetime = NOON
) -> SpentElsewhere:
    return await ledger.hold(hold, at, session_id=SessionId(session), session_began_at=began_at)


async def test_a_hold_counts_for_everybody_but_the_run_that_has_it(tmp_path: Path) -> None:
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        ledger = SqliteLedger(database)
        earlier = NOON - timedelta(minutes=1)
        await held(ledger, HOLD)
        await held(ledger, Hold(id="h2", provider="openai", held_usd=0.5), session="other")
        await held(ledger, Hold(id="h3", provider="openai", held_usd=1.0), began_at=earlier)  # its earlier, killed run
        seen = await held(ledger, replace(HOLD, held_usd=0.75))
        assert seen == SpentElsewhere(day=NOON.date(), held_usd={"openai": 1.5})
        assert ledger.elsewhere(NOON, session_id=MINE, session_began_at=NOON) == seen
        assert ledger.elsewhere(NOON).held_usd == {"openai": 1.5, "zoo": 0.75}


async def test_a_hold_that_is_not_renewed_ends_by_itself(tmp_path: Path) -> None:
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        ledger = SqliteLedger(database)
        await held(ledger, HOLD)
        await held(ledger, HOLD, at=NOON + timedelta(minutes=1))
        end = NOON + timedelta(minutes=1) + HOLD_LASTS
        assert ledger.elsewhere(end - INSTANT).held_usd == {"zoo": 0.25}
        assert ledger.elsewhere(end).held_usd == {}
        assert ledger.elsewhere(NOON - timedelta(hours=1)).held_usd == {}  # the clock was set back
        await held(ledger, replace(HOLD, id="h2"), at=end)
        assert database.rows("SELECT id FROM usage_holds") == [("h2",)]


async def test_nothing_is_held_where_it_does_not_fit(tmp_path: Path) -> None:
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        ledger = SqliteLedger(database)
        asked: list[SpentElsewhere] = []

        def fits(elsewhere: SpentElsewhere) -> bool:
            asked.append(elsewhere)
            return False

        seen = await ledger.hold(HOLD, NOON, session_id=MINE, session_began_at=NOON, fits=fits)
        assert asked == [seen]
        assert database.rows("SELECT * FROM usage_holds") == []


async def test_a_call_and_the_end_of_its_hold_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    told: list[Exception] = []
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        ledger = SqliteLedger(database, told=told.append)
        await held(ledger, HOLD)
        ledger.note(replace(ENTRY, cost_usd=-1.0), releases=("h1",))  # impossible
        ledger.flush()
        assert (ledger.spent(NOON), ledger.elsewhere(NOON).held_usd) == (Spent(), {"zoo": 0.25})
        ledger.note(ENTRY, releases=("h1", "never held"))
        ledger.flush()
        assert (ledger.spent(NOON), ledger.elsewhere(NOON).held_usd) == (Spent(cost_usd=0.25), {})
    assert len(told) == 1


async def test_a_hold_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "sessions.db", SESSIONS)
    ledger = SqliteLedger(database)
    database.close()
    with pytest.raises(StorageError):
        await held(ledger, HOLD)
    ledger.release("h1")
    ledger.flush()


async def test_a_ledger_of_the_version_before_keeps_its_calls_and_gets_holds(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for name in ("0001_initial.sql", "0002_usage.sql"):
        (old / name).write_bytes((SESSIONS.folder / name).read_bytes())
    path = tmp_path / "sessions.db"
    with Database(path, Schema(name="sessions", folder=old)) as database:
        filled_by = "INSERT INTO usage VALUES (1, ?, 'p', '/p', 's', NULL, 'zoo', 'm', 1, 1, NULL, NULL, NULL, 0.5, 0)"
        database.change(filled_by, (1795521600000000,))
    with Database(path, SESSIONS) as database:
        ledger = filled(database, ENTRY)
        assert ledger.spent(NOON) == Spent(cost_usd=0.75)
        assert (await held(ledger, HOLD)).today == Spent(cost_usd=0.75)
        assert ledger.elsewhere(NOON).held_usd == {"zoo": 0.25}
    [copy] = (tmp_path / "backups").iterdir()
    assert copy.name.startswith("sessions-v2-")
