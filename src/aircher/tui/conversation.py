"""One open session and its view; and all that are open in this program, of which one is on the screen.

Invariant: every session goes on whether it is looked at or not. Not its job: keys and drawing.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from aircher.domain.display import TodoBlock, TodoItem
from aircher.domain.events import (
    Event,
    LanesChanged,
    PermissionAsked,
    PermissionDecided,
    Published,
    QuestionAsked,
    TextDelta,
    ToolFinished,
    TurnFinished,
    TurnStarted,
)
from aircher.domain.lanes import WaitingPrompt
from aircher.tui.ports import OpenSession

if TYPE_CHECKING:  # lines ask without boxes
    from aircher.tui.dialogs.permission import PermissionDialog
    from aircher.tui.dialogs.question import QuestionDialog

Asked = PermissionAsked | QuestionAsked
MOST_AT_REST = 3
"""Conversations that stay open though nothing runs in them: to go back to one is quick, and it is where it was."""


class Watcher(Protocol):
    """Shows what happens in a session: blocks on a screen, or lines."""

    def apply(self, published: Published) -> None:
        """Take an event."""
        ...

    def begin(self) -> None:
        """Take note that what comes from now on happens now; until then it was history."""
        ...


class Conversation:
    """A session that is open.

    Attributes:
        session: The engine's end.
        is_followed: Whether somebody takes its events.
        watcher: Shows it.
        todo: The model's list of what is to be done.
        is_busy: Whether a turn runs; ``begun_at_s`` is when it began, ``heard_at_s`` when anything last happened.
        has_turns: Whether anything was asked in it.
        questions: Calls that wait for a person, oldest first; ``are_set_aside`` = not shown until somebody wants them.
        boxes: What asks them, by call, with what was written there.
        waiting: Messages that wait; ``is_paused`` = until somebody says go on.
        answer: What the model says in this turn or said in the last one.
    """

    def __init__(self, session: OpenSession, watcher: Watcher) -> None:
        self.session = session
        self.watcher = watcher
        self.is_followed = False
        self.todo: tuple[TodoItem, ...] = ()
        self.is_busy = False
        self.has_turns = False
        self.begun_at_s = self.heard_at_s = 0.0
        self.questions: list[Asked] = []
        self.are_set_aside = False
        self.boxes: dict[str, PermissionDialog | QuestionDialog] = {}
        self.waiting: tuple[WaitingPrompt, ...] = ()
        self.is_paused = False
        self._answer: list[str] = []
        self._is_answered = False
        for published in session.history:
            self.apply(published)
        self.is_busy = False
        self.questions.clear()  # nobody waits for what an earlier run asked
        watcher.begin()

    @property
    def answer(self) -> str:
        """Return what the model said last."""
        return "".join(self._answer)

    def apply(self, published: Published) -> None:
        """Take an event into account, and show it."""
        self.heard_at_s = monotonic()
        self._note(published.event)
        self.watcher.apply(published)

    def _note(self, event: Event) -> None:
        match event:
            case TurnStarted():
                self.is_busy = self.has_turns = self._is_answered = True
                self.begun_at_s = self.heard_at_s
            case TextDelta(text=text):
                if self._is_answered:
                    self._is_answered = False
                    self._answer.clear()
                self._answer.append(text)
            case TurnFinished():
                self.is_busy = False
                self.questions.clear()
                self.boxes.clear()
            case PermissionAsked() | QuestionAsked():
                self.are_set_aside = self.are_set_aside and bool(self.questions)
                self.questions.append(event)
            case PermissionDecided(call_id=call_id):
                self.forget_question(call_id)
            case ToolFinished(call_id=call_id, display=display):
                self.forget_question(call_id)
                for block in display:
                    if isinstance(block, TodoBlock):
                        self.todo = block.items
            case LanesChanged(waiting=waiting, is_paused=is_paused):
                self.waiting, self.is_paused = waiting, is_paused
            case _:
                pass

    @property
    def is_at_rest(self) -> bool:
        """Return whether closing it loses nothing."""
        return self.session.is_at_rest and not (self.is_busy or self.questions or self.waiting)

    def forget_question(self, call_id: str) -> None:
        """Take note that nobody waits for the answer any more."""
        self.questions = [asked for asked in self.questions if asked.call_id != call_id]
        self.boxes.pop(call_id, None)


class Conversations:
    """All that are open, and the one that is looked at.

    Invariant: one that nobody looks at stays open while something runs or waits in it; of the others only a few do.

    Attributes:
        current: That one; ``None`` = none is open yet.
        changing: Held by whoever opens, closes or changes over: two may mean the same conversation.
    """

    def __init__(self) -> None:
        self.current: Conversation | None = None
        self.changing = asyncio.Lock()
        self._open: dict[str, tuple[Conversation, AsyncExitStack]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[Conversation]:
        return (conversation for conversation, _ in self._open.values())

    def get(self, session_id: str) -> Conversation | None:
        """Return the one with this id, if it is open."""
        found = self._open.get(session_id)
        return found[0] if found else None

    def add(self, conversation: Conversation, stack: AsyncExitStack) -> None:
        """Keep this one open until it is closed with ``stack``."""
        self._open[conversation.session.session_id] = (conversation, stack)

    def look_at(self, conversation: Conversation) -> None:
        """Have this open one be the one that is looked at."""
        session_id = conversation.session.session_id
        self._open[session_id] = self._open.pop(session_id)  # the last one is the one seen last
        self.current = conversation

    async def close_some(self) -> None:
        """Close those that rest, except for the few that were seen last.

        Raises:
            AircherError: One could not be written to its end.
        """
        resting = [each for each in self if each is not self.current and each.is_at_rest]
        for conversation in resting[:-MOST_AT_REST]:
            await asyncio.shield(
                self._close(conversation.session.session_id)
            )  # it ends though the user leaves meanwhile

    @property
    def busy_elsewhere(self) -> int:
        """How many that nobody looks at run a turn, and ask nothing."""
        return sum(1 for each in self if each.is_busy and not each.questions and each is not self.current)

    @property
    def asking_elsewhere(self) -> int:
        """How many that nobody looks at wait for an answer."""
        return sum(1 for each in self if each.questions and each is not self.current)

    async def close_all(self) -> None:
        """Interrupt and close all of them, at the same time.

        Raises:
            AircherError: One could not be written to its end; all are closed.
        """
        for session_id in list(self._open):
            self._close(session_id)
        for failure in await asyncio.gather(*self._closing, return_exceptions=True):
            if failure is not None:
                raise failure

    def _close(self, session_id: str) -> "asyncio.Task[None]":
        """Begin to interrupt and close one."""
        conversation, stack = self._open.pop(session_id)
        if self.current is conversation:
            self.current = None
        closing = asyncio.create_task(stack.aclose())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        return closing


async def follow(conversation: Conversation, seen: Callable[[Conversation, Event], None]) -> None:
    """Take the session's events until it ends, and tell of each.

    Raises:
        Exception: What ended the session, as of `OpenSession.events`.
    """
    async for published in conversation.session.events():
        conversation.apply(published)
        seen(conversation, published.event)
