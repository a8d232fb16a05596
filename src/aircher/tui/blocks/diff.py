"""A file's changes, as one column or side by side, with line numbers and the words that differ.

Invariant: a sign at the edge tells added from removed, so that nothing depends on colours. Only what is drawn is
compared.
"""

from collections.abc import Iterable, Iterator, Sequence

from aircher.domain.display import DiffBlock
from aircher.tui.blocks.diff_colors import Colored, DiffColors
from aircher.tui.blocks.diff_lines import DiffLine, Marks, Pair, changed_words, diff_lines, groups, pairs
from aircher.tui.blocks.layout import chopped, cut_line, more_row, shortened
from aircher.tui.look import Look, Role
from aircher.tui.markdown.palette import Palette
from aircher.tui.terminal.rows import EMPTY, Row, Span, blank, clean
from aircher.tui.terminal.styles import PLAIN, Style
from aircher.tui.terminal.widths import cells

NARROWEST_SIDE_BY_SIDE = 100
"""Two columns of 48 cells: narrower ones break most lines of code."""
_MOST_COMPARED = 200
"""Pairs of lines of one drawing whose words are compared: a few milliseconds."""
_MOST_PARSED = 500
"""Lines of a diff that is folded: a millisecond; what was removed in one piece before them has no partner then."""
_LONGEST_FOLDED = 2_000
"""Characters of a line of a diff that is folded."""
_NARROWEST_NUMBERED = 24


def diff_rows(
    block: DiffBlock,
    width: int,
    look: Look,
    *,
    colors: DiffColors | None = None,
    most_rows: int | None = None,
    is_titled: bool = True,
) -> list[Row]:
    """Return the diff, or its beginning and how many lines more there are; in colours once they are known."""
    title = [title_row(block, width, look)] if is_titled else []
    total = block.diff.removesuffix("\n").count("\n") + 1
    is_whole = most_rows is None
    lines = list(diff_lines(block.diff) if is_whole else diff_lines(_first(block.diff), most_chars=_LONGEST_FOLDED))
    if not block.diff.strip("\n"):
        return [*title, cut_line("no change", width, look.style(Role.MUTED), look.glyphs)]
    pane = _Pane(lines, width, look, (colors.of(block) if colors and look.highlights else None) or {})
    is_split = look.is_side_by_side and width >= NARROWEST_SIDE_BY_SIDE
    rows = pane.side_by_side() if is_split else pane.unified()
    if most_rows is None:
        return [*title, *(row for drawn, _ in rows for row in drawn)]
    return [*title, *_folded(rows, total, most_rows, width, look)]


def title_row(block: DiffBlock, width: int, look: Look) -> Row:
    """Return the file's name and how many lines were added and removed."""
    counts = counts_row(block.added, block.removed, look)
    name = shortened(block.path, width - counts.width - 1, look.glyphs)
    style = look.style(Role.TEXT)
    left = Row(((name, style._replace(bold=True)), (" ", style)), cells(name) + 1) if name else EMPTY
    return left.beside(counts).cut(0, width)


def counts_row(added: int, removed: int, look: Look) -> Row:
    """Return ``+3 -1``."""
    spans = ((f"+{added}", look.style(Role.SUCCESS)), (" ", PLAIN), (f"-{removed}", look.style(Role.ERROR)))
    return Row(spans, sum(len(text) for text, _ in spans))


def _folded(drawn: Iterator[tuple[list[Row], int]], total: int, most_rows: int, width: int, look: Look) -> list[Row]:
    """Return so many rows, and how many lines of the diff are not among them; one line more is simply shown."""
    rows: list[Row] = []
    seen = 0
    for more, lines in drawn:
        if len(rows) + len(more) > most_rows and rows and total - seen > 1:
            return [*rows[:most_rows], more_row(total - seen, width, look)]
        rows.extend(more)
        seen += lines
    return rows


def _first(diff: str) -> str:
    """Return as much of a diff as may be needed to draw its beginning."""
    end = -1
    for _ in range(_MOST_PARSED):
        end = diff.find("\n", end + 1)
        if end < 0:
            return diff
    return diff[:end]


