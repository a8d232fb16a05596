"""A list that is filtered while one types, with columns, groups, and a preview beside it where there is room.

Invariant: a key is heeded at once, however long the list: what takes longer runs beside, and a result for a text that
is not in the line any more is dropped. Not its job: a frame, and what choosing an entry means.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from aircher.domain.records import dataclass
from aircher.tui.dialogs import columns as layout
from aircher.tui.dialogs.asking import Host, Latest
from aircher.tui.dialogs.columns import Column
from aircher.tui.dialogs.entries import Entries, Entry, Found, Selection
from aircher.tui.dialogs.line import Line
from aircher.tui.dialogs.list_view import BAR, ListView, Said
from aircher.tui.dialogs.preview import LoadPreview, Preview
from aircher.tui.dialogs.scrolling import WHEEL_ROWS
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.events import InputEvent, KeyPressed, MouseUsed
from aircher.tui.terminal.rows import EMPTY, Row

ValueT = TypeVar("ValueT")
_AnswerT = TypeVar("_AnswerT")

AT_ONCE = 800
"""Entries that are filtered before the next frame; more are filtered in a thread, or a key would wait 5 ms and more."""
_WIDE_ENOUGH = 90
"""Cells from which on a list and a preview both have room."""
_PREVIEW_SHARE = 0.5
_WITH_PREVIEW = 140
"""Cells of a list and its preview at least: prose is read well in half of it."""
_PREVIEW_ROWS = 16
"""Rows that a preview beside a short list gets: its box is not to change its height from entry to entry."""

Load: TypeAlias = Callable[[], Coroutine[Any, Any, Sequence[Entry[ValueT]]]]
Search: TypeAlias = Callable[[str], Coroutine[Any, Any, Sequence[Entry[ValueT]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[ValueT]):
    """What kind of list it is.

    Attributes:
        columns: Headlines of the entries' cells.
        has_filter: Whether typing filters; without it letters are left to the dialog.
        asks_for: What the empty line says.
        empty: What is said if there is nothing to choose from.
        no_hit: What is said if nothing matches.
        is_round: Whether one step beyond an end leads to the other one: not where Enter undoes work, as the far end
            may be the last that is meant.
        preview: Loads what is shown beside the list; ``None`` = nothing is.
        search: Finds more entries by a text; they stand below those that match. ``None`` = nothing does.
    """

    columns: tuple[Column, ...] = ()
    has_filter: bool = True
    asks_for: str = "type to filter"
    empty: str = "nothing to choose from"
    no_hit: str = "nothing matches"
    is_round: bool = True
    preview: LoadPreview[ValueT] | None = None
    search: Search[ValueT] | None = None


class ListPane(Generic[ValueT]):
    """The list; a dialog draws it and gives it the events that it does not want itself.

    Attributes:
        taken: Called with the entry that was taken, by Enter or the mouse.
        moved: Called whenever another entry is chosen, with ``None`` if there is none.
        line: What was typed.
        selection: What is shown.
        problem: A sentence about what went wrong with an entry.
    """

    def __init__(self, host: Host, until: "asyncio.Future[_AnswerT | None]", listing: Listing[ValueT]) -> None:
        self.taken: Callable[[Entry[ValueT]], None] = lambda _: None
        self.moved: Callable[[Entry[ValueT] | None], None] = lambda _: None
        self.line = Line(asks_for=listing.asks_for)
        self.selection: Selection[ValueT] = Selection()
        self.listing = listing
        self.problem = ""
        self._host = host
        self._entries: Entries[ValueT] = Entries()
        self._more: Sequence[Entry[ValueT]] = ()
        self._matching: Found[ValueT] = Found([], 0)
        self._loading: Latest[Sequence[Entry[ValueT]]] = Latest(host, until)
        self._filtering: Latest[Found[ValueT]] = Latest(host, until)
        self._searching: Latest[Sequence[Entry[ValueT]]] = Latest(host, until)
        self._preview = None if listing.preview is None else Preview(host, until, listing.preview)
        self._view: ListView[ValueT] = ListView(listing.columns)
        self._takes_when_found = False

    @property
    def wanted_width(self) -> int:
        """Return the cells that it has use for."""
        width = max(layout.whole_width(self._view.natural) + BAR, 40)
        return width if self._preview is None else max(int(width / (1 - _PREVIEW_SHARE)), _WITH_PREVIEW)

    def load(self, start: Load[ValueT]) -> None:
        """Show the entries that this brings, once they are there."""
        self._loading.load(start, self.show)

    def show(self, entries: Sequence[Entry[ValueT]]) -> None:
        """Show these entries; what was chosen stays so if it is among them, else it is the current one."""
        is_first = not self._entries.all
        chosen = self.selection.chosen
        self._entries = Entries(entries)
        self._view.measure(entries, may_grow=self.listing.search is not None)
        self._refilter(keep=None if is_first or chosen is None else chosen.value, to_current=is_first)

    def cursor(self) -> Place | None:
        """Return where the filter is typed, in the rows last drawn."""
        return Place(self._view.cursor_x, 0) if self.listing.has_filter else None

    def rows(self, width: int, height: int, look: Look) -> list[Row]:
        """Return the list, and the preview beside it."""
        preview = self._preview
        if preview is None or width < _WIDE_ENOUGH:
            self._view.width = width
            return self._list_rows(height, look)
        left = self._view.width = int(width * (1 - _PREVIEW_SHARE))
        chosen = self.selection.chosen
        preview.show(None if chosen is None else chosen.value)
        listed = self._list_rows(height, look)
        height = min(height, max(len(listed), _PREVIEW_ROWS))
        shown = preview.rows(width - left - 3, height, look)
        edge = Row.of((f" {look.glyphs.vertical} ", look.style(Role.BORDER)))
        return [
            (listed[at] if at < len(listed) else EMPTY)
            .fit(left)
            .beside(edge)
            .beside(shown[at] if at < len(shown) else EMPTY)
            for at in range(height)
        ]

    def handle(self, event: InputEvent) -> bool:
        """Take an event."""
        self.problem = ""
        if isinstance(event, MouseUsed):
            return self._point(event)
        if isinstance(event, KeyPressed) and self._press(event):
            return True
        if not self.listing.has_filter:
            return False
        before = self.line.text
        if not self.line.handle(event):
            return False
        if self.line.text != before:
            self._refilter(keep=None, to_current=False)
        return True

    def move_to(self, at: int) -> None:
        """Choose this one of those shown, or the nearest."""
        before = self.selection.chosen
        self.selection.move_to(at)
        if self.selection.chosen is not before:
            self.moved(self.selection.chosen)
        self._host.changed()

    def _press(self, event: KeyPressed) -> bool:
        if self._preview is not None and event.key.startswith(("shift+", "alt+")):
            key = KeyPressed(key=event.key.partition("+")[2])
            if key.key in {"up", "down", "pageup", "pagedown"} and self._preview.handle(key):
                return True
        page = max(1, self._view.scrolling.height - 1)
        last = len(self.selection.shown)
        to = {
            "up": self.selection.at - 1,
            "ctrl+p": self.selection.at - 1,
            "down": self.selection.at + 1,
            "ctrl+n": self.selection.at + 1,
            "pageup": self.selection.at - page,
            "pagedown": self.selection.at + page,
            "home": 0,
            "end": last,
        }.get(event.key)
        if to is not None:
            is_step = self.listing.is_round and event.key not in {"pageup", "pagedown", "home", "end"}
            self.move_to(to % last if is_step and last else to)
        elif event.key == "enter":
            self._take()
        return to is not None or event.key == "enter"

    def _point(self, event: MouseUsed) -> bool:
        if self._preview is not None and event.x > self._view.width:
            return self._preview.handle(event)
        if event.kind in {"scroll_up", "scroll_down"}:
            self.move_to(self.selection.at + (WHEEL_ROWS if event.kind == "scroll_down" else -WHEEL_ROWS))
            return True
        at = self._view.entry_at(event.y, self.selection)
        if event.kind != "press" or event.button != "left" or at is None:
            return False
        if at == self.selection.at:
            self._take()
        else:
            self.move_to(at)
        return True

    def _take(self) -> None:
        """Take the chosen entry; one of an older filter is never meant, so this waits for the new one."""
        if self._filtering.is_loading:
            self._takes_when_found = True
        elif self.selection.chosen is not None:
            self.taken(self.selection.chosen)

    def _refilter(self, *, keep: ValueT | None, to_current: bool) -> None:
        query, entries = self.line.text, self._entries
        self._takes_when_found = False
        self._more = ()

        def then(found: Found[ValueT]) -> None:
            self._matching = found
            self._list(keep=keep, to_current=to_current)

        self._searching.stop()
        if self.listing.search is not None and query.strip():
            self._searching.load(partial(self.listing.search, query), self._add)
        if len(entries.all) <= AT_ONCE:
            self._filtering.stop()
            then(entries.find(query))
        else:
            self._filtering.load(partial(asyncio.to_thread, entries.find, query), then)

    def _add(self, more: Sequence[Entry[ValueT]]) -> None:
        self._more = more
        chosen = self.selection.chosen
        self._list(keep=None if chosen is None else chosen.value, to_current=False)

    def _list(self, *, keep: ValueT | None, to_current: bool) -> None:
        """Show what matches and what was found besides."""
        before, before_at = self.selection.chosen, self.selection.at
        found = Entries(self._more).find("")
        selection = self.selection
        selection.show(Found([*self._matching.shown, *found.shown], self._matching.total + found.total), at=0)
        place = selection.current() if to_current else 0
        if keep is not None:  # it may be gone, or have changed: then the one in its place is meant
            found_again = selection.place_of(keep)
            place = before_at if found_again is None else found_again
        selection.move_to(place)
        if selection.chosen is not before:
            self.moved(selection.chosen)
        if self._takes_when_found:
            self._takes_when_found = False
            self._take()
        self._host.changed()

    def _list_rows(self, height: int, look: Look) -> list[Row]:
        total = len(self._entries.all)
        is_busy = any(latest.is_loading for latest in (self._loading, self._filtering, self._searching))
        count = "loading" if is_busy else _count(self.selection.total, total, is_filtered=bool(self.line.text))
        problem = self.problem or self._loading.problem or self._filtering.problem or self._searching.problem
        nothing = "" if is_busy or problem else self.listing.no_hit if total else self.listing.empty
        line = self.line if self.listing.has_filter else None
        if line is None and is_busy:
            nothing = count
        said = Said(count, problem, nothing)
        return self._view.rows(line, self.selection, said, height=height, look=look)


def _count(found: int, total: int, *, is_filtered: bool) -> str:
    """Return how many there are; what a search adds can be more than the list holds."""
    if not is_filtered:
        return f"{total:,}"
    return f"{found:,} found" if found > total else f"{found:,} of {total:,}"
