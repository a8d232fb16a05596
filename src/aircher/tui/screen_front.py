"""A screen as what prompts and commands show themselves through: `aircher.tui.front.Front`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from aircher.commands.outcome import Choice, Switch
from aircher.domain.display import DisplayBlock
from aircher.domain.events import (
    Event,
    LanesChanged,
    PermissionAsked,
    PermissionDecided,
    QuestionAsked,
    ToolFinished,
    TurnFinished,
)
from aircher.tui import asking
from aircher.tui.blocks.displayed import DisplayedBlock
from aircher.tui.conversation import Conversation, follow
from aircher.tui.inline import InlineView, unseen_rows
from aircher.tui.look import Look
from aircher.tui.looks import toggle_panel, use_theme
from aircher.tui.parts import Changed
from aircher.tui.ports import OpenSession
from aircher.tui.shower import Shower
from aircher.tui.terminal.rows import Row

if TYPE_CHECKING:  # which holds this
    from aircher.tui.app import Interface


class ScreenFront:
    """Shows things on the screen, and asks in boxes.

    Attributes:
        watching_lanes: Called whenever other messages wait than before.
    """

    def __init__(self, interface: "Interface") -> None:
        self.host = interface.host
        self.conversations = interface.conversations
        self.errands = interface.errands
        self._interface = interface
        self.watching_lanes: set[Changed] = set()

    def watcher(self, session: OpenSession) -> Shower:
        """Return what shows a session's events, in a view of its own."""
        interface = self._interface
        return Shower(interface.new_view(), session, interface.frames.changed)

    def opened(self, conversation: Conversation) -> None:
        """Show this conversation instead of the one before; from the first time on it is followed."""
        interface = self._interface
        interface.drawing.renew_panel()
        if isinstance(conversation.watcher, Shower):
            before, interface.view = interface.view, conversation.watcher.view
            view = interface.view
            early, interface.early_view = interface.early_view, None
            if isinstance(before, InlineView) and before not in (view, early):
                self._print(before.parting)
            for block in early.blocks if early is not None else ():
                view.append(block)
        if not conversation.is_followed:
            conversation.is_followed = True
            for remark in conversation.session.remarks:
                interface.tell(remark)
            conversation.session.watch(self._panel_changed)
            interface.errands.start(self._follow(conversation))
        conversation.are_set_aside = False
        self._name_window(conversation)
        asking.ask_next(interface)
        interface.frames.at_once()

    def show(self, blocks: Sequence[DisplayBlock], *, command: str = "") -> None:
        """Show something that is no part of the conversation, below the command that asked for it."""
        self._interface.add(DisplayedBlock(tuple(blocks), self._interface.frames.changed, command=command))

    async def offer(self, choice: Choice) -> str | None:
        """Let the user choose in a box."""
        from aircher.tui import picking  # every box with a list: loaded after the first frame

        return await picking.offer(self._interface, choice)

    def use_theme(self, name: str) -> None:
        """Use these colours from now on."""
        use_theme(self._interface, name)

    def toggle(self, switch: Switch) -> None:
        """Switch the vi keys or the panel."""
        interface, settings = self._interface, self._interface.settings
        match switch:
            case Switch.VIM:
                settings.is_vim = not settings.is_vim
                interface.composer.use_vim(is_vim=settings.is_vim)
            case Switch.CONTEXT_PANEL:
                toggle_panel(interface)

    def copy(self, text: str) -> str:
        """Put text into the clipboard of the terminal."""
        if self._interface.terminal.copy(text):
            return f"Copied {len(text):,} characters."
        return f"The terminal does not take {len(text):,} characters; /export writes all of it to a file."

    def leave(self) -> None:
        """End."""
        self._interface.left.set()

    def _name_window(self, conversation: Conversation) -> None:
        is_asking = bool(conversation.questions)
        self._interface.notices.state("asks you" if is_asking else "works" if conversation.is_busy else "")

    def _panel_changed(self) -> None:
        self._interface.drawing.renew_panel()
        self._interface.frames.changed()

    async def _follow(self, conversation: Conversation) -> None:
        interface, watcher = self._interface, conversation.watcher
        pager = watcher.pager if isinstance(watcher, Shower) else None
        paging = None if pager is None else interface.errands.start(pager.run(interface.errands.failed))
        try:
            await follow(conversation, self._seen)
        finally:
            if paging is not None:
                paging.cancel()
            view = watcher.view if isinstance(watcher, Shower) else None
            if isinstance(view, InlineView) and view is not interface.view:
                self._print(partial(unseen_rows, view))

    def _print(self, rows_for: Callable[[int, Look], Sequence[Row]]) -> None:
        """Have rows in the terminal's own scrollback."""
        interface = self._interface
        if rows := rows_for(interface.terminal.size[0], interface.settings.look):
            interface.terminal.paint([], None, above=rows)
            interface.frames.changed()

    def _seen(self, conversation: Conversation, event: Event) -> None:
        """React to what happened: ask what is asked, call whoever looks elsewhere, draw what is looked at."""
        interface = self._interface
        match event:
            case PermissionAsked() | QuestionAsked():
                asking.ask_next(interface)
                interface.notices.call("a question waits for you")
            case LanesChanged():
                for changed in tuple(self.watching_lanes):
                    changed()
            case PermissionDecided() | ToolFinished():
                asking.ask_next(interface)
            case TurnFinished():
                asking.ask_next(interface)
                interface.notices.call("the turn has ended")
                interface.drawing.renew_panel()
            case _:
                pass
        if conversation is interface.conversations.current:
            self._name_window(conversation)
            interface.frames.changed()
