"""A dialog that is a list and nothing more: what is taken is the answer."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from aircher.tui.dialogs.asking import Asking, Hint, Host
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing, ListPane, Load
from aircher.tui.look import Look
from aircher.tui.terminal.events import InputEvent, KeyPressed
from aircher.tui.terminal.rows import Row

ValueT = TypeVar("ValueT")


class Choose(Asking[ValueT]):
    """Asks for one of many."""

    def __init__(
        self, title: str, host: Host, entries: Sequence[Entry[ValueT]] | Load[ValueT], listing: Listing[ValueT]
    ) -> None:
        """Ask at once, or as soon as the entries are there.

        Args:
            title: The headline.
            host: The screen.
            entries: What there is to choose from, or what brings it.
            listing: What kind of list it is.
        """
        super().__init__(title, host)
        self.pane = ListPane(host, self.answered, listing)
        self.pane.taken = lambda entry: self.answer(entry.value)
        if isinstance(entries, Sequence):
            self.pane.show(entries)
        else:
            self.pane.load(entries)

    @property
    def widest(self) -> int:
        """Return the cells that the entries have use for."""
        return max(self.pane.wanted_width, 56)

    @property
    def hints(self) -> Sequence[Hint]:
        """Return the keys that do something now."""
        return (Hint("Enter", "take"), Hint("Esc", "close"))

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return the list."""
        rows = self.pane.rows(width, height, look)
        self.typing_at = self.pane.cursor()
        return rows

    def handle(self, event: InputEvent) -> bool:
        """Take an event."""
        if isinstance(event, KeyPressed) and event.key == "escape":
            self.leave()
            return True
        return self.pane.handle(event)


class ChooseLive(Choose[ValueT]):
    """Asks for one of many and shows each as if it were taken, for instance themes; leaving shows the first again."""

    def __init__(
        self,
        title: str,
        host: Host,
        entries: Sequence[Entry[ValueT]],
        listing: Listing[ValueT],
        *,
        try_on: Callable[[ValueT], None],
    ) -> None:
        """Ask at once; ``try_on`` is called with what is chosen, and with the current one when nothing is taken."""
        super().__init__(title, host, entries, listing)
        self._try_on = try_on
        self._before = next((entry.value for entry in entries if entry.is_current), None)
        self.pane.moved = lambda entry: try_on(entry.value) if entry is not None else None

    def leave(self) -> None:
        """Close, with everything as it was."""
        if self._before is not None:
            self._try_on(self._before)
        super().leave()