class _Pane:
    """Draws the lines of one diff."""

    def __init__(self, lines: Sequence[DiffLine], width: int, look: Look, colored: Colored) -> None:
        self._lines = lines
        self._colored = colored
        self._palette = Palette(look)
        self._width = width
        self._look = look
        last = max((max(line.old, line.new) for line in lines), default=0)
        self._digits = max(2, len(str(last))) if last and width >= _NARROWEST_NUMBERED else 0
        self._compared: dict[Pair, tuple[Marks, Marks]] = {}
        self._styles = {
            " ": (look.style(Role.CODE_BLOCK), PLAIN),
            "+": (look.style(Role.ADDED), look.style(Role.ADDED_WORD)),
            "-": (look.style(Role.REMOVED), look.style(Role.REMOVED_WORD)),
        }

    def unified(self) -> Iterator[tuple[list[Row], int]]:
        """Yield the rows of each line, removed ones before added ones, and the number of lines that they are."""
        for at, group in enumerate(groups(self._lines)):
            if group[0].sign in "@!":
                rows = self._remark(group[0], is_first=not at)
                yield rows, 1
                continue
            partners = {line: pair for pair in pairs(group) for line in pair if line}
            for line in group:
                yield self._column(line, self._width, self._marks(partners[line], line)), 1

    def side_by_side(self) -> Iterator[tuple[list[Row], int]]:
        """Yield the rows of what stands beside each other, and the number of lines that they are."""
        left, right = (self._width - 3) // 2, self._width - 3 - (self._width - 3) // 2
        gap = Row(((f" {self._look.glyphs.vertical} ", self._look.style(Role.BORDER)),), 3)
        for at, group in enumerate(groups(self._lines)):
            if group[0].sign in "@!":
                yield self._remark(group[0], is_first=not at), 1
                continue
            for pair in pairs(group):
                old, new = pair
                halves = (
                    self._column(old, left, self._marks(pair, old), is_old=True) if old else [],
                    self._column(new, right, self._marks(pair, new)) if new else [],
                )
                yield list(_beside(halves, (left, right), gap)), len({line for line in (old, new) if line})

    def _remark(self, line: DiffLine, *, is_first: bool) -> list[Row]:
        """Return where lines are left out, or what the diff says of itself."""
        text = line.text
        if line.sign == "@":
            if is_first and not text:
                return []
            text = f"{self._look.glyphs.ellipsis} {text}".rstrip()
        indent = " " * max(0, self._digits - 1)
        return [cut_line(indent + text, self._width, self._look.style(Role.MUTED), self._look.glyphs)]

    def _marks(self, pair: Pair, line: DiffLine) -> Marks:
        """Return the words of a line that its partner has not; of a long diff only the first lines are compared."""
        old, new = pair
        if old is None or new is None or old is new:
            return ()
        if pair not in self._compared:
            if len(self._compared) >= _MOST_COMPARED:
                return ()
            self._compared[pair] = changed_words(old.text, new.text)
        return self._compared[pair][line is new]

    def _column(self, line: DiffLine, width: int, marks: Marks, *, is_old: bool = False) -> list[Row]:
        """Return a line with its number and sign; what is changed is coloured up to the edge."""
        style, word = self._styles[line.sign]
        number = (line.old if is_old else line.new) or line.old
        gutter, further = self._gutters(line.sign, number, style)
        text = line.text
        room = width - gutter.width
        fill = PLAIN if line.sign == " " else style
        spans = tuple(_marked(self._spans(line, style), marks, word))
        if line.cut_chars:
            more = f" {self._look.glyphs.ellipsis} {line.cut_chars:,} more characters"
            text, spans = text + more, (*spans, (more, style))
        if len(text) <= room and text.isascii():
            row = Row((*gutter.spans, *spans), gutter.width + len(text))
            return [row if fill is PLAIN else row.fit(width, fill)]
        rows = [(further if at else gutter).beside(piece) for at, piece in enumerate(chopped(spans, room))]
        return rows if fill is PLAIN else [row.fit(width, fill) for row in rows]

    def _spans(self, line: DiffLine, style: Style) -> Sequence[Span]:
        """Return the text of a line in the colours of its language, if they are known, on the ground of ``style``."""
        tokens = self._colored.get(line)
        if tokens is None:
            return ((line.text, style),) if line.text else ()
        return [(clean(text), self._palette.own(kind).over(style)) for kind, text in tokens]

    def _gutters(self, sign: str, number: int, style: Style) -> tuple[Row, Row]:
        """Return what stands before a line, and before its further rows."""
        muted, digits = self._look.style(Role.LINE_NUMBER), self._digits
        numbered = ((f"{number:>{digits}} ", muted),) if digits else ()
        unnumbered = ((" " * (digits + 1), muted),) if digits else ()
        width = (digits + 1 if digits else 0) + 2
        signed = {"+": Role.SUCCESS, "-": Role.ERROR}.get(sign)  # the ground is lost where there are 16 colours
        mark = style if signed is None else style._replace(fg=self._look.style(signed).fg)
        return Row((*numbered, (f"{sign} ", mark)), width), Row((*unnumbered, ("  ", style)), width)


def _marked(spans: Iterable[Span], marks: Marks, word: Style) -> Iterator[Span]:
    """Yield the spans with these parts of their text in another style; neighbours of one style become one."""
    edges = iter([edge for mark in marks for edge in mark])
    edge, is_marked = next(edges, None), False
    text, style = "", PLAIN
    at = 0
    for piece, own in spans:
        end = at + len(piece)
        while at < end:
            while edge is not None and edge <= at:
                edge, is_marked = next(edges, None), not is_marked
            until = end if edge is None else min(end, edge)
            now = word if is_marked else own
            if text and now != style:
                yield text, style
                text = ""
            text, style = text + piece[len(piece) - (end - at) : len(piece) - (end - until)], now
            at = until
    if text:
        yield text, style


def _beside(halves: tuple[list[Row], list[Row]], widths: tuple[int, int], gap: Row) -> Iterator[Row]:
    left, right = halves
    for at in range(max(len(left), len(right))):
        one = left[at].fit(widths[0]) if at < len(left) else blank(widths[0])
        yield one.beside(gap).beside(right[at] if at < len(right) else EMPTY)
