"""The files below a folder that ignore rules leave: what git would list, or what a walk that honours them finds.

Invariant: links to folders are never followed, so no loop is possible, no file but ignore files is opened, and git runs
no program that the folder's own ``.git/config`` names. Not its job: what kind of file a path is, how large it is.
"""

import os
import subprocess
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

from aircher.support.child_environment import child_environment
from aircher.support.ignore_rules import NEVER, FolderRules, is_ignored

GIT_TIMEOUT_S = 10.0  # 18,000 files take 0.04 s; a network file system may take seconds
GIT_OPTIONS = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),  # else it may name a program, run at every listing
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "safe.bareRepository=explicit"),  # else a folder that looks like a repository brings its own settings
)
"""What keeps git from running a program that a repository's settings name; more where more than a list is asked."""
REPOSITORY_FOLDERS = frozenset({".git", ".hg", ".svn", ".jj"})
"""Folders that are never listed, not even when everything is wanted."""


def git_environment() -> dict[str, str]:
    """Return the variables for a git that reads: no keys, no locks, no transport."""
    return {
        **child_environment(os.environ),
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",  # a sparse index may ask for objects that are not here, and fetching runs programs
        "GIT_ALLOW_PROTOCOL": "",  # the same for a git that does not know the former: no transport is allowed
        "GIT_TERMINAL_PROMPT": "0",
    }


def list_files(root: Path, *, git: str = "git", timeout_s: float = GIT_TIMEOUT_S) -> Iterator[str]:
    """Yield the paths below ``root`` that no rule ignores, relative, unsorted; some may be gone or no files.

    Args:
        root: The folder.
        git: The git program; if it is missing, fails or hangs, the folders are walked instead.
        timeout_s: How long git may take.
    """
    listed = _listed_by_git(root, git, timeout_s)
    return _walk(root) if listed is None else iter(listed)


def list_everything(root: Path) -> Iterator[str]:
    """Yield the paths of all files below ``root``, ignored ones too; only what repositories keep is left out."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        for entry in _children(root / prefix):
            if not entry.is_dir(follow_symlinks=False):
                yield prefix + entry.name
            elif entry.name not in REPOSITORY_FOLDERS:
                waiting.append(f"{prefix}{entry.name}/")


def _listed_by_git(root: Path, git: str, timeout_s: float) -> list[str] | None:
    """Return git's list, or ``None`` where git cannot say. Source: git-ls-files(1), git-config(1), git(1)."""
    command = [git, *GIT_OPTIONS, "-C", os.fspath(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
            env=git_environment(),
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
        own = FolderRules.of(root, prefix)
        rules = above if own is None else (*above, own)
        for entry in _children(root / prefix):
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in NEVER and not is_ignored(rules, f"{path}/"):
                    waiting.append((f"{path}/", rules))
            elif not is_ignored(rules, path):
                yield path


def _children(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=attrgetter("name"))
    except OSError:
        return []
