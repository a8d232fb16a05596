"""What a session's calls did to the workspace, one JSON line each, appended and never changed.

Invariant: a line that a killed process left unfinished is skipped, and the next one begins on a line of its own.
"""

import json
import os
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aircher.domain.errors import StorageError
from aircher.domain.records import dataclass
from aircher.workspace.checkpoints.states import Change, State, change_of, state_of

SUFFIX = ".jsonl"


@dataclass(slots=True, kw_only=True)
class Step:
    """A call that might change something, as far as the journal tells.

    Attributes:
        number: From 1, in the order of the calls.
        turn_id: Its turn, ``call_id`` the call itself, ``label`` what it did in words.
        began_at: When, aware, UTC.
        base: Name of the object that holds the covered states before it; empty = only ``watched`` was covered.
        since_base: How the states before the call differ from those of ``base``.
        watched: States of single paths before the call; ``None`` = nothing was there.
        outside: Paths that other hands changed since the call before.
        uncovered: What could not be kept.
        changes: What it changed; ``None`` = it did not end, or nobody could look.
        is_uncertain: It was cut off: what differs may be the work of others.
        undone_by: Id of the undo that took it back; empty = it stands.
    """

    number: int
    turn_id: str
    call_id: str
    label: str
    began_at: datetime
    base: str = ""
    since_base: dict[str, State | None] = field(default_factory=dict)
    watched: dict[str, State | None] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    changes: tuple[Change, ...] | None = None
    is_uncertain: bool = False
    undone_by: str = ""


@dataclass(slots=True, kw_only=True)
class Undo:
    """An undo, itself a step: what it took back, and what it changed in doing so."""

    undo_id: str
    numbers: tuple[int, ...]
    changes: tuple[Change, ...]
    at: datetime


@dataclass(slots=True, kw_only=True)
class History:
    """A journal, read: its steps in order, and the undos that a redo may take back, the last one last."""

    session_id: str
    steps: list[Step] = field(default_factory=list)
    undos: list[Undo] = field(default_factory=list)

    def step(self, number: int) -> Step | None:
        """Return the step of this number."""
        return next((step for step in self.steps if step.number == number), None)

    @property
    def standing(self) -> list[Step]:
        """The steps that changed something and were not undone."""
        return [step for step in self.steps if step.changes and not step.undone_by]

    @property
    def redoable(self) -> Undo | None:
        """The undo that a redo would take back: none once the session has gone on."""
        return self.undos[-1] if self.undos else None


class Journal:
    """The journal of one session."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.session_id = path.name.removesuffix(SUFFIX)

    def append(self, record: dict[str, Any], *, is_durable: bool = False) -> None:
        """Add a record; it outlives the process, and with ``is_durable`` a power failure.

        Raises:
            StorageError: It cannot be written.
        """
        line = json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            with os.fdopen(os.open(self.path, flags, 0o600), "ab", buffering=0) as file:
                whole = (b"\n" + line) if self._is_torn() else line
                if file.write(whole) != len(whole):
                    raise OSError(None, "the line was cut off")
                if is_durable:
                    os.fsync(file.fileno())
        except OSError as exc:
            raise StorageError(
                f"the journal {self.path} cannot be written: {exc.strerror}",
                hint="free some space, or: aircher checkpoints prune",
                code="storage.checkpoint",
            ) from exc

    def read(self) -> History:
        """Return what it tells.

        Raises:
            StorageError: It is there and cannot be read.
        """
        history = History(session_id=self.session_id)
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return history
        except OSError as exc:
            raise StorageError(f"the journal {self.path} cannot be read: {exc.strerror}") from exc
        for line in lines:
            try:
                _apply(history, json.loads(line))
            except (ValueError, TypeError, LookupError, AttributeError):
                continue  # torn, or of a newer version
        return history

    def holds(self, record: dict[str, Any]) -> bool:
        """Whether this very record, told by its id, is in the journal."""
        mark = json.dumps(record["id"]).encode("ascii")
        try:
            return mark in self.path.read_bytes()
        except OSError:
            return False

    def _is_torn(self) -> bool:
        with self.path.open("rb") as file:
            size_bytes = file.seek(0, os.SEEK_END)
            if not size_bytes:
                return False
            file.seek(size_bytes - 1)
            return file.read(1) != b"\n"


def now_us() -> int:
    """Return the wall clock in microseconds since 1970."""
    return int(datetime.now(UTC).timestamp() * 1_000_000)


def _apply(history: History, record: dict[str, Any]) -> None:
    at = datetime.fromtimestamp(record["at"] / 1_000_000, UTC)
    match record["kind"]:
        case "before":
            history.steps.append(_step(record, at))
        case "after":
            step = history.step(record["n"])
            if step is not None:
                step.changes = tuple(map(change_of, record["changes"]))
                step.is_uncertain = bool(record.get("uncertain"))
                if step.changes:
                    history.undos.clear()  # the session went on
        case "undo":
            changes = tuple(map(change_of, record["changes"]))
            undo = Undo(undo_id=record["id"], numbers=tuple(record["steps"]), changes=changes, at=at)
            history.undos.append(undo)
            _mark(history, undo.numbers, undo.undo_id)
        case "redo":
            undo = history.undos.pop()
            _mark(history, undo.numbers, "")
        case _:
            pass


def _step(record: dict[str, Any], at: datetime) -> Step:
    return Step(
        number=record["n"],
        turn_id=record["turn"],
        call_id=record["call"],
        label=record["label"],
        began_at=at,
        base=record["base"],
        since_base={path: state_of(state) for path, state in record["delta"].items()},
        watched={path: state_of(state) for path, state in record["watched"].items()},
        outside=tuple(record["outside"]),
        uncovered=tuple(record["uncovered"]),
    )


def _mark(history: History, numbers: tuple[int, ...], undo_id: str) -> None:
    for step in history.steps:
        if step.number in numbers:
            step.undone_by = undo_id
