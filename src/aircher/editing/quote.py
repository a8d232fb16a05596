"""One replacement on its way down the ladder: its texts with plain line ends, in lines."""

from dataclasses import replace

from aircher.domain.records import dataclass
from aircher.editing.folds import BLANKS

MAX_CHARS = 100_000
MAX_LINES = 2_000  # no model quotes as many: it writes the file anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The quoted text and the new one, both with plain line ends.

    Attributes:
        undone: Names of what was undone before the quote came to be what it is.
        is_whole_lines: It may fit whole lines only, never the middle of one.
        is_in_place: It may fit only where its indentation is the file's.
        replace_all: Every literal occurrence is meant.
    """

    old: str
    new: str
    undone: tuple[str, ...] = ()
    is_whole_lines: bool = False
    is_in_place: bool = False
    replace_all: bool = False

    def reread(self, rung: str, old: str, new: str) -> "Quote":
        """Return the quote as it reads after something was undone in it."""
        return replace(self, old=old, new=new, undone=(*self.undone, rung))

    @property
    def is_huge(self) -> bool:
        """Whether it is too long for anything but a literal search."""
        return len(self.old) > MAX_CHARS or self.old.count("\n") > MAX_LINES

    @property
    def old_lines(self) -> list[str]:
        """The quoted lines."""
        return lines_of(self.old)

    @property
    def new_lines(self) -> list[str]:
        """The new lines; only where the quote has a line end at its end, one at the end of the new text is the same."""
        return lines_of(self.new) if self.old.endswith("\n") else self.new.split("\n")


def lines_of(text: str) -> list[str]:
    """Return the lines; a line end at the end of the text starts no other line."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def indentation(line: str) -> str:
    """Return the blanks and tabs in front of the line, and the odd ones that may have come back for them."""
    return line[: len(line) - len(line.lstrip(BLANKS))]


def body(line: str) -> str:
    """Return the line without its indentation."""
    return line.lstrip(BLANKS)


def is_blank(line: str) -> bool:
    """Return whether the line has nothing to see."""
    return not line.strip()
