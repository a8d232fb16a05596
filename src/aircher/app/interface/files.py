"""The project's files as the composer offers them. Satisfies `aircher.tui.composer.ports.Files`."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from aircher.domain.tools import ToolFailure
from aircher.tui.composer.ports import FileChoice
from aircher.workspace.git import GitRepository
from aircher.workspace.listing import FolderListing

FRESH_S = 5.0
"""So long a list of all files is good enough: a new file is typed seldom in its first seconds."""


class ProjectFiles:
    """All files below a root, and those that the work is about.

    Args:
        root: The project's root.
        touched: Returns the files that the conversation touched, the last one first.
    """

    def __init__(self, root: Path, touched: Callable[[], Sequence[str]]) -> None:
        self._root = root
        self._touched = touched
        self._paths: list[str] = []
        self._listed_at_s = float("-inf")

    async def relevant(self, limit: int) -> Sequence[FileChoice]:
        """Return what the conversation touched, then what git says is changed."""
        found = {path: FileChoice(path, "in this conversation") for path in map(self._relative, self._touched())}
        for path in await self._changed():
            found.setdefault(path, FileChoice(path, "changed"))
        return list(found.values())[:limit]

    async def paths(self) -> Sequence[str]:
        """Return all files that are not ignored, and their folders, which end in a slash."""
        if monotonic() - self._listed_at_s > FRESH_S:
            self._paths = await asyncio.to_thread(self._list)
            self._listed_at_s = monotonic()
        return self._paths

    def _list(self) -> list[str]:
        listed = FolderListing(self._root).list_now(self._root, include_ignored=False)
        files = [] if isinstance(listed, ToolFailure) else [file.path for file in listed.files]
        folders = {f"{parent}/" for file in files for parent in map(str, Path(file).parents) if parent != "."}
        return sorted({*files, *folders})

    async def _changed(self) -> list[str]:
        answer = await GitRepository(self._root).answer(
            "status", revision="", path=None, is_staged=False, limit=0, first_line=1, may_read=lambda _: True
        )
        if not isinstance(answer, str):
            return []
        return [path for path in map(_changed_path, answer.splitlines()) if path]

    def _relative(self, path: str | Path) -> str:
        place = Path(path)
        return place.relative_to(self._root).as_posix() if place.is_relative_to(self._root) else str(path)


def _changed_path(line: str) -> str:
    """Return the path of a line of ``git status --short --branch``; empty = it names none."""
    return (
        line[3:].rsplit(" -> ", maxsplit=1)[-1]
        if len(line) > 3 and line[2] == " " and not line.startswith("##")
        else ""
    )
