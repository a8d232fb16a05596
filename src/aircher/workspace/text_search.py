"""Lines that match a regular expression, with those around them.

Invariant: ripgrep and the built-in search answer alike, because both get the same files and the same dialect, and
everything else happens here: which files are meant, which may be shown, what is binary, how a line is decoded.
A search ends within its time, whatever the expression.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.domain.tools import ToolFailure
from aircher.workspace.listing import FolderListing

if TYPE_CHECKING:  # most runs never search
    from aircher.domain.files import Listed, TextMatches, TextQuery
    from aircher.workspace._stopper import Stopper

DEADLINE_S = 20.0  # a large tree from a cold disk takes a few; beyond it an expression is a trap


class LocalTextSearch:
    """Searches files of this machine.

    Args:
        listing: Says which files a folder has.
        ripgrep: The program; ``None`` = looked for on the search path, empty = never used.
        deadline_s: How long one search may take.
    """

    def __init__(self, listing: FolderListing, *, ripgrep: str | None = None, deadline_s: float = DEADLINE_S) -> None:
        self._listing = listing
        self._ripgrep = ripgrep
        self._deadline_s = deadline_s

    async def search(
        self, place: Path, query: TextQuery, *, may_read: Callable[[Path], bool]
    ) -> TextMatches | ToolFailure:
        """Return what matches in the file or below the folder ``place``; only what ``may_read`` allows counts."""
        from aircher.workspace._stopper import Stopper

        stopper = Stopper()
        searching = asyncio.ensure_future(asyncio.to_thread(self._search, place, query, may_read, stopper))
        try:
            async with asyncio.timeout(self._deadline_s):
                return await asyncio.shield(searching)
        except TimeoutError:
            return ToolFailure(
                message=f"The search took longer than {self._deadline_s:g} s and was stopped. "
                "Name a smaller folder or fewer files, or use a simpler expression."
            )
        finally:
            stopper.stop()
            if not searching.done():
                await asyncio.wait((searching,), timeout=1.0)

    def _search(
        self, place: Path, query: TextQuery, may_read: Callable[[Path], bool], stopper: Stopper
    ) -> TextMatches | ToolFailure:
        from aircher.workspace._searching import search_now

        listing = self._listing
        listed: Listed | ToolFailure = (
            listing.one(place)
            if os.path.isfile(place)  # noqa: PTH113 - a `Path` raises where a name is too long
            else listing.list_now(place, include_ignored=query.include_ignored)
        )
        if isinstance(listed, ToolFailure):
            return listed
        return search_now(place, listed, query, may_read=may_read, stopper=stopper, ripgrep=self._ripgrep)
