"""What the offline provider needs to know of a project; `aircher.project.index.ProjectIndex` has it.

Invariant: reading only; every call blocks and belongs on a worker thread.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

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


class ProjectAnswers(Protocol):
    """Answers about one project. Every method raises `AircherError` when its store fails."""

    @property
    def root(self) -> Path:
        """The project's root."""
        ...

    def refresh(self, *, on_progress: Callable[[Progress], None], is_cancelled: Callable[[], bool]) -> RefreshReport:
        """Bring the index up to date; both callables are used from the calling thread."""
        ...

    def definitions(self, name: str) -> Sequence[Definition]:
        """Return where a name is defined, the likeliest first."""
        ...

    def similar_names(self, name: str, *, limit: int) -> Sequence[Definition]:
        """Return definitions with names like it."""
        ...

    def usages(self, name: str, *, limit: int) -> Sequence[NameUse]:
        """Return lines that use it, definitions left out."""
        ...

    def file_outline(self, path: str) -> Outline | None:
        """Return what a file is, or ``None`` if there is no such file."""
        ...

    def find_paths(self, text: str, *, limit: int) -> Sequence[str]:
        """Return the files that ``text`` may mean."""
        ...

    def layout(self) -> Layout:
        """Return how the project is laid out."""
        ...

    def search(self, query: str, *, limit: int) -> Sequence[Passage]:
        """Return the passages that fit best."""
        ...

    def files_for_task(self, task: str, *, limit: int) -> Sequence[TaskFile]:
        """Return the files that matter most."""
        ...

    def flow(self, start: str, goal: str) -> Flow | None:
        """Return how ``start`` reaches ``goal``, as far as names tell."""
        ...

    def lines(self, path: str, first: int, last: int) -> Sequence[str]:
        """Return some lines of a file."""
        ...
