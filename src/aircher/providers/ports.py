"""What the offline provider needs to know of a project; `aircher.project.index.ProjectIndex` has it.

Invariant: reading only; every call blocks and belongs on a worker thread. Lines are 1-based. Paths are relative with
``/``, and may hold surrogates for bytes that are not UTF-8.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol


class Progress(Protocol):
    """How far a refresh has come, in files that had to be read."""

    @property
    def done_files(self) -> int:
        """Files read so far."""
        ...

    @property
    def total_files(self) -> int:
        """Files to read."""
        ...


class RefreshReport(Protocol):
    """What a refresh did."""

    @property
    def total_files(self) -> int:
        """Files of the project."""
        ...

    @property
    def read_files(self) -> int:
        """Files that had to be read."""
        ...


class Place(Protocol):
    """A line of a file."""

    @property
    def path(self) -> str:
        """The file."""
        ...

    @property
    def line(self) -> int:
        """The line."""
        ...


class Definition(Place, Protocol):
    """Where a name is defined."""

    @property
    def end_line(self) -> int:
        """Last line, inclusive."""
        ...

    @property
    def name(self) -> str:
        """The name as written."""
        ...

    @property
    def kind(self) -> str:
        """``function``, ``class`` and the like."""
        ...

    @property
    def container(self) -> str:
        """Dotted names around it; empty at the top level."""
        ...

    @property
    def signature(self) -> str:
        """Its first line."""
        ...

    @property
    def summary(self) -> str:
        """What its docstring says first; empty = nothing, or not read."""
        ...


class NameUse(Place, Protocol):
    """A line that uses a name."""

    @property
    def text(self) -> str:
        """The line, trimmed."""
        ...

    @property
    def within(self) -> str:
        """The symbol around it; empty at the top level."""
        ...


class Outline(Protocol):
    """What a file is."""

    @property
    def path(self) -> str:
        """The file."""
        ...

    @property
    def language(self) -> str:
        """Its language; empty = unknown."""
        ...

    @property
    def summary(self) -> str:
        """What it says of itself; empty = nothing."""
        ...

    @property
    def definitions(self) -> Sequence[Definition]:
        """What it defines, in order."""
        ...

    @property
    def imports(self) -> Sequence[str]:
        """Files of the project that it imports."""
        ...

    @property
    def importers(self) -> Sequence[str]:
        """Files of the project that import it."""
        ...


class Passage(Place, Protocol):
    """A stretch of lines that fits a question; ``line`` fits best."""

    @property
    def end_line(self) -> int:
        """Last line of the stretch."""
        ...

    @property
    def score(self) -> float:
        """Higher fits better."""
        ...

    @property
    def symbol(self) -> str:
        """The symbol around the line; empty = none."""
        ...

    @property
    def symbol_line(self) -> int:
        """Where that symbol starts."""
        ...

    @property
    def text(self) -> str:
        """The line, trimmed."""
        ...

    @property
    def matched(self) -> Sequence[str]:
        """Words of the question that the stretch holds."""
        ...

    @property
    def role(self) -> str:
        """``source``, ``test``, ``docs`` and the like."""
        ...


class Flow(Protocol):
    """How one thing reaches another."""

    @property
    def carrier(self) -> Definition:
        """The type that carries it."""
        ...

    @property
    def made(self) -> Sequence[NameUse]:
        """Where the carrier is made."""
        ...

    @property
    def taken(self) -> Sequence[NameUse]:
        """Where it is taken, nearest to the goal first."""
        ...


class TaskFile(Place, Protocol):
    """A file that matters for a task."""

    @property
    def score(self) -> float:
        """Higher matters more."""
        ...

    @property
    def reasons(self) -> Sequence[str]:
        """Why, strongest first."""
        ...

    @property
    def role(self) -> str:
        """``source``, ``test``, ``docs`` and the like."""
        ...


class Folder(Protocol):
    """A folder worth naming."""

    @property
    def path(self) -> str:
        """The folder."""
        ...

    @property
    def files(self) -> int:
        """Files in it, all levels."""
        ...

    @property
    def summary(self) -> str:
        """What the project says of it; empty = nothing."""
        ...


class EntryPoint(Place, Protocol):
    """A way into the program."""

    @property
    def name(self) -> str:
        """As one would type it."""
        ...

    @property
    def target(self) -> str:
        """What it runs; empty = itself."""
        ...


class Manifest(Protocol):
    """A file that describes the project to a tool."""

    @property
    def path(self) -> str:
        """The file."""
        ...

    @property
    def kind(self) -> str:
        """Such as ``Python package``."""
        ...

    @property
    def name(self) -> str:
        """The project's name in it; empty = none."""
        ...


class Layout(Protocol):
    """How a project is laid out."""

    @property
    def files(self) -> int:
        """Number of files."""
        ...

    @property
    def summary(self) -> str:
        """What the project says of itself; empty = nothing."""
        ...

    @property
    def languages(self) -> Sequence[tuple[str, int]]:
        """Languages with their files, most first."""
        ...

    @property
    def folders(self) -> Sequence[Folder]:
        """Folders worth naming, sorted."""
        ...

    @property
    def manifests(self) -> Sequence[Manifest]:
        """Manifests, outermost first."""
        ...

    @property
    def entry_points(self) -> Sequence[EntryPoint]:
        """Ways in."""
        ...


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
