"""What the composer holds: a text, and the keys that edit it.

Not its job: `layout` draws it; the composer has chips' contents, history and completion.
"""

from typing import TYPE_CHECKING

from aircher.tui.editor.buffer import Buffer, cleaned
from aircher.tui.editor.graphemes import border_at_or_before
from aircher.tui.editor.ordinary import OrdinaryKeys
from aircher.tui.editor.wrapping import View
from aircher.tui.terminal.events import KeyPressed

if TYPE_CHECKING:
    from aircher.tui.editor.vim.keys import Vim


class Editor:
    """A text that is being written. Offsets are those of its string, always at borders of clusters.

    Attributes:
        view: What was drawn last; `editor_rows` keeps it.
    """

    def __init__(self, is_vim: bool = False) -> None:  # noqa: FBT001, FBT002 - its only parameter
        """Begin empty, with ordinary keys or vim's (then in insert mode)."""
        self.view = View()
        self._buffer = Buffer()
        self._ordinary = OrdinaryKeys(self._buffer, self.view)
        self._vim: Vim | None = None
        self.use_vim(is_vim=is_vim)

    @property
    def text(self) -> str:
        """Return what is written."""
        return self._buffer.text

    @property
    def cursor(self) -> int:
        """Return the offset that the cursor is before; in vim's normal mode it is on the sign behind it."""
        return self._buffer.cursor

    @property
    def selection(self) -> tuple[int, int] | None:
        """Return where the selection begins and ends; ``None`` = nothing is selected."""
        visual = None if self._vim is None else self._vim.selection
        return visual or self._buffer.selection

    @property
    def mode_name(self) -> str:
        """Return vim's mode and the keys of an unfinished command, such as ``NORMAL 2d``; empty without vim."""
        return "" if self._vim is None else self._vim.mode_name

    @property
    def is_inserting(self) -> bool:
        """Return whether a letter is typed into the text: always, except in vim's other modes."""
        return self._vim is None or self._vim.is_inserting

    def handle(self, event: KeyPressed) -> bool:
        """Do what a key says; ``False`` = nothing here.

        That is so for up and down (in vim's normal mode ``k`` and ``j``) where there is no row left to go to, for
        Escape when there is nothing to leave, for Tab, and for keys without a meaning.
        """
        event = KeyPressed(key=event.key, text=cleaned(event.text)) if event.text else event
        return self._ordinary.handle(event) if self._vim is None else self._vim.handle(event)

    def claims(self, key: str) -> bool:
        """Return whether a key has to come here before the interface's keymap, because vim is in need of it."""
        return self._vim is not None and self._vim.claims(key)

    def insert(self, text: str) -> None:
        """``text`` is at the cursor, as after a paste: instead of a selection, and undone by itself."""
        text = cleaned(text)
        if self._vim is None:
            self._ordinary.insert(text)
        else:
            self._vim.insert(text)

    def replace(self, start: int, end: int, text: str) -> None:
        """``text`` stands between two offsets now, and the cursor is behind it."""
        self._buffer.begin()
        self._buffer.replace(start, end, cleaned(text))

    def set_text(self, text: str) -> None:
        """``text`` is all there is, with the cursor at its end. It can be undone, unless `forget` is called."""
        self.replace(0, len(self.text), text)
        if self._vim is not None:
            self._vim.settle()

    def move_to(self, offset: int, *, anchor: int | None = None) -> None:
        """The cursor is at the border at or before ``offset``; what is between it and ``anchor`` is selected."""
        self._buffer.move(offset)
        self._buffer.anchor = None
        self._ordinary.forget_column()
        start = None if anchor is None else border_at_or_before(self.text, anchor)
        if self._vim is None:
            self._buffer.anchor = start
            self._buffer.history.seal()
        elif start is None:
            self._vim.settle()
        else:
            self._vim.select(start)

    def undo(self) -> bool:
        """The last group of changes is taken back; ``False`` = there was none."""
        return self._buffer.undo()

    def forget(self) -> None:
        """Nothing before now can be undone: as after a prompt was sent."""
        self._buffer.forget()

    def use_vim(self, *, is_vim: bool) -> None:
        """The keys are vim's, beginning in insert mode, or the ordinary ones."""
        self._vim = None
        self._buffer.history.is_held = False
        if is_vim:
            from aircher.tui.editor.vim.keys import Vim  # two thirds of this package, which few people use

            self._vim = Vim(self._buffer, self._ordinary)
