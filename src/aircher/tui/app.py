"""The interface: it holds the parts, gives each event to the one that it is for, and draws.

Invariant: nothing here waits. What takes time is an errand (`start`), whose failure is shown and stops nothing else.
Not its job: what keys do (`actions`), what commands and answers come to (`errands`), and what parts look like.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from aircher.domain.errors import AircherError
from aircher.tui import actions
from aircher.tui.asking import Questions
from aircher.tui.blocks.notice import ErrorBlock, NoticeBlock
from aircher.tui.composer.composer import Composer, Submission
from aircher.tui.conversation import Conversations
from aircher.tui.drawing import Drawing
from aircher.tui.frames import Frames
from aircher.tui.keymap import Keymap
from aircher.tui.look import Look
from aircher.tui.notify import Notices
from aircher.tui.parts import Block, Dialog
from aircher.tui.terminal.events import (
    BackgroundTold,
    FocusChanged,
    InputEvent,
    KeyPressed,
    MouseUsed,
    Pasted,
    Resized,
)
from aircher.tui.terminal.terminal import Terminal
from aircher.tui.viewport.viewport import Viewport

if TYPE_CHECKING:
    from aircher.tui.ports import Host

AnswerT = TypeVar("AnswerT")


class Interface:
    """What is on the screen.

    Attributes:
        view: What was said; before a session is open, what happened until then.
        dialogs: Open boxes; the last one gets the keys.
    """

    def __init__(self, host: "Host", keymap: Keymap, look: Look, *, is_inline: bool = False) -> None:
        self.host = host
        self.keymap = keymap
        self.look = look
        self.is_inline = is_inline
        self.conversations = Conversations()
        self.view = Viewport(self.changed)
        self.composer = Composer(host.composer, keymap, self.changed, self.submit)
        self.dialogs: list[Dialog[Any]] = []  # each has an answer of its own type
        self.questions = Questions(self)
        self.drawing = Drawing(self)
        self.is_leaving = asyncio.Event()
        self._errands: set[asyncio.Task[None]] = set()
