"""Where in the conversation the screen stands.

Invariant: it stands at the end, or at a row of a block that stays where it is: whatever is folded, resized, added or
let go above or below does not move what is read. What a frame costs depends on the rows that are seen and the blocks
that changed, not on the length of the conversation.
"""

from collections.abc import Iterable
from itertools import islice

from aircher.tui.look import Look
from aircher.tui.parts import Changed
from aircher.tui.viewport.contents import Contents, Held
from aircher.tui.viewport.unread import Unread
from aircher.tui.viewport.walking import (
    Shown,
    Spot,
    end_spot,
    from_spot,
    moved,
    reflowed,
    turn_start,
    within,
)

PAGE_OVERLAP_ROWS = 2
"""Of a page stay in sight when paging, so that the eye finds its line again."""


class Scroller:
    """Contents, and which of their rows are seen.

    Attributes:
        top: The row that stays the first; ``None`` = the end is followed. Only this class sets it.
        shown: The rows of the last frame, from top to bottom.
        width: Of the last frame, in cells; ``height`` in rows.
        changed: Asks for a frame.
    """

    def __init__(self, changed: Changed) -> None:
        self.contents = Contents()
        self.shown: list[Shown] = []
        self.height = self.width = 0
        self.top: Spot | None = None
        self.changed = changed
        self._letters: int | None = None
        self._unread = Unread(self.contents)

    @property
    def is_at_end(self) -> bool:
        """Return whether it follows what arrives."""
        return self.top is None

    @property
    def new_rows(self) -> int:
        """Return how many rows came in below since it was scrolled away from the end, and were not seen."""
        return 0 if self.top is None else self._unread.count

    def draw(self, width: int, height: int, look: Look) -> list[Shown]:
        """Return what is seen."""
        if self.contents.set_layout(width, look):
            size = self._unread.size()
            if self.top is not None:
                self.top, self._letters = reflowed(self.contents, self.top, self._letters)
            self._unread.reflow(size)
        self.contents.measure_changed()
        self.width, self.height = width, height
        if height <= 0:  # a window of a line or two: the place stays for when it grows again
            self.shown = []
            return self.shown
        if self.top is not None:
            self.top = within(self.contents, self.top)
            shown = list(islice(from_spot(self.contents, self.top), height + 1))
            if len(shown) > height:
                self.shown = shown[:height]
                self._unread.read(self.shown[-1].spot)
                return self.shown
            self._stand(None)
        start = end_spot(self.contents, height)
        self.shown = list(islice(from_spot(self.contents, start), height)) if start is not None else []
        return self.shown

    def scroll_by(self, rows: int) -> None:
        """Scroll down (negative: up); at the end it stays there."""
        if self.shown and rows:
            self.scroll_to(moved(self.contents, self._first(), rows))

    def scroll_to(self, spot: Spot) -> None:
        """Make a row the first, as far as there are enough below it."""
        end = end_spot(self.contents, self.height)
        self._stand(None if end is None or spot.order >= end.order else spot)
        self.changed()

    def page(self, pages: int) -> None:
        """Scroll so many screens down (negative: up)."""
        self.scroll_by(pages * max(1, self.height - PAGE_OVERLAP_ROWS))

    def to_top(self) -> None:
        """Go to the first row that is held."""
        if self.shown:
            self.scroll_to(Spot(self.contents.items[0], 0))

    def to_bottom(self) -> None:
        """Go to the end and follow what arrives."""
        self._stand(None)
        self.changed()

    def to_turn(self, by: int) -> None:
        """Go to where the turn begins that is above (negative) or below; below the last one is the end."""
        if not self.shown:
            return
        found = turn_start(self.contents, self._first(), by)
        if found is None:
            self.to_bottom()
        else:
            self.scroll_to(found)

    def toggle(self, held: Held) -> bool:
        """Fold or unfold a block, without moving what is above it; ``False`` = it cannot be folded."""
        self.keep_place()
        if not held.block.toggle():
            return False
        held.is_toggled = not held.is_toggled
        self.contents.touched(held.block)
        self.changed()
        return True

    def keep_place(self) -> None:
        """Stay at what is seen now, even if the end moves: somebody looks at something here."""
        if self.top is None and self.shown:
            self._stand(self._first())

    def hold(self, items: Iterable[Held]) -> None:
        """Hold these blocks instead; if the one it stands at is not among them, stand at what followed it."""
        before, top = self.contents.items, self.top
        self.contents.replace(items)
        if top is not None and top.held.index < 0:
            place = next(at for at, held in enumerate(before) if held is top.held)
            found = next((held for held in before[place:] if held.index >= 0), None)
            self._stand(None if found is None else Spot(found, 0))
        self.shown = [shown for shown in self.shown if shown.held.index >= 0]
        self.changed()

    def _first(self) -> Spot:
        return self.top or self.shown[0].spot

    def _stand(self, top: Spot | None) -> None:
        if self.top is None and top is not None and self.shown:
            self._unread.begin(self.shown[-1].spot)
        self.top, self._letters = top, None
        self.contents.measures_all = top is not None
