"""Everything covered, as it was when it was last looked at: what makes the next look cheap.

Invariant: a state in here that is kept has its content in the store. The file it is saved to is a cache: stale or
damaged, it costs time and nothing else.
"""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event

from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.reading import MAX_FILE_BYTES, read
from aircher.workspace.checkpoints.states import FILE, Change, State, difference
from aircher.workspace.checkpoints.walk import Known, Walker, WalkInterruptedError

MAX_TOTAL_BYTES = 1024**3  # of all files together; beyond it the largest go without

_VERSION = 1
_SYNCED_AT_MOST = 16  # new contents of one look that are forced to disk; more would take longer than the call
_PROGRESS_EVERY = 200

Progress = Callable[[int, int], None]
"""Told how many of how many files have been copied."""


def _untold(done: int, total: int) -> None:
    """Tell nobody."""


class Manifest:
    """The covered paths of one workspace and their states."""

    def __init__(
        self,
        root: Path,
        *,
        walker: Walker,
        objects: ObjectStore,
        cache: Path,
        on_progress: Progress = _untold,
        max_file_bytes: int = MAX_FILE_BYTES,
        max_total_bytes: int = MAX_TOTAL_BYTES,
    ) -> None:
        self._root = root
        self._walker = walker
        self._objects = objects
        self._cache = cache
        self._on_progress = on_progress
        self._max_file_bytes = max_file_bytes
        self._room_bytes = max_total_bytes
        self.known: dict[str, Known] = {}
        self.unsaved = 0
        self._load()

    def refresh(self, *, judge_anew: bool, stop: Event) -> list[Change]:
        """Look at everything, keep what is new, and return what differs from the last time, sorted by path.

        Raises:
            StorageError: Something cannot be kept.
            TooManyPathsError, WalkInterruptedError: As they say.
        """
        walked = self._walker.walk(self.known, judge_anew=judge_anew, stop=stop)
        before: dict[str, State] = {}
        for path in self.known.keys() - walked.paths:
            before[path] = self.known.pop(path).state
            self._room_bytes += before[path].size_bytes if before[path].digest else 0
        after: dict[str, State] = {}
        order = sorted(walked.suspects, key=lambda path: walked.suspects[path][1])  # the smallest first: see the cap
        for done, path in enumerate(order):
            if stop.is_set():
                raise WalkInterruptedError
            if done % _PROGRESS_EVERY == 0 and len(order) > _PROGRESS_EVERY:
                self._on_progress(done, len(order))
            earlier = self.known.get(path)
            found = self._keep(path, is_durable=len(order) <= _SYNCED_AT_MOST)
            if earlier is not None:
                before[path] = earlier.state
            if found is not None:
                after[path] = found
        if len(order) > _PROGRESS_EVERY:
            self._on_progress(len(order), len(order))
        changes = difference(before, after)
        self.unsaved += len(changes)
        return changes

    def absorb(self, path: str, state: State | None) -> None:
        """Take note of what a call did to one path."""
        if state is None:
            self.known.pop(path, None)
        else:
            self.known[path] = Known(None, state)
        self.unsaved += 1

    def states(self) -> dict[str, State]:
        """Return the states alone."""
        return {path: known.state for path, known in self.known.items()}

    def save(self) -> None:
        """Write it down for the next start; that it cannot be written is no loss."""
        content = {
            "version": _VERSION,
            "root": str(self._root),
            "marks": {} if self._walker.is_outdated else self._walker.marks,
            "files": self.known,
        }
        temporary = self._cache.with_name(f"{self._cache.name}.{id(self)}")
        try:
            temporary.write_text(json.dumps(content), encoding="ascii")
            temporary.chmod(0o600)
            temporary.replace(self._cache)
        except OSError:
            temporary.unlink(missing_ok=True)
        self.unsaved = 0

    def _keep(self, path: str, *, is_durable: bool) -> State | None:
        reading = read(f"{self._root}/{path}", max_bytes=min(self._max_file_bytes, max(self._room_bytes, 0)))
        if reading is None:
            self.known.pop(path, None)
            return None
        if reading.data is not None:
            earlier = self.known.get(path)
            if earlier is None or earlier.state.digest != reading.state.digest:
                self._objects.put(reading.data, digest=reading.state.digest, is_durable=is_durable)
            self._room_bytes -= reading.state.size_bytes - (earlier.state.size_bytes if earlier else 0)
        self.known[path] = Known(reading.signature, reading.state)
        return reading.state

    def _load(self) -> None:
        """Take over what was saved, except for what the store has lost."""
        try:
            content = json.loads(self._cache.read_text(encoding="ascii"))
            if (content["version"], content["root"]) != (_VERSION, str(self._root)):
                return
            marks = {
                folder: tuple((name, tuple(sign)) for name, sign in found) for folder, found in content["marks"].items()
            }
            files = {
                path: Known(None if sign is None else tuple(sign), State(*state))
                for path, (sign, state) in content["files"].items()
            }
        except (OSError, ValueError, TypeError, LookupError, AttributeError):
            return
        stored = self._objects.names()
        self._walker.marks = marks
        self.known = {
            path: known for path, known in files.items() if not known.state.digest or known.state.digest in stored
        }
        kept = (known.state.size_bytes for known in self.known.values() if known.state.kind == FILE)
        self._room_bytes -= sum(kept)
