"""Blocks of code: every finished line is laid out once, and coloured when the lexer has come so far.

Invariant: colours change neither the text nor the number of rows. The colours at the end are those of lexing whole
pieces of some hundred lines, however the code came in; until a piece is finished, its lines are lexed from the last one
that begins outside of a string or comment.
"""

from collections.abc import Callable, Sequence

from aircher.tui.look import Look
from aircher.tui.markdown.code_lines import CodeLines
from aircher.tui.markdown.coloring import AtOnce, Coloring, InBackground, Lexed, kept
from aircher.tui.markdown.leaves import Margin
from aircher.tui.markdown.palette import Palette
from aircher.tui.markdown.source import normalized
from aircher.tui.terminal.rows import Row

PIECE_LINES = 300
MAX_PIECE_LINES = 400
"""About 30 ms of lexing. From `PIECE_LINES` on a piece ends where something new seems to begin."""
MAX_PIECE_CHARS = 16_000
"""Some patterns of some lexers need quadratic time for hostile code, and nothing else runs meanwhile."""
WAIT_RATIO = 8
"""While a piece is open, lines are lexed again once one new line came for so many old ones."""

NO_MARGIN = Margin((), (), 0)


class CodeBlock:
    """Code that may still grow at its end.

    Attributes:
        lines: The finished ones.
        rows: Theirs, below the language if there is one.
    """

    def __init__(self, language: str, layout: CodeLines, coloring: Coloring, *, has_label: bool = True) -> None:
        """Begin without any line; the label is the language, in a row above the code."""
        self.lines: list[str] = []
        self.language = language
        self.rows = [layout.label(language)] if language and has_label else []
        self._layout = layout
        self._coloring = coloring
        self._colors = layout.highlights and bool(language)
        self._has_label = bool(self.rows)
        self._row_of: list[int] = []
        self._home: tuple[list[Row], int] | None = None
        self._piece = _Piece()
        self._is_busy = self._is_closed = False
        self._awaited = 0

    @property
    def is_closed(self) -> bool:
        """Return whether no more lines will come."""
        return self._is_closed

    @property
    def is_settled(self) -> bool:
        """Return whether its rows have the colours that they will keep."""
        return self._is_closed and not self._awaited

    @property
    def is_placed(self) -> bool:
        """Return whether its rows stand for good."""
        return self._home is not None

    def place(self, home: list[Row], at: int) -> None:
        """From now on keep the list up to date in which the rows stand for good, from ``at`` on."""
        self._home = (home, at)
        self._release()

    def add(self, lines: Sequence[str]) -> list[Row]:
        """Take finished lines and return their rows."""
        old = len(self.rows)
        for line in lines:
            if self._piece.ends_before(line):
                self._end_piece()
            self._piece.add(line)
            self._row_of.append(len(self.rows))
            self.rows += self._layout.plain(line, is_first=not self.rows)
            self.lines.append(line)
        return self.rows[old:]

    def partial(self, line: str) -> list[Row]:
        """Return the rows of a line that is not finished."""
        return self._layout.plain(line, is_first=not self.rows)

    def close(self) -> None:
        """Have the last piece coloured: no more lines will come."""
        if not self._is_closed:
            self._is_closed = True
            self._end_piece()
            self._release()

    def color(self) -> None:
        """Have those finished lines coloured that are not yet, if there are enough of them."""
        piece, end = self._piece, len(self.lines)
        new = end - piece.seen
        if not self._colors or self._is_busy or self._is_closed or not new or new * WAIT_RATIO < end - piece.rest:
            return
        start = piece.rest
        lexed, layout = Lexed(_code(self.lines[start:end]), self.language), self._layout
        self._is_busy = True

        def take(rows: list[list[Row]] | None) -> None:
            self._is_busy = False
            self._colors = rows is not None
            if rows is not None and piece is self._piece and not self._is_closed:
                piece.lexed_until(start, end, lexed)
                self._apply(start, rows[: end - start])
                self._coloring.changed()
            self.color()

        self._coloring.run(lambda: _colored(lexed, layout, is_first=not start and not self._has_label), take)

    def _end_piece(self) -> None:
        """Have the piece lexed as a whole, and begin the next one."""
        start, end = self._piece.start, len(self.lines)
        self._piece = _Piece(end)
        if not self._colors or start == end:
            return
        lexed, layout = kept(_code(self.lines[start:end]), self.language), self._layout
        self._awaited += 1

        def work() -> list[list[Row]] | None:
            return _colored(lexed, layout, is_first=not start and not self._has_label)

        def take(rows: list[list[Row]] | None) -> None:
            self._awaited -= 1
            if rows is not None:
                self._apply(start, rows[: end - start])
            self._release()

        def take_later(rows: list[list[Row]] | None) -> None:
            take(rows)
            self._coloring.changed()

        if lexed.is_done:
            take(work())
        else:
            self._coloring.run(work, take_later)

    def _apply(self, start: int, lines: Sequence[Sequence[Row]]) -> None:
        for number, rows in enumerate(lines, start):
            for at, row in enumerate(rows, self._row_of[number]):
                if self.rows[at] != row:
                    self.rows[at] = row
                    self._show(at, row)

    def _show(self, at: int, row: Row) -> None:
        if self._home is not None:
            home, offset = self._home
            if offset + at < len(home):  # rows that are being added come with their colours
                home[offset + at] = row

    def _release(self) -> None:
        """Forget what only later changes would need."""
        if self._is_closed and self._home is not None and not self._awaited:
            self.lines, self.rows, self._row_of = [], [], []


class _Piece:
    """The lines that will be lexed as a whole.

    Attributes:
        seen: The line up to which colours were asked for.
        rest: The last one before it that begins outside of any string or comment.
    """

    def __init__(self, start: int = 0) -> None:
        self.start = self.seen = self.rest = start
        self._lines = self._chars = 0
        self._is_after_blank = False

    def add(self, line: str) -> None:
        self._lines += 1
        self._chars += len(line) + 1
        self._is_after_blank = not line.strip()

    def ends_before(self, line: str) -> bool:
        if self._lines >= MAX_PIECE_LINES or self._chars + len(line) > MAX_PIECE_CHARS:
            return self._lines > 0
        return self._lines >= PIECE_LINES and self._is_after_blank and line[:1].strip() != ""

    def lexed_until(self, start: int, end: int, lexed: Lexed) -> None:
        self.seen = end
        for at, line in enumerate((lexed.lines or [])[: end - start], start + 1):
            if line.is_at_rest:
                self.rest = at


def _code(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def _colored(lexed: Lexed, layout: CodeLines, *, is_first: bool) -> list[list[Row]] | None:
    lines = lexed.lex()
    return None if lines is None else layout.colored(lines, is_first=is_first)


def code_rows(text: str, language: str, width: int, look: Look, changed: Callable[[], None] | None = None) -> list[Row]:
    """Return the rows of some code.

    With ``changed``, colours are put into the list later, and told of; without, they are there, at 0.1 ms a line.
    """
    coloring = AtOnce() if changed is None else InBackground(changed)
    block = CodeBlock(language, CodeLines(NO_MARGIN, width, Palette(look)), coloring, has_label=False)
    rows = block.add(normalized(text).removesuffix("\n").split("\n"))
    block.place(rows, 0)
    block.close()
    return rows
