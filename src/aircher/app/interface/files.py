"""The project's files as the composer offers them. Satisfies `aircher.tui.composer.ports.Files`.

Invariant: every path is one below the root that is there and can be written in a prompt; names come from strangers.
"""

import asyncio
import os
import re
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from aircher.domain.tools import ToolFailure
from aircher.tui.composer.ports import FileChoice
from aircher.workspace.git import GitRepository
from aircher.workspace.listing import FolderListing

FRESH_S = 5.0
"""So long a list is good enough: a new file is named seldom in its first seconds."""
TOUCHED = "in this conversation"
_REASONS = {"?": "new", "A": "new", "R": "renamed", "C": "copied"}


class ProjectFiles:
    """All files below a root, and those that the work is about.

    Args:
        root: The project's root.
        touched: Returns the files that the conversation touched, the last one first, in any form of path.
        now_s: The clock that tells how old a list is.
    """

    def __init__(
        self, root: Path, touched: Callable[[], Sequence[str]], *, now_s: Callable[[], float] = monotonic
    ) -> None:
        self._root = root.resolve()
        self._named = root
        self._touched = touched
        self._now_s = now_s
        self._looking = asyncio.Lock()
        self._paths: list[str] = []
        self._changed: list[FileChoice] = []
        self._listed_at_s = self._asked_at_s = float("-inf")

    async def relevant(self, limit: int) -> Sequence[FileChoice]:
        """Return what the conversation touched, then what git says is changed, the last written first."""
        async with self._looking:
            if self._is_old(self._asked_at_s):
                self._changed = await self._ask_git()
                self._asked_at_s = self._now_s()
        touched = await asyncio.to_thread(self._existing, tuple(self._touched()))
        found = {path: FileChoice(path, TOUCHED) for path in touched}
        for choice in self._changed:
            found.setdefault(choice.path, choice)
        return list(found.values())[:limit]

    async def paths(self) -> Sequence[str]:
        """Return all files that are not ignored, and their folders, which end in a slash.

        As long as nothing changed it is the same object.
        """
        async with self._looking:
            if self._is_old(self._listed_at_s):
                self._paths = await asyncio.to_thread(self._list, self._paths)
                self._listed_at_s = self._now_s()
        return self._paths

    def _is_old(self, looked_at_s: float) -> bool:
        return self._now_s() - looked_at_s > FRESH_S

    def _list(self, before: list[str]) -> list[str]:
        listed = FolderListing(self._root).list_now(self._root, include_ignored=False)
        files = [] if isinstance(listed, ToolFailure) else [each.path for each in listed.files if _is_text(each.path)]
        now = sorted({*files, *_folders(files)})
        return before if now == before else now

    async def _ask_git(self) -> list[FileChoice]:
        answer = await GitRepository(self._root).answer(
            "status", revision="", path=None, is_staged=False, limit=0, first_line=1, may_read=lambda _: True
        )
        return await asyncio.to_thread(self._in_status, answer) if isinstance(answer, str) else []

    def _in_status(self, answer: str) -> list[FileChoice]:
        """Return what ``git status --porcelain`` lists, whose paths begin at the top of the work tree."""
        top = next((folder for folder in (self._root, *self._root.parents) if (folder / ".git").exists()), self._root)
        reasons: dict[str, str] = {}
        for line in answer.splitlines():
            if len(line) > 3 and line[2] == " " and not line.startswith("##"):
                for path in self._existing([str(top / _named(line[3:]))]):
                    reasons[path] = _REASONS.get(line[0], "changed")
        return [FileChoice(path, reasons[path]) for path in sorted(reasons, key=self._written_at, reverse=True)]

    def _existing(self, paths: Iterable[str]) -> list[str]:
        """Return those that are in the project, as paths from its root."""
        found = []
        for path in paths:
            place = Path(os.path.normpath(self._root / path))
            if place.is_relative_to(self._named):
                place = self._root / place.relative_to(self._named)
            if place == self._root or not place.is_relative_to(self._root) or not _is_text(path):
                continue
            with suppress(OSError, ValueError):  # it is gone, or no name that a file can have
                end = "/" if stat.S_ISDIR(place.stat().st_mode) else ""
                found.append(place.relative_to(self._root).as_posix() + end)
        return found

    def _written_at(self, path: str) -> float:
        try:
            return (self._root / path).stat().st_mtime
        except OSError:  # it went away meanwhile
            return 0.0


def _folders(files: Iterable[str]) -> set[str]:
    """Return the folders that these files are in."""
    found: set[str] = set()
    for file in files:
        end = file.rfind("/")
        while end > 0 and file[: end + 1] not in found:
            found.add(file[: end + 1])
            end = file.rfind("/", 0, end)
    return found


def _is_text(path: str) -> bool:
    """Say whether a path can stand in a prompt: it is UTF-8, and one line without control characters."""
    return path.isprintable() or not any(char < " " or "\x7f" <= char < "\xa0" or _is_no_text(char) for char in path)


def _is_no_text(char: str) -> bool:
    return "\ud800" <= char <= "\udfff" or char in "\u2028\u2029"


def _named(words: str) -> str:
    """Return the path that a line of git's status ends with; odd names are quoted as in C."""
    quoted = re.search(r'"((?:[^"\\]|\\.)*)"$', words)
    if quoted is None:
        return words.rpartition(" -> ")[2]
    return quoted[1].encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "replace")
