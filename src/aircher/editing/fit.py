"""What a rung of the ladder answers about one quote and one file."""

from collections.abc import Callable

from aircher.domain.records import dataclass
from aircher.editing.quote import Quote
from aircher.editing.source import Patch, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The quote fits one place.

    Attributes:
        patches: What to write.
        rungs: What was undone; empty = nothing.
        start: Where the place begins in `Source.plain`.
        end: Where it ends.
    """

    patches: tuple[Patch, ...]
    rungs: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """The quote must not be applied, and no lower rung may try; ``is_done`` = the file already is as wished."""

    reason: str
    is_done: bool = False


Answer = Fit | Unfit | None
"""``None`` = it does not fit in this way; the next rung may try."""

Rung = Callable[[Source, Quote], Answer]


def ambiguous(lines: list[int], *, how: str) -> Unfit:
    """Return the refusal for a quote that fits at several lines, numbered from 1."""
    shown = ", ".join(map(str, lines[:8])) + (", …" if len(lines) > 8 else "")
    return Unfit(reason=f"old fits {how} at several places (lines {shown}): quote more lines around the one you mean")
