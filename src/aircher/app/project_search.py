"""The index as a tool sees it. Nothing of it is imported or opened before the first search."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from aircher.support.secret_files import is_secret
from aircher.tools.ports import Found

if TYPE_CHECKING:  # most runs with a model never search
    from aircher.app.index import OpenIndex


class IndexSearch:
    """`aircher.tools.ports.CodeSearch` on the project's index, which is brought up to date at each search.

    Secrets are left out of what is found: a search must not show what `read_file` may not.
    """

    def __init__(self, root: Path, database: Path, *, note: Callable[[str], None]) -> None:
        self._root = root
        self._database = database
        self._note = note
        self._lock = Lock()
        self._index: OpenIndex | None = None

    async def find(self, query: str, *, limit: int) -> Sequence[Found]:
        """Return at most ``limit`` places, definitions of a name first, then by relevance."""
        return await asyncio.to_thread(self._find, query.strip(), limit)

    def _find(self, query: str, limit: int) -> list[Found]:
        with self._lock:
            answers = self._opened().answers
            answers.refresh()
            defined = answers.definitions(query) if query.isidentifier() else []
            found = [Found(path=item.path, line=item.line, text=item.signature) for item in defined]
            passages = answers.search(query, limit=limit)
            found += [Found(path=item.path, line=item.line, text=item.text) for item in passages]
        unique = dict.fromkeys(place for place in found if not is_secret(Path(place.path)))
        return list(unique)[:limit]

    def _opened(self) -> "OpenIndex":
        from aircher.app.index import OpenIndex

        if self._index is None:
            self._index = OpenIndex(self._root, self._database, note=self._note)
        return self._index

    def close(self) -> None:
        """Close the index if it was opened, after a search that still runs."""
        with self._lock:
            if self._index is not None:
                self._index.close()
