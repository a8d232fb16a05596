"""Carries out a plan as a whole, also across ``kill -9``.

What will be done is written down first; whoever comes next finds it and completes it. If the machine says no halfway,
everything is put back.

Invariant: each path is looked at right before it is changed. What other hands changed since the plan was made is never
overwritten: then the whole is put back, or, after a crash, that path is left alone.
"""

import json
import os
from collections.abc import Sequence
from typing import Any

from aircher.domain.errors import AircherError, StorageError
from aircher.domain.records import dataclass
from aircher.support.atomic import write_atomically
from aircher.support.ids import new_id
from aircher.workspace.checkpoints.journal import now_us
from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.plan import is_same
from aircher.workspace.checkpoints.states import FOLDER, Change, State, change_of, shown
from aircher.workspace.checkpoints.tree import Tree

_SYNCED_AT_MOST = 64  # files that are forced to disk one by one; for more, all at once is faster


class InterferenceError(AircherError):
    """Other hands changed a path while it was about to be restored."""

    default_code = "usage.undo_conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A transaction that a crash had cut off and that is complete now; ``left_alone`` had changed in the meantime."""

    session_id: str
    left_alone: tuple[str, ...]


class Transactions:
    """Changes the workspace. The caller holds the *calls* lock alone."""

    def __init__(self, place: Place, tree: Tree, objects: ObjectStore) -> None:
        self._place = place
        self._tree = tree
        self._objects = objects

    def run(self, session_id: str, moves: Sequence[Change], record: dict[str, Any]) -> None:
        """Make all moves and add ``record`` to the session's journal, with the moves as its ``changes``.

        Raises:
            InterferenceError: Somebody changed a path in the meantime; nothing is changed.
            StorageError: The disk or the system refuses; nothing is changed.
        """
        name = f".{new_id()}.aircher"
        whole = record | {"at": now_us(), "changes": list(moves)}
        self._write_down({"session": session_id, "temporary": name, "record": whole})
        try:
            _Run(self._tree, self._objects, name, is_lenient=False).make(moves)
        except (OSError, AircherError) as exc:
            self._put_back(moves, name)
            if isinstance(exc, AircherError):
                raise
            raise StorageError(
                f"{shown(os.fsdecode(exc.filename or 'a file'))} cannot be changed: {exc.strerror}; nothing was undone",
                hint="mend its permissions or free some space, then try again",
                code="storage.undo",
            ) from exc
        self._place.journal(session_id).append(whole, is_durable=True)
        self._strike_out()

    def recover(self) -> Recovered | None:
        """Complete what a killed process had begun; ``None`` = there was nothing.

        Raises:
            StorageError: It cannot be completed now.
        """
        try:
            found = json.loads(self._place.transaction.read_bytes())
            session_id, name, record = str(found["session"]), str(found["temporary"]), dict(found["record"])
            moves = [change_of(value) for value in record["changes"]]
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, LookupError):
            self._strike_out()  # it was not written whole, so nothing had begun
            return None
        run = _Run(self._tree, self._objects, name, is_lenient=True)
        try:
            run.make(moves)
        except OSError as exc:
            raise StorageError(
                f"an undo that was cut off cannot be completed: {exc.strerror}",
                hint=f"mend it, or give that undo up halfway by deleting {self._place.transaction}",
                code="storage.undo",
            ) from exc
        journal = self._place.journal(session_id)
        if not journal.holds(record):
            record["changes"] = [move for move in moves if move.path not in run.skipped]
            journal.append(record, is_durable=True)
        self._strike_out()
        return Recovered(session_id=session_id, left_alone=tuple(map(shown, sorted(run.skipped))))

    def _put_back(self, moves: Sequence[Change], temporary: str) -> None:
        back = [Change(move.path, move.after, move.before) for move in moves]
        try:
            _Run(self._tree, self._objects, temporary, is_lenient=True).make(back)
        except OSError as exc:
            raise StorageError(
                f"an undo stopped halfway: {exc.strerror}",
                hint="mend it, then run aircher undo: what was begun is completed first",
                code="storage.undo",
            ) from exc
        self._strike_out()

    def _write_down(self, content: dict[str, Any]) -> None:
        try:
            write_atomically(self._place.transaction, json.dumps(content).encode("ascii"))
        except OSError as exc:
            raise StorageError(
                f"{self._place.transaction} cannot be written: {exc.strerror}; nothing was undone",
                code="storage.undo",
            ) from exc

    def _strike_out(self) -> None:
        self._place.transaction.unlink(missing_ok=True)


