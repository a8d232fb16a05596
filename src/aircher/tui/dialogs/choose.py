"""Dialogs that are a list: what is taken is the answer, and keys may do more with the chosen entry.

Invariant: while a question about an entry is open inside, the list itself takes no key.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

from aircher.tui.dialogs.asking import Asking, Hint, Host, do
from aircher.tui.dialogs.box import BoxedDialog
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing, ListPane, Load
from aircher.tui.look import Look
from aircher.tui.terminal.events import InputEvent, KeyPressed
from aircher.tui.terminal.rows import Row

ValueT = TypeVar("ValueT")
AnswerT = TypeVar("AnswerT")
InnerT = TypeVar("InnerT")

_NARROWEST = 56


class ListDialog(Asking[AnswerT], Generic[ValueT, AnswerT]):
    """A list, and the questions about its entries.

    Attributes:
        pane: The list.
        keys: What further keys do.
        own_hints: The hints for them.
    """

    def __init__(self, title: str, host: Host, listing: Listing[ValueT]) -> None:
        super().__init__(title, host)
        self.pane = ListPane(host, self.answered, listing)
        self.keys: dict[str, Callable[[], None]] = {}
        self.own_hints: Sequence[Hint] = (Hint("Enter", "take"), Hint("Esc", "close"))
        self._inner: BoxedDialog[Any] | None = None
        self._then: Callable[[Any], None] = lambda _: None
        self._title = title

    @property
    def widest(self) -> int:
        """Return the cells that the entries have use for."""
        return max(self.pane.wanted_width, _NARROWEST)

    @property
    def hints(self) -> Sequence[Hint]:
        """Return the keys that do something now."""
        return self.own_hints if self._inner is None else self._inner.hints

    def fill(self, entries: Sequence[Entry[ValueT]] | Load[ValueT]) -> None:
        """Show these entries, at once or as soon as they are there."""
        if isinstance(entries, Sequence):
            self.pane.show(entries)
        else:
            self.pane.load(entries)

    def ask(self, inner: BoxedDialog[InnerT], then: Callable[[InnerT], None]) -> None:
        """Show another dialog in the place of the list, until it is answered; ``then`` gets the answer."""
        self._inner, self._then = inner, then
        self.title = inner.title
        inner.answered.add_done_callback(lambda _: self._look_at_inner())
        self.host.changed()

    def change(self, start: Callable[[], Coroutine[Any, Any, None]], load: Load[ValueT]) -> None:
        """Have an entry changed where it is kept, then all entries read again."""

        def failed(problem: str) -> None:
            self.pane.problem = problem

        do(self.host, start, then=lambda _: self.pane.load(load), failed=failed)

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return the list, or the question about an entry."""
        inner = self._inner
        rows = self.pane.rows(width, height, look) if inner is None else inner.rows(width, height, look)
        self.typing_at = self.pane.cursor() if inner is None else inner.cursor(width, height)
        return rows

    def handle(self, event: InputEvent) -> bool:
        """Take an event."""
        if self._inner is not None:
            is_taken = self._inner.handle(event)
            self._look_at_inner()
            return is_taken
        if not isinstance(event, KeyPressed):
            return self.pane.handle(event)
        if event.key == "escape":
            self.leave()
        elif event.key in self.keys:
            self.pane.problem = ""
            self.keys[event.key]()
        else:
            return self.pane.handle(event)
        return True

    def _look_at_inner(self) -> None:
        inner = self._inner
        if inner is not None and inner.answered.done():
            self._inner = None
            self.title = self._title
            answer = inner.answered.result()
            if answer is not None:
                self._then(answer)
            self.host.changed()


class Choose(ListDialog[ValueT, ValueT]):
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
        super().__init__(title, host, listing)
        self.pane.taken = lambda entry: self.answer(entry.value)
        self.fill(entries)


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
