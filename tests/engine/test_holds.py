"""The hold of a call: seen by others as long as the call lives, renewed while nothing comes, gone when it ends."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from tests.storage.test_ledger import ENTRY

from aircher.app.spending import SessionLedger
from aircher.domain.errors import BudgetError
from aircher.domain.ids import SessionId
from aircher.domain.spending import Hold
from aircher.engine.holds import RENEWED_EVERY_S, SharedHold
from aircher.engine.spending import Spending, SpendingLimits
from aircher.storage.ledger import HOLD_LASTS
from aircher.testing.manual_clock import ManualClock


class Purse:
    """One session's side of a ledger that others use too."""

    def __init__(self, path: Path, name: str, clock: ManualClock) -> None:
        self.clock = clock
        self.notes: list[str] = []
        self.ledger = SessionLedger(path, session_id=SessionId(name), note=self.notes.append, now=clock.now, tz=UTC)

    async def spending(self, *, day_usd: float = 1.0) -> Spending:
        return Spending(SpendingLimits(day_usd=day_usd), await self.ledger.elsewhere())

    async def hold(self, spending: Spending | None = None) -> SharedHold:
        spending = spending or await self.spending()
        return SharedHold(ledger=self.ledger, spending=spending, clock=self.clock, provider="zoo")

    async def held(self) -> dict[str, float]:
        return dict((await self.ledger.elsewhere()).held_usd)


async def comes_true(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - a thread makes it true
            await asyncio.sleep(0)


async def test_others_see_what_a_call_holds_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    clock = ManualClock()
    mine, other = Purse(tmp_path / "s.db", "mine", clock), Purse(tmp_path / "s.db", "other", clock)
    hold = await mine.hold()
    call = await hold.begin(0.3)
    assert (await other.held(), await mine.held()) == ({"zoo": 0.3}, {})
    due = []
    for needed_usd in (0.2, 0.5):
        hold.cover(needed_usd)
        due.append(hold.is_due)
    await hold.renew(call)
    assert [*due, hold.is_due] == [False, True, False]
    assert await other.held() == {"zoo": 0.5}
    call.end(0.4)
    hold.release(is_noted=True)
    assert await other.held() == {"zoo": 0.5}  # until the call is noted: nobody sees a gap
    mine.ledger.note(replace(ENTRY, at=clock.now(), session_id=SessionId("mine"), provider="zoo", cost_usd=0.4))
    mine.ledger.close()
    assert await other.held() == {}
    assert (await other.ledger.elsewhere()).today.cost_usd == 0.4
    other.ledger.close()
    assert mine.notes == other.notes == []


async def test_a_call_that_is_refused_is_never_seen_by_others(tmp_path: Path) -> None:
    clock = ManualClock()
    mine, other = Purse(tmp_path / "s.db", "mine", clock), Purse(tmp_path / "s.db", "other", clock)
    running = await other.spending()
    hold = await other.hold(running)
    call = await hold.begin(0.6)
    with pytest.raises(
        BudgetError, match=r"0\.0000 USD spent, 0\.6000 USD held for other calls, 0\.5000 USD estimated for this call"
    ):
        await (await mine.hold()).begin(0.5)
    hold.cover(0.7)
    await hold.renew(call)
    assert await mine.held() == {"zoo": 0.7}
    for purse in (mine, other):
        purse.ledger.close()


async def test_calls_that_begin_in_the_same_instant_see_each_other(tmp_path: Path) -> None:
    clock = ManualClock()
    purses = [Purse(tmp_path / "s.db", f"s{number}", clock) for number in range(6)]
    holds = [await purse.hold() for purse in purses]
    outcomes = await asyncio.gather(*(hold.begin(0.4) for hold in holds), return_exceptions=True)
    assert sum(isinstance(outcome, BudgetError) for outcome in outcomes) == 4
    for purse in purses:
        purse.ledger.close()
        assert purse.notes == []


async def test_a_hold_outlives_any_silence_of_a_call_that_lives(tmp_path: Path) -> None:
    clock = ManualClock()
    mine, other = Purse(tmp_path / "s.db", "mine", clock), Purse(tmp_path / "s.db", "other", clock)
    hold = await mine.hold()
    call = await hold.begin(0.3)
    async with hold.kept(call):
        for _ in range(round(2 * HOLD_LASTS.total_seconds() / RENEWED_EVERY_S)):
            await clock.wait_for_sleeper()
            await clock.advance(RENEWED_EVERY_S)
        await clock.wait_for_sleeper()
        assert await other.held() == {"zoo": 0.3}
    await clock.advance(HOLD_LASTS.total_seconds())
    assert await other.held() == {}  # nothing renews it any more
    for purse in (mine, other):
        purse.ledger.close()


async def test_what_others_spend_meanwhile_stops_a_call_within_seconds(tmp_path: Path) -> None:
    clock = ManualClock()
    mine, other = Purse(tmp_path / "s.db", "mine", clock), Purse(tmp_path / "s.db", "other", clock)
    hold = await mine.hold()
    call = await hold.begin(0.3)
    async with hold.kept(call):
        call.check_streaming(0.1)
        other.ledger.note(replace(ENTRY, at=clock.now(), session_id=SessionId("other"), cost_usd=0.95))
        other.ledger.close()
        await clock.wait_for_sleeper()
        await clock.advance(RENEWED_EVERY_S)
        await comes_true(lambda: hold.is_due)
        with pytest.raises(BudgetError, match=r"0\.9500 USD spent, 0\.1000 USD by this answer so far, 1\.0000 USD"):
            await hold.renew(call)
    mine.ledger.close()


async def test_a_beginning_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    mine, other = Purse(tmp_path / "s.db", "mine", clock), Purse(tmp_path / "s.db", "other", clock)
    hold = await mine.hold()
    beginning = asyncio.create_task(hold.begin(0.3))
    await asyncio.sleep(0)
    beginning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beginning
    mine.ledger.note(replace(ENTRY, at=clock.now(), cost_usd=0.0))
    await mine.ledger.hold(Hold(id="behind", provider="zoo", held_usd=0.1))
    assert await other.held() == {"zoo": 0.1}
    for purse in (mine, other):
        purse.ledger.close()
