"""The project's index: brought up to date on demand, asked in plain words, answered with paths and lines.

Invariant: calls block, so they belong on worker threads; one at a time touches the store. Reads only.
Not its job: how an answer is worded (`aircher.providers.offline`), how rows are kept (`aircher.storage`).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from aircher.domain.answers import (
    Definition,
    Flow,
    Layout,
    NameUse,
    Outline,
    Passage,
    Progress,
    RefreshReport,
    TaskFile,
)
from aircher.project import flow as flows
from aircher.project import layout as layouts
from aircher.project import lookup, ranking, task_files
from aircher.project.ports import IndexStore
from aircher.project.reading import read
from aircher.project.refresh import bring_up_to_date
from aircher.project.scan import scan

_MOST_LINES = 60


def _silent(_progress: Progress) -> None:
    return None


def _never() -> bool:
    return False


class ProjectIndex:
    """Answers questions about the project below ``root`` from what ``store`` keeps.

    Args:
        root: The project's root.
        store: Where the rows are kept; used by one thread at a time.
        git: The git program that lists the files.
    """

    def __init__(self, root: Path, store: IndexStore, *, git: str = "git") -> None:
        self._root = root
        self._store = store
        self._git = git
        self._lock = Lock()
        self._paths: tuple[str, ...] | None = None

    @property
    def root(self) -> Path:
        """The project's root."""
        return self._root

    def refresh(
        self,
        *,
        on_progress: Callable[[Progress], None] = _silent,
        is_cancelled: Callable[[], bool] = _never,
    ) -> RefreshReport:
        """Bring the index up to date and return what was done; nothing changed costs milliseconds.

        Args:
            on_progress: Called from this thread after each batch of files that had to be read.
            is_cancelled: Asked before each batch; what is done by then is kept.

        Raises:
            StorageError: The store failed.
        """
        scanned = scan(self._root, git=self._git)
        with self._lock:
            report = bring_up_to_date(
                self._root, self._store, scanned, on_progress=on_progress, is_cancelled=is_cancelled
            )
            self._paths = tuple(file.path for file in scanned)
        return report

    def _known(self) -> tuple[str, ...]:
        if self._paths is None:
            self._paths = tuple(file.path for file in self._store.files())
        return self._paths

    def definitions(self, name: str) -> list[Definition]:
        """Return where ``name`` is defined, the likeliest first; empty if nowhere."""
        with self._lock:
            return lookup.definitions(self._store, name)

    def similar_names(self, name: str, *, limit: int = 5) -> list[Definition]:
        """Return definitions with names spelled like ``name``, each name once, the likest first."""
        with self._lock:
            return lookup.similar(self._store, name, limit=limit)

    def usages(self, name: str, *, limit: int = 50) -> list[NameUse]:
        """Return lines that use the identifier ``name``, source first, its definitions left out."""
        with self._lock:
            return lookup.usages(self._root, self._store, name, limit=limit)

    def file_outline(self, path: str) -> Outline | None:
        """Return what a file is and holds, or ``None`` if there is no such file."""
        with self._lock:
            return lookup.outline(self._root, self._store, path, self._known())

    def outline_below(self, path: str, *, limit: int) -> list[Definition]:
        """Return what a file, or every file below a folder, defines, by path and line, at most ``limit``.

        An empty ``path`` is the root.
        """
        with self._lock:
            found: list[Definition] = []
            for each in self._known():
                if not path or each == path or each.startswith(f"{path}/"):
                    found += [lookup.definition_in(each, row) for row in self._store.symbols_of(each)]
                if len(found) >= limit:
                    break
            return found[:limit]

    def find_paths(self, text: str, *, limit: int = 5) -> list[str]:
        """Return the files whose path is or ends in ``text``, or whose name without extension is it."""
        wanted = text.strip().strip("`'\"").removeprefix("./").rstrip("/").lower()
        if not wanted:
            return []
        with self._lock:
            known = self._known()
        exact = [path for path in known if path.lower() == wanted]
        ending = [path for path in known if path.lower().endswith(f"/{wanted}")]
        stems = [path for path in known if path.lower().rpartition("/")[2].partition(".")[0] == wanted]
        found = exact or ending or ([] if "/" in wanted or "." in wanted else stems)
        return sorted(found, key=lambda path: (path.count("/"), path))[:limit]

    def layout(self) -> Layout:
        """Return how the project is laid out."""
        with self._lock:
            return layouts.layout_of(self._root, self._known())

    def search(self, query: str, *, limit: int = 8) -> list[Passage]:
        """Return the passages that fit ``query`` best, at most two of a file."""
        with self._lock:
            return ranking.search(self._root, self._store, query, limit=limit)

    def files_for_task(self, task: str, *, limit: int = 8) -> list[TaskFile]:
        """Return the files that matter most for ``task``, with the reasons."""
        with self._lock:
            return task_files.files_for_task(self._root, self._store, task, self._known(), limit=limit)

    def flow(self, start: str, goal: str) -> Flow | None:
        """Return how ``start`` reaches ``goal``, or ``None`` if no type in the project is named after ``start``."""
        with self._lock:
            return flows.flow(self._root, self._store, start, goal)

    def lines(self, path: str, first: int, last: int) -> Sequence[str]:
        """Return lines ``first`` to ``last`` (1-based, inclusive, at most 60) of a file; empty if it is gone."""
        content = read(self._root, path)
        return content.text.split("\n")[first - 1 : min(last, first + _MOST_LINES - 1)] if content else []
