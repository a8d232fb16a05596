"""What a project's index answers: places with a path and a line, each with the reason it is there.

Invariant: frozen; every ``line`` is 1-based and was read from the file as it was at the last refresh. Paths are as in
`aircher.domain.index`. Not its job: how answers are found (`aircher.project`) or worded (`aircher.providers.offline`).
"""

from dataclasses import field

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a refresh has come: ``done_files`` of ``total_files`` that had to be read."""

    done_files: int
    total_files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReport:
    """What a refresh did, in files; ``is_complete`` is false after a cancellation."""

    total_files: int
    read_files: int
    removed_files: int
    is_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Where a name is defined.

    ``container`` is the dotted names around it; ``summary`` is what its docstring or comment says first, read for
    the outline of a file only.
    """

    path: str
    line: int
    end_line: int
    name: str
    kind: str
    container: str
    signature: str
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUse:
    """One line that uses a name; ``within`` is the symbol around it, empty at the top level."""

    path: str
    line: int
    text: str
    within: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What one file is.

    Attributes:
        path: The file.
        language: Name of its language; empty = unknown.
        summary: First sentence of its docstring or leading comment; empty = it has none.
        definitions: What it defines, in order.
        imports: Files of this project that it imports.
        importers: Files of this project that import it.
    """

    path: str
    language: str
    summary: str
    definitions: tuple[Definition, ...]
    imports: tuple[str, ...]
    importers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of lines that fits a question.

    Attributes:
        path: The file.
        line: The line that fits best.
        end_line: Last line of the stretch.
        score: Higher fits better; 1 is about the best match of plain words.
        symbol: The innermost symbol around the line; empty = none.
        symbol_line: Where that symbol starts; equals ``line`` if there is none.
        text: The line that fits best, trimmed.
        matched: The words of the question that the stretch holds.
        role: The file's role, such as ``source`` or ``test``.
    """

    path: str
    line: int
    end_line: int
    score: float
    symbol: str
    symbol_line: int
    text: str
    matched: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFile:
    """A file that matters for a task, why, and the line to start at."""

    path: str
    line: int
    score: float
    reasons: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How one thing reaches another.

    Attributes:
        carrier: The type that carries it.
        made: Where the carrier is made, one line a symbol.
        taken: Where it is taken, those nearest to the goal first.
        goal_files: Files among ``taken`` that fit the goal, best first.
    """

    carrier: Definition
    made: tuple[NameUse, ...]
    taken: tuple[NameUse, ...]
    goal_files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder with its files (all levels below) and a sentence about it where the project has one."""

    path: str
    files: int
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """A way into the program: ``name`` as one would type it, and the place that says so."""

    name: str
    target: str
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A file that describes the project to a tool."""

    path: str
    kind: str
    name: str = ""
    summary: str = ""
    entry_points: tuple[EntryPoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the project is laid out. ``languages`` are (name, files), most files first."""

    files: int
    summary: str
    languages: tuple[tuple[str, int], ...]
    folders: tuple[Folder, ...]
    manifests: tuple[Manifest, ...] = field(default=())
    entry_points: tuple[EntryPoint, ...] = field(default=())
