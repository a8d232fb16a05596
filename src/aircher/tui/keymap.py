"""Which key does what: the table that help, palette and dispatch all read. Configuration may change every key of it."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from aircher.config.sections_interface import Shortcuts
from aircher.config.shortcuts import keys_in_force
from aircher.domain.records import dataclass
from aircher.tui.dialogs.words import key_name


class Action(StrEnum):
    """What a key can ask of the interface. The value is its name in ``[interface.shortcuts]``."""

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


_SUMMARIES: tuple[tuple[Action, str], ...] = (
    (Action.SEND, "send; during a turn: steer it"),
    (Action.NEW_LINE, "new line (so does a backslash before Enter)"),
    (Action.QUEUE, "queue the message for after the turn"),
    (Action.INTERRUPT, "interrupt the turn; twice without one: rewind"),
    (Action.CLEAR_INPUT, "clear the input; again: leave"),
    (Action.QUIT, "leave"),
    (Action.HELP, "help (? in an empty input)"),
    (Action.PALETTE, "palette: every command and action"),
    (Action.CONTEXT_PANEL, "context panel"),
    (Action.SEARCH_HISTORY, "search earlier prompts"),
    (Action.FULL_OUTPUT, "tool output and reasoning in full, or folded"),
    (Action.EXTERNAL_EDITOR, "write the prompt in $EDITOR"),
    (Action.CYCLE_MODE, "next permission mode"),
    (Action.THINKING, "next thinking level"),
    (Action.CLEAR, "begin a new conversation"),
    (Action.FIND, "find in the conversation"),
    (Action.PREVIOUS_TURN, "to the turn before"),
    (Action.NEXT_TURN, "to the turn after"),
    (Action.PAGE_UP, "scroll up"),
    (Action.PAGE_DOWN, "scroll down"),
    (Action.TOP, "to the beginning"),
    (Action.BOTTOM, "to the end, and stay there"),
    (Action.COPY, "copy the selection, or the last answer"),
    (Action.SELECT, "select with the keyboard"),
    (Action.EDIT_WAITING, "edit, reorder or drop what waits"),
    (Action.SIDE_BY_SIDE, "diffs unified or side by side"),
    (Action.PASTE_IMAGE, "paste a picture from the clipboard"),
    (Action.SUSPEND, "suspend to the shell"),
    (Action.REDRAW, "draw the screen anew"),
)


class Keymap:
    """Every action with its keys, as configured."""

    def __init__(self, bindings: Sequence[Binding], shortcuts: Shortcuts) -> None:
        self._shortcuts = shortcuts
        self._bindings = {binding.action: binding for binding in bindings}
        self._actions: Mapping[str, Action] = {
            key: binding.action for binding in reversed(bindings) for key in binding.keys
        }

    @classmethod
    def configured(cls, shortcuts: Shortcuts) -> "Keymap":
        """Return the table with the keys that the user wants; keys given to one action are taken from the others."""
        keys = keys_in_force(shortcuts)
        return cls(
            [Binding(action=action, keys=keys[action.value], summary=summary) for action, summary in _SUMMARIES],
            shortcuts,
        )

    def changed(self, name: str, keys: str) -> "Keymap":
        """Return the table in which the action of this name has these keys, as configuration writes them."""
        now = {each: getattr(self._shortcuts, each) for each in Shortcuts.__struct_fields__}
        return Keymap.configured(Shortcuts(**{**now, name: keys}))

    def action(self, key: str) -> Action | None:
        """Return what this key asks for."""
        return self._actions.get(key)

    def keys(self, action: Action) -> tuple[str, ...]:
        """Return the keys of an action; empty = it has none."""
        return self._bindings[action].keys

    def name(self, action: Action) -> str:
        """Return the first key of an action as people write it; empty = it has none."""
        return next((key_name(key) for key in self.keys(action)), "")

    def __iter__(self) -> Iterator[Binding]:
        return iter(self._bindings.values())
