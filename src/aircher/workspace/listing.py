"""What lies below a folder, with sizes and times, bounded.

Invariant: links are listed and never followed. What ignore rules exclude is left out, unless everything is wanted or
the folder itself is ignored: who names such a folder means it.
"""

import asyncio
import os
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

from aircher.domain.files import Listed, ListedFile
from aircher.domain.tools import ToolFailure
from aircher.support.file_listing import GIT_OPTIONS, GIT_TIMEOUT_S, git_environment, list_everything, list_files
from aircher.support.ignore_rules import NEVER

MOST_FILES = 100_000  # of a larger tree nobody wants all; 0.5 s


class FolderListing:
    """Lists folders of the workspace below ``root`` with the git program named ``git``, or without."""

    def __init__(self, root: Path, *, git: str = "git") -> None:
        self._root = root.resolve()
        self._git = git

    async def below(self, folder: Path, *, include_ignored: bool) -> Listed | ToolFailure:
        """Return the files below a folder (absolute, resolved), or why they cannot be listed."""
        return await asyncio.to_thread(self.list_now, folder, include_ignored=include_ignored)

    def list_now(self, folder: Path, *, include_ignored: bool) -> Listed | ToolFailure:
        """Do what `below` does, on this thread."""
        try:
            with os.scandir(folder):
                pass
        except OSError as exc:
            return ToolFailure(message=f"The folder cannot be listed: {exc.strerror}.")
        if include_ignored or self._is_ignored(folder):
            return _listed(folder, list_everything(folder), self._git, is_nested=False)
        return _listed(folder, list_files(folder, git=self._git), self._git, is_nested=True)

    def one(self, file: Path) -> Listed | ToolFailure:
        """Return a file as if its folder were listed and held nothing else."""
        listed = _listed(file.parent, (file.name,), self._git, is_nested=False)
        return listed if listed.files else ToolFailure(message="It is no file that can be searched.")

    def _is_ignored(self, folder: Path) -> bool:
        """Return whether the folder is in one that is never meant, or git says that its rules exclude it."""
        if folder.is_relative_to(self._root) and not NEVER.isdisjoint(folder.relative_to(self._root).parts):
            return True
        command = [self._git, *GIT_OPTIONS, "-C", os.fspath(folder), "check-ignore", "--quiet", "."]
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
