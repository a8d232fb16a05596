"""Single paths that a call names: covered whatever ignore rules say, inside the workspace and outside.

Invariant: bounded. A folder that is named stands for everything below it, up to the caps; what goes beyond is told.
"""

import os
import stat
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from glob import iglob
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.reading import read
from aircher.workspace.checkpoints.states import FOLDER, State, shown

MAX_WATCHED = 5_000
MAX_WATCHED_BYTES = 128 * 1024 * 1024
_MAGIC = frozenset("*?[")

IsCovered: TypeAlias = Callable[[str], bool]
"""Whether a path is looked after by the walk of the whole workspace."""


class Watched:
    """The states of what is named, by the path as the journal has it: relative inside the workspace, else absolute."""

    def __init__(self, root: Path, objects: ObjectStore, *, excluded: Container[str] = ()) -> None:
        """Watch nothing yet; the paths ``excluded`` never."""
        self._root = root
        self._excluded = excluded
        self._objects = objects
        self._room_bytes = MAX_WATCHED_BYTES
        self.tops: list[str] = []
        self.states: dict[str, State | None] = {}
        self.uncovered: list[str] = []

    def look(self, paths: Iterable[Path], *, is_covered: IsCovered) -> None:
        """Keep what stands at these paths and below.

        Raises:
            StorageError: It cannot be kept.
        """
        tops = dict.fromkeys(key for path in paths for one in _meant(path) for key in self._keys(one))
        self.look_at(tops, is_covered=is_covered)

    def look_at(self, tops: Iterable[str], *, is_covered: IsCovered) -> None:
        """Do the same for paths as the journal has them.

        Raises:
            StorageError: It cannot be kept.
        """
        for top in tops:
            self.tops.append(top)
            self._look(top, is_covered)

    def _keys(self, path: Path) -> list[str]:
        """Return the path and those folders above it that are missing, since the call may make them."""
        place = Path(os.path.realpath(path.parent), path.name) if path.name else path.resolve()
        keys = [self._key(place)]
        for folder in place.parents:
            if folder.exists():
                break
            keys.append(self._key(folder))
        return keys

    def _key(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else str(path)

    def _look(self, top: str, is_covered: IsCovered) -> None:
        waiting = deque([top])
        while waiting:
            key = waiting.popleft()  # level by level: what lies deep is more often made than written
            if key in self.states or key in self._excluded:
                continue
            if len(self.states) >= MAX_WATCHED:
                self.uncovered.append(f"{shown(top)}: more than {MAX_WATCHED:,} files")
                return
            place = os.path.join(self._root, key)  # noqa: PTH118 - an absolute key stays as it is
            if key != "." and not is_covered(key):
                self.states[key] = self._kept(key, place)
            waiting += _children(key, place)

    def _kept(self, key: str, place: str) -> State | None:
        reading = read(place)
        if reading is None:
            return None
        if reading.data is not None and len(reading.data) > self._room_bytes:
            self.uncovered.append(f"{shown(key)}: too much to keep at once")
            return State(reading.state.kind, reading.state.mode, "", reading.state.size_bytes, _mtime_ns(place))
        if reading.data is not None:
            self._room_bytes -= len(reading.data)
            self._objects.put(reading.data, digest=reading.state.digest, is_durable=len(self.states) < 16)
        elif reading.state.kind != FOLDER:
            self.uncovered.append(f"{shown(key)}: too large or unreadable ({reading.state.size_bytes:,} bytes)")
        return reading.state


def _meant(path: Path) -> Iterator[Path]:
    """Yield the path, and what it stands for if it is a pattern; bounded."""
    yield path
    if not os.path.lexists(path) and not _MAGIC.isdisjoint(str(path)):
        matches = iglob(str(path), include_hidden=True)  # noqa: PTH207 - Path.glob would begin at the root
        yield from map(Path, islice(matches, MAX_WATCHED))


def _children(key: str, place: str) -> list[str]:
    try:
        if not stat.S_ISDIR(os.lstat(place).st_mode):
            return []
        return [name if key == "." else f"{key}/{name}" for name in os.listdir(place)]  # noqa: PTH208 - names, thousands of them
    except OSError:
        return []


def _mtime_ns(place: str) -> int:
    try:
        return os.lstat(place).st_mtime_ns
    except OSError:
        return 0
