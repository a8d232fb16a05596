"""What keys and the mouse do: a table from actions to what happens, and who gets an event that is no action.

Invariant: an open box gets every key first, then the line that finds, then an action of the screen, then the prompt;
what nobody takes is lost. A question of the running turn hands on what it has no use for: it does not hold the screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from aircher.commands.outcome import Choice, Switch
from aircher.domain.errors import AircherError
from aircher.domain.levels import BY_ITSELF, MODES, THINKING
from aircher.tui import asking, looks
from aircher.tui.dialogs.box import BoxedDialog
from aircher.tui.dialogs.permission import PermissionDialog
from aircher.tui.dialogs.question import QuestionDialog
from aircher.tui.front import choose, current, run_command
from aircher.tui.keymap import Action
from aircher.tui.shower import Shower
from aircher.tui.terminal.events import (
    BackgroundTold,
    FocusChanged,
    InputEvent,
    KeyPressed,
    MouseUsed,
    Pasted,
)
from aircher.tui.viewport.view import Viewport

if TYPE_CHECKING:  # which calls this
    from aircher.tui.app import Interface

Do = Callable[["Interface"], object]
_BY_TERMINAL = "with --inline the terminal itself scrolls, finds and selects"


def dispatch(interface: "Interface", event: InputEvent) -> None:
    """Give an event to whom it is for."""
    match event:
        case FocusChanged(has_focus=has_focus):
            interface.notices.focus(has_focus=has_focus)
        case BackgroundTold(color=color):
            looks.background_told(interface, color)
        case MouseUsed():
            _mouse(interface, event)
        case KeyPressed() | Pasted():
            _typed(interface, event)
        case _:  # a new size: the frame that follows has it
            pass


def do(interface: "Interface", action: Action) -> None:
    """Do what an action says."""
    wanted = _DO.get(action)
    if wanted is not None:
        wanted(interface)


def _typed(interface: "Interface", event: KeyPressed | Pasted) -> None:
    interface.hint_text = ""
    dialog = _on_top(interface)
    if isinstance(dialog, PermissionDialog | QuestionDialog):
        _to_question(interface, dialog, event)
        return
    interface.typed_at_s = interface.screen.clock.monotonic_s()
    if dialog is not None:
        dialog.handle(event)
        return
    view = interface.view
    if interface.find_bar.is_open and isinstance(view, Viewport):
        interface.find_bar.handle(view, event)
        return
    if isinstance(view, Viewport) and view.selecting.cursor is not None and _selected(interface, view, event):
        return
    action = interface.settings.keymap.action(event.key) if isinstance(event, KeyPressed) else None
    if (action in _FIRST and _is_meant(interface, event, action)) or (
        not interface.composer.handle(event) and action is not None
    ):
        do(interface, action)


def _selected(interface: "Interface", view: Viewport, event: KeyPressed | Pasted) -> bool:
    """Select with a key, or do what it asks of the screen; ``False`` = selecting is over, and it is for the prompt.

    Letters do nothing: who types them with the eyes on the selection would not see where they go.
    """
    if isinstance(event, KeyPressed) and view.handle(event):
        return True
    action = interface.settings.keymap.action(event.key) if isinstance(event, KeyPressed) else None
    cursor = view.selecting.cursor
    is_gone = cursor is None or cursor.spot.held.index < 0  # the conversation was rewound
    if is_gone or isinstance(event, Pasted) or action is Action.CLEAR_INPUT:
        view.selecting.clear()
        return action is Action.CLEAR_INPUT
    if action is not None and not event.text:
        do(interface, action)
    return True


def _on_top(interface: "Interface", *, of: BoxedDialog[Any] | None = None) -> BoxedDialog[Any] | None:
    """Return the box that gets events, or would without ``of``; an answered one gets none, even before it has gone."""
    shown = (dialog for dialog in reversed(interface.dialogs) if not dialog.answered.done())
    return next((dialog for dialog in shown if dialog is not of), None)


def _to_question(interface: "Interface", dialog: PermissionDialog | QuestionDialog, event: KeyPressed | Pasted) -> None:
    """Answer with a key; until the question is seen it is for the box below it or for the screen, as it was before."""
    below = _on_top(interface, of=dialog)
    if below is not None and dialog.is_waiting:
        dialog.handle(event)  # which takes note that somebody types
        below.handle(event)
    elif not _over_a_question(interface, event) and not dialog.handle(event):
        _past_a_question(interface, dialog, event)


def _over_a_question(interface: "Interface", event: KeyPressed | Pasted) -> bool:
    """Do what works while a question is open and leaves it where it is; ``False`` = the key is nothing of the kind."""
    action = interface.settings.keymap.action(event.key) if isinstance(event, KeyPressed) and not event.text else None
    if action not in _OVER_A_QUESTION:
        return False
    do(interface, action)
    return True


def _past_a_question(
    interface: "Interface", dialog: PermissionDialog | QuestionDialog, event: KeyPressed | Pasted
) -> None:
    """Do what a key asks of the screen; what is typed before the question was seen goes to the prompt."""
    action = interface.settings.keymap.action(event.key) if isinstance(event, KeyPressed) else None
    if action in _BEHIND_A_QUESTION:
        if not interface.settings.is_inline:  # else it lies on nothing
            asking.set_aside(interface, is_wanted=True)
        do(interface, action)
    elif not (dialog.is_waiting and interface.composer.handle(event)) and action in _ENDING:
        do(interface, action)


def _is_meant(interface: "Interface", event: InputEvent, action: Action) -> bool:
    """Return whether a key means the action: a sign that is text means itself once something is typed, and so on."""
    is_text = isinstance(event, KeyPressed) and bool(event.text)
    return not interface.composer.text or not (is_text or action is Action.QUIT)


def _mouse(interface: "Interface", event: MouseUsed) -> None:
    """Give an event to what lies there; that a button was let go, to all: it may have been pressed on any of them."""
    layout, dialog, box = interface.drawing.layout, _on_top(interface), interface.drawing.box
    view = interface.view if isinstance(interface.view, Viewport) else None
    of_prompt = replace(event, y=event.y - layout.input.y)
    is_taken = dialog is not None and box is not None and dialog.handle(box.inside(event))
    if event.kind == "release":
        interface.composer.handle(of_prompt)
        if view is not None:
            view.handle(event)
    elif dialog is not None:
        if not is_taken and event.kind.startswith("scroll") and view is not None:
            view.handle(event)
    elif interface.composer.handle(of_prompt):
        pass
    elif view is not None and (event.kind != "press" or layout.view.holds(event.x, event.y)):
        view.handle(event)


def _interrupt(interface: "Interface") -> None:
    """Show what was set aside, or interrupt the turn, or stop a command; else the second time goes back to a prompt."""
    conversation = interface.conversations.current
    if asking.set_aside(interface, is_wanted=False):
        return
    if conversation is not None and conversation.is_busy:
        interface.errands.start(conversation.session.interrupt())
    elif stopped := interface.errands.stop():
        interface.hint(f"{stopped} is not waited for any more")
    elif interface.is_again(Action.INTERRUPT):
        interface.errands.start(_offer(interface, Choice.TURN))
    else:
        interface.hint(f"{interface.settings.keymap.name(Action.INTERRUPT)} again: go back to an earlier prompt")


def _clear_input(interface: "Interface") -> None:
    """Leave, the second time: the first had nothing to clear any more."""
    if interface.is_again(Action.CLEAR_INPUT):
        interface.left.set()
        return
    conversation = interface.conversations.current
    if conversation is not None and conversation.is_busy:
        interface.errands.start(conversation.session.interrupt())
    interface.hint(f"{interface.settings.keymap.name(Action.CLEAR_INPUT)} again: leave")


def _send(interface: "Interface") -> None:
    """Show what was set aside, or go on with what waits: nothing was typed."""
    conversation = interface.conversations.current
    if asking.set_aside(interface, is_wanted=False):
        return
    if conversation is not None and conversation.is_paused and conversation.waiting:
        interface.errands.start(conversation.session.lanes.go_on())


async def _offer(interface: "Interface", choice: Choice) -> None:
    value = await interface.front.offer(choice)
    if value is not None:
        await choose(interface.front, choice, value)


def _palette(interface: "Interface") -> None:
    from aircher.tui import picking

    interface.errands.start(picking.palette(interface, do))


def _edit_waiting(interface: "Interface") -> None:
    from aircher.tui import picking

    interface.errands.start(picking.edit_waiting(interface))


def _cycle_mode(interface: "Interface") -> None:
    if interface.conversations.current is not None:
        interface.errands.start_in_turn(partial(_to_next_mode, interface))


async def _to_next_mode(interface: "Interface") -> None:
    """Go to the next mode that can be had: auto needs a sandbox."""
    session = current(interface.front).session
    refused = ""
    for mode in _after(session.status().mode, MODES):
        try:
            told = await session.choose(Choice.MODE, mode)
        except AircherError:  # only auto is ever refused, and the list that /mode offers tells why
            refused = f" {mode} is not to be had: /mode tells why."
        else:
            interface.hint(told + refused)
            interface.frames.at_once()
            return


def _cycle_thinking(interface: "Interface") -> None:
    if interface.conversations.current is not None:
        interface.errands.start_in_turn(partial(_to_next_thinking, interface))


async def _to_next_thinking(interface: "Interface") -> None:
    session = current(interface.front).session
    level = _after(session.status().thinking or BY_ITSELF, (BY_ITSELF, *THINKING))[0]
    interface.hint(await session.choose(Choice.THINKING, level))
    interface.frames.at_once()


def _after(now: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return all values, the one after this first."""
    at = values.index(now) + 1 if now in values else 0
    return (*values[at:], *values[:at])


