"""Marks of Markdown to rows.

Invariant: a block's rows depend on nothing behind it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from aircher.domain.records import dataclass
from aircher.support.markdown_parser import Mark
from aircher.tui.markdown.code import CodeBlock
from aircher.tui.markdown.inline import Inline
from aircher.tui.markdown.memory import Leaves, Page
from aircher.tui.markdown.nesting import Nesting
from aircher.tui.markdown.source import Source
from aircher.tui.markdown.tables import Cell, TableLayout
from aircher.tui.terminal.rows import Row

MAX_RULE = 40


class Start(NamedTuple):
    """What comes before a piece.

    Attributes:
        has_rows: Whether anything is above it.
        is_in_list: Whether it begins with an item of a list that began before it.
        number: That item's number; ``None`` = the list has bullets.
        table: The table that began before it, with the rows so far.
    """

    has_rows: bool = False
    is_in_list: bool = False
    number: int | None = None
    table: TableLayout | None = None


@dataclass(slots=True)
class _List:
    number: int | None
    count: int = 0


class Layout:
    """The rows of one piece; made for it, and read when `lay` is done.

    Attributes:
        code_blocks: Those in it, each with the row that it begins in.
        next_number: That of the item that would come next in the last list.
        table: The last table.
    """

    def __init__(self, page: Page, leaves: Leaves, start: Start, *, is_open: bool) -> None:
        """Begin a piece; ``is_open`` = it may still grow at its end."""
        self.code_blocks: list[tuple[CodeBlock, int]] = []
        self.next_number: int | None = None
        self.table = start.table
        self._page = page
        self._leaves = leaves
        self._start = start
        self._is_open = is_open
        self._source = Source("")
        self._nesting = Nesting(page.width, has_above=start.has_rows)
        self._inline = Inline(page.palette)
        self._is_in_leaf = False
        self._lists: list[_List] = []
        self._code: list[str] | None = None
        self._cells: list[Cell] = []
        self._unfinished: list[list[Cell]] = []
        self._alignments = ""

    def lay(self, source: Source, marks: Iterable[Mark]) -> list[Row]:
        """Return the rows of this source."""
        self._source = source
        for mark in marks:
            name = mark.name
            if name in _BLOCKS:
                self._block(mark)
            elif name in _TABLES:
                self._tables(mark)
            elif self._code is not None:
                self._code.append(mark.text)
            else:
                if not self._is_in_leaf:
                    self._begin(mark.start, is_leaf=True)
                self._inline.mark(mark)
        self._flush()
        return self._nesting.rows

    def _block(self, mark: Mark) -> None:
        match mark.name:
            case "+Paragraph" | "+HtmlBlock":
                self._begin(mark.start, is_leaf=True)
            case "-Paragraph" | "-HtmlBlock":
                self._flush()
            case "+Heading":
                self._begin(mark.start, is_leaf=True)
                self._inline.push(self._page.palette.heading_of(mark.text))
            case "-Heading":
                self._flush()
                self._inline.pop()
            case "+CodeBlock":
                self._begin(mark.start)
                self._code = [mark.text]
            case "-CodeBlock":
                self._end_code(mark)
            case "Rule":
                self._begin(mark.start)
                self._rule()
            case "+BlockQuote" | "-BlockQuote":
                self._quote(mark)
            case "+List" | "-List":
                self._list(mark)
            case "+Item":
                self._item(mark)
            case "-Item":
                self._flush()
                self._nesting.leave()
            case _:
                self._task(mark)

    def _begin(self, at: int, *, is_leaf: bool = False) -> None:
        self._flush()
        self._nesting.begin(self._source, at)
        self._is_in_leaf = is_leaf

    def _flush(self) -> None:
        """End the paragraph that is open, if there is one."""
        self._is_in_leaf = False
        if self._inline.is_empty:
            return
        spans = self._inline.take()
        while spans and spans[-1][0] == "\n":
            spans.pop()
        if spans:
            self._nesting.emit(self._leaves.text(self._nesting.margin(), spans, self._page.width))

    def _end_code(self, mark: Mark) -> None:
        info, *texts = self._code or [""]
        self._code = None
        text = "".join(texts).replace("\x1f", "")
        is_open = self._is_open and mark.end >= len(self._source.data)
        block, partial = self._leaves.code(self._page, self._nesting.margin(), info, text, is_open=is_open)
        self.code_blocks.append((block, self._nesting.next_row))
        self._nesting.emit([*block.rows, *partial])

    def _rule(self) -> None:
        margin, palette = self._nesting.margin(), self._page.palette
        width = min(MAX_RULE, self._page.width - margin.width)
        row = Row(((palette.look.glyphs.horizontal * width, palette.border),), width)
        self._nesting.emit(margin.beside([row], is_first=True))

    def _quote(self, mark: Mark) -> None:
        palette = self._page.palette
        if mark.name == "+BlockQuote":
            self._begin(mark.start)
            self._nesting.enter((f"{palette.look.glyphs.quote} ", palette.quote))
            self._inline.push(palette.quote)
        else:
            self._flush()
            self._nesting.leave()
            self._inline.pop()

    def _list(self, mark: Mark) -> None:
        if mark.name == "-List":
            self._flush()
            self.next_number = self._lists.pop().number
        elif self._start.is_in_list and not self._nesting.depth and not self._source.line_start(mark.start):
            self._lists.append(_List(self._start.number, count=1))
        else:
            self._begin(mark.start)
            self._lists.append(_List(int(mark.text) if mark.text else None))

    def _item(self, mark: Mark) -> None:
        self._flush()
        items = self._lists[-1]
        if items.count and self._source.is_after_blank(mark.start):
            self._nesting.want_gap()
        items.count += 1
        palette = self._page.palette
        sign = f"{palette.look.glyphs.bullet} "
        if items.number is not None:
            sign = f"{items.number}. "
            items.number += 1
        marker = (sign, palette.marker)
        if not self._nesting.enter((" " * len(sign), palette.text), marker):
            self._inline.raw(*marker)

    def _task(self, mark: Mark) -> None:
        palette = self._page.palette
        glyphs = palette.look.glyphs
        marker = (f"{glyphs.box_done if mark.text else glyphs.box_open} ", palette.marker)
        if self._nesting.has_pending and self._lists and self._lists[-1].number is None:
            self._nesting.mark(marker)
            return
        if not self._is_in_leaf:
            self._begin(mark.start, is_leaf=True)
        self._inline.raw(*marker)

    def _tables(self, mark: Mark) -> None:
        match mark.name:
            case "+Table":
                self._begin(mark.start, is_leaf=True)
                self._alignments = mark.text
                if self._start.table is None or self._source.line_start(mark.start):
                    self.table = None
            case "-TableCell":
                self._cells.append(self._inline.take())
            case "-TableHead":
                if self.table is None:
                    self.table = TableLayout(self._alignments, self._cells, self._page.palette)
                self._cells = []
            case "-TableRow" if self.table is not None:
                if self._is_unfinished(mark):
                    self._unfinished.append(self._cells)
                else:
                    self.table.add(self._cells)
                self._cells = []
            case "-Table" if self.table is not None:
                self._nesting.emit(self.table.rows(self._nesting.margin(), self._page.width, self._unfinished))
                self._is_in_leaf = False
                self._unfinished = []
            case _:
                return

    def _is_unfinished(self, mark: Mark) -> bool:
        """Return whether a row still grows, or may not belong to the table that began before."""
        if not self._is_open:
            return False
        return self.table is self._start.table or self._source.data.find(b"\n", mark.end - 1) < 0


_BLOCKS = frozenset(
    {
        *(sign + name for sign in "+-" for name in ("Paragraph", "HtmlBlock", "Heading", "CodeBlock", "BlockQuote")),
        *(sign + name for sign in "+-" for name in ("List", "Item")),
        "Rule",
        "TaskListMarker",
    }
)
_TABLES = frozenset(sign + name for sign in "+-" for name in ("Table", "TableHead", "TableRow", "TableCell"))
