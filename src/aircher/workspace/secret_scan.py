"""Where keys lie in the upper levels of a folder, found again without reading the folders that have not changed.

Invariant: a folder is believed to be as it was only if its time of change is the same (the one that nobody can set)
and was well in the past when it was read: within a tick of that clock, a later change would not show. Not its job:
which names are secrets.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from aircher.support.secret_files import is_secret

DEPTH = 3
"""How deep secrets are looked for; ``.env`` files of packages lie at two or three."""
MOST_ENTRIES = 5_000  # 10 ms; a wider tree is looked at in part, nearest to the root first
NEEDED_BY_BUILDS = (".npmrc", ".htpasswd", ".pem", ".key", ".p12", ".pfx", ".jks")
"""Ends of names that are secrets to a tool, but that builds and tests of the workspace have to read."""
_SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "venv", "target", "__pycache__"})
_CLOCK_NS = 2_000_000_000  # the coarsest clock of a file system that is in use


class _Folder(NamedTuple):
    stamp: tuple[int, int, int]
    is_settled: bool
    entry_count: int
    secrets: tuple[str, ...]
    folders: tuple[str, ...]


class SecretScan:
    """Finds them; keep it, and the next look takes the time of asking each folder when it changed."""

    def __init__(self) -> None:
        self._known: dict[str, _Folder] = {}

    def look(self, root: Path) -> Iterator[Path]:
        """Yield the files below ``root``, nearest first."""
        left = MOST_ENTRIES
        level = [str(root)]
        for _ in range(DEPTH):
            below: list[str] = []
            for path in level:
                found = self._folder(path)
                yield from (Path(path, name) for name in found.secrets)
                left -= found.entry_count
                if left < 0:
                    return
                below += (f"{path}/{name}" for name in found.folders)
            level = below

    def _folder(self, path: str) -> _Folder:
        known = self._known.get(path)
        if known is not None and known.is_settled and _stamp(path) == known.stamp:
            return known
        found = self._known[path] = _read(path)
        return found


def _stamp(path: str) -> tuple[int, int, int]:
    try:
        facts = os.stat(path)  # noqa: PTH116 - some thousand times
    except OSError:
        return (0, 0, 0)
    return (facts.st_dev, facts.st_ino, facts.st_ctime_ns)


def _read(path: str) -> _Folder:
    now_ns = time.time_ns()
    stamp = _stamp(path)  # before the names: what changes meanwhile changes the stamp
    entries = _entries(path)
    return _Folder(
        stamp=stamp,
        is_settled=0 < stamp[2] < now_ns - _CLOCK_NS,
        entry_count=len(entries),
        secrets=tuple(
            name
            for name, is_folder in entries
            if not is_folder and not name.endswith(NEEDED_BY_BUILDS) and is_secret(f"{path}/{name}")
        ),
        folders=tuple(name for name, is_folder in entries if is_folder and name not in _SKIPPED),
    )


def _entries(path: str) -> list[tuple[str, bool]]:
    try:
        with os.scandir(path) as entries:
            return sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError:
        return []