def _copy(interface: "Interface") -> None:
    """Copy what is selected, else the last answer."""
    view = interface.view
    selected = interface.composer.selected_text or (view.selected_text() if isinstance(view, Viewport) else "")
    conversation = interface.conversations.current
    text = selected or ("" if conversation is None else conversation.answer)
    interface.hint(interface.front.copy(text) if text else "nothing to copy yet")


def _to_top(interface: "Interface") -> None:
    """Go to the beginning, which may have to be read first."""
    conversation = interface.conversations.current
    watcher = None if conversation is None else conversation.watcher
    if isinstance(watcher, Shower) and watcher.pager is not None:
        watcher.pager.to_top()
    else:
        _viewed(lambda view: view.to_top())(interface)


def _viewed(move: Callable[[Viewport], object]) -> Do:
    """Return what moves the view; below native scrollback there is none to be moved, and that is said."""

    def do_it(interface: "Interface") -> None:
        if isinstance(interface.view, Viewport):
            move(interface.view)
        else:
            interface.hint(_BY_TERMINAL)

    return do_it


_DO: Mapping[Action, Do] = {
    Action.INTERRUPT: _interrupt,
    Action.CLEAR_INPUT: _clear_input,
    Action.SEND: _send,
    Action.QUIT: lambda ui: ui.left.set(),
    Action.HELP: lambda ui: ui.errands.start(_offer(ui, Choice.HELP)),
    Action.PALETTE: _palette,
    Action.CONTEXT_PANEL: lambda ui: ui.front.toggle(Switch.CONTEXT_PANEL),
    Action.FULL_OUTPUT: looks.toggle_full,
    Action.SIDE_BY_SIDE: looks.toggle_side_by_side,
    Action.CYCLE_MODE: _cycle_mode,
    Action.THINKING: _cycle_thinking,
    Action.CLEAR: lambda ui: ui.errands.start(run_command(ui.front, "clear")),
    Action.FIND: lambda ui: _viewed(ui.find_bar.open)(ui),
    Action.PREVIOUS_TURN: _viewed(lambda view: view.to_turn(-1)),
    Action.NEXT_TURN: _viewed(lambda view: view.to_turn(1)),
    Action.PAGE_UP: _viewed(lambda view: view.page(-1)),
    Action.PAGE_DOWN: _viewed(lambda view: view.page(1)),
    Action.TOP: _to_top,
    Action.BOTTOM: _viewed(lambda view: view.to_bottom()),
    Action.SELECT: _viewed(lambda view: view.keyboard.begin()),
    Action.COPY: _copy,
    Action.EDIT_WAITING: _edit_waiting,
    Action.SUSPEND: lambda ui: ui.terminal.suspend(),
    Action.REDRAW: lambda ui: ui.terminal.repaint(),
}
"""What each action does; those of the prompt alone are not here. Read only."""

_FIRST = frozenset(_DO) - {Action.INTERRUPT, Action.CLEAR_INPUT, Action.SEND, Action.FULL_OUTPUT}
"""Actions that come before the prompt; the others are the prompt's first, and these when it has no use for the key."""

_OVER_A_QUESTION = frozenset({
    Action.HELP, Action.PALETTE, Action.CONTEXT_PANEL, Action.CLEAR, Action.EDIT_WAITING, Action.SUSPEND, Action.REDRAW
})  # fmt: skip
"""Actions that work while a question is open, and leave it where it is."""
_BEHIND_A_QUESTION = frozenset({
    Action.PAGE_UP, Action.PAGE_DOWN, Action.TOP, Action.BOTTOM, Action.PREVIOUS_TURN, Action.NEXT_TURN, Action.FIND,
    Action.SELECT, Action.FULL_OUTPUT,
})  # fmt: skip
"""Those that look at what it lies on, and set it aside."""
_ENDING = frozenset({Action.INTERRUPT, Action.CLEAR_INPUT, Action.QUIT})
"""Those that end the turn or all of it, whether its question was seen or not."""
