"""What the interface needs of the program around it; `aircher.app` provides it, `dev replay` in part.

Everything that is awaited may be slow and is never waited for by a frame; what is not awaited costs microseconds.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from aircher.commands.command import Outside
from aircher.commands.outcome import Choice
from aircher.domain.events import Published
from aircher.domain.lanes import Lane
from aircher.domain.messages import PromptPart
from aircher.domain.models import ModelInfo
from aircher.domain.operations import Answer
from aircher.tui.composer.ports import ComposerPorts
from aircher.tui.context_panel import PanelFacts
from aircher.tui.dialogs.ports import (
    CommandFacts,
    ModeFacts,
    ProviderFacts,
    Rewind,
    SessionShelf,
    SettingsBook,
    TurnFacts,
    WaitingRoom,
)
from aircher.tui.look import Theme
from aircher.tui.status_bar import Status
from aircher.tui.viewport.ports import Earlier


class Lanes(WaitingRoom, Protocol):
    """The messages that wait; every change is told by an event."""

    async def go_on(self) -> None:
        """Send what an interrupted turn left waiting."""
        ...


class OpenSession(Protocol):
    """A conversation that is open.

    Attributes:
        session_id: Its id.
        outside: What commands learn of the program.
        remarks: What a person should know who begins to look at it.
    """

    session_id: str
    remarks: Sequence[str]
    outside: Outside

    @property
    def history(self) -> Sequence[Published]:
        """Its last turns, to be shown at once."""
        ...

    @property
    def earlier(self) -> Earlier | None:
        """Where the turns before come from; ``None`` = everything is in ``history``."""
        ...

    @property
    def lanes(self) -> Lanes:
        """What waits in it."""
        ...

    @property
    def is_at_rest(self) -> bool:
        """Whether closing it loses nothing."""
        ...

    def events(self) -> AsyncIterator[Published]:
        """Yield what happens from now on, to the end of the session; adjacent pieces of text may come as one.

        Raises:
            StorageError: The session ended because it cannot be recorded.
            Exception: A bug of ours ended a turn; it is raised once the session has ended.
        """
        ...

    async def send(self, parts: Sequence[PromptPart], *, lane: Lane) -> None:
        """Begin a turn with this, or while one runs let it wait in the lane."""
        ...

    async def interrupt(self) -> None:
        """End the running turn."""
        ...

    def answer(self, answer: Answer) -> bool:
        """Answer what was asked; ``False`` = it is not asked any more."""
        ...

    async def choose(self, choice: Choice, value: str) -> str:
        """Let this hold from the next call of a model on, and return in words what holds now."""
        ...

    async def turns(self) -> Sequence[TurnFacts]:
        """Return the turns that one can go back to before, the oldest first."""
        ...

    async def rewind(self, to: Rewind) -> str:
        """Go back to before a turn, with the project's files if wanted; return in words what was done."""
        ...

    async def run(self, command: str) -> None:
        """Run a command line of the user's own; the model gets to know it with the next prompt."""
        ...

    def status(self) -> Status:
        """Return what holds at this moment."""
        ...

    def panel(self) -> PanelFacts:
        """Return what the context panel tells."""
        ...

    def watch(self, changed: Callable[[], None]) -> None:
        """Call this whenever what the panel tells has changed without an event."""
        ...


class Host(Protocol):
    """The program around the interface.

    Attributes:
        place: The project's name.
        composer: What the prompt needs.
        looked_at: The id of the open conversation that is looked at, which the interface sets; empty = none is.
    """

    place: str
    looked_at: str
    composer: ComposerPorts

    @property
    def shelf(self) -> SessionShelf:
        """The recorded conversations."""
        ...

    @property
    def book(self) -> SettingsBook:
        """The configuration."""
        ...

    def open(self, session_id: str, *, is_last: bool = False) -> AbstractAsyncContextManager[OpenSession]:
        """Open a recorded conversation, the last one here, or with ``""`` a new one; leaving it closes it.

        Raises:
            AircherError: It cannot be opened.
        """
        ...

    async def models(self) -> Sequence[ModelInfo]:
        """Return the models that can be chosen."""
        ...

    async def providers(self) -> Sequence[ProviderFacts]:
        """Return the providers that can be chosen."""
        ...

    async def modes(self) -> Sequence[ModeFacts]:
        """Return the permission modes."""
        ...

    def commands(self) -> Sequence[CommandFacts]:
        """Return all slash commands."""
        ...

    def themes(self) -> Sequence[str]:
        """Return the names of all themes."""
        ...

    def theme(self, name: str) -> Theme:
        """Return a theme.

        Raises:
            ConfigError: There is none of this name, or it is wrong.
        """
        ...

    def wrong_rule(self, rule: str) -> str | None:
        """Return in a sentence what is wrong with a permission rule."""
        ...

    async def remember(self, text: str) -> str:
        """Add a line to the project's memory, and return in words where it is."""
        ...
