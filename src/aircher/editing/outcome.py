"""What goes into an edit and what comes out of it."""

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A wish: where ``old`` stands, ``new`` shall stand; ``replace_all`` = at every literal occurrence."""

    old: str
    new: str
    replace_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The lines of the file that are most like the quoted ones.

    Attributes:
        first_line: Number of the first one, from 1.
        lines: As they stand in the file, without line ends.
        differs: What is different there, in words.
    """

    first_line: int
    lines: tuple[str, ...]
    differs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxProblem:
    """A line, from 1, from which on the file cannot be read any more, and what stands there."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Every replacement was made.

    Attributes:
        data: The new bytes of the file.
        rungs: For each replacement the names of what had to be undone in its quote; empty = it was exact.
        problems: Errors of syntax that the old bytes did not have.
    """

    data: bytes
    rungs: tuple[tuple[str, ...], ...]
    problems: tuple[SyntaxProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """No replacement was made.

    Attributes:
        reason: Why, in words a model can act on.
        edit: Number of the replacement that is to blame, from 0.
        near: The most similar lines, if some are similar.
        is_done: The file already is what was asked for.
    """

    reason: str
    edit: int = 0
    near: Near | None = None
    is_done: bool = False
