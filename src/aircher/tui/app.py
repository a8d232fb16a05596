"""The interface on a screen: it holds the parts, gives each event to whom it is for, and has frames drawn.

Invariant: nothing here waits; what takes time is an errand. Not its job: what keys do (`actions`), what commands and
answers come to (`front`), how a frame is put together (`drawing`), and what parts look like.
"""

import asyncio
from typing import Any, TypeVar

from aircher.domain.errors import AircherError
from aircher.tui import actions
from aircher.tui.blocks.notices import ErrorBlock
from aircher.tui.composer.composer import Composer
from aircher.tui.composer.submission import Submission
from aircher.tui.conversation import Conversations
from aircher.tui.drawing import Drawing
from aircher.tui.errands import Errands
from aircher.tui.frames import Frames
from aircher.tui.front import open_conversation, submit
from aircher.tui.inline import InlineView
from aircher.tui.notify import Notices
from aircher.tui.parts import Block, Dialog
from aircher.tui.ports import Host
from aircher.tui.screen_front import ScreenFront
from aircher.tui.settings import Settings
from aircher.tui.terminal.events import InputEvent
from aircher.tui.terminal.terminal import Terminal
from aircher.tui.viewport.viewport import Viewport

AnswerT = TypeVar("AnswerT")


class Interface:
    """What is on the screen.

    Attributes:
        front: What prompts and commands show themselves through.
        view: What is shown of a conversation.
        dialogs: Open boxes; the last one gets the keys.
        left: Set when the user leaves.
    """

    def __init__(self, host: Host, settings: Settings, terminal: Terminal) -> None:
        self.host = host
        self.settings = settings
        self.terminal = terminal
        self.conversations = Conversations()
        self.left = asyncio.Event()
        self.errands = Errands(self._failed, self.left.set)
        self.front = ScreenFront(self)
        self.frames = Frames(self._draw, lambda: terminal.is_behind)
        self.view: Viewport | InlineView = self.new_view()
        self.composer = Composer(host.composer, settings.keymap, self.frames.at_once, self._submit)
        self.dialogs: list[Dialog[Any]] = []  # each has an answer of its own type
        self.drawing = Drawing(self, terminal.statistics)
        self.notices = Notices(terminal, place=host.place, is_wanted=lambda: settings.calls)

    async def run(self, prompt: str = "", *, session_id: str = "", is_last: bool = False) -> None:
        """Show everything until the user leaves.

        Raises:
            Exception: A bug of ours ended an errand.
        """
        self.frames.at_once()
        self.errands.start(self._begin(prompt, session_id, is_last=is_last))
        try:
            await self.left.wait()
        finally:
            self.frames.close()
            await self.errands.close()
            await self.conversations.close_all()
        if self.errands.defect is not None:
            raise self.errands.defect

    def handle(self, event: InputEvent) -> None:
        """Give an event to whom it is for, and show what came of it."""
        actions.dispatch(self, event)
        self.frames.at_once()

    def new_view(self) -> Viewport | InlineView:
        """Return an empty view."""
        return InlineView() if self.settings.is_inline else Viewport(self.frames.changed)

    def add(self, block: Block) -> None:
        """Show a block below everything else."""
        self.view.append(block)
        self.frames.at_once()

    async def ask(self, dialog: Dialog[AnswerT]) -> AnswerT | None:
        """Show a box until it is answered; ``None`` = it was left."""
        self.dialogs.append(dialog)
        self.frames.at_once()
        try:
            return await dialog.answered
        finally:
            self.dialogs.remove(dialog)
            self.frames.at_once()

    async def _begin(self, prompt: str, session_id: str, *, is_last: bool) -> None:
        await open_conversation(self.front, session_id, is_last=is_last)
        if prompt:
            await submit(self.front, Submission.of(prompt))

    def _submit(self, submission: Submission) -> None:
        self.view.to_bottom()
        self.errands.start(submit(self.front, submission))

    def _failed(self, error: AircherError) -> None:
        self.add(ErrorBlock.of(error))

    def _draw(self) -> bool:
        """Draw a frame; return whether something in it moves by itself."""
        width, height = self.terminal.size
        if isinstance(self.view, InlineView):
            above = self.view.settled(width, self.settings.look)
            if above:
                self.terminal.print_above(above)
        frame = self.drawing.frame(width, height)
        self.terminal.paint(frame.rows, frame.cursor)
        conversation = self.conversations.current
        return self.view.is_live or (conversation is not None and conversation.is_busy and self.settings.look.is_animated)
