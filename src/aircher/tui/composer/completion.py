"""The popup that completes what stands before the cursor.

Invariant: it never changes the text, it only says what would; and that is said of the text as it is now: results for
what it was are dropped. What Escape closed stays closed until something else is to be completed.
"""

import asyncio
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import NamedTuple

from aircher.domain.errors import AircherError
from aircher.tui.composer.background import Background
from aircher.tui.composer.choices import Choices, inserted
from aircher.tui.composer.menu import Choice, Menu
from aircher.tui.composer.ports import ComposerPorts
from aircher.tui.composer.tokens import CommandToken, FileToken, Token, is_same_place, token_at


class Change(NamedTuple):
    """What taking a choice does: ``text`` stands where ``start`` to ``end`` was."""

    start: int
    end: int
    text: str


class OnEnter(Enum):
    """What Enter does while a popup is open."""

    SENDS = auto()
    COMPLETES = auto()
    COMPLETES_AND_SENDS = auto()


class Completion:
    """What is being completed, and the choices for it.

    Attributes:
        menu: The choices; ``None`` = there are none, or not yet.
        token: What they are for; ``None`` = nothing.
    """

    def __init__(self, ports: ComposerPorts, background: Background, answered: Callable[[], None]) -> None:
        """Get ready; ``answered`` is called whenever results have come."""
        self.menu: Menu | None = None
        self.token: Token | None = None
        self._choices = Choices(ports, background)
        self._background = background
        self._answered = answered
        self._closed: Token | None = None
        self._asking: asyncio.Task[None] | None = None

    @property
    def is_waiting(self) -> bool:
        """Return whether the choices for what is typed now are still to come."""
        return self._asking is not None

    def has_settled(self) -> bool:
        """Return the contrary."""
        return self._asking is None

    def follow(self, text: str, cursor: int, *, is_edit: bool) -> None:
        """Look at the text as it is now; a popup is opened by typing, not by walking past."""
        token = token_at(text, cursor)
        is_same = is_same_place(token, self.token)
        if self._closed is not None and not is_same_place(token, self._closed):
            self._closed = None
        if token is None or self._closed is not None or not (is_edit or is_same):
            self._end()
        elif token != self.token:
            if not is_same:
                self._end()
            self._begin(token)

    def close(self) -> None:
        """Close it until something else is to be completed."""
        self._closed = self.token
        self._end()

    def change(self) -> Change | None:
        """Return what taking the chosen one does; ``None`` = there is none, or it stands there already."""
        if self.menu is None or self.token is None or self.is_waiting:
            return None
        text = inserted(self.token, self.menu.chosen)
        return Change(self.token.start, self.token.end, text)

    def on_enter(self) -> OnEnter:
        """Return what Enter does, so that nothing is sent but what was typed or is being typed.

        A command or argument that was typed in part is completed and sent; one that only has the same letters in it
        is not, unless somebody went to it, and then it is completed only.
        """
        menu, token = self.menu, self.token
        if menu is None or token is None or self.is_waiting:
            return OnEnter.SENDS
        value, query = menu.chosen.value, token.query
        if isinstance(token, FileToken):
            return OnEnter.COMPLETES if menu.has_moved or query not in {"", value} else OnEnter.SENDS
        if query and value.startswith(query):
            return OnEnter.COMPLETES_AND_SENDS
        return OnEnter.COMPLETES if menu.has_moved or token == CommandToken(0, token.end, "") else OnEnter.SENDS

    def _begin(self, token: Token) -> None:
        self.token = token
        self._stop_asking()
        known = self._choices.at_once(token)
        if known is None:
            self._asking = self._background.start(self._ask(token))
        else:
            self._show(known)

    async def _ask(self, token: Token) -> None:
        assert not isinstance(token, CommandToken)
        try:
            known = await self._choices.later(token)
        except AircherError:
            if self.token is token:
                self._asking = None
                self.close()
                self._answered()
            raise
        if self.token is token:
            self._asking = None
            self._show(known)
            self._answered()

    def _show(self, known: Sequence[Choice]) -> None:
        self.menu = Menu(known) if known else None

    def _end(self) -> None:
        self._stop_asking()
        if self.token is not None:
            self._choices.forget()
        self.token = None
        self.menu = None

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
