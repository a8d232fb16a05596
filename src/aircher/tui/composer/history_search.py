"""Incremental search in what was sent before, newest first.

Invariant: what the store finds later is put behind what was found at once, so nothing moves under a finger on Enter.
"""

import asyncio
from collections.abc import Callable, Iterable

from aircher.tui.composer.background import Background
from aircher.tui.composer.menu import Choice, Menu
from aircher.tui.composer.ports import History
from aircher.tui.editor.editor import Editor
from aircher.tui.fuzzy import rank
from aircher.tui.keymap import Action
from aircher.tui.parts import Changed
from aircher.tui.terminal.events import KeyPressed
from aircher.tui.terminal.rows import clean

MOST_FOUND = 100
_SEARCHED_CHARS = 2_000  # of each prompt at once; the store searches all of it
_LABEL_CHARS = 400


class HistorySearch:
    """A search that is open until something is taken.

    Attributes:
        is_open: Whether somebody is searching.
        words: What is searched for, as it is typed.
        menu: What was found; ``None`` = nothing.
    """

    def __init__(self, history: History, background: Background, changed: Changed, take: Callable[[str], None]) -> None:
        """Get ready; ``take`` gets what is taken."""
        self.is_open = False
        self.words = Editor()
        self.menu: Menu | None = None
        self._history = history
        self._background = background
        self._changed = changed
        self._take = take
        self._entries: tuple[str, ...] = ()
        self._labels: list[str] = []
        self._texts: list[str] = []
        self._asking: asyncio.Task[None] | None = None

    def open(self, entries: Iterable[str]) -> None:
        """Begin with everything that is known at once, newest first."""
        self.is_open = True
        self.words = Editor()
        self._entries = tuple(entries)
        self._labels = [label_of(text) for text in self._entries]
        self._texts = [text[:_SEARCHED_CHARS].lower() for text in self._entries]
        self._find()

    def close(self) -> None:
        """Wait for nothing any more."""
        self._stop_asking()
        self.is_open = False
        self.menu = None
        self._entries, self._labels, self._texts = (), [], []
        self._changed()

    def take(self) -> None:
        """Take the chosen one, or nothing."""
        menu = self.menu
        self.close()
        if menu is not None:
            self._take(menu.chosen.value)

    def key(self, event: KeyPressed, action: Action | None) -> bool:
        """Do what a key says; ``False`` = it is somebody else's."""
        if event.key == "escape" or action is Action.CLEAR_INPUT:
            self.close()
        elif action in {Action.SEND, Action.QUEUE}:
            self.take()
        elif event.key in {"up", "down"} or action is Action.SEARCH_HISTORY:
            if self.menu is not None:
                self.menu.move(-1 if event.key == "up" else 1)
        elif action is not None and not event.text:
            return False
        else:
            before = self.words.text
            self.words.handle(event)
            self._follow(before)
        self._changed()
        return True

    def insert(self, text: str) -> None:
        """Search for this, too."""
        before = self.words.text
        self.words.insert(" ".join(text[:_LABEL_CHARS].split()))
        self._follow(before)
        self._changed()

    def _follow(self, before: str) -> None:
        if self.words.text != before:
            self._find()

    def _find(self) -> None:
        self._stop_asking()
        query = " ".join(self.words.text.lower().split())
        found = self._at_once(query)
        self.menu = Menu(found) if found else None
        if query:
            self._asking = self._background.start(self._ask(query, found))

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _at_once(self, query: str) -> list[Choice]:
        words = query.split()
        hits = [at for at, text in enumerate(self._texts) if all(word in text for word in words)][:MOST_FOUND]
        found = [self._choice(self._entries[at], words) for at in hits]
        if query and len(found) < MOST_FOUND:
            known = set(hits)
            close = rank(query, self._labels, limit=MOST_FOUND)
            found += [
                Choice(value=self._entries[match.at], label=self._labels[match.at], positions=match.positions)
                for match in close
                if match.at not in known
            ][: MOST_FOUND - len(found)]
        return _once_each(found)

    def _choice(self, text: str, words: Iterable[str]) -> Choice:
        label = label_of(text)
        lowered = label.lower()
        positions: set[int] = set()
        for word in words:
            at = lowered.find(word)
            positions.update(range(at, at + len(word)) if at >= 0 else ())
        return Choice(value=text, label=label, positions=tuple(sorted(positions)))

    async def _ask(self, query: str, found: list[Choice]) -> None:
        more = await self._history.search(query, MOST_FOUND)
        words = query.split()
        choices = _once_each([*found, *(self._choice(text, words) for text in more if text.strip())])
        if len(choices) > len(found):
            if self.menu is None:
                self.menu = Menu(choices)
            else:
                self.menu.choices = choices
            self._changed()


def label_of(text: str) -> str:
    """Return a prompt as one line of a list."""
    return clean(" ".join(text[:_LABEL_CHARS].split()))


def _once_each(choices: Iterable[Choice]) -> list[Choice]:
    known: dict[str, Choice] = {}
    for choice in choices:
        known.setdefault(choice.value, choice)
    return list(known.values())
