"""The interface on a screen: it holds the parts, gives each event to whom it is for, and has frames drawn.

Invariant: nothing here waits; what takes time is an errand. Not its job: what keys do (`actions`), what commands and
answers come to (`front`), how a frame is put together (`drawing`), and what parts look like.
"""

import asyncio
from time import perf_counter
from typing import Any, TypeVar

from aircher.domain.errors import AircherError
from aircher.domain.events import ErrorRaised
from aircher.domain.messages import TextPart
from aircher.domain.ports import Clock
from aircher.tui import actions
from aircher.tui.blocks.notice import NoticeBlock
from aircher.tui.blocks.turn import ErrorBlock
from aircher.tui.composer.composer import Composer
from aircher.tui.composer.submission import Submission, kind_of, sign_of
from aircher.tui.conversation import Asked, Conversations
from aircher.tui.dialogs.asking import Host as DialogHost
from aircher.tui.dialogs.box import BoxedDialog
from aircher.tui.drawing import Drawing
from aircher.tui.errands import Errands
from aircher.tui.find_bar import FindBar
from aircher.tui.frames import CALM_FRAME_S, FRAME_S, Frames
from aircher.tui.front import open_conversation, submit
from aircher.tui.inline import InlineView
from aircher.tui.journal import Journal, input_name
from aircher.tui.keymap import Action
from aircher.tui.notify import Notices
from aircher.tui.parts import Block
from aircher.tui.ports import Host
from aircher.tui.screen_front import ScreenFront
from aircher.tui.settings import Settings
from aircher.tui.terminal.events import InputEvent
from aircher.tui.terminal.terminal import Terminal
from aircher.tui.viewport.view import Viewport

AnswerT = TypeVar("AnswerT")
TIDY_S = 0.02
"""Between two pieces of what can wait: keys and text come first."""
AGAIN_S = 1.5
"""So soon after the first press a second one counts as "again": slower is a new thought."""


