"""What a session may spend, from the configuration, and the ledger in which it notes what it does.

Invariant: trouble with the ledger never fails a run; it is told once, and the limits of day and month then count this
run alone. Not its job: keeping the limits, which is `aircher.engine.spending`'s.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from time import monotonic

from aircher.config import Config
from aircher.domain.errors import AircherError, Defect, StorageError
from aircher.domain.ids import SessionId
from aircher.domain.spending import Hold, SpentElsewhere, UsageEntry
from aircher.engine.spending import SpendingLimits
from aircher.storage.database import Database
from aircher.storage.ledger import SqliteLedger
from aircher.storage.migrate import SESSIONS
from aircher.support.days import day_of

LEDGER_TIMEOUT_MS = 500  # a transaction takes milliseconds; a file that is locked for longer is not waited for
QUIET_AFTER_TROUBLE_S = 5.0
"""So long after a hold could not be written none is tried: an answer must not wait for a locked file piece by piece."""


def spending_limits(config: Config, *, max_cost_usd: float | None = None) -> SpendingLimits:
    """Return the limits that the configuration and ``--max-cost`` set; those of day and month have a default."""
    costs = config.costs
    return SpendingLimits(
        session_usd=max_cost_usd,
        day_usd=costs.daily_limit or None,
        month_usd=costs.monthly_budget or None,
        provider_day_usd={name: allowed_usd for name, allowed_usd in costs.limits.items() if allowed_usd},
        is_day_default=not config.is_set("costs.daily_limit"),
        is_month_default=not config.is_set("costs.monthly_budget"),
        alert_ratio=costs.alert_threshold,
        has_alerts=costs.show_cost_warnings,
    )


class SessionLedger:
    """The engine's `Ledger` for one session, on ``sessions.db``. Make it and close it outside the event loop."""

    def __init__(
        self,
        path: Path,
        *,
        session_id: SessionId,
        note: Callable[[str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tz: tzinfo | None = None,
    ) -> None:
        """Open the ledger, or tell why it cannot be.

        Args:
            path: The file of ``sessions.db``.
            session_id: Whose calls from now on are not those of others.
            note: Told what a person should know; also from another thread.
            now: The clock.
            tz: The zone in which days are counted; ``None`` = the system's.
        """
        self._session_id = session_id
        self._began_at = now()
        self._note = note
        self._now = now
        self._tz = tz
        self._last = SpentElsewhere(day=day_of(self._began_at, tz))
        self._is_told = False
        self._held: set[str] = set()
        self._ended: list[str] = []
        self._may_write_at_s = 0.0
        self._database: Database | None = None
        self._ledger: SqliteLedger | None = None
        try:
            self._database = Database(path, SESSIONS, busy_timeout_ms=LEDGER_TIMEOUT_MS)
            self._ledger = SqliteLedger(self._database, told=self._tell, tz=tz)
        except StorageError as exc:
            self._tell(exc)

    def note(self, entry: UsageEntry) -> None:
        """Take a call; never waits, never fails."""
        releases, self._ended = tuple(self._ended), []
        if self._ledger is not None:
            self._ledger.note(entry, releases=releases)

    async def elsewhere(self) -> SpentElsewhere:
        """Return what everybody but this session has spent until now; what cannot be read counts as it was."""
        if self._ledger is not None:
            from asyncio import to_thread

            try:
                self._last = await to_thread(
                    self._ledger.elsewhere,
                    self._now(),
                    session_id=self._session_id,
                    session_began_at=self._began_at,
                )
            except (StorageError, Defect) as exc:
                self._tell(exc)
        day = day_of(self._now(), self._tz)
        return self._last if self._last.day == day else SpentElsewhere(day=day)

    async def hold(self, hold: Hold, *, fits: Callable[[SpentElsewhere], bool] | None = None) -> SpentElsewhere:
        """Show all others what a call may cost, and return the same as `elsewhere`; what cannot be written is told."""
        if self._ledger is None or monotonic() < self._may_write_at_s:
            return await self.elsewhere()
        self._held.add(hold.id)
        try:
            self._last = await self._ledger.hold(
                hold, self._now(), session_id=self._session_id, session_began_at=self._began_at, fits=fits
            )
        except (StorageError, Defect) as exc:
            self._tell(exc)
            self._may_write_at_s = monotonic() + QUIET_AFTER_TROUBLE_S
            return await self.elsewhere()
        return self._last

    def release(self, hold_id: str, *, is_noted: bool) -> None:
        """Let go of a hold, with the next note if that is the call's; never waits, never fails."""
        if hold_id not in self._held:
            return
        self._held.discard(hold_id)
        if is_noted:
            self._ended.append(hold_id)
        elif self._ledger is not None:
            self._ledger.release(hold_id)

    def close(self) -> None:
        """Write down what was noted and close the file. Safe to call twice."""
        database, self._database = self._database, None
        ledger, self._ledger = self._ledger, None
        if ledger is not None:
            for hold_id in (*self._held, *self._ended):
                ledger.release(hold_id)
            ledger.flush()
        if database is not None:
            with suppress(StorageError):  # what was acknowledged is in the file all the same
                database.close()

    def _tell(self, error: Exception) -> None:
        if not self._is_told:
            self._is_told = True
            reason = error.message if isinstance(error, AircherError) else f"{error}"
            self._note(f"what this run costs may not be kept, limits of day and month may miss it: {reason}")
