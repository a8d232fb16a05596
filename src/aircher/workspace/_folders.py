"""Folders, listed on a worker thread; see `aircher.workspace.listing` for what holds."""

import os
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

from aircher.domain.files import Listed, ListedFile
from aircher.support.file_listing import GIT_OPTIONS, GIT_TIMEOUT_S, git_environment, list_everything, list_files
from aircher.support.ignore_rules import NEVER

MOST_FILES = 100_000  # of a larger tree nobody wants all; 0.5 s


def list_folder(root: Path, folder: Path, *, git: str, include_ignored: bool) -> Listed | str:
    """Return the files below ``folder``, which may lie below the workspace's ``root``, or why they cannot be had."""
    try:
        with os.scandir(folder):
            pass
    except OSError as exc:
        return exc.strerror or str(exc)
    if include_ignored or _is_ignored(root, folder, git):
        return _listed(folder, list_everything(folder), git, is_nested=False)
    return _listed(folder, list_files(folder, git=git), git, is_nested=True)


def list_one(file: Path) -> Listed:
    """Return a file as if its folder were listed and held nothing else; nothing if it is not there."""
    return _listed(file.parent, (file.name,), "git", is_nested=False)


def _is_ignored(root: Path, folder: Path, git: str) -> bool:
    """Return whether the folder is in one that is never meant, or git says that its rules exclude it."""
    if folder.is_relative_to(root) and not NEVER.isdisjoint(folder.relative_to(root).parts):
        return True
    command = [git, *GIT_OPTIONS, "-C", os.fspath(folder), "check-ignore", "--quiet", "."]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_TIMEOUT_S,
            check=False,
            env=git_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _listed(folder: Path, names: Iterable[str], git: str, *, is_nested: bool) -> Listed:
    """Return the files among ``names``; a folder among them is a repository of its own, whose files count too."""
    found: dict[str, ListedFile] = {}
    waiting = [("", names)]
    while waiting:
        prefix, paths = waiting.pop()
        for name in paths:
            path = prefix + name.rstrip("/")
            if path in (prefix, f"{prefix}."):
                continue  # the folder itself
            try:
                status = os.stat(f"{folder}/{path}", follow_symlinks=False)  # noqa: PTH116 - Path() doubles the time
            except (OSError, ValueError):
                continue
            is_link = stat.S_ISLNK(status.st_mode)
            if is_link or stat.S_ISREG(status.st_mode):
                found[path] = ListedFile(path, status.st_size, status.st_mtime_ns, is_link)
            elif is_nested and stat.S_ISDIR(status.st_mode):
                waiting.append((f"{path}/", list_files(folder / path, git=git)))
            if len(found) >= MOST_FILES:
                return Listed(tuple(sorted(found.values())), is_complete=False)
    return Listed(tuple(sorted(found.values())), is_complete=True)
