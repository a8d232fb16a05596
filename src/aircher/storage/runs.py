"""Runs of the program, in ``sessions.db``: which process has which conversation open.

Invariant: a run that ended by ``kill -9`` is found out by its process id and marked ``lost``.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from aircher.domain.ids import SessionId
from aircher.domain.records import dataclass
from aircher.storage.database import Database
from aircher.storage.statements import statements
from aircher.storage.times import from_micros, to_micros
from aircher.support.ids import new_id

RunStatus: TypeAlias = Literal["active", "paused", "ended", "lost"]

_SQL = statements("sessions")
_CLOCK_SLACK_S = 5  # the boot time is whole seconds, and clocks are set


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. ``pid`` is ``None`` for runs taken over from the earlier version."""

    id: str
    conversation_id: SessionId | None
    project_path: str
    pid: int | None
    status: RunStatus
    started_at: datetime
    ended_at: datetime | None


def is_alive(pid: int, *, since: datetime) -> bool:
    """Tell whether a process with this id exists and did so at that time: ids are given out again."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    begun_s = _begun_s(pid)
    return begun_s is None or begun_s <= since.timestamp() + _CLOCK_SLACK_S


def _begun_s(pid: int) -> float | None:
    """Return when a process began, in seconds of Unix time; ``None`` where the system does not tell.

    Source: proc_pid_stat(5), field 22; proc_stat(5), ``btime``.
    """
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19])
        system = dict(line.split(" ", 1) for line in Path("/proc/stat").read_text("ascii").splitlines())
        return int(system["btime"]) + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, LookupError, ValueError):  # another system, a sandbox, or the process has just ended
        return None


class SqliteRuns:
    """The runs of ``sessions.db``. Every method blocks."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def begin(self, conversation_id: SessionId, *, project_path: str, pid: int | None = None) -> str:
        """Note that this process (or ``pid``) works on a conversation; return the run's id for `end`."""
        run_id = new_id()
        row = (run_id, conversation_id, project_path, pid or os.getpid(), to_micros(self._now()))
        self._database.change(_SQL["begin_run"], row)
        return run_id

    def end(self, run_id: str, *, status: RunStatus = "ended") -> None:
        """Note that a run is over."""
        self._database.change(_SQL["end_run"], (status, to_micros(self._now()), run_id))

    def active(self) -> tuple[Run, ...]:
        """Return the runs whose process lives, oldest first; those whose process is gone become ``lost``."""
        runs = tuple(map(_run, self._database.rows(_SQL["active_runs"])))
        gone = [run for run in runs if run.pid is None or not is_alive(run.pid, since=run.started_at)]
        if gone:
            now = to_micros(self._now())
            self._database.change(_SQL["end_run"], *(("lost", now, run.id) for run in gone))
        return tuple(run for run in runs if run not in gone)

    def recent(self, *, limit: int = 50) -> tuple[Run, ...]:
        """Return the last runs, newest first."""
        return tuple(map(_run, self._database.rows(_SQL["recent_runs"], (limit,))))


def _run(row: tuple[Any, ...]) -> Run:  # Any: the columns of a STRICT table have their types
    run_id, conversation_id, project_path, pid, status, started, ended = row
    return Run(
        id=run_id,
        conversation_id=conversation_id,
        project_path=project_path,
        pid=pid,
        status=status,
        started_at=from_micros(started),
        ended_at=None if ended is None else from_micros(ended),
    )
