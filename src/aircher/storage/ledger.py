"""The ledger of what model calls used and cost, in ``sessions.db``; every process of this machine writes to the same.

Invariant: noting a call never waits and never fails; what could not be written because the file was locked or full is
tried again with the next note and by `flush`. The first trouble is told, once. A call under way is held: written in
the transaction that reads what all others spent and hold, so of two processes one sees the other. Not its job: what
may be spent.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime, timedelta, tzinfo
from functools import partial
from threading import Condition
from typing import Any, Literal, NamedTuple, TypeAlias

import apsw

from aircher.domain.errors import StorageError
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.records import dataclass
from aircher.domain.spending import Hold, Spent, SpentElsewhere, UsageEntry
from aircher.domain.usage import Usage
from aircher.storage.database import Database, Value
from aircher.storage.statements import statements
from aircher.storage.times import from_micros, to_micros
from aircher.support.days import day_of, day_start, month_start, next_day

By: TypeAlias = Literal["day", "project", "provider", "model", "session"]

_SQL = statements("sessions")
_PASSING = frozenset({"storage.locked", "storage.full", "storage.readonly", "storage.unavailable"})
_MOST_UNWRITTEN = 1_000  # rows kept for another try: hours of calls, a few hundred KiB
_FIRST, _LAST = 0, 2**63 - 1
HOLD_LASTS = timedelta(minutes=3)
"""After a crash money is held for this long; a call that lives has so much time to renew its hold."""

_Change: TypeAlias = tuple[UsageEntry | None, tuple[str, ...]]
"""What is written together: a call, and the holds that end with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A line of a report.

    Attributes:
        key: Day as ``2026-11-24``, the project's folder, provider, ``provider/model``, or the session's id.
        usage: Sums; a part is ``None`` if no call reported it.
        cost_usd: Of the calls whose price is known; ``unpriced_calls`` says how many it leaves out.
        estimated_calls: How many of the calls were not counted by the server.
    """

    key: str
    calls: int
    usage: Usage
    cost_usd: float
    unpriced_calls: int
    estimated_calls: int


class SqliteLedger:
    """The ledger in an open ``sessions.db``. `note` is for any thread and any loop; the others block.

    Args:
        database: The database; it stays its owner's to close, after `flush`.
        told: Gets the first error that kept a call from being noted, from the writer's thread.
        tz: The zone in which days are counted; ``None`` = the system's.
    """

    def __init__(
        self,
        database: Database,
        *,
        told: Callable[[Exception], None] = lambda _: None,
        tz: tzinfo | None = None,
    ) -> None:
        self._database = database
        self._told = told
        self._tz = tz
        self._changed = Condition()
        self._unwritten: list[_Change] = []
        self._under_way = 0
        self._is_told = False

    def note(self, entry: UsageEntry, *, releases: tuple[str, ...] = ()) -> None:
        """Queue the call for the writer's next transaction, which ends the holds with these ids too."""
        self._submit((*self._take_unwritten(), (entry, releases)))

    def release(self, hold_id: str) -> None:
        """Queue the end of a hold; like `note` it never waits and never fails."""
        self._submit((*self._take_unwritten(), (None, (hold_id,))))

    async def hold(
        self,
        hold: Hold,
        now: datetime,
        *,
        session_id: SessionId,
        session_began_at: datetime,
        fits: Callable[[SpentElsewhere], bool] | None = None,
    ) -> SpentElsewhere:
        """Write or renew a hold, unless ``fits`` says no to what is returned: the same as `elsewhere`.

        Raises:
            StorageError: Nothing was written.
        """
        run = _Run(session_id, to_micros(session_began_at))
        row = hold.id, run.session_id, run.began_at, hold.provider, hold.held_usd, to_micros(now + HOLD_LASTS)

        def write(connection: apsw.Connection) -> SpentElsewhere:
            elsewhere = self._read_elsewhere(connection, now=now, run=run)
            if fits is None or fits(elsewhere):
                connection.execute(_SQL["drop_dead_holds"], _lives(now))
                connection.execute(_SQL["put_hold"], row)
            return elsewhere

        return await self._database.write(write)

    def flush(self) -> None:
        """Return when everything noted so far is in the file, or was tried once more and told."""
        self._wait()
        if again := self._take_unwritten():
            self._submit(tuple(again))
        self._wait()

    def spent(self, since: datetime, until: datetime | None = None, *, provider: str | None = None) -> Spent:
        """Return what was spent from ``since`` up to before ``until``, by everybody or at one provider.

        Raises:
            StorageError: The database could not be read.
        """
        bounds = to_micros(since), _LAST if until is None else to_micros(until)
        [(cost_usd, unpriced_calls)] = self._database.rows(_SQL["usage_spent"], (*bounds, provider))
        return Spent(cost_usd=cost_usd, unpriced_calls=unpriced_calls)

    def elsewhere(
        self, now: datetime, *, session_id: SessionId | None = None, session_began_at: datetime | None = None
    ) -> SpentElsewhere:
        """Return what everybody spent today and this month, but for one session from its beginning on.

        Raises:
            StorageError: The database could not be read.
        """
        run = _Run(session_id, _FIRST if session_began_at is None else to_micros(session_began_at))
        return self._database.read_blocking(partial(self._read_elsewhere, now=now, run=run))

    def totals(
        self,
        by: By,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        project_id: ProjectId | None = None,
    ) -> tuple[Total, ...]:
        """Return the sums from ``since`` up to before ``until``: days in their order, everything else dearest first.

        Raises:
            StorageError: The database could not be read.
        """
        first = _FIRST if since is None else to_micros(since)
        last = _LAST if until is None else to_micros(until)
        if by == "day":
            days = json.dumps(list(self._days(first, last, project_id)))
            return tuple(map(_total, self._database.rows(_SQL["usage_by_day"], (days, project_id))))
        return tuple(map(_total, self._database.rows(_SQL["usage_by_name"], (by, first, last, project_id))))

    def _days(self, first: int, last: int, project_id: ProjectId | None) -> Iterator[tuple[str, int, int]]:
        """Yield every day of which something is noted, or could be: its name, its beginning, its end."""
        [(earliest, latest)] = self._database.rows(_SQL["usage_extent"], (first, last, project_id))
        if earliest is None:
            return
        day, final = day_of(from_micros(earliest), self._tz), day_of(from_micros(latest), self._tz)
        while day <= final:
            following = next_day(day)
            start, end = to_micros(day_start(day, self._tz)), to_micros(day_start(following, self._tz))
            yield day.isoformat(), max(start, first), min(end, last)
            day = following

    def _read_elsewhere(self, connection: apsw.Connection, *, now: datetime, run: "_Run") -> SpentElsewhere:
        day = day_of(now, self._tz)
        starts = to_micros(day_start(day, self._tz)), to_micros(month_start(day, self._tz))
        rows: list[tuple[Any, ...]] = connection.execute(_SQL["usage_elsewhere"], (*starts, *run)).fetchall()
        held: list[tuple[Any, ...]] = connection.execute(_SQL["held_elsewhere"], (*_lives(now), *run)).fetchall()
        today = {row[0]: Spent(cost_usd=row[1], unpriced_calls=row[2]) for row in rows}
        return SpentElsewhere(
            day=day,
            today=sum(today.values(), Spent()),
            month=sum((Spent(cost_usd=row[3], unpriced_calls=row[4]) for row in rows), Spent()),
            providers_today={name: spent for name, spent in today.items() if spent != Spent()},
            held_usd=dict(held),
        )

    def _submit(self, changes: tuple[_Change, ...]) -> None:
        """Queue all of them as one piece of work, so that a locked file is waited for once."""
        with self._changed:
            self._under_way += 1
        try:
            future = self._database.submit(partial(_write, changes=changes), may_wait=False)
        except StorageError as exc:  # closed: nothing can be written any more
            self._settle(exc)
        else:
            future.add_done_callback(partial(self._finish, changes))

    def _finish(self, changes: tuple[_Change, ...], future: "Future[None]") -> None:
        error = future.exception()
        if isinstance(error, StorageError) and error.code in _PASSING:
            with self._changed:
                self._unwritten = [*changes, *self._unwritten][-_MOST_UNWRITTEN:]
        elif error is not None and len(changes) > 1:
            for change in changes:
                self._submit((change,))
        self._settle(error)

    def _settle(self, error: BaseException | None) -> None:
        with self._changed:
            is_first = error is not None and not self._is_told
            self._is_told = self._is_told or is_first
        try:
            if is_first and isinstance(error, Exception):
                self._told(error)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def _take_unwritten(self) -> list[_Change]:
        with self._changed:
            taken, self._unwritten = self._unwritten, []
        return taken

    def _wait(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._under_way == 0)


