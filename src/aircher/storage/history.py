"""A conversation read backwards, a page of turns at a time: for a view that shows its end and scrolls up.

Invariant: a page takes time that grows with its own size only; turns that were dropped by going back are in none.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import apsw

from aircher.domain.events import Published
from aircher.domain.ids import SessionId
from aircher.storage.database import Database
from aircher.storage.event_rows import decode_rows
from aircher.storage.statements import statements

AFTER_ALL = 2**63 - 1
"""Stands for the end of a conversation."""

_SQL = statements("conversations")


class _Gap(NamedTuple):
    """Events that were dropped: from ``first`` up to and without ``end``."""

    first: int
    end: int


class SqliteHistory:
    """One conversation's past. Belongs to any event loop: it reads in threads."""

    def __init__(self, database: Database, session_id: SessionId) -> None:
        self._database = database
        self._session_id = session_id

    async def last(self, turns: int) -> list[Published]:
        """Return the events of the last turns, as `before`."""
        return await self.before(AFTER_ALL, turns)

    async def before(self, seq: int, turns: int) -> list[Published]:
        """Return the events of the last ``turns`` turns that stand before event ``seq``, in their order.

        Where that reaches the first turn, what stands before it is included; no events = ``seq`` was the beginning.
        What stands between two turns belongs to the first of them. Events of a newer program are left out.

        Raises:
            StorageError: The database could not be read.
        """
        return await self._database.read(lambda connection: self._page(connection, seq, turns))

    def _page(self, connection: apsw.Connection, seq: int, turns: int) -> list[Published]:
        rewinds: list[tuple[Any, ...]] = connection.execute(_SQL["rewinds"], (self._session_id,)).fetchall()
        gaps = [_Gap(first, end) for first, end in rewinds]
        start = self._start(connection, seq, turns, gaps)
        rows: list[tuple[Any, ...]] = []  # Any: the columns of a STRICT table have their types
        for first, end in _without(gaps, start, seq):
            rows += connection.execute(_SQL["events_between"], (self._session_id, first, end)).fetchall()
        return decode_rows(rows)[0]

    def _start(self, connection: apsw.Connection, seq: int, turns: int, gaps: Sequence[_Gap]) -> int:
        """Return where the page begins; 0 = with the conversation."""
        left, at = turns, seq
        while left > 0:
            bindings = (self._session_id, at, left)
            starts: list[tuple[Any, ...]] = connection.execute(_SQL["turn_starts_before"], bindings).fetchall()
            if not starts:
                return 0
            at = starts[-1][0]
            left -= sum(not any(gap.first <= start < gap.end for gap in gaps) for (start,) in starts)
        return at


def _without(gaps: Sequence[_Gap], start: int, end: int) -> list[tuple[int, int]]:
    """Return the stretches from ``start`` up to ``end`` that are in no gap."""
    found: list[tuple[int, int]] = []
    for gap in sorted(gaps):
        if start < min(gap.first, end):
            found.append((start, min(gap.first, end)))
        start = max(start, gap.end)
    return [*found, (start, end)] if start < end else found
