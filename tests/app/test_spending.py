"""Limits from the configuration, and a ledger that never fails a run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
from tests.config.places import Place
from tests.storage.test_ledger import BERLIN, ENTRY

from aircher.app.spending import SessionLedger, spending_limits
from aircher.config import Config
from aircher.domain.ids import SessionId
from aircher.domain.spending import Hold, Spent, SpentElsewhere
from aircher.engine.ports import Ledger
from aircher.engine.spending import SpendingLimits
from aircher.storage.database import Database
from aircher.storage.ledger import SqliteLedger
from aircher.storage.migrate import SESSIONS

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)


def place(tmp_path: Path) -> Place:
    root = tmp_path / "project"
    root.mkdir()
    return Place(root=root, etc=tmp_path / "etc", environ={"HOME": str(tmp_path)})


def opened(path: Path, notes: list[str], *, session: str = "s2") -> SessionLedger:
    return SessionLedger(path, session_id=SessionId(session), note=notes.append, now=lambda: NOW, tz=BERLIN)


def test_limits_that_nobody_set_are_the_defaults_and_known_as_such() -> None:
    assert spending_limits(Config.build()) == SpendingLimits(
        day_usd=10.0, month_usd=100.0, is_day_default=True, is_month_default=True, alert_ratio=0.8
    )


def test_a_limit_counts_as_chosen_also_if_it_is_the_default_and_zero_is_none(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.write("user", "costs.daily_limit = 10.0\ncosts.limits = {openai = 1, zoo = 0}\n")
    here.write("project", "costs.monthly_budget = 100\n")  # skipped: the folder is not trusted
    config = here.load("costs.alert_threshold=0.5", "costs.show_cost_warnings=false")
    assert spending_limits(config, max_cost_usd=2.0) == SpendingLimits(
        session_usd=2.0,
        day_usd=10.0,
        month_usd=100.0,
        provider_day_usd={"openai": 1.0},
        is_month_default=True,
        alert_ratio=0.5,
        has_alerts=False,
    )
    none = spending_limits(here.load("costs.daily_limit=0", AIRCHER_COSTS__MONTHLY_BUDGET="0"))
    assert (none.day_usd, none.month_usd) == (None, None)


async def test_a_session_sees_what_others_spend_while_it_runs(tmp_path: Path) -> None:
    notes: list[str] = []
    first, second = (opened(tmp_path / "sessions.db", notes, session=name) for name in ("one", "two"))
    ledger: Ledger = first
    first.note(replace(ENTRY, at=NOW, session_id=SessionId("one")))
    second.note(replace(ENTRY, at=NOW, session_id=SessionId("two"), provider="zoo", cost_usd=1.0))
    second.close()
    second.close()
    assert await ledger.elsewhere() == SpentElsewhere(
        day=NOW.date(),
        today=Spent(cost_usd=1.0),
        month=Spent(cost_usd=1.0),
        providers_today={"zoo": Spent(cost_usd=1.0)},
    )
    first.close()
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        assert SqliteLedger(database).spent(NOW) == Spent(cost_usd=1.25)
    assert notes == []


async def test_a_ledger_that_cannot_be_opened_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    path.write_bytes(b"no database at all" * 100)
    notes: list[str] = []
    ledger = opened(path, notes)
    ledger.note(ENTRY)
    assert await ledger.elsewhere() == SpentElsewhere(day=NOW.date())
    ledger.close()
    [note] = notes
    assert note.startswith("what this run costs may not be kept, limits of day and month may miss it: ")
    assert "is damaged or not a database" in note


async def test_a_ledger_that_breaks_later_is_told_once_and_what_was_known_counts_for_the_day(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    notes: list[str] = []
    other = opened(path, notes, session="other")
    other.note(replace(ENTRY, at=NOW - timedelta(hours=1)))
    other.close()
    ledger = opened(path, notes)
    before = await ledger.elsewhere()
    assert before.today == Spent(cost_usd=0.25)
    vandal = apsw.Connection(str(path))
    vandal.execute("DROP TABLE usage")
    vandal.close()
    ledger.note(ENTRY)
    assert await ledger.elsewhere() == before
    ledger.close()
    assert await ledger.elsewhere() == before
    assert len(notes) == 1


async def test_a_hold_that_cannot_be_written_is_told_once_and_not_waited_for_again_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    notes: list[str] = []
    ledger, other = opened(path, notes), opened(path, notes, session="other")
    await other.hold(Hold(id="theirs", provider="zoo", held_usd=0.5))
    blocker = apsw.Connection(str(path))
    blocker.execute("BEGIN IMMEDIATE")
    expected = SpentElsewhere(day=NOW.date(), held_usd={"zoo": 0.5})
    assert await ledger.hold(Hold(id="mine", provider="zoo", held_usd=0.1)) == expected
    blocker.execute("ROLLBACK")
    blocker.close()
    assert await ledger.hold(Hold(id="mine", provider="zoo", held_usd=0.1)) == expected
    assert (await other.elsewhere()).held_usd == {}
    ledger.release("mine", is_noted=False)
    ledger.release("mine", is_noted=True)
    ledger.close()
    assert await ledger.hold(Hold(id="late", provider="zoo", held_usd=0.1)) == expected
    other.close()
    assert len(notes) == 1
    assert "is locked by another process" in notes[0]


async def test_closing_lets_go_of_everything_that_is_held(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    notes: list[str] = []
    ledger, other = opened(path, notes), opened(path, notes, session="other")
    for name in ("open", "settled"):
        await ledger.hold(Hold(id=name, provider="zoo", held_usd=0.5))
    ledger.release("settled", is_noted=True)
    assert (await other.elsewhere()).held_usd == {"zoo": 1.0}
    ledger.close()
    assert (await other.elsewhere()).held_usd == {}
    other.close()
    assert notes == []
