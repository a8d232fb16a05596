"""The workspace as a whole: what everything covered is now, and how that differs from before.

Invariant: the states of an earlier moment can be had from one object and a short list of differences, so that a call
that was cut off can be compared although nothing was written after it.
"""

import json
import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

from aircher.workspace.checkpoints.journal import Step
from aircher.workspace.checkpoints.manifest import Manifest, Progress
from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.reading import read
from aircher.workspace.checkpoints.states import Change, State, difference, present, state_of
from aircher.workspace.checkpoints.walk import MAX_PATHS, Known, TooManyPathsError, Walker

_MAX_DELTA = 200  # paths; from here on a new base is smaller than telling the differences again at each call
_SAVED_AFTER = 500  # changes, after which the next start would lose time without a save
_NO_PROJECT = (Path("/"), Path(os.path.realpath(os.path.expanduser("~"))))  # noqa: PTH111 - unlike Path.home it never fails


class UncoveredError(Exception):
    """The workspace cannot be looked after as a whole; the text says why."""


class WholeWorkspace:
    """Everything covered below one root. Not for two threads at once."""

    def __init__(
        self, root: Path, place: Place, objects: ObjectStore, *, excluded: Sequence[Path], on_progress: Progress
    ) -> None:
        """Look after ``root``, without the absolute paths ``excluded``; nothing is read before the first look."""
        self._root = root
        self._place = place
        self._objects = objects
        self._on_progress = on_progress
        own = (place.folder, *excluded)
        self.excluded = frozenset(path.relative_to(root).as_posix() for path in own if path.is_relative_to(root))
        self._walker = Walker(root, excluded=self.excluded)
        self._manifest: Manifest | None = None
        self._base: tuple[str, dict[str, State]] = ("", {})
        self._unlike_base: set[str] = set()
        self.has_looked = False

    @property
    def known(self) -> Collection[str]:
        """The covered paths."""
        return self._loaded().known

    def look(self, stop: Event) -> list[Change]:
        """Keep what is there and return what other hands changed since the last look of this process.

        Raises:
            UncoveredError: It is no project, or too much.
            StorageError: Something cannot be kept.
        """
        if self._root in _NO_PROJECT:
            raise UncoveredError(f"{self._root} is no project")
        try:
            changes = self._loaded().refresh(judge_anew=True, stop=stop)
        except TooManyPathsError as exc:
            raise UncoveredError(f"{self._root} has more than {MAX_PATHS:,} files") from exc
        self._unlike_base.update(change.path for change in changes)
        is_first, self.has_looked = not self.has_looked, True
        self.save(at_least=_SAVED_AFTER)
        return [] if is_first else changes

    def look_after_call(self) -> list[Change]:
        """Keep what is there and return what a call changed.

        Raises:
            StorageError: Something cannot be kept.
        """
        changes = self._loaded().refresh(judge_anew=False, stop=Event())
        self._unlike_base.update(change.path for change in changes)
        return changes

    def absorb(self, changes: Sequence[Change]) -> None:
        """Take note of what calls changed that named their paths, so that it does not pass for the work of others."""
        if self._manifest is None:
            return
        for change in changes:
            if not change.path.startswith("/"):
                self._manifest.absorb(change.path, change.after)
                self._unlike_base.add(change.path)

    def base_and_delta(self) -> tuple[str, dict[str, State | None]]:
        """Return the name of an object with all states as they once were, and how those of now differ from it."""
        known: dict[str, Known] = self._loaded().known
        name, states = self._base
        if not name or len(self._unlike_base) > _MAX_DELTA:
            states = self._loaded().states()
            name = self._objects.put(json.dumps(states, separators=(",", ":")).encode("ascii"))
            self._base = (name, states)
            self._unlike_base.clear()
        delta = {path: known[path].state if path in known else None for path in self._unlike_base}
        return name, {path: state for path, state in delta.items() if state != states.get(path)}

    def changes_since(self, step: Step, stop: Event) -> list[Change]:
        """Return what differs from the states before a step, but for the paths that it watched singly."""
        data = self._objects.get(step.base) if step.base else None
        if data is None:
            return []
        states = {path: state_of(value) for path, value in json.loads(data).items()} | step.since_base
        with suppress(UncoveredError):
            self.look(stop)
            found = difference(present(states), self._loaded().states())
            changes = [self._as_it_is(change) for change in found if change.path not in step.watched]
            return [change for change in changes if change.before != change.after]
        return []

    def save(self, *, at_least: int = 0) -> None:
        """Write down what makes the next start cheap, if more than ``at_least`` paths would be missing there."""
        if self._manifest is not None and self._manifest.unsaved > at_least:
            self._manifest.save()

    def _loaded(self) -> Manifest:
        if self._manifest is None:
            self._manifest = Manifest(
                self._root,
                walker=self._walker,
                objects=self._objects,
                cache=self._place.manifest,
                on_progress=self._on_progress,
            )
        return self._manifest

    def _as_it_is(self, change: Change) -> Change:
        """Return the change with what stands there although it is not covered any more, if something does."""
        reading = None if change.after is not None else read(f"{self._root}/{change.path}")
        if reading is None:
            return change
        if reading.data is not None:
            self._objects.put(reading.data, digest=reading.state.digest)
        return change._replace(after=reading.state)
