"""Commands that are complete are done, undone as one, and done again by ``.``."""

from dataclasses import replace

from aircher.tui.editor.ordinary import OrdinaryKeys
from aircher.tui.editor.vim.actions import ACTIONS, ALIASES, CHANGES
from aircher.tui.editor.vim.commands import Command
from aircher.tui.editor.vim.insertion import finish_insertion, type_key
from aircher.tui.editor.vim.motions import MOTIONS
from aircher.tui.editor.vim.objects import OBJECTS
from aircher.tui.editor.vim.operators import OPERATORS
from aircher.tui.editor.vim.scene import Scene
from aircher.tui.editor.vim.spans import size_of, span_of, span_of_size
from aircher.tui.editor.vim.state import Span, State
from aircher.tui.editor.vim.visual import NOT_REPEATED, SELECTING, VISUAL_ACTIONS, select_object

AGAIN = "."


class Doing:
    """Does commands to a state."""

    def __init__(self, state: State, ordinary: OrdinaryKeys) -> None:
        self._state = state
        self._ordinary = ordinary

    def release(self) -> None:
        """A command is at its end: what comes next is undone by itself."""
        self._state.buffer.history.is_held = False
        self._state.buffer.history.seal()
        self._state.settle()

    def perform(self, command: Command) -> bool:
        """Do a command; ``False`` = a motion that cannot be made."""
        history = self._state.buffer.history
        history.seal()
        history.is_held = True
        if command.name == AGAIN:
            self._repeat(command.count)
            is_done = True
        elif self._state.is_visual:
            is_done = self._do_visual(command)
        else:
            is_done = self._do_normal(command)
        if not self._state.is_inserting:
            self.release()
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
        text = self._state.buffer.text
        scene = Scene(
            state=state,
            text=text,
            at=self._state.buffer.cursor,
            count=command.count,
            sign=command.sign,
            operator=operator,
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
        size = size_of(self._state.buffer.text, span)
        state.leave_visual()
        state.wanted = None
        VISUAL_ACTIONS[command.name](state, command, span)
        if command.name not in NOT_REPEATED:
            state.last_change = (command, (), size)

    def _move(self, command: Command) -> bool:
        state, buffer = self._state, self._state.buffer
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
            self._do_to(command, span_of_size(self._state.buffer.text, self._state.buffer.cursor, size))
        if self._state.is_inserting:
            for key in typed:
                type_key(self._state, self._ordinary, key)
            finish_insertion(self._state, self._ordinary)
        self._state.last_change = (command, typed, size)
