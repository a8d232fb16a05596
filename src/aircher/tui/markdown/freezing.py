"""The open end of a text: what of it is certain goes into the rows for good, the rest is laid out for this moment.

Invariant: whatever is frozen no longer costs anything. An open fence is frozen line by line, a list item by item; a
table keeps its cells, since a later one may widen its columns.
"""

from aircher.support.markdown_parser import Mark, marks
from aircher.tui.markdown.code import CodeBlock
from aircher.tui.markdown.code_lines import CodeLines
from aircher.tui.markdown.cuts import Cut, blank_after_table, is_fence, is_table, last_cut
from aircher.tui.markdown.layout import Layout, Start
from aircher.tui.markdown.leaves import Margin
from aircher.tui.markdown.memory import Leaves, Page, language_of
from aircher.tui.markdown.overflow import Overflow
from aircher.tui.markdown.source import Fence, Source
from aircher.tui.markdown.unfinished import completed
from aircher.tui.terminal.rows import EMPTY, Row


class Growth:
    """Adds to rows what is appended to a text.

    Attributes:
        frozen: How many rows keep their text.
    """

    def __init__(self, page: Page, rows: list[Row]) -> None:
        """Take the list to keep the rows in."""
        self.frozen = 0
        self._page = page
        self._rows = rows
        self._open = ""
        self._start = Start()
        self._is_after_blank = True
        self._titles = ""
        self._fence: tuple[Fence, CodeBlock] | None = None
        self._leaves = Leaves()
        self._uncolored: list[tuple[CodeBlock, int]] = []
        self._overflow = Overflow(page)

    @property
    def settled(self) -> int:
        """Return how many rows keep their text and their colours."""
        self._uncolored = [(block, at) for block, at in self._uncolored if not block.is_settled]
        return min([self.frozen, *(at for _, at in self._uncolored)])

    def take(self, text: str) -> None:
        """Add text as `source.Intake` gives it; no row changes yet."""
        self._open += text

    def lay(self, *, is_last: bool) -> None:
        """Bring the rows up to date; ``is_last`` = no more text will come."""
        tail = None if is_last or self._fence is not None else self._overflow.rows(self._open)
        if tail is None:
            self._leaves.begin()
            tail = self._open_rows(is_last=is_last)
        self._rows[self.frozen :] = tail
        if is_last:
            self._leaves.forget()

    def _open_rows(self, *, is_last: bool) -> list[Row]:
        """Freeze what can be, and return the rows of the rest."""
        while True:
            if self._fence is not None:
                if not self._feed(*self._fence, is_last=is_last):
                    return self._fence_tail()
                continue
            self._overflow.begin()
            source = Source(self._titles + self._open, is_after_blank=self._is_after_blank)
            found = marks(source.text)
            if not found:
                return []
            if self._begin_fence(source, found):
                continue
            cut = last_cut(source, found) or blank_after_table(source, found)
            if cut is None and is_last:
                cut = Cut(len(source.data), is_in_list=False)
            if cut is None:
                rows = self._tail(source, found)
                self._overflow.begin(self._open, rows)
                return rows
            self._freeze(source, cut)

    def _freeze(self, source: Source, cut: Cut) -> None:
        """Lay everything before the cut out for good."""
        piece = source.before(cut.at)
        layout = Layout(self._page, self._leaves, self._start, is_open=False)
        rows = layout.lay(Source(piece, is_after_blank=self._is_after_blank), marks(piece))
        base = self._extend(rows)
        for block, at in layout.code_blocks:
            self._place(block, base + at)
        self._open = source.after(cut.at)
        self._titles = ""
        self._is_after_blank = source.is_after_blank(cut.at)
        self._start = Start(has_rows=self.frozen > 0, is_in_list=cut.is_in_list, number=layout.next_number)

    def _extend(self, rows: list[Row]) -> int:
        """Add rows for good and return where they begin."""
        base = self.frozen
        self._rows[base:] = rows
        self.frozen = len(self._rows)
        return base

    def _place(self, block: CodeBlock, at: int) -> None:
        block.place(self._rows, at)
        if not block.is_settled:
            self._uncolored.append((block, at))

    def _tail(self, source: Source, found: list[Mark]) -> list[Row]:
        """Return the rows of what is open, as it will most likely be."""
        source, found = self._keep_cells(source, found)
        shown = completed(source, found)
        if shown != source.text:
            source = Source(shown, is_after_blank=self._is_after_blank)
            found = marks(shown)
        return Layout(self._page, self._leaves, self._start, is_open=True).lay(source, found)

    def _keep_cells(self, source: Source, found: list[Mark]) -> tuple[Source, list[Mark]]:
        """Give the finished rows of an open table to its layout; what is left of the source is returned."""
        end = source.text.rfind("\n") + 1
        titles = source.text[: source.text.find("\n", source.text.find("\n") + 1) + 1]
        is_alone = found[0].name == "+Table" and found[-1].name == "-Table" and found[0].start == found[-1].start
        if not is_alone or not is_table(source, source.line_start(found[0].start)) or len(titles) == end:
            return source, found
        if source.line_start(found[0].start):
            return source, found
        layout = Layout(self._page, Leaves(), self._start, is_open=False)
        piece = source.text[:end]
        layout.lay(Source(piece), marks(piece))
        self._start = self._start._replace(table=layout.table)
        self._titles, self._open = titles, source.text[end:]
        source = Source(self._titles + self._open, is_after_blank=self._is_after_blank)
        return source, marks(source.text)

    def _begin_fence(self, source: Source, found: list[Mark]) -> bool:
        """Enter the block of code that the open text begins with, if it does."""
        first = found[0]
        if not is_fence(source, first) or source.line_start(first.start):
            return False
        opening, _, self._open = self._open.partition("\n")
        layout = CodeLines(Margin((), (), 0), self._page.width, self._page.palette)
        block = CodeBlock(language_of(first.text), layout, self._page.coloring)
        self._add_code(block, block.rows)
        self._fence = Fence(opening), block
        return True

    def _feed(self, fence: Fence, block: CodeBlock, *, is_last: bool) -> bool:
        """Give the finished lines to the block of code, and return whether that was its end."""
        *lines, last = self._open.split("\n")
        if is_last:
            lines += [last] if last.strip(" ") else []
            last = ""
        end = next((at for at, line in enumerate(lines) if fence.closes(line)), len(lines))
        self._add_code(block, block.add([fence.content(line).replace("\x1f", "") for line in lines[:end]]))
        self._open = "\n".join([*lines[end + 1 :], last])
        if end == len(lines) and not is_last:
            block.color()
            return False
        block.close()
        self._fence = None
        self._start = Start(has_rows=self.frozen > 0)
        self._is_after_blank = True
        return True

    def _add_code(self, block: CodeBlock, rows: list[Row]) -> None:
        if not rows:
            return
        if block.is_placed:
            self._extend(rows)
            return
        if self.frozen:
            self._extend([EMPTY])
        self._place(block, self._extend(rows))

    def _fence_tail(self) -> list[Row]:
        if self._fence is None or not self._open:
            return []
        fence, block = self._fence
        if fence.may_close(self._open):
            return []
        gap = [EMPTY] if self.frozen and not block.is_placed else []
        return [*gap, *block.partial(fence.content(self._open))]