class _Run:
    """Makes moves in an order in which each of them can be made; those that are made already are passed over."""

    def __init__(self, tree: Tree, objects: ObjectStore, temporary: str, *, is_lenient: bool) -> None:
        """Make moves in ``tree``; ``is_lenient``: a path that others changed is passed over and no error."""
        self._tree = tree
        self._objects = objects
        self._temporary = temporary
        self._is_lenient = is_lenient
        self._is_durable = True
        self.skipped: set[str] = set()

    def make(self, moves: Sequence[Change]) -> None:
        """Make them.

        Raises:
            InterferenceError, StorageError, OSError: One cannot be made.
        """
        self._is_durable = len(moves) <= _SYNCED_AT_MOST
        downwards = sorted(moves, key=lambda move: move.path.count("/"))
        upwards = downwards[::-1]
        for move in downwards:
            if move.before is not None and move.before.kind == FOLDER:
                self._tree.open_up(move.path)
        for move in upwards:
            if move.before is not None and _is_replaced(move):
                self._remove(move, move.before)
        for move in downwards:
            if move.after is not None and move.after.kind == FOLDER and self._is_due(move):
                if self._there(move.path) is None:
                    self._tree.make_folder(move.path, move.after.mode)
            elif move.after is not None and move.after.kind != FOLDER and self._is_due(move):
                self._write(move, move.after)
        for move in upwards:
            now = self._there(move.path)
            if now is not None and move.after is not None and now.kind == move.after.kind == FOLDER:
                self._tree.set_mode(move.path, move.after.mode)
        if not self._is_durable:
            os.sync()

    def _remove(self, move: Change, before: State) -> None:
        if not self._is_due(move) or self._there(move.path) is None:
            return
        try:
            self._tree.remove(move.path, before)
        except OSError:
            if not self._is_lenient:
                raise
            self.skipped.add(move.path)

    def _write(self, move: Change, state: State) -> None:
        self._tree.forget(move.path, temporary=self._temporary)
        data = self._objects.get(state.digest)
        if data is None:
            if self._is_lenient:
                self.skipped.add(move.path)
                return
            raise StorageError(
                f"the stored content of {shown(move.path)} is damaged; nothing was undone", code="storage.undo"
            )
        self._tree.write(move.path, state, data, temporary=self._temporary, is_durable=self._is_durable)

    def _is_due(self, move: Change) -> bool:
        """Whether the path is still what it was when the plan was made, and so has to become what it shall be."""
        if move.path in self.skipped:
            return False
        now = self._there(move.path)
        if is_same(now, move.after):
            return False
        if is_same(now, move.before) or (now is None and _is_replaced(move)) or _are_folders(now, move):
            return True
        if not self._is_lenient:
            raise InterferenceError(
                f"{shown(move.path)} was changed by other hands while it was being restored; nothing was undone",
                hint="try again when they are done",
            )
        self.skipped.add(move.path)
        return False

    def _there(self, path: str) -> State | None:
        found = self._tree.read(path)
        return None if found is None else found.state


def _is_replaced(move: Change) -> bool:
    """Whether what stands there has to go before the new can come: a file takes the place of a file at once."""
    if move.before is None:
        return False
    return move.after is None or (FOLDER in (move.before.kind, move.after.kind) and move.before.kind != move.after.kind)


def _are_folders(now: State | None, move: Change) -> bool:
    """Whether it is a folder whose permissions are just being changed."""
    return (
        now is not None
        and now.kind == FOLDER
        and any(state is not None and state.kind == FOLDER for state in (move.before, move.after))
    )
