"""One open session and its view; and all that are open in this program, of which one is on the screen.

Invariant: every session goes on whether it is looked at or not. Not its job: keys and drawing.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from aircher.domain.display import TodoBlock, TodoItem
from aircher.domain.events import (
    PermissionAsked,
    Published,
    QuestionAsked,
    ToolFinished,
    TurnFinished,
    TurnStarted,
)
from aircher.tui.pump import Pump
from aircher.tui.viewport.viewport import Viewport

if TYPE_CHECKING:  # the engine is loaded while the first frame is on the screen already
    from aircher.tui.ports import Opened

Seen = Callable[["Conversation", Published], None]


class Conversation:
    """A session that is open.

    Attributes:
        opened: The engine's end.
        view: What was said, as blocks.
        todo: The model's list of what is to be done.
        is_busy: Whether a turn runs.
        questions: Calls that wait for a person, oldest first.
    """

    def __init__(self, opened: "Opened", view: Viewport, pump: Pump) -> None:
        self.opened = opened
        self.view = view
        self.todo: tuple[TodoItem, ...] = ()
        self.is_busy = False
        self.questions: list[PermissionAsked | QuestionAsked] = []
        self._pump = pump
        for published in opened.history:
            self.apply(published)
        self.questions.clear()  # nobody waits for those of an earlier run

    def apply(self, published: Published) -> None:
        """Take an event into the view."""
        self._pump.apply(published)
        match published.event:
            case TurnStarted():
                self.is_busy = True
            case TurnFinished():
                self.is_busy = False
                self.questions.clear()
            case PermissionAsked() | QuestionAsked() as asked:
                self.questions.append(asked)
            case ToolFinished(display=display, call_id=call_id):
                self.questions = [each for each in self.questions if each.call_id != call_id]
                for block in display:
                    if isinstance(block, TodoBlock):
                        self.todo = block.items
            case _:
                pass

    async def follow(self, seen: Seen) -> None:
        """Take events until the session ends, and tell of each."""
        from aircher.engine.bus import Delivery  # the engine is there by now

        inbox = self.opened.session.subscribe(Delivery.COALESCED)
        async for published in inbox:
            self.apply(published)
            seen(self, published)


class Conversations:
    """All that are open, by id, and the one on the screen.

    Attributes:
        current: The one on the screen; ``None`` = none is open yet.
    """

    def __init__(self) -> None:
        self.current: Conversation | None = None
        self._open: dict[str, tuple[Conversation, AsyncExitStack, asyncio.Task[None]]] = {}

    def __iter__(self) -> Iterator[Conversation]:
        return (conversation for conversation, _, _ in self._open.values())

    def get(self, session_id: str) -> Conversation | None:
        """Return the one with this id, if it is open."""
        found = self._open.get(session_id)
        return found[0] if found else None

    def add(self, conversation: Conversation, stack: AsyncExitStack, following: asyncio.Task[None]) -> None:
        """Keep it, with what has to be closed after it."""
        self._open[conversation.opened.session.session_id] = (conversation, stack, following)
        self.current = conversation

    @property
    def busy_elsewhere(self) -> int:
        """How many that are not on the screen run a turn."""
        return sum(1 for each in self if each.is_busy and each is not self.current)

    async def close(self) -> None:
        """Interrupt and close all of them."""
        for _, stack, following in self._open.values():
            await stack.aclose()
            await asyncio.wait([following])
        self._open.clear()
