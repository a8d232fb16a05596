"""Keeps the workspace before a call and finds out after it what changed.

Invariant: when `Recorder.before` returns, everything covered that the call may change is in the store, and the journal
tells how to find it. Every method blocks; `aircher.workspace.checkpoints.local` calls them in threads.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, RLock

from aircher.domain.changes import Checkpoint, CheckpointCall, FileChange
from aircher.workspace.checkpoints.journal import History, Step, now_us
from aircher.workspace.checkpoints.manifest import Manifest, Progress
from aircher.workspace.checkpoints.merge import line_counts
from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.reading import read
from aircher.workspace.checkpoints.states import (
    FOLDER,
    Change,
    State,
    difference,
    file_change,
    is_of_files,
    shown,
    state_of,
)
from aircher.workspace.checkpoints.transaction import Recovered, Transactions
from aircher.workspace.checkpoints.tree import Tree
from aircher.workspace.checkpoints.walk import MAX_PATHS, TooManyPathsError, Walker
from aircher.workspace.checkpoints.watch import Watched

_MAX_DELTA = 200  # paths; from here on a new base is smaller than telling the differences again at each call
_MAX_OUTSIDE = 200  # paths of other hands that are listed; nothing depends on them
_SAVED_AFTER = 500  # changes, after which the next start would lose time without a save
_COUNTED_BYTES = 256 * 1024  # of files whose added and removed lines are counted
_COUNTED_FILES = 200
_NO_PROJECT = (Path("/"), Path(os.path.expanduser("~")))  # noqa: PTH111 - unlike Path.home it never fails


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
        inside = [path.relative_to(root).as_posix() for path in (place.folder, *excluded) if path.is_relative_to(root)]
        self._walker = Walker(root, excluded=inside)
        self._manifest: Manifest | None = None
        self._on_progress = on_progress
        self._lock = RLock()
        self._running: dict[tuple[str, int], _Running] = {}
        self._last_number: dict[str, int] = {}
        self._base: tuple[str, dict[str, State]] = ("", {})
        self._unlike_base: set[str] = set()
        self._has_looked = False

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
            if self._has_looked or self._root in _NO_PROJECT:
                return
            try:
                self._refreshed(stop)
            except TooManyPathsError:
                return

    def before(
        self, call: CheckpointCall, paths: Sequence[Path] | None, also: Sequence[Path], stop: Event
    ) -> Checkpoint:
        """Keep what the call may change; see `aircher.workspace.checkpoints.local.LocalCheckpoints.before`."""
        held = self.place.hold_for_call()
        try:
            with self._lock:
                running = _Running(held, named=tuple(also if paths is None else paths), is_whole=paths is None)
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
                if self._manifest is not None and self._manifest.unsaved > _SAVED_AFTER:
                    self._manifest.save()
            finally:
                os.close(running.held)
        return self.described(changes)

    def interrupted(self, session_id: str, call_id: str, stop: Event) -> tuple[FileChange, ...] | None:
        """Return what differs since a call began that never ended; ``None`` = no checkpoint of it, or it runs."""
        with self._lock, self.place.alone_in_workspace() as is_alone:
            history = self.place.journal(session_id).read()
            step = next((step for step in reversed(history.steps) if step.call_id == call_id), None)
            if step is None or (step.changes is None and not is_alone):
                return None
            return self.described(self._closed(history, step, stop))

    def close_interrupted(self, history: History, stop: Event) -> bool:
        """Find out what the calls did that were cut off; the caller is alone in the workspace. ``True`` = some were."""
        with self._lock:
            cut_off = [step for step in history.steps if step.changes is None]
            for step in cut_off:
                self._closed(history, step, stop)
            return bool(cut_off)

    def described(self, changes: Sequence[Change]) -> tuple[FileChange, ...]:
        """Return the changes of files in the words of the domain, with lines counted where that is cheap."""
        found = [change for change in changes if is_of_files(change)]
        return tuple(self._described(change, is_counted=at < _COUNTED_FILES) for at, change in enumerate(found))

    def close(self) -> None:
        """Save what makes the next start cheap and let go of the locks."""
        with self._lock:
            for running in self._running.values():
                os.close(running.held)
            self._running.clear()
            if self._manifest is not None and self._manifest.unsaved:
                self._manifest.save()
            if self._use >= 0:
                os.close(self._use)
                self._use = -1

    def _begin(self, call: CheckpointCall, running: "_Running", stop: Event) -> Checkpoint:
        uncovered: list[str] = []
        outside: list[Change] = []
        base, delta = "", dict[str, State | None]()
        if running.is_whole and self._root in _NO_PROJECT:
            running.is_whole = False
            uncovered.append(f"{self._root} is no project; only what the call names is covered")
        if running.is_whole:
            try:
                outside = self._refreshed(stop)
                base, delta = self._base_and_delta()
            except TooManyPathsError:
                running.is_whole = False
                uncovered.append(f"the workspace: more than {MAX_PATHS:,} files; only what the call names is covered")
        known = self._loaded().known if running.is_whole else {}
        running.before = Watched(self._root, self.objects)
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
        found = self._loaded().refresh(judge_anew=False, stop=Event()) if running.is_whole else []
        self._unlike_base.update(change.path for change in found)
        known, watched = self._loaded().known if running.is_whole else {}, running.before.states
        now = Watched(self._root, self.objects)
        now.look_at(running.before.tops, is_covered=lambda key: key in known and key not in watched)
        named = difference(_present(running.before.states), _present(now.states))
        seen = {change.path for change in found}
        named = [change for change in named if change.path not in seen]
        if self._manifest is not None:
            for change in named:
                if not change.path.startswith("/"):
                    self._manifest.absorb(change.path, change.after)
                    self._unlike_base.add(change.path)
        return sorted([*found, *named])

    def _refreshed(self, stop: Event) -> list[Change]:
        changes = self._loaded().refresh(judge_anew=True, stop=stop)
        self._unlike_base.update(change.path for change in changes)
        is_first, self._has_looked = not self._has_looked, True
        if self._loaded().unsaved > _SAVED_AFTER:
            self._loaded().save()
        return [] if is_first else changes

    def _loaded(self) -> Manifest:
        if self._manifest is None:
            self._manifest = Manifest(
                self._root,
                walker=self._walker,
                objects=self.objects,
                cache=self.place.manifest,
                on_progress=self._on_progress,
            )
        return self._manifest

    def _base_and_delta(self) -> tuple[str, dict[str, State | None]]:
        """Return an object with all states as they once were, and how those of now differ from it."""
        manifest = self._loaded()
        name, states = self._base
        if not name or len(self._unlike_base) > _MAX_DELTA:
            states = manifest.states()
            name = self.objects.put(json.dumps(states, separators=(",", ":")).encode("ascii"))
            self._base = (name, states)
            self._unlike_base.clear()
        delta: dict[str, State | None] = {}
        for path in self._unlike_base:
            known = manifest.known.get(path)
            now = None if known is None else known.state
            if now != states.get(path):
                delta[path] = now
        return name, delta

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
        before = _present(step.watched)
        now = Watched(self._root, self.objects)
        now.look_at(step.watched, is_covered=lambda _: False)
        changes = difference(before, _present(now.states))
        data = self.objects.get(step.base) if step.base else None
        if data is not None:
            states = {path: state_of(value) for path, value in json.loads(data).items()} | step.since_base
            with suppress(TooManyPathsError):
                self._refreshed(stop)
                found = difference(_present(states), self._loaded().states())
                changes += [self._as_it_is(change) for change in found if change.path not in step.watched]
        return sorted(change for change in changes if change.before != change.after)

    def _as_it_is(self, change: Change) -> Change:
        """Return the change with what stands there although it is not covered any more, if something does."""
        if change.after is not None:
            return change
        reading = read(f"{self._root}/{change.path}")
        if reading is None:
            return change
        if reading.data is not None:
            self.objects.put(reading.data, digest=reading.state.digest)
        return change._replace(after=reading.state)

    def _note_end(self, session_id: str, number: int, changes: Sequence[Change], *, is_uncertain: bool) -> None:
        record: dict[str, object] = {"kind": "after", "at": now_us(), "n": number, "changes": changes}
        if is_uncertain:
            record["uncertain"] = True
        self.place.journal(session_id).append(record)

    def _described(self, change: Change, *, is_counted: bool) -> FileChange:
        old, new = (self._text(state) if is_counted else None for state in (change.before, change.after))
        added, removed = (0, 0) if old is None or new is None else line_counts(old, new)
        return file_change(change, added=added, removed=removed)

    def _text(self, state: State | None) -> bytes | None:
        if state is None or state.kind == FOLDER:
            return b""
        return self.objects.get(state.digest) if state.digest and state.size_bytes <= _COUNTED_BYTES else None


class _Running:
    """A call between before and after: its lock, what it names, and what was there."""

    def __init__(self, held: int, *, named: tuple[Path, ...], is_whole: bool) -> None:
        self.held = held
        self.named = named
        self.is_whole = is_whole
        self.before = Watched(Path("/"), ObjectStore(Path("/")))


def _present(states: dict[str, State | None]) -> dict[str, State]:
    return {path: state for path, state in states.items() if state is not None}
