"""Which key does what: the table that help, palette and dispatch all read. Configuration may change every key of it."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from aircher.config.sections_interface import Shortcuts
from aircher.domain.records import dataclass


class Action(StrEnum):
    """What a key can ask of the interface. The value is its name in ``[interface.shortcuts]`` where it has one."""

    SEND = "send"
    NEW_LINE = "new_line"
    QUEUE = "queue"
    INTERRUPT = "interrupt"
    CLEAR_INPUT = "clear_input"
    QUIT = "quit"
    HELP = "toggle_help"
    CONTEXT_PANEL = "toggle_context"
    PALETTE = "palette"
    SEARCH_HISTORY = "search_mode"
    FULL_OUTPUT = "transcript"
    EXTERNAL_EDITOR = "external_editor"
    CYCLE_MODE = "cycle_mode"
    CLEAR = "clear_conversation"
    THINKING = "thinking_mode"
    FIND = "find"
    PREVIOUS_TURN = "previous_turn"
    NEXT_TURN = "next_turn"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"
    TOP = "top"
    BOTTOM = "bottom"
    COPY = "copy"
    SELECT = "select"
    SUSPEND = "suspend"
    PASTE_IMAGE = "paste_image"
    EDIT_WAITING = "edit_waiting"
    SIDE_BY_SIDE = "side_by_side"
    REDRAW = "redraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """An action, its keys, and what help says of it."""

    action: Action
    keys: tuple[str, ...]
    summary: str


_DEFAULTS: tuple[tuple[Action, str, str], ...] = (
    (Action.SEND, "enter", "send; during a turn: steer it"),
    (Action.NEW_LINE, "shift+enter alt+enter ctrl+j", "new line (so does a backslash before Enter)"),
    (Action.QUEUE, "tab", "queue the message for after the turn"),
    (Action.INTERRUPT, "escape", "interrupt the turn; twice without one: rewind"),
    (Action.CLEAR_INPUT, "ctrl+c", "clear the input; again: leave"),
    (Action.QUIT, "ctrl+d", "leave"),
    (Action.HELP, "f1 ?", "help (? in an empty input)"),
    (Action.PALETTE, "ctrl+p", "palette: every command and action"),
    (Action.CONTEXT_PANEL, "ctrl+t", "context panel"),
    (Action.SEARCH_HISTORY, "ctrl+r", "search earlier prompts"),
    (Action.FULL_OUTPUT, "ctrl+o", "tool output in full, and folded again"),
    (Action.EXTERNAL_EDITOR, "ctrl+g", "write the prompt in $EDITOR"),
    (Action.CYCLE_MODE, "shift+tab", "next permission mode"),
    (Action.THINKING, "ctrl+shift+t alt+t", "next thinking level"),
    (Action.CLEAR, "ctrl+l", "begin a new conversation"),
    (Action.FIND, "ctrl+f", "find in the conversation"),
    (Action.PREVIOUS_TURN, "alt+up ctrl+up", "to the turn before"),
    (Action.NEXT_TURN, "alt+down ctrl+down", "to the turn after"),
    (Action.PAGE_UP, "pageup", "scroll up"),
    (Action.PAGE_DOWN, "pagedown", "scroll down"),
    (Action.TOP, "ctrl+home", "to the beginning"),
    (Action.BOTTOM, "ctrl+end", "to the end, and stay there"),
    (Action.COPY, "alt+c", "copy the selection, or the last answer"),
    (Action.SELECT, "alt+s", "select with the keyboard"),
    (Action.EDIT_WAITING, "alt+q", "edit, reorder or drop what waits"),
    (Action.SIDE_BY_SIDE, "alt+d", "diffs unified or side by side"),
    (Action.PASTE_IMAGE, "ctrl+v alt+v", "paste a picture from the clipboard"),
    (Action.SUSPEND, "ctrl+z", "suspend to the shell"),
    (Action.REDRAW, "alt+l", "draw the screen anew"),
)


class Keymap:
    """Every action with its keys, as configured."""

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self._bindings = {binding.action: binding for binding in bindings}
        self._actions: Mapping[str, Action] = {
            key: binding.action for binding in reversed(bindings) for key in binding.keys
        }

    @classmethod
    def configured(cls, shortcuts: Shortcuts) -> "Keymap":
        """Return the table with the keys that the user wants; keys given to one action are taken from the others."""
        defaults = Shortcuts()
        wanted = {
            action: getattr(shortcuts, action.value).split()
            for action, _, _ in _DEFAULTS
            if getattr(shortcuts, action.value, None) != getattr(defaults, action.value, None)
        }
        taken = {key for keys in wanted.values() for key in keys}
        return cls(
            [
                Binding(
                    action=action,
                    keys=tuple(wanted.get(action, [key for key in keys.split() if key not in taken])),
                    summary=summary,
                )
                for action, keys, summary in _DEFAULTS
            ]
        )

    def action(self, key: str) -> Action | None:
        """Return what this key asks for."""
        return self._actions.get(key)

    def keys(self, action: Action) -> tuple[str, ...]:
        """Return the keys of an action; empty = it has none."""
        return self._bindings[action].keys

    def __iter__(self) -> Iterator[Binding]:
        return iter(self._bindings.values())
