"""The files of a project, with size and time.

Invariant: only regular files, and none that ignore rules exclude: see `aircher.support.file_listing`.
Not its job: reading content (`aircher.project.reading`).
"""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from aircher.support.file_listing import GIT_TIMEOUT_S, list_files

_MOST_FILES = 200_000  # beyond this an index of everything helps nobody


class FileStat(NamedTuple):
    """A regular file: its path as in `aircher.project.ports`, its size and the time of its last change."""

    path: str
    size_bytes: int
    mtime_ns: int


def scan(root: Path, *, git: str = "git", timeout_s: float = GIT_TIMEOUT_S) -> list[FileStat]:
    """Return the regular files below ``root``, sorted by path; what cannot be read is left out.

    Args:
        root: The project's root.
        git: The git program; if it is missing, fails or hangs, the folders are walked instead.
        timeout_s: How long git may take.
    """
    found: dict[str, FileStat] = {}
    for path in list_files(root, git=git, timeout_s=timeout_s):
        if (entry := _stat(root, path)) is not None:
            found[path] = entry
            if len(found) >= _MOST_FILES:
                break
    return [found[path] for path in sorted(found)]


def _stat(root: Path, path: str) -> FileStat | None:
    try:
        status = os.stat(f"{root}/{path}", follow_symlinks=False)  # noqa: PTH116 - Path() per file doubles the time
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileStat(path, status.st_size, status.st_mtime_ns)
