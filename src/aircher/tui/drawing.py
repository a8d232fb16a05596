"""Puts a frame together: conversation and panel, what waits, popup, prompt, status bar, and dialogs above all of it.

Invariant: drawing changes nothing but where things lie (`Drawing.layout`), and rows that did not change stay the same
objects from frame to frame.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, Protocol

from aircher.tui.composer.composer import Composer
from aircher.tui.composer.frame import most_rows
from aircher.tui.context_panel import PanelFacts, panel_rows
from aircher.tui.conversation import Conversation, Conversations
from aircher.tui.dialogs.box import Boxed, BoxedDialog, boxed
from aircher.tui.dialogs.permission import PermissionDialog
from aircher.tui.dialogs.question import QuestionDialog
from aircher.tui.errands import Errands
from aircher.tui.find_bar import FindBar
from aircher.tui.frames import ANIMATION_S
from aircher.tui.inline import InlineView
from aircher.tui.keymap import Action
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.ports import Host
from aircher.tui.quantities import whole_seconds
from aircher.tui.screen import (
    LEAST_VIEW_ROWS,
    Frame,
    Joints,
    Layout,
    Region,
    filled,
    panel_width,
)
from aircher.tui.select_bar import selecting_row
from aircher.tui.settings import Settings
from aircher.tui.status_bar import Status, status_row
from aircher.tui.terminal.frames import Statistics
from aircher.tui.terminal.rows import EMPTY, Row
from aircher.tui.terminal.styles import PLAIN
from aircher.tui.theme import painted_ground
from aircher.tui.viewport.view import Viewport
from aircher.tui.waiting import waiting_rows
from aircher.tui.welcome import Welcome

SILENCE_S = 20
"""A model that thinks without a word takes that long now and then; who waits longer wants to know."""
LEAST_SEEN = 8
"""Cells beside a box from which on what lies below stays in sight there: of less one would see no word."""
LEAST_ASKED = 12
"""Rows in which a question below native scrollback can be read and answered."""
PANEL_AGE_S = 1.0
"""What the panel tells is looked up again after this: its numbers are read, not watched."""


class Drawn(Protocol):
    """What a frame shows."""

    host: Host
    settings: Settings
    conversations: Conversations
    view: Viewport | InlineView
    composer: Composer
    find_bar: FindBar
    hint_text: str
    errands: Errands
    begun: asyncio.Event
    dialogs: list[BoxedDialog[Any]]  # each has an answer of its own type


class Drawing:
    """Draws an interface.

    Attributes:
        layout: Where everything lay in the last frame, and ``box`` the dialog on top.
    """

    def __init__(self, drawn: Drawn, statistics: Statistics) -> None:
        self.layout = Layout()
        self._drawn = drawn
        self._statistics = statistics
        self._joints = Joints()
        self._welcome = Welcome(drawn.host.place, drawn.host.commands)
        self._facts = PanelFacts()
        self._facts_at_s = float("-inf")
        self.box: Boxed | None = None
        self._is_over = False

    def renew_panel(self) -> None:
        """Look up with the next frame what the panel tells: something has ended, and perhaps no other frame follows."""
        self._facts_at_s = float("-inf")

    def frame(self, width: int, height: int) -> Frame:
        """Return the screen as it is now, and note where everything lies."""
        drawn, look = self._drawn, self._drawn.settings.look
        layout = self.layout = Layout()
        below = self._below(width, height, look)
        view_height = max(0, height - len(below))
        if drawn.settings.is_inline:
            above = list(drawn.view.rows(width, view_height, look))
            layout.view = Region(0, 0, width, len(above))
        else:
            above = self._conversation(width, view_height, look)
        rows = [*above, *below]
        layout.move_down(len(above))
        cursor, region = drawn.composer.cursor, layout.input
        if layout.find.height:
            cursor, region = drawn.find_bar.place, layout.find
        place = None if cursor is None or self._selects() else Place(region.x + cursor.x, region.y + cursor.y)
        self.box = None
        asked = self._asked_below(above, rows[-1], width, height) if drawn.settings.is_inline else None
        if asked is not None:
            return asked
        for dialog in drawn.dialogs:
            rows = [*[EMPTY] * (height - len(rows)), *rows]
            rows, place = self._over(rows, dialog, width, height)
        return Frame(rows=self._grounded(rows[-height:], width, look), cursor=place, is_over=self._is_over)

    def _grounded(self, rows: list[Row], width: int, look: Look) -> list[Row]:
        """Return the rows on the theme's own background, if the terminal's does not do."""
        ground = painted_ground(look.theme, self._drawn.settings.background)
        if ground.bg is None or self._drawn.settings.is_inline:
            return rows
        return [self._joints.lay(y, row, ground, width) for y, row in enumerate(rows)]

    def _conversation(self, width: int, height: int, look: Look) -> list[Row]:
        drawn = self._drawn
        beside = panel_width(width, drawn.settings.panel_width) if drawn.settings.has_panel else 0
        self.layout.view = Region(0, 0, width - beside, height)
        shown = drawn.view.rows(width - beside, height, look)
        if drawn.conversations.current is not None and not shown:
            shown = self._welcome.rows(width - beside, height, look, drawn.settings.keymap)
        rows = filled(shown, height)
        if drawn.view.new_rows and rows:
            rows[-1] = self._with_news(rows[-1], drawn.view.new_rows, width - beside, look)
        if not beside:
            return rows
        self.layout.panel = Region(width - beside, 0, beside, height)
        panel = panel_rows(self._panel_facts(), beside, height, look)
        return [self._joints.join(y, row, panel[y], width - beside) for y, row in enumerate(rows)]

    def _with_news(self, row: Row, count: int, width: int, look: Look) -> Row:
        """Return the last row of the conversation with a word on what came in below it."""
        text = f" {count} new line{'' if count == 1 else 's'} {look.glyphs.down} "
        told = Row.of((text, look.style(Role.CHOSEN))).cut(0, width)
        return row.fit(width).under(told, at=width - told.width)

    def _below(self, width: int, height: int, look: Look) -> list[Row]:
        """Return everything below the conversation; regions are noted from its first row on."""
        drawn, layout = self._drawn, self.layout
        room = max(1, height - LEAST_VIEW_ROWS - 1)
        typed = drawn.composer.rows(width, max(1, min(room, most_rows(height))), look)
        room -= len(typed)
        waiting = self._waiting(width, look)[: max(0, room)]
        room -= len(waiting)
        popup = drawn.composer.popup(width, max(0, room), look)
        rows = [*waiting, *popup]
        if drawn.find_bar.is_open and isinstance(drawn.view, Viewport):
            layout.find = Region(0, len(rows), width, 1)
            rows.append(drawn.find_bar.row(drawn.view, width, look))
        layout.input = Region(0, len(rows), width, len(typed))
        return [*rows, *typed, selecting_row(width, look) if self._selects() else self._status(width, look)]

    def _selects(self) -> bool:
        """Return whether keys move a selection."""
        view = self._drawn.view
        return isinstance(view, Viewport) and view.selecting.cursor is not None and not self._drawn.dialogs

    def _waiting(self, width: int, look: Look) -> list[Row]:
        conversation = self._drawn.conversations.current
        if conversation is None or not conversation.waiting:
            return []
        keymap = self._drawn.settings.keymap
        edit, send = keymap.name(Action.EDIT_WAITING), keymap.name(Action.SEND)
        return waiting_rows(conversation.waiting, width, look, is_paused=conversation.is_paused, key=edit, send=send)

    def _status(self, width: int, look: Look) -> Row:
        drawn = self._drawn
        conversation, settings = drawn.conversations.current, drawn.settings
        if conversation is None:
            state = "no conversation: /clear begins one" if drawn.begun.is_set() else "starting"
            return status_row(Status(provider="", model="", mode="", state=state), width, look)
        status = conversation.session.status()
        return status_row(
            replace(
                status,
                state=self._state(conversation, status.state, look),
                interrupts=settings.keymap.name(Action.INTERRUPT) if conversation.is_busy else "",
                waiting=len(conversation.waiting),
                elsewhere=drawn.conversations.busy_elsewhere,
                asking_elsewhere=drawn.conversations.asking_elsewhere,
                turn_usd=status.turn_usd if settings.shows_cost else None,
                session_usd=status.session_usd if settings.shows_cost else None,
                context_tokens=status.context_tokens if settings.shows_tokens else None,
            ),
            width,
            look,
        )

    def _state(self, conversation: Conversation, told: str, look: Look) -> str:
        if self._drawn.hint_text:
            return self._drawn.hint_text
        key = self._drawn.settings.keymap.name(Action.INTERRUPT)
        if conversation.questions:
            return f"asks you: {key} shows it" if conversation.are_set_aside else "asks you"
        command = self._drawn.errands.running
        if not conversation.is_busy:
            return f"{command} runs: {key} stops it" if command else told
        signs = look.glyphs.running
        told = f"{told or 'works'}{command and f', {command} runs'}"
        if not look.is_animated:  # what stays on the screen for long may tell no time
            return told
        now_s = monotonic()
        state = f"{signs[int(now_s / ANIMATION_S) % len(signs)]} {told}"
        ran_s, silent_s = int(now_s - conversation.begun_at_s), int(now_s - conversation.heard_at_s)
        lasts = f" {whole_seconds(ran_s)}" if ran_s else ""
        return f"{state}{lasts}, nothing for {whole_seconds(silent_s)}" if silent_s >= SILENCE_S else state + lasts

    def _panel_facts(self) -> PanelFacts:
        now_s = monotonic()
        conversation = self._drawn.conversations.current
        if conversation is not None and now_s - self._facts_at_s >= PANEL_AGE_S:
            self._facts_at_s = now_s
            statistics = self._statistics
            self._facts = replace(
                conversation.session.panel(),
                todo=conversation.todo,
                frames=statistics.frames,
                frame_ms=statistics.recent_ms,
                slowest_frame_ms=statistics.slowest_ms,
                written_bytes=statistics.bytes,
            )
        return self._facts

    def _asked_below(self, above: list[Row], status: Row, width: int, height: int) -> Frame | None:
        """Return the newest dialog in the place of the prompt; ``None`` = there is none, or it needs a screen.

        A high box would drive away what the terminal shows of before, and leave as many blank rows behind. Once one was
        too high, this stays so until the last one has gone: a screen that comes and goes disturbs more. A question of
        the running turn, which nobody has called for, never takes the screen: it is read by scrolling.
        """
        self._is_over = self._is_over and bool(self._drawn.dialogs)
        if self._is_over or not self._drawn.dialogs:
            return None
        dialog = self._drawn.dialogs[-1]
        is_asked_by_turn = isinstance(dialog, PermissionDialog | QuestionDialog)
        highest = min(height - 1, max(LEAST_ASKED, height // 2)) if is_asked_by_turn else height - 1
        box = boxed(dialog, width, max(1, highest), self._drawn.settings.look)
        if not is_asked_by_turn and len(box.rows) > height // 2:
            self._is_over = True
            return None
        left = Row.of((" " * box.x, PLAIN))
        rows = [*above, *(left.beside(row) for row in box.rows), status][-height:]
        top = len(rows) - 1 - len(box.rows)
        self.box = box._replace(y=top)
        cursor = box.cursor and Place(box.cursor.x, box.cursor.y - box.y + top)
        return Frame(rows=rows, cursor=cursor)

    def _over(
        self, rows: Sequence[Row], dialog: BoxedDialog[Any], width: int, height: int
    ) -> tuple[list[Row], Place | None]:
        """Return the rows with a dialog's box lying on them, and the cursor in it."""
        box = self.box = boxed(dialog, width, height, self._drawn.settings.look)
        under = list(rows)
        for at, row in enumerate(box.rows):
            seen = under[box.y + at] if box.x >= LEAST_SEEN else EMPTY
            under[box.y + at] = seen.fit(width).under(row, at=box.x)
        return under, box.cursor
