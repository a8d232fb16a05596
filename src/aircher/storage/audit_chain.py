"""The chain of the audit trail: what a row's hash is, and where a chain is broken.

Invariant: pure. Each hash covers the hash of the row before and every column of its own row, so no row can be changed,
removed, moved or put in between without breaking the chain there, or rewriting it from there to its end. What the chain
alone cannot tell is a rewritten end: for that it is held against heads that were noted elsewhere.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import chain

from aircher.domain.audit import AuditKind
from aircher.domain.records import dataclass

FORMAT = "aircher audit 1"
"""Part of each hash: another way to compute it gets another name."""
START = "0" * 64
"""Stands for the hash before the first row."""
_FARTHEST_MOVE = 2_000  # rows; one that was moved farther is called changed


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRow:
    """A row as it is stored: ``at`` in microseconds since 1970, ``data`` as JSON text, the hashes hexadecimal."""

    seq: int
    at: int
    session_id: str
    turn_id: str | None
    call_id: str | None
    kind: str
    tool: str
    data: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """A row that was the last one at some time: its number, and its hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What lies before the first row (number 0 and zeros = nothing ever did), and the last row."""

    base: Head
    head: Head


class Damage(StrEnum):
    """What was done to a chain."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first place where a chain does not hold: the row's number, and what is wrong in one sentence."""

    seq: int
    damage: Damage
    message: str


def row_hash(row: ChainRow) -> str:
    """Return the hash that the row must have: SHA-256 of a JSON array of everything else in it, in ASCII."""
    from hashlib import sha256  # loads OpenSSL, which a session without tools need not pay

    fields = (row.seq, row.previous, row.at, row.session_id, row.turn_id, row.call_id, row.kind, row.tool, row.data)
    return sha256(json.dumps([FORMAT, *fields], separators=(",", ":")).encode("ascii")).hexdigest()


def first_break(rows: Iterable[ChainRow], ends: Ends, known: Sequence[Head] = ()) -> Break | None:
    """Return where the chain is broken first; ``None`` if it holds.

    Args:
        rows: In their stored order.
        ends: Where it should begin and end.
        known: Heads that were noted elsewhere; those of rows that were pruned since say nothing any more.
    """
    noted = {head.seq: head.hash for head in known if head.seq > ends.base.seq}
    last, anchor, left = ends.base, ends.base.seq == 0, iter(rows)
    for row in left:
        is_next = row.seq == last.seq + 1 and row.previous == last.hash
        if not is_next or row_hash(row) != row.hash:
            return _explained(last, row, left)
        if row.seq > ends.head.seq:
            return _break(row.seq, Damage.INSERTED, "was added past the end that the database knows")
        if noted.get(row.seq, row.hash) != row.hash:
            return _break(row.seq, Damage.REWRITTEN, "does not have the hash that was noted for it")
        anchor = anchor or _is_anchor(row, ends.base)
        last = Head(row.seq, row.hash)
    return _break_at_the_end(last, ends, noted, is_anchored=anchor)


def _break_at_the_end(last: Head, ends: Ends, noted: Mapping[int, str], *, is_anchored: bool) -> Break | None:
    end = max(ends.head.seq, *noted) if noted else ends.head.seq
    if last.seq < end:
        return _break(last.seq + 1, Damage.TRUNCATED, f"and all after it up to {end} are missing")
    if last.hash != ends.head.hash:
        return _break(last.seq, Damage.REWRITTEN, "is not the end that the database knows")
    if not is_anchored:
        return _break(ends.base.seq, Damage.REMOVED, "and all before it were removed by no prune that is noted")
    return None


def _is_anchor(row: ChainRow, base: Head) -> bool:
    if row.kind != AuditKind.PRUNED:
        return False
    data = json.loads(row.data)
    return isinstance(data, dict) and (data.get("last_seq"), data.get("last_hash")) == (base.seq, base.hash)


def _explained(last: Head, row: ChainRow, left: Iterator[ChainRow]) -> Break:
    """Return what happened where the row should follow ``last`` and does not; ``left`` are the rows after it."""
    expected = last.seq + 1
    own = _own_seq(row, around=expected)
    if own is None:
        return _break(row.seq, Damage.CHANGED, "was changed: its content and its hash do not belong together")
    if own == expected:  # sound in itself, but made to follow another row
        return _break(last.seq, Damage.REWRITTEN, f"is not the one that row {expected} was written after")
    if own < expected:
        at, which = (own, "comes after it") if own == last.seq else (expected, "stands there a second time")
        return _break(at, Damage.INSERTED, f"was put in: the one written as {own} {which}")
    rest = chain([row], left)
    if any(_own_seq(other, around=expected) == expected for other in rest):
        return _break(expected, Damage.REORDERED, f"stands elsewhere: in its place is the row {own}")
    return _break(expected, Damage.REMOVED, f"was removed: the next is the row {own}")


def _own_seq(row: ChainRow, *, around: int) -> int | None:
    """Return the number under which the row was written, whichever it has now; ``None`` if it was changed."""
    if row_hash(row) == row.hash:
        return row.seq
    if row.seq == around:
        for distance in range(1, _FARTHEST_MOVE):
            for seq in (around + distance, around - distance):
                if seq > 0 and row_hash(replace(row, seq=seq)) == row.hash:
                    return seq
    return around if row_hash(replace(row, seq=around)) == row.hash else None


def _break(seq: int, damage: Damage, message: str) -> Break:
    return Break(seq=seq, damage=damage, message=f"row {seq} {message}")