class Interface:
    """What is on the screen.

    Attributes:
        front: What prompts and commands show themselves through.
        view: What is shown of a conversation.
        early_view: What is shown until the first conversation is open; what it holds is then shown below that.
        dialogs: Open boxes; the last one gets the keys.
        begun: Set once the first conversation is open, or cannot be; what is sent before waits for it.
        left: Set when the user leaves.
    """

    def __init__(
        self, host: Host, settings: Settings, terminal: Terminal, clock: Clock, journal: Journal | None = None
    ) -> None:
        self.host = host
        self._journal = journal
        self.settings = settings
        self.terminal: Terminal = terminal
        self.conversations = Conversations()
        self.left: asyncio.Event = asyncio.Event()
        self.begun = asyncio.Event()
        self.frames = Frames(
            self._draw, lambda: terminal.is_behind, frame_s=lambda: CALM_FRAME_S if settings.is_calm else FRAME_S
        )
        self.errands: Errands = Errands(self._failed, self.left.set, self.frames.at_once)
        self.front: ScreenFront = ScreenFront(self)
        self.view: Viewport | InlineView = self.new_view()
        self.early_view: Viewport | InlineView | None = self.view
        self.composer = Composer(
            host.composer, settings.keymap, self.frames.at_once, submit=lambda sent: _begin_sending(self, sent)
        )
        self.composer.use_vim(is_vim=settings.is_vim)
        self.dialogs: list[BoxedDialog[Any]] = []  # each has an answer of its own type
        self.screen = DialogHost(changed=self.frames.at_once, spawn=self.errands.start, clock=clock)
        self.find_bar: FindBar = FindBar()
        self.drawing = Drawing(self, terminal.statistics)
        self.notices = Notices(terminal, place=host.place, is_wanted=lambda: settings.calls)
        self.hint_text = ""
        self._is_tidying = False
        self.asked: Asked | None = None
        self.typed_at_s: float | None = None
        self._last: tuple[Action, float] | None = None

    async def run(self, prompt: str = "", *, session_id: str = "", is_last: bool = False) -> str:
        """Show everything until the user leaves, and return the id of the conversation to go on with; empty = none.

        Raises:
            Exception: A bug of ours ended an errand.
        """
        loop = asyncio.get_running_loop()
        self.errands.guard(loop)
        self.frames.at_once()
        self.errands.start(self._begin(prompt, session_id, is_last=is_last))
        try:
            async with self.composer:
                await self.left.wait()
        finally:
            self.frames.close()
            left = self.conversations.current
            try:
                await self.conversations.close_all()  # first: what their end has to tell is shown, too
            finally:
                await self.errands.close()
                loop.set_exception_handler(None)
            if isinstance(self.view, InlineView):
                rows = self.view.rest(self.terminal.size[0], self.settings.look)
                self.terminal.paint([], None, above=rows)
        if self.errands.defect is not None:
            raise self.errands.defect
        return left.session.session_id if left is not None and left.has_turns else ""

    def handle(self, event: InputEvent) -> None:
        """Give an event to whom it is for, and show what came of it; once the user has left, to nobody."""
        if self.left.is_set():
            return
        begun_s = perf_counter()
        try:
            actions.dispatch(self, event)
        except AircherError as exc:  # the keys after it are still to be handled
            self._failed(exc)
        if self._journal is not None:
            name = input_name(event, self.settings.keymap)
            self._journal.note("ui.input", input=name, ms=_ms_since(begun_s))
        self.frames.at_once()

    def new_view(self) -> Viewport | InlineView:
        """Return an empty view."""
        if self.settings.is_inline:
            return InlineView()
        return Viewport(self.frames.changed, copy=lambda text: self.hint(self.front.copy(text)))

    def add(self, block: Block) -> None:
        """Show a block below everything else."""
        self.view.append(block)
        self.frames.at_once()

    async def ask(self, dialog: BoxedDialog[AnswerT]) -> AnswerT | None:
        """Show a box until it is answered; ``None`` = it was left."""
        self.dialogs.append(dialog)
        self.frames.at_once()
        try:
            return await dialog.answered
        finally:
            self.dialogs.remove(dialog)
            self.frames.at_once()

    def tell(self, text: str) -> None:
        """Show a sentence below everything else."""
        self.add(NoticeBlock(text))

    def hint(self, text: str) -> None:
        """Show a few words in the status bar until the next key."""
        self.hint_text = text

    def is_again(self, action: Action) -> bool:
        """Note that this was asked for; return whether it was the last thing asked for, a moment ago."""
        now_s = self.screen.clock.monotonic_s()
        last, self._last = self._last, (action, now_s)
        return last is not None and last[0] is action and now_s - last[1] <= AGAIN_S

    async def _begin(self, prompt: str, session_id: str, *, is_last: bool) -> None:
        try:
            await open_conversation(self.front, session_id, is_last=is_last)
        except AircherError as exc:
            if not (session_id or is_last):
                raise
            self._failed(exc)  # and a new one is begun, so that something can be asked
            await open_conversation(self.front)
        finally:
            self.begun.set()
        if prompt:
            kind = kind_of(prompt)
            said = prompt.removeprefix(sign_of(kind))
            await submit(self.front, Submission(kind=kind, text=said, parts=(TextPart(text=said),)))

    async def send(self, submission: Submission) -> None:
        """Do what was written, once there is a conversation to do it in."""
        self.view.to_bottom()
        await self.begun.wait()
        await submit(self.front, submission)

    def _failed(self, error: AircherError) -> None:
        self.add(ErrorBlock(ErrorRaised(code=error.code, message=error.message, hint=error.hint)))

    def _look_after(self, view: Viewport) -> None:
        """Scroll while somebody drags beyond an edge, and do in small pieces what need not be done in a frame."""
        if view.selecting.pull and not self.dialogs:
            view.selecting.autoscroll()
            self.frames.changed()
        if not self._is_tidying and view.idle():
            self._is_tidying = True
            asyncio.get_running_loop().call_later(TIDY_S, self._tidy)

    def _tidy(self) -> None:
        self._is_tidying = False
        self.frames.changed()

    def _draw(self) -> bool:
        """Draw a frame; return whether something in it moves by itself."""
        width, height = self.terminal.size
        conversation = self.conversations.current
        is_busy = conversation is not None and conversation.is_busy
        begun_s, written_bytes = perf_counter(), self.terminal.statistics.bytes
        above = self.view.settled(width, self.settings.look) if isinstance(self.view, InlineView) else ()
        frame = self.drawing.frame(width, height)
        laid_ms = _ms_since(begun_s)
        self.terminal.paint(frame.rows, frame.cursor, above=above, is_over=frame.is_over)
        if self._journal is not None:
            size_bytes = self.terminal.statistics.bytes - written_bytes
            self._journal.note("ui.frame", ms=_ms_since(begun_s), laid_ms=laid_ms, bytes=size_bytes)
        if isinstance(self.view, Viewport):
            self._look_after(self.view)
        return self.view.is_live or (is_busy and self.settings.look.is_animated)


def _ms_since(begun_s: float) -> float:
    return round((perf_counter() - begun_s) * 1000, 2)


def _begin_sending(interface: Interface, submission: Submission) -> None:
    interface.errands.start(interface.send(submission))
