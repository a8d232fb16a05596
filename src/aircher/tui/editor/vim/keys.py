"""Vim's modes: which command the keys are.

Not its job: what a motion, an object, an operator or an action is; the tables of this package say that.
"""

from aircher.tui.editor.buffer import Buffer
from aircher.tui.editor.ordinary import OrdinaryKeys
from aircher.tui.editor.vim.actions import ACTIONS, ALIASES
from aircher.tui.editor.vim.commands import Command, Grammar, Verdict, is_searching, parse
from aircher.tui.editor.vim.doing import AGAIN, Doing
from aircher.tui.editor.vim.insertion import finish_insertion, type_key
from aircher.tui.editor.vim.motions import MOTIONS
from aircher.tui.editor.vim.objects import OBJECTS
from aircher.tui.editor.vim.operators import OPERATORS
from aircher.tui.editor.vim.state import Mode, State
from aircher.tui.editor.vim.visual import SELECTING, VISUAL_ACTIONS
from aircher.tui.terminal.events import KeyPressed

_NORMAL = Grammar(operators=OPERATORS, motions=MOTIONS, objects=OBJECTS, actions=frozenset({*ACTIONS, *ALIASES, AGAIN}))
_VISUAL = Grammar(
    operators=frozenset(),
    motions=MOTIONS,
    objects=OBJECTS,
    actions=frozenset({*VISUAL_ACTIONS, *SELECTING}),
    has_objects_alone=True,
)
_ESCAPE = frozenset({"escape", "ctrl+["})
_ROWS = frozenset({"up", "down"})
_EDGES = frozenset({"j", "k", "ctrl+n", "ctrl+p", *_ROWS})


class Vim:
    """Edits a buffer as vim's keys say. It begins in insert mode, in which the ordinary keys are as ever."""

    def __init__(self, buffer: Buffer, ordinary: OrdinaryKeys) -> None:
        self._buffer = buffer
        self._ordinary = ordinary
        self._state = State(buffer)
        self._doing = Doing(self._state, ordinary)
        self._keys: list[str] = []
        self._begin_typing()

    @property
    def is_inserting(self) -> bool:
        """Return whether letters go into the text."""
        return self._state.is_inserting

    @property
    def mode_name(self) -> str:
        """Return the mode, and the keys of a command that is not finished."""
        return " ".join([self._state.mode.value, "".join(" " if key == "space" else key for key in self._keys)]).strip()

    @property
    def selection(self) -> tuple[int, int] | None:
        """Return what a visual mode has selected, its last sign included."""
        if not self._state.is_visual:
            return None
        span = self._state.span_of_selection()
        return span.start, min(len(self._buffer.text), span.end + (1 if span.is_lines else 0))

    def claims(self, key: str) -> bool:
        """Return whether a key must not be taken for the interface: it ends a mode, or finishes a command."""
        if self.is_inserting or self._state.is_visual:
            return key in _ESCAPE
        return bool(self._keys) or key == "ctrl+r"

    def handle(self, event: KeyPressed) -> bool:
        """Do what a key says; ``False`` = nothing here."""
        if event.key in _ESCAPE:
            return self._escape()
        if self.is_inserting:
            return type_key(self._state, self._ordinary, event)
        typed = event.text if event.text and not event.key.startswith(("ctrl+", "alt+")) else ""
        key = event.key if event.key in {"space", "enter", "tab"} or not typed else typed
        if not self._keys and key in _ROWS and not self._state.is_visual:
            return self._by_rows(event)
        if key == "backspace" and is_searching(self._keys):
            self._keys.pop()
            return True
        return self._add(key)

    def insert(self, text: str) -> None:
        """``text`` is at the cursor, instead of the selection; in normal mode behind the cursor's sign."""
        history = self._buffer.history
        if self._state.is_visual:
            self._doing.perform(Command(name="c"))
        elif not self.is_inserting:
            self._doing.perform(Command(name="a"))
            self._state.settle()
            self.insert(text)
            self._escape()
            return
        history.seal()
        self._ordinary.insert(text)
        history.seal()
        if self._state.insertion is not None:
            self._state.insertion.keys.append(text)

    def settle(self) -> None:
        """The text or the cursor was changed from outside: a command or a selection is not gone on with."""
        self._keys.clear()
        self._state.wanted = None
        if self._state.is_visual:
            self._state.leave_visual()
        if self.is_inserting:
            self._begin_typing()
        self._state.settle()

    def select(self, anchor: int) -> None:
        """What is between an offset and the cursor is selected, as by visual mode."""
        cursor = self._buffer.cursor
        self.settle()
        if self.is_inserting:
            self._escape()
        self._state.mode = Mode.VISUAL
        self._state.anchor = anchor
        self._buffer.move(cursor)

    def _begin_typing(self) -> None:
        self._state.insert(Command(name="i"))
        self._buffer.history.seal()
        self._buffer.history.is_held = True

    def _escape(self) -> bool:
        if self._keys:
            self._keys.clear()
        elif self.is_inserting:
            finish_insertion(self._state, self._ordinary)
            self._doing.release()
        elif self._state.is_visual:
            self._state.leave_visual()
            self._doing.release()
        else:
            return False
        return True

    def _add(self, key: str) -> bool:
        """Go on with the command that is being typed; ``False`` = a key that begins none."""
        self._ordinary.forget_column()
        self._keys.append(key)
        command = parse(self._keys, _VISUAL if self._state.is_visual else _NORMAL)
        if command is Verdict.UNFINISHED:
            return True
        is_first = len(self._keys) == 1
        self._keys.clear()
        if isinstance(command, Command):
            return self._doing.perform(command) or command.name not in _EDGES or command.count is not None
        return not is_first or len(key) == 1

    def _by_rows(self, event: KeyPressed) -> bool:
        has_moved = self._ordinary.handle(event)
        self._state.wanted = None
        self._state.settle()
        return has_moved
