"""The files of a project: what git would list, or what a walk that honours ignore files finds.

Invariant: links to folders are never followed, so no loop is possible, no file is opened, and git runs no program
that the project's own ``.git/config`` names.
Not its job: reading content (`aircher.project.reading`).
"""

import os
import stat
import subprocess
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from aircher.support.child_environment import child_environment
from aircher.support.ignore_rules import IGNORE_FILES, NEVER, FolderRules, is_ignored

_GIT_TIMEOUT_S = 10.0  # 18,000 files take 0.04 s; a network file system may take seconds
_GIT_OPTIONS = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),  # else it may name a program, run at every listing
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "safe.bareRepository=explicit"),  # else a folder that looks like a repository brings its own settings
)
_GIT_VARIABLES = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",  # a sparse index may ask for objects that are not here, and fetching runs programs
    "GIT_ALLOW_PROTOCOL": "",  # the same for a git that does not know the former: no transport is allowed
}
_MOST_FILES = 200_000  # beyond this an index of everything helps nobody


class FileStat(NamedTuple):
    """A regular file: its path as in `aircher.project.ports`, its size and the time of its last change."""

    path: str
    size_bytes: int
    mtime_ns: int


def scan(root: Path, *, git: str = "git", timeout_s: float = _GIT_TIMEOUT_S) -> list[FileStat]:
    """Return the regular files below ``root``, sorted by path; what cannot be read is left out.

    Args:
        root: The project's root.
        git: The git program; if it is missing, fails or hangs, the folders are walked instead.
        timeout_s: How long git may take.
    """
    paths = _listed_by_git(root, git, timeout_s)
    names = _walk(root) if paths is None else paths
    found: dict[str, FileStat] = {}
    for path in names:
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


def _listed_by_git(root: Path, git: str, timeout_s: float) -> list[str] | None:
    """Return git's list, or ``None`` where git cannot say. Source: git-ls-files(1), git-config(1), git(1)."""
    command = [git, *_GIT_OPTIONS, "-C", os.fspath(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
            env={**child_environment(os.environ), **_GIT_VARIABLES},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    paths = [path for path in os.fsdecode(done.stdout).split("\0") if path]
    rules = FolderRules.of(root, "", (".aircherignore",))
    kept = (path for path in paths if NEVER.isdisjoint(path.split("/")[:-1]))
    return [path for path in kept if rules is None or not rules.is_ignored(path)]


def _walk(root: Path) -> Iterator[str]:
    """Yield the paths of files that no ignore file excludes, folder by folder."""
    waiting: list[tuple[str, tuple[FolderRules, ...]]] = [("", ())]
    while waiting:
        prefix, above = waiting.pop()
        own = FolderRules.of(root, prefix, IGNORE_FILES)
        rules = above if own is None else (*above, own)
        try:
            with os.scandir(root / prefix) as entries:
                children = sorted(entries, key=attrgetter("name"))
        except OSError:
            continue
        for entry in children:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in NEVER and not is_ignored(rules, f"{path}/"):
                    waiting.append((f"{path}/", rules))
            elif not is_ignored(rules, path):
                yield path
