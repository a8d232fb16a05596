"""Vim's modes: which command the keys are, what it does, and how it is done again.

Not its job: what a motion, an object, an operator or an action is; the tables of this package say that.
"""

from dataclasses import replace

from aircher.tui.editor.buffer import Buffer
from aircher.tui.editor.ordinary import OrdinaryKeys
from aircher.tui.editor.vim.actions import ACTIONS, ALIASES, CHANGES
from aircher.tui.editor.vim.commands import Command, Grammar, Verdict, is_searching, parse
from aircher.tui.editor.vim.insertion import finish_insertion, type_key
from aircher.tui.editor.vim.motions import MOTIONS, Scene
from aircher.tui.editor.vim.objects import OBJECTS
from aircher.tui.editor.vim.operators import OPERATORS
from aircher.tui.editor.vim.spans import size_of, span_of, span_of_size
from aircher.tui.editor.vim.state import Mode, Span, State
from aircher.tui.editor.vim.visual import NOT_REPEATED, SELECTING, VISUAL_ACTIONS, select_object
from aircher.tui.terminal.events import KeyPressed

_AGAIN = "."
_NORMAL = Grammar(
    operators=OPERATORS, motions=MOTIONS, objects=OBJECTS, actions=frozenset({*ACTIONS, *ALIASES, _AGAIN})
)
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
        self._keys: list[str] = []
        self._begin_typing()

    @property
    def is_inserting(self) -> bool:
        """Return whether letters go into the text."""
        return self._state.mode in (Mode.INSERT, Mode.REPLACE)

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
            self._perform(Command(name="c"))
        elif not self.is_inserting:
            self._perform(Command(name="a"))
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

    def _begin_typing(self) -> None:
        self._state.insert(Command(name="i"))
        self._buffer.history.seal()
        self._buffer.history.is_held = True

    def _escape(self) -> bool:
        if self._keys:
            self._keys.clear()
        elif self.is_inserting:
            finish_insertion(self._state, self._ordinary)
            self._release()
        elif self._state.is_visual:
            self._state.leave_visual()
            self._release()
        else:
            return False
        return True

    def _release(self) -> None:
        """A command is at its end: what comes next is undone by itself."""
        self._buffer.history.is_held = False
        self._buffer.history.seal()
        self._state.settle()

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
            return self._perform(command) or command.name not in _EDGES or command.count is not None
        return not is_first or len(key) == 1

    def _by_rows(self, event: KeyPressed) -> bool:
        has_moved = self._ordinary.handle(event)
        self._state.wanted = None
        self._state.settle()
        return has_moved

    def _perform(self, command: Command) -> bool:
        """Do a command; ``False`` = a motion that cannot be made."""
        history = self._buffer.history
        history.seal()
        history.is_held = True
        if command.name == _AGAIN:
            self._repeat(command.count)
            is_done = True
        elif self._state.is_visual:
            is_done = self._do_visual(command)
        else:
            is_done = self._do_normal(command)
        if not self.is_inserting:
            self._release()
        return is_done

    def _do_normal(self, command: Command) -> bool:
        state = self._state
        if command.name in ACTIONS:
            ACTIONS[command.name](state, command)
            if command.name in CHANGES:
                state.last_change = (command, (), None)
            state.wanted = None
            return True
        operator, motion = ALIASES.get(command.name, (command.name, command.motion))
        if operator not in OPERATORS:
            return self._move(command)
        text = self._buffer.text
        scene = Scene(
            state=state, text=text, at=self._buffer.cursor, count=command.count, sign=command.sign, operator=operator
        )
        span = span_of(scene, motion)
        if span is None:
            return False
        OPERATORS[operator](state, replace(command, name=operator, motion=motion), span)
        state.wanted = None
        if operator != "y":
            state.last_change = (command, (), None)
        return True

    def _do_visual(self, command: Command) -> bool:
        state = self._state
        if command.name in SELECTING:
            SELECTING[command.name](state)
            state.wanted = None
        elif command.name in OBJECTS:
            select_object(state, command)
        elif command.name in VISUAL_ACTIONS:
            self._do_to(command, state.span_of_selection())
        else:
            return self._move(command)
        return True

    def _do_to(self, command: Command, span: Span) -> None:
        """Do to a piece of text what a command does to a selection."""
        state = self._state
        size = size_of(self._buffer.text, span)
        state.leave_visual()
        state.wanted = None
        VISUAL_ACTIONS[command.name](state, command, span)
        if command.name not in NOT_REPEATED:
            state.last_change = (command, (), size)

    def _move(self, command: Command) -> bool:
        state, buffer = self._state, self._buffer
        scene = Scene(state=state, text=buffer.text, at=buffer.cursor, count=command.count, sign=command.sign)
        target = MOTIONS[command.name](scene)
        if target is None:
            return False
        buffer.move(target.at)
        state.wanted = target.wanted
        return True

    def _repeat(self, count: int | None) -> None:
        """The last change is made again, with another count if one is given."""
        change = self._state.last_change
        if change is None:
            return
        command, typed, size = change
        if count is not None:
            command = replace(command, count=count)
        if size is None:
            self._do_normal(command)
        else:
            self._do_to(command, span_of_size(self._buffer.text, self._buffer.cursor, size))
        if self.is_inserting:
            for key in typed:
                type_key(self._state, self._ordinary, key)
            finish_insertion(self._state, self._ordinary)
        self._state.last_change = (command, typed, size)
