"""How much came in below while somebody reads further up."""

from aircher.tui.viewport.contents import Contents
from aircher.tui.viewport.walking import Spot


class Unread:
    """Counts the rows below the last one that was seen."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._read_to: Spot | None = None

    @property
    def count(self) -> int:
        """Return how many rows nobody has seen."""
        mark = self._read_to
        if mark is None or mark.held.index < 0:
            return 0
        heights = self._contents.heights
        return max(0, heights.total - 2 - heights.before(mark.held.index) - mark.row)

    def begin(self, last: Spot) -> None:
        """Count from behind this row."""
        self._read_to = last

    def read(self, last: Spot) -> None:
        """Take note that a row was seen."""
        if self._read_to is None or self._read_to.order < last.order:
            self._read_to = last

    def size(self) -> int:
        """Return how many rows the block of that row has, as last laid out."""
        return len(self._read_to.held.rows) if self._read_to is not None else 0

    def reflow(self, before: int) -> None:
        """Count from the same place in the new layout; ``before`` was the `size` in the old one."""
        mark = self._read_to
        if mark is None or mark.held.index < 0:
            return
        after = len(self._contents.rows_of(mark.held))
        is_whole = mark.row >= before - 1
        self._read_to = Spot(mark.held, max(0, after - 1) if is_whole else mark.row * after // before)
