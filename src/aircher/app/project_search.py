"""The index as a tool sees it. Nothing of it is imported or opened before the first search."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, TypeVar

from aircher.domain.errors import StorageError
from aircher.domain.tools import ToolFailure
from aircher.tools.ports import Found

if TYPE_CHECKING:  # most runs with a model never search
    from aircher.app.index import OpenIndex
    from aircher.domain.answers import Definition
    from aircher.project.index import ProjectIndex

AnswerT = TypeVar("AnswerT")

SPARE = 3  # times as many places are looked up as are shown, so that refused ones leave no gap
MOST_SYMBOLS = 2000  # of an outline: more than any tool shows

_GIVEN_UP = ToolFailure(message="The search was given up, because the session ends.")


class IndexSearch:
    """`aircher.tools.ports.CodeSearch` on the project's index, which is brought up to date at each search.

    It shows nothing that `read_file` may not: the policy is asked for every file, and files that may hold keys are
    known to the index by name only.
    """

    def __init__(
        self, root: Path, database: Path, *, may_read: Callable[[Path], bool], note: Callable[[str], None]
    ) -> None:
        self._root = root
        self._may_read = may_read
        self._database = database
        self._note = note
        self._lock = Lock()
        self._is_closing = Event()
        self._index: OpenIndex | None = None

    async def find(self, query: str, *, limit: int) -> Sequence[Found] | ToolFailure:
        """Return at most ``limit`` places, definitions of a name first, then by relevance; or why there are none."""
        return await asyncio.to_thread(self._find, query.strip(), limit)

    async def outline(self, path: str) -> "Sequence[Definition] | ToolFailure":
        """Return what a file, or every file below a folder, defines, by path and line; or why nothing can be told."""
        return await asyncio.to_thread(self._outline, path)

    def _find(self, query: str, limit: int) -> Sequence[Found] | ToolFailure:
        return self._asked(lambda answers: self._found(answers, query, limit))

    def _outline(self, path: str) -> "Sequence[Definition] | ToolFailure":
        def outlined(answers: "ProjectIndex") -> "Sequence[Definition]":
            return [row for row in answers.outline_below(path, limit=MOST_SYMBOLS) if self._may_be_shown(row.path)]

        return self._asked(outlined)

    def _asked(self, question: "Callable[[ProjectIndex], Sequence[AnswerT]]") -> Sequence[AnswerT] | ToolFailure:
        """Return what the index, brought up to date, answers; or why it cannot."""
        with self._lock:
            if self._is_closing.is_set():
                return _GIVEN_UP
            try:
                answers = self._opened().answers
                is_complete = answers.refresh(is_cancelled=self._is_closing.is_set).is_complete
                return question(answers) if is_complete else _GIVEN_UP
            except StorageError as exc:
                remedy = f" (what the user can do: {exc.hint})" if exc.hint else ""
                return ToolFailure(message=f"The search cannot be used now: {exc.message}{remedy}")

    def _found(self, answers: "ProjectIndex", query: str, limit: int) -> Sequence[Found]:
        defined = answers.definitions(query) if query.isidentifier() else []
        found = [Found(path=item.path, line=item.line, text=item.signature) for item in defined]
        passages = answers.search(query, limit=limit * SPARE)
        found += [Found(path=item.path, line=item.line, text=item.text) for item in passages]
        return [place for place in dict.fromkeys(found) if self._may_be_shown(place.path)][:limit]

    def _may_be_shown(self, path: str) -> bool:
        return self._may_read((self._root / path).resolve())

    def _opened(self) -> "OpenIndex":
        from aircher.app.index import OpenIndex

        if self._index is None:
            self._index = OpenIndex(self._root, self._database, note=self._note)
        return self._index

    def close(self) -> None:
        """Close the index if it was opened; a search that still runs stops at its next batch of files."""
        self._is_closing.set()
        with self._lock:
            if self._index is not None:
                self._index.close()