class _Run(NamedTuple):
    """One run of a session, whose own calls are not those of others."""

    session_id: SessionId | None
    began_at: int


def _lives(now: datetime) -> tuple[int, int]:
    """Return the bounds of a living hold's end; one far ahead was written before the clock was set back."""
    return to_micros(now), to_micros(now + 2 * HOLD_LASTS)


def _write(connection: apsw.Connection, *, changes: tuple[_Change, ...]) -> None:
    connection.executemany(_SQL["add_usage"], [_row(entry) for entry, _ in changes if entry is not None])
    connection.executemany(_SQL["drop_hold"], [(hold_id,) for _, hold_ids in changes for hold_id in hold_ids])


def _row(entry: UsageEntry) -> tuple[Value, ...]:
    usage = entry.usage
    return (
        to_micros(entry.at),
        entry.project_id,
        entry.project_path,
        entry.session_id,
        entry.turn_id,
        entry.provider,
        entry.model,
        usage.input_tokens,
        usage.output_tokens,
        usage.cached_tokens,
        usage.cache_write_tokens,
        usage.reasoning_tokens,
        entry.cost_usd,
        int(entry.is_estimated),
    )


def _total(row: tuple[Any, ...]) -> Total:  # Any: the columns of a STRICT table have their types
    key, calls, unpriced_calls, estimated_calls, input_tokens, output_tokens, cached, written, reasoning, cost_usd = row
    return Total(
        key=key,
        calls=calls,
        usage=Usage(
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cached_tokens=cached,
            cache_write_tokens=written,
            reasoning_tokens=reasoning,
        ),
        cost_usd=cost_usd,
        unpriced_calls=unpriced_calls,
        estimated_calls=estimated_calls,
    )
