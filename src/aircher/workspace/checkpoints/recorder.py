"""Keeps the workspace before a call and finds out after it what changed.

Invariant: when `Recorder.before` returns, everything covered that the call may change is in the store, and the journal
tells how to find it. Every method blocks; `aircher.workspace.checkpoints.local` calls them in threads.
"""

import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from threading import Event, RLock

from aircher.domain.changes import Checkpoint, CheckpointCall, FileChange
from aircher.workspace.checkpoints.describing import described
from aircher.workspace.checkpoints.journal import History, Step, now_us
from aircher.workspace.checkpoints.manifest import Progress
from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.states import Change, State, difference, present, shown
from aircher.workspace.checkpoints.transaction import Recovered, Transactions
from aircher.workspace.checkpoints.tree import Tree
from aircher.workspace.checkpoints.watch import Watched
from aircher.workspace.checkpoints.whole import UncoveredError, WholeWorkspace

_MAX_OUTSIDE = 200  # paths of other hands that are listed; nothing depends on them
_SAVED_AFTER = 500  # changes, after which the next start would lose time without a save


class Recorder:
    """Records the calls of this process in one workspace."""

    def __init__(self, root: Path, place: Place, *, excluded: Sequence[Path], on_progress: Progress) -> None:
        """Open the store of the workspace at ``root``, which is absolute and resolved.

        Raises:
            StorageError: There is no place for it.
        """
        place.make(root)
        self.place = place
        self.objects = ObjectStore(place.objects)
        self._use = place.use()
        self._root = root
        self._whole = WholeWorkspace(root, place, self.objects, excluded=excluded, on_progress=on_progress)
        self._lock = RLock()
        self._running: dict[tuple[str, int], _Running] = {}
        self._last_number: dict[str, int] = {}

    def recover(self) -> Recovered | None:
        """Complete an undo that a crash had cut off; ``None`` = there was none, or somebody is at work.

        Raises:
            StorageError: It cannot be completed now.
        """
        with self.place.alone_in_workspace() as is_alone:
            if not is_alone:
                return None
            return Transactions(self.place, Tree(self._root), self.objects).recover()

    def prepare(self, stop: Event) -> None:
        """Copy what was never seen, so that the first call need not wait for it."""
        with self._lock:
            if not self._whole.has_looked:
                with suppress(UncoveredError):
                    self._whole.look(stop)

    def before(
        self, call: CheckpointCall, paths: Sequence[Path] | None, also: Sequence[Path], stop: Event
    ) -> Checkpoint:
        """Keep what the call may change; see `aircher.workspace.checkpoints.local.LocalCheckpoints.before`."""
        held = self.place.hold_for_call()
        try:
            with self._lock:
                named = tuple(also if paths is None else paths)
                before = Watched(self._root, self.objects, excluded=self._whole.excluded)
                running = _Running(held, before, named=named, is_whole=paths is None)
                checkpoint = self._begin(call, running, stop)
                self._running[call.session_id, checkpoint.number] = running
                return checkpoint
        except BaseException:
            os.close(held)
            raise

    def abandon(self, checkpoint: Checkpoint) -> None:
        """Note that the call did not run."""
        session_id = checkpoint.call.session_id
        with self._lock:
            running = self._running.pop((session_id, checkpoint.number), None)
            if running is not None:
                os.close(running.held)
                self._note_end(session_id, checkpoint.number, (), is_uncertain=False)

    def after(self, checkpoint: Checkpoint) -> tuple[FileChange, ...]:
        """Return what the call changed, and note it; nothing if it was noted before."""
        session_id = checkpoint.call.session_id
        with self._lock:
            running = self._running.pop((session_id, checkpoint.number), None)
            if running is None:
                return ()
            try:
                changes = self._changes(running)
                self._note_end(session_id, checkpoint.number, changes, is_uncertain=False)
                self._whole.save(at_least=_SAVED_AFTER)
            finally:
                os.close(running.held)
        return described(changes, self.objects)

    def interrupted(self, session_id: str, call_id: str, stop: Event) -> tuple[FileChange, ...] | None:
        """Return what differs since a call began that never ended; ``None`` = no checkpoint of it, or it runs."""
        with self._lock, self.place.alone_in_workspace() as is_alone:
            history = self.place.journal(session_id).read()
            step = next((step for step in reversed(history.steps) if step.call_id == call_id), None)
            if step is None or (step.changes is None and not is_alone):
                return None
            return described(self._closed(history, step, stop), self.objects)

    def close_interrupted(self, history: History, stop: Event) -> bool:
        """Find out what the calls did that were cut off; the caller is alone in the workspace. ``True`` = some were."""
        with self._lock:
            cut_off = [step for step in history.steps if step.changes is None]
            for step in cut_off:
                self._closed(history, step, stop)
            return bool(cut_off)

    def close(self) -> None:
        """Save what makes the next start cheap and let go of the locks."""
        with self._lock:
            for running in self._running.values():
                os.close(running.held)
            self._running.clear()
            self._whole.save()
            if self._use >= 0:
                os.close(self._use)
                self._use = -1

    def _begin(self, call: CheckpointCall, running: "_Running", stop: Event) -> Checkpoint:
        uncovered: list[str] = []
        outside: list[Change] = []
        base, delta = "", dict[str, State | None]()
        if running.is_whole:
            try:
                outside = self._whole.look(stop)
                base, delta = self._whole.base_and_delta()
            except UncoveredError as exc:
                running.is_whole = False
                uncovered.append(f"{exc}; only what the call names is covered")
        known: Collection[str] = self._whole.known if running.is_whole else ()
        running.before.look(running.named, is_covered=known.__contains__)
        number = self._next_number(call.session_id)
        checkpoint = Checkpoint(call=call, number=number, uncovered=(*uncovered, *running.before.uncovered))
        self.place.journal(call.session_id).append(
            {
                "kind": "before",
                "at": now_us(),
                "n": number,
                "turn": call.turn_id,
                "call": call.call_id,
                "label": call.label[:500].encode("utf-8", "replace").decode(),
                "base": base,
                "delta": delta,
                "watched": running.before.states,
                "outside": [shown(change.path) for change in outside[:_MAX_OUTSIDE]],
                "uncovered": checkpoint.uncovered,
            },
            is_durable=True,
        )
        return checkpoint

    def _changes(self, running: "_Running") -> list[Change]:
        found = self._whole.look_after_call() if running.is_whole else []
        known: Collection[str] = self._whole.known if running.is_whole else ()
        watched = running.before.states
        now = Watched(self._root, self.objects, excluded=self._whole.excluded)
        now.look_at(running.before.tops, is_covered=lambda key: key in known and key not in watched)
        seen = {change.path for change in found}
        named = [change for change in difference(present(watched), present(now.states)) if change.path not in seen]
        self._whole.absorb(named)
        return sorted([*found, *named], key=attrgetter("path"))

    def _next_number(self, session_id: str) -> int:
        if session_id not in self._last_number:
            steps = self.place.journal(session_id).read().steps
            self._last_number[session_id] = max((step.number for step in steps), default=0)
        self._last_number[session_id] += 1
        return self._last_number[session_id]

    def _closed(self, history: History, step: Step, stop: Event) -> tuple[Change, ...]:
        """Return the step's changes; if nobody noted them, they are what differs now, and noted as uncertain."""
        if step.changes is None:
            changes = self._since(step, stop)
            self._note_end(history.session_id, step.number, changes, is_uncertain=True)
            step.changes = tuple(changes)
            step.is_uncertain = True
        return step.changes

    def _since(self, step: Step, stop: Event) -> list[Change]:
        now = Watched(self._root, self.objects, excluded=self._whole.excluded)
        now.look_at(step.watched, is_covered=lambda _: False)
        changes = difference(present(step.watched), present(now.states))
        found = {change.path: change for change in (*self._whole.changes_since(step, stop), *changes)}
        return [found[path] for path in sorted(found)]

    def _note_end(self, session_id: str, number: int, changes: Sequence[Change], *, is_uncertain: bool) -> None:
        record: dict[str, object] = {"kind": "after", "at": now_us(), "n": number, "changes": changes}
        if is_uncertain:
            record["uncertain"] = True
        self.place.journal(session_id).append(record)


class _Running:
    """A call between before and after: its lock, what it names, and what was there."""

    def __init__(self, held: int, before: Watched, *, named: tuple[Path, ...], is_whole: bool) -> None:
        self.held = held
        self.before = before
        self.named = named
        self.is_whole = is_whole
