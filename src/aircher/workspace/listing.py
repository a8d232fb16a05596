"""What lies below a folder, with sizes and times, bounded.

Invariant: links are listed and never followed. What ignore rules exclude is left out, unless everything is wanted or
the folder itself is ignored: who names such a folder means it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.domain.tools import ToolFailure
from aircher.support.text import visible_name

if TYPE_CHECKING:  # most runs never list
    from aircher.domain.files import Listed


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
        from aircher.workspace._folders import list_folder

        listed = list_folder(self._root, folder, git=self._git, include_ignored=include_ignored)
        if not isinstance(listed, str):
            return listed
        shown = folder.relative_to(self._root).as_posix() if folder.is_relative_to(self._root) else str(folder)
        return ToolFailure(message=f"{visible_name(shown)} cannot be listed: {listed}.")

    def one(self, file: Path) -> Listed:
        """Return a file as if its folder were listed and held nothing else; nothing if it is not there."""
        from aircher.workspace._folders import list_one

        return list_one(file)
