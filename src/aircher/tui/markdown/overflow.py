"""An open block full of markup: what is added to it is shown as it is, until all of it is looked at again.

Invariant: however such a block grows, looking at it costs a few times what it costs once, not once for every piece.
Not its job: the block's last look, which it gets when it is frozen.
"""

from collections.abc import Sequence

from aircher.tui.markdown.leaves import Margin, TextLeaf
from aircher.tui.markdown.memory import Page
from aircher.tui.terminal.rows import Row, clean

MANY_SIGNS = 400
"""What may be markup costs 10 µs apiece; of plain text 60 KB are looked at in 5 ms."""
LONGEST_CHARS = 16_000
"""From there on it gets no other look before an empty line or the end of the text."""
_GROWN = 1.25
"""Until then it is worth one when it is so many times longer than at the last one."""
_SIGNS = "*_`~[<>\n"


class Overflow:
    """What came since all of the open block was looked at."""

    def __init__(self, page: Page) -> None:
        """Begin with nothing that is open."""
        self._page = page
        self._laid: Sequence[Row] = ()
        self._size = 0
        self._is_costly = False
        self._said = ""
        self._seen = 0
        self._leaf: TextLeaf | None = None

    def begin(self, text: str = "", rows: Sequence[Row] = ()) -> None:
        """Take the open text and its rows, as all of it was looked at."""
        self._laid, self._size, self._seen = rows, len(text), len(text)
        self._is_costly = sum(map(text.count, _SIGNS)) > MANY_SIGNS
        self._said, self._leaf = "", None

    def rows(self, text: str) -> list[Row] | None:
        """Return the rows of the open text, the end of it plain; ``None`` = all of it should be looked at."""
        has_grown = self._size < LONGEST_CHARS and len(text) >= self._size * _GROWN
        if not self._is_costly or has_grown or "\n\n" in text[self._size - 1 :]:
            return None
        self._said += "\n".join(map(clean, text[self._seen :].split("\n")))
        self._seen = len(text)
        said = self._said.lstrip(" ")  # it begins a row, where the space before it would stand out
        spans = [(said, self._page.palette.text)] if said else []
        if self._leaf is None:
            self._leaf = TextLeaf(Margin((), (), 0), spans, self._page.width)
        else:
            self._leaf.update(spans)
        return [*self._laid, *self._leaf.rows]
