"""Lets go of what is too old or too much, and tells what the rest takes on disk.

Invariant: objects are deleted only while nobody else relies on the store, and never those of the last session or of
the present state of the workspace.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aircher.domain.errors import StorageError
from aircher.domain.records import dataclass
from aircher.workspace.checkpoints.journal import History, Journal
from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.states import State, shown

_DAY = timedelta(days=1)
MAX_STORE_BYTES = 2 * 1024**3  # twice what a workspace may have covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How much is kept: sessions of the last ``days``, ``versions`` old contents of a file, ``max_bytes`` in all."""

    days: int
    versions: int
    max_bytes: int = MAX_STORE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the checkpoints of a project take on disk."""

    folder: str
    sessions: int
    objects: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was let go of; ``is_busy``: nothing, because a session is at work."""

    sessions: int = 0
    freed_bytes: int = 0
    is_busy: bool = False


def usage(place: Place) -> Usage:
    """Return what lies there now."""
    objects = ObjectStore(place.objects)
    journals = place.journals()
    return Usage(
        folder=shown(str(place.folder)),
        sessions=len(journals),
        objects=len(objects.names()),
        size_bytes=objects.size_bytes() + sum(_size_bytes(journal.path) for journal in journals),
    )


def prune(place: Place, keep: Keep, *, now: datetime | None = None) -> Pruned:
    """Let go of sessions that are too old, of old contents beyond their number, and of the oldest if it is too much.

    Raises:
        OSError: Something cannot be deleted.
        StorageError: The locks cannot be taken.
    """
    if not place.folder.is_dir():
        return Pruned()
    with place.alone_in_store() as is_alone:
        if not is_alone:
            return Pruned(is_busy=True)
        oldest_at = (now or datetime.now(UTC)) - timedelta(days=keep.days)
        journals = place.journals()
        removed, freed_bytes = 0, 0
        for journal in journals[1:]:  # the first is the last session: an undo may be wanted at any time
            if _written_at(journal) < oldest_at:
                freed_bytes += _removed(journal)
                removed += 1
        freed_bytes += _swept(place, keep)
        while usage(place).size_bytes > keep.max_bytes and len(journals := place.journals()) > 1:
            freed_bytes += _removed(journals[-1]) + _swept(place, keep)
            removed += 1
        return Pruned(sessions=removed, freed_bytes=freed_bytes)


def prune_daily(place: Place, keep: Keep) -> None:
    """Do the same once a day and quietly: what could not be done now is done tomorrow."""
    stamp = place.folder / "pruned"
    with suppress(OSError, StorageError):
        if stamp.exists() and datetime.now(UTC) - datetime.fromtimestamp(stamp.stat().st_mtime, UTC) < _DAY:
            return
        if not prune(place, keep).is_busy:
            stamp.touch(mode=0o600)


def _swept(place: Place, keep: Keep) -> int:
    objects = ObjectStore(place.objects)
    histories = [journal.read() for journal in place.journals()]
    needed = {*_present(place), *_pending(histories, objects), *_in_transaction(place)}
    versions: Counter[str] = Counter()
    for at, history in enumerate(histories):
        for path, state in _states(history):
            versions[path] += 1
            if at == 0 or versions[path] <= keep.versions:
                needed.add(state.digest)
    return objects.keep_only(needed)


def _states(history: History) -> Iterator[tuple[str, State]]:
    """Yield the contents that undo and redo of a session need, the last ones first."""
    undos = [change for undo in reversed(history.undos) for change in undo.changes]
    steps = [change for step in reversed(history.steps) for change in step.changes or ()]
    for change in (*undos, *steps):
        for state in (change.after, change.before):
            if state is not None and state.digest:
                yield change.path, state


def _present(place: Place) -> Iterator[str]:
    """Yield the contents of the workspace as it was when it was last looked at."""
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        for _, state in json.loads(place.manifest.read_bytes())["files"].values():
            if digest := State(*state).digest:
                yield digest


def _pending(histories: list[History], objects: ObjectStore) -> Iterator[str]:
    """Yield what calls need that were cut off and that nobody has looked at since."""
    for step in (step for history in histories for step in history.steps if step.changes is None):
        known = [*step.watched.values(), *step.since_base.values()]
        data = objects.get(step.base) if step.base else None
        if data is not None:
            yield step.base
            known += [State(*state) for state in json.loads(data).values()]
        yield from (state.digest for state in known if state is not None and state.digest)


def _in_transaction(place: Place) -> Iterator[str]:
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        for _, *states in json.loads(place.transaction.read_bytes())["record"]["changes"]:
            yield from (State(*state).digest for state in states if state is not None)


def _removed(journal: Journal) -> int:
    size_bytes = _size_bytes(journal.path)
    journal.path.unlink(missing_ok=True)
    return size_bytes


def _written_at(journal: Journal) -> datetime:
    try:
        return datetime.fromtimestamp(journal.path.stat().st_mtime, UTC)
    except OSError:
        return datetime.now(UTC)


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_blocks * 512
    except OSError:
        return 0
