"""A recorded conversation that happens once more on the screen, without a model and without tools.

Invariant: nothing is asked, run or written; what a person sends is refused in words.
"""

# ruff: noqa: ARG002 - the contracts of a session and its lanes name what is not needed here
import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NoReturn

from aircher.app.interface.opening import Opening
from aircher.app.outside import ProgramOutside
from aircher.commands.command import Outside
from aircher.commands.outcome import Choice
from aircher.domain.errors import UsageError
from aircher.domain.events import Published
from aircher.domain.lanes import Lane
from aircher.domain.messages import PromptPart
from aircher.domain.operations import Answer
from aircher.tui.context_panel import PanelFacts
from aircher.tui.dialogs.ports import Rewind, TurnFacts, WaitingFacts
from aircher.tui.ports import OpenSession
from aircher.tui.status_bar import Status

LONGEST_PAUSE_S = 3.0
"""A person who thought for an hour is not waited for."""


def _refuse() -> NoReturn:
    raise UsageError("this is a replay: nobody is there to answer", hint="aircher -r ID goes on with the conversation")


class NoLanes:
    """Nothing waits in a replay."""

    async def items(self) -> Sequence[WaitingFacts]:
        """Return nothing."""
        return []

    async def edit(self, item_id: str, prompt: tuple[PromptPart, ...]) -> bool:
        """Refuse."""
        _refuse()

    async def move(self, item_id: str, by: int) -> None:
        """Refuse."""
        _refuse()

    async def to_lane(self, item_id: str, lane: str) -> None:
        """Refuse."""
        _refuse()

    async def drop(self, item_id: str) -> None:
        """Refuse."""
        _refuse()

    async def go_on(self) -> None:
        """Refuse."""
        _refuse()


class Replay:
    """A conversation that is played. Satisfies `aircher.tui.ports.OpenSession`.

    Args:
        events: What was recorded.
        speed: 2 = twice as fast; 0 = at once.
        outside: What commands learn of the program.
    """

    def __init__(self, events: Sequence[Published], *, speed: float, outside: Outside) -> None:
        self.session_id: str = events[0].session_id if events else ""
        self.remarks: Sequence[str] = ()
        self.history: Sequence[Published] = ()
        self.earlier = None
        self.lanes = NoLanes()
        self.outside = outside
        self._events = events
        self._speed = speed
        self._is_stopped = False

    async def events(self) -> AsyncIterator[Published]:
        """Yield what was recorded, in its pace."""
        last = self._events[0].at if self._events else None
        for published in self._events:
            if self._is_stopped:
                return
            if last is not None and self._speed:
                pause_s = (published.at - last).total_seconds() / self._speed
                await asyncio.sleep(max(0.0, min(pause_s, LONGEST_PAUSE_S)))
            else:
                await asyncio.sleep(0)
            last = published.at
            yield published

    async def send(self, parts: Sequence[PromptPart], *, lane: Lane) -> None:
        """Refuse."""
        _refuse()

    @property
    def is_at_rest(self) -> bool:
        """Return that it is to stay open: nothing else is shown."""
        return False

    async def interrupt(self) -> None:
        """Stop playing."""
        self._is_stopped = True

    def answer(self, answer: Answer) -> bool:
        """Take no answer: the recorded one follows."""
        return False

    async def choose(self, choice: Choice, value: str) -> str:
        """Refuse."""
        _refuse()

    async def turns(self) -> Sequence[TurnFacts]:
        """Return nothing to go back to."""
        return []

    async def rewind(self, to: Rewind) -> str:
        """Refuse."""
        _refuse()

    async def run(self, command: str) -> None:
        """Refuse."""
        _refuse()

    def status(self) -> Status:
        """Return that this is a replay."""
        return Status(provider="replay", model=self.session_id[:8], mode="plan")

    def panel(self) -> PanelFacts:
        """Return nothing."""
        return PanelFacts()

    def watch(self, changed: Callable[[], None]) -> None:
        """Do nothing: it does not change."""


class ReplayOpening(Opening):
    """Opens recorded conversations to be played.

    Attributes:
        speed: As of `Replay`.
    """

    speed: float = 1.0

    @asynccontextmanager
    async def open(self, session_id: str, *, is_last: bool = False) -> AsyncIterator[OpenSession]:
        """Open one; ``is_last`` and ``""`` mean the last one here."""
        events = await asyncio.to_thread(self._load, session_id)
        outside = ProgramOutside(
            config=self.config,
            options=self.options,
            environ=self.environ,
            subcommand_text=self.subcommand_text,
            specs=lambda: (),
        )
        yield Replay(events, speed=self.speed, outside=outside)

    def _load(self, session_id: str) -> Sequence[Published]:
        from aircher.config.databases import database_paths
        from aircher.storage.conversations import SqliteConversations
        from aircher.storage.database import Database
        from aircher.storage.migrate import CONVERSATIONS

        with Database(database_paths(self.config, self.environ).conversations, CONVERSATIONS) as database:
            conversations = SqliteConversations(database)
            found = conversations.find(session_id) if session_id else conversations.latest(self.project_id)
            if found is None:
                raise UsageError("there is no conversation here to be played", hint="aircher sessions list")
            return conversations.load(found.id).events
