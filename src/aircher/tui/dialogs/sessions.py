"""Asks which session to go on with; finds them by title and by what was said in them, renames and deletes them."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from aircher.domain.ids import SessionId
from aircher.tui.dialogs.asking import Hint, Host
from aircher.tui.dialogs.choose import ListDialog
from aircher.tui.dialogs.columns import Column
from aircher.tui.dialogs.confirm import Confirm
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing
from aircher.tui.dialogs.ports import SessionFacts, SessionShelf
from aircher.tui.dialogs.preview import Passage
from aircher.tui.dialogs.text_entry import TextEntry
from aircher.tui.dialogs.words import ago
from aircher.tui.quantities import cost_words, plural
from aircher.tui.terminal.rows import clean

_UNTITLED = "(no title)"


class _Listed(NamedTuple):
    """A session in the list; one that was found by its words stands there with them."""

    session: SessionFacts
    snippet: str = ""


class Sessions(ListDialog[_Listed, SessionId]):
    """The list of sessions."""

    def __init__(self, host: Host, shelf: SessionShelf) -> None:
        columns = (Column("used"), Column("turns", is_number=True), Column("cost", is_number=True))
        listing = Listing(
            columns=columns,
            asks_for="type to find by title or by what was said",
            empty="there is no session yet",
            preview=self._preview,
            search=self._search,
        )
        super().__init__("Sessions", host, listing)
        self._shelf = shelf
        self.own_hints = (
            Hint("Enter", "open"),
            Hint("Ctrl+R", "rename"),
            Hint("Ctrl+X", "delete"),
            Hint("Esc", "close"),
            Hint("Alt+Down", "scroll preview"),
        )
        self.keys = {"ctrl+r": self._rename, "f2": self._rename, "ctrl+x": self._delete}
        self.pane.taken = lambda entry: self.answer(entry.value.session.session_id)
        self.fill(self._load)

    async def _load(self) -> Sequence[Entry[_Listed]]:
        now = self.host.clock.now()
        listed = await self._shelf.sessions()
        own = "this project" if any(facts.folder for facts in listed) else ""
        return [
            Entry(
                value=_Listed(facts),
                label=facts.title or _UNTITLED,
                detail=facts.folder,
                group="other projects" if facts.folder else own,
                cells=(
                    ago(facts.used_at, now),
                    str(facts.turns),
                    "" if facts.cost_usd is None else cost_words(facts.cost_usd),
                ),
                is_current=facts.is_current,
            )
            for facts in listed
        ]

    async def _search(self, text: str) -> Sequence[Entry[_Listed]]:
        return [
            Entry(
                value=_Listed(hit.session, "".join(text for text, _ in hit.pieces)),
                label=hit.session.title or _UNTITLED,
                detail="".join(clean(text) for text, _ in hit.pieces),
                detail_hits=tuple(_found(hit.pieces)),
                group="in the conversation",
                is_current=hit.session.is_current,
            )
            for hit in await self._shelf.search(text)
        ]

    async def _preview(self, listed: _Listed) -> Sequence[Passage]:
        found = (Passage("found", listed.snippet),) if listed.snippet else ()
        return (*found, *await self._shelf.preview(listed.session.session_id))

    def _rename(self) -> None:
        facts = self._chosen()
        if facts is None:
            return
        inner = TextEntry(
            "Rename session",
            self.host,
            asks_for="Its new title:",
            text=facts.title,
            check=lambda title: None if title.strip() else "a session needs a title",
        )
        self.ask(inner, lambda title: self._change(partial(self._shelf.rename, facts.session_id, title.strip())))

    def _delete(self) -> None:
        facts = self._chosen()
        if facts is None:
            return
        if facts.is_current:
            self.pane.problem = "this session is open: go to another one before you delete it"
            self.host.changed()
            return
        text = f"“{facts.title or _UNTITLED}”, {plural(facts.turns, 'turn')}, is deleted with all its messages."
        inner = Confirm("Delete session?", self.host, text=text, yes="Yes, delete it", no="No, keep it")
        delete = partial(self._shelf.delete, facts.session_id)
        self.ask(inner, lambda is_sure: self._change(delete) if is_sure else None)

    def _change(self, start: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.change(start, self._load)

    def _chosen(self) -> SessionFacts | None:
        chosen = self.pane.selection.chosen
        return None if chosen is None else chosen.value.session


def _found(pieces: Sequence[tuple[str, bool]]) -> Iterator[int]:
    """Yield where in the cleaned text signs stand that were looked for."""
    at = 0
    for text, is_found in pieces:
        length = len(clean(text))
        yield from range(at, at + length) if is_found else ()
        at += length
