"""Where a dialog has words written: a field that grows with them, edited with the prompt's own keys.

Invariant: the text holds no control characters, and newlines only where they are kept. Not its job: what Enter, Escape
and the pages mean; they are the dialog's.
"""

from aircher.tui.editor.editor import Editor
from aircher.tui.editor.layout import editor_rows, offset_at
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.events import InputEvent, KeyPressed, MouseUsed, Pasted
from aircher.tui.terminal.rows import Row, clean

LONGEST_CHARS = 8 * 1024 * 1024
"""As much as a prompt may have: a message that waits may be edited whatever was pasted into it."""
LONGEST_LINE_CHARS = 20_000
"""More than that is no name, rule or value."""

_NEW_LINES = frozenset({"shift+enter", "alt+enter", "ctrl+j"})
_MARK_CELLS = 2


class Field:
    """A text that is being written.

    Attributes:
        keeps_lines: Whether it may have several lines.
    """

    def __init__(self, text: str = "", *, keeps_lines: bool = False) -> None:
        self._editor = Editor()
        self.keeps_lines = keeps_lines
        self._longest = LONGEST_CHARS if keeps_lines else LONGEST_LINE_CHARS
        self._height = 0
        self._insert(text)
        self._editor.forget()

    @property
    def text(self) -> str:
        """Return what is written."""
        return self._editor.text

    def break_line(self) -> bool:
        """Turn a backslash before the cursor into a new line, as the prompt does; return whether there was one."""
        at = self._editor.cursor
        if not self.keeps_lines or self._editor.text[max(0, at - 1) : at] != "\\":
            return False
        self._editor.replace(at - 1, at, "\n")
        return True

    def handle(self, event: InputEvent) -> bool:
        """Take a key that edits; ``False`` = it does not."""
        if isinstance(event, Pasted):
            self._insert(event.text.rstrip("\n"))
            return True
        if not isinstance(event, KeyPressed) or (event.key in _NEW_LINES and not self.keeps_lines):
            return False
        if event.text and len(self.text) >= self._longest:
            return True
        return self._editor.handle(event)

    def rows(self, width: int, height: int, look: Look) -> tuple[list[Row], Place]:
        """Return at most so many rows, around the cursor, with a mark before the first; and the cursor's cell."""
        mark = f"{look.glyphs.prompt} "
        body, place = editor_rows(self._editor, max(4, width - _MARK_CELLS), look, {}, max(1, height))
        self._height = len(body)
        is_cut = self._editor.view.top > 0
        first = Row.of((f"{look.glyphs.up} ", look.style(Role.MUTED)) if is_cut else (mark, look.style(Role.PRIMARY)))
        rest = Row.of((" " * _MARK_CELLS, look.style(Role.TEXT)))
        rows = [(rest if number else first).beside(row).cut(0, width) for number, row in enumerate(body)]
        return rows, Place(min(place.x + _MARK_CELLS, width - 1), place.y)

    def point(self, event: MouseUsed) -> bool:
        """Put the cursor where the mouse was pressed, counted from the first cell of the rows drawn last."""
        if event.kind != "press" or event.button != "left" or not 0 <= event.y < self._height:
            return False
        self._editor.move_to(offset_at(self._editor, max(0, event.x - _MARK_CELLS), event.y))
        return True

    def _insert(self, text: str) -> None:
        text = text[: max(0, self._longest - len(self.text))]
        self._editor.insert(text if self.keeps_lines else clean(text))
