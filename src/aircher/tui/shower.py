"""Shows one session: its events become blocks, and the blocks a view, of which only a part is held."""

from collections.abc import Callable
from functools import partial
from time import monotonic

from aircher.domain.events import Published
from aircher.tui.blocks.factory import Blocks
from aircher.tui.inline import InlineView
from aircher.tui.past import past
from aircher.tui.ports import OpenSession
from aircher.tui.pump import Pump
from aircher.tui.viewport.paging import Pager
from aircher.tui.viewport.view import Viewport


class Shower:
    """A session's view and what fills it.

    Attributes:
        view: What is drawn.
        pager: Reads the turns that the view does not hold; ``None`` = it holds all of them.
    """

    def __init__(self, view: Viewport | InlineView, session: OpenSession, changed: Callable[[], None]) -> None:
        self.view = view
        self.pager: Pager | None = None
        blocks = Blocks(changed)
        self._pump = Pump(view, blocks)
        if isinstance(view, Viewport) and session.earlier is not None:
            self.pager = Pager(view, session.earlier, partial(past, blocks=blocks))

    def apply(self, published: Published) -> None:
        """Show an event."""
        self._pump.apply(published)

    def begin(self) -> None:
        """Take note that what comes from now on happens now."""
        self._pump.begin(monotonic)
        if self.pager is not None:
            self.pager.begin()
