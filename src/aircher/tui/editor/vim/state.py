"""What vim remembers between commands."""

from collections.abc import Callable
from enum import StrEnum

from aircher.domain.records import dataclass
from aircher.tui.editor.buffer import Buffer, line_end
from aircher.tui.editor.graphemes import border_after
from aircher.tui.editor.vim.commands import Command
from aircher.tui.editor.vim.places import last_on_line
from aircher.tui.terminal.events import KeyPressed

BLACK_HOLE = "_"
UNNAMED = '"'


class Mode(StrEnum):
    """What keys mean now; the value is shown."""

    NORMAL = "NORMAL"
    INSERT = "INSERT"
    REPLACE = "REPLACE"
    VISUAL = "VISUAL"
    VISUAL_LINE = "V-LINE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of text that an operator works on.

    Attributes:
        start: Its first character; of whole lines, where the first begins.
        end: Behind its last character; of whole lines, where the last ends, its newline not included.
        origin: Where the cursor is to be before the operator works.
        last: A place in its last line, where that does not follow from ``end``.
    """

    start: int
    end: int
    origin: int
    last: int = 0
    is_lines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a register has."""

    text: str
    is_lines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """Two ends of what was selected."""

    mode: Mode
    anchor: int
    cursor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much was selected when an operator worked, so that it can work on as much again.

    Attributes:
        lines: How many lines it touched.
        signs: Characters of the last line.
    """

    lines: int
    signs: int
    is_lines: bool


class Insertion:
    """What is typed between a command and Escape."""

    __slots__ = ("again", "command", "covered", "keys", "times")

    def __init__(self, command: Command, times: int, again: Callable[["State"], None] | None = None) -> None:
        self.command = command
        self.times = times
        self.again = again
        self.keys: list[KeyPressed | str] = []
        self.covered: list[str] = []
        """Signs that replace mode wrote over; empty texts where it added some."""


class State:
    """A buffer, the mode, registers, and what the commands for repeating repeat."""

    def __init__(self, buffer: Buffer) -> None:
        self.buffer = buffer
        self.mode = Mode.INSERT
        self.anchor = 0
        self.wanted: int | None = None
        """The column that up and down keep to."""
        self.registers: dict[str, Kept] = {}
        self.last_find = ("", "")
        self.last_search = ("", "/")
        self.last_change: tuple[Command, tuple[KeyPressed | str, ...], Size | None] | None = None
        self.last_selected: Selected | None = None
        self.insertion: Insertion | None = None

    @property
    def is_visual(self) -> bool:
        """Return whether something is being selected."""
        return self.mode in (Mode.VISUAL, Mode.VISUAL_LINE)

    @property
    def is_inserting(self) -> bool:
        """Return whether letters go into the text."""
        return self.mode in (Mode.INSERT, Mode.REPLACE)

    def keep(self, register: str, text: str, *, is_lines: bool = False, is_yank: bool = False) -> None:
        """A register, and the unnamed one, have this text; an upper-case name appends."""
        if register == BLACK_HOLE:
            return
        kept = Kept(text=text, is_lines=is_lines)
        if register.isalpha() and register.isupper():
            kept = _appended(self.registers.get(register.lower()), kept)
        if register and register != UNNAMED:
            self.registers[register.lower()] = kept
        elif is_yank:
            self.registers["0"] = kept
        self.registers[UNNAMED] = kept

    def kept(self, register: str) -> Kept | None:
        """Return what a register has."""
        return self.registers.get(register.lower() or UNNAMED)

    def span_of_selection(self) -> Span:
        """Return what is selected, the sign under the cursor included."""
        text = self.buffer.text
        start, last = sorted((self.anchor, self.buffer.cursor))
        if self.mode is Mode.VISUAL_LINE:
            first = text.rfind("\n", 0, start) + 1
            return Span(start=first, end=line_end(text, last), origin=first, last=last, is_lines=True)
        return Span(start=start, end=border_after(text, last), origin=start, last=last)

    def insert(self, command: Command, *, times: int = 1, again: Callable[["State"], None] | None = None) -> None:
        """What is typed goes into the text now, and so often on Escape; ``again`` prepares each time but the first."""
        self.mode = Mode.INSERT
        self.insertion = Insertion(command, times, again)

    def leave_visual(self) -> None:
        """Nothing is selected; what was can be selected again."""
        if self.is_visual:
            self.last_selected = Selected(mode=self.mode, anchor=self.anchor, cursor=self.buffer.cursor)
            self.mode = Mode.NORMAL

    def settle(self) -> None:
        """The cursor is where its mode lets it be: in normal mode on a sign, not behind the last one."""
        self.anchor = min(self.anchor, len(self.buffer.text))
        if self.mode is Mode.NORMAL:
            self.buffer.move(min(self.buffer.cursor, last_on_line(self.buffer.text, self.buffer.cursor)))


def _appended(before: Kept | None, kept: Kept) -> Kept:
    if before is None:
        return kept
    is_lines = before.is_lines or kept.is_lines
    gap = "\n" if is_lines else ""
    return Kept(text=before.text + gap + kept.text, is_lines=is_lines)
