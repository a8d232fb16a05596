"""A line of text that is being typed, and the keys that edit it.

Invariant: the text holds no control character and no newline; the cursor stands between signs, so a sign made of
several characters is never split. Not its job: what the text is for, and texts that grow (`field`).
"""

from collections.abc import Callable

from aircher.tui.look import Look, Role
from aircher.tui.terminal.events import InputEvent, KeyPressed, Pasted
from aircher.tui.terminal.rows import Row, clean
from aircher.tui.terminal.widths import cells, clusters, split_at

_LONGEST = 20_000
"""Characters: more than that is no line, and is pasted into the prompt instead."""


class Line:
    """One line; ``cursor`` counts characters.

    Attributes:
        text: What was typed so far.
        cursor: Where the next letter goes.
        asks_for: Shown, muted, as long as nothing was typed.
    """

    def __init__(self, text: str = "", *, asks_for: str = "") -> None:
        self.text = ""
        self.cursor = 0
        self.asks_for = asks_for
        self._left = 0
        self.insert(text)

    def set_text(self, text: str) -> None:
        """Have this text, with the cursor at its end."""
        self.text, self.cursor = "", 0
        self.insert(text)

    def insert(self, text: str) -> None:
        """Write at the cursor."""
        text = clean(text)[: max(0, _LONGEST - len(self.text))]
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def handle(self, event: InputEvent) -> bool:
        """Take a key that edits; ``False`` = it does not."""
        if isinstance(event, Pasted):
            self.insert(event.text.rstrip("\n"))
            return True
        if not isinstance(event, KeyPressed):
            return False
        edit = _edit(event.key)
        if edit is not None:
            edit(self)
        elif event.text and event.text.isprintable():
            self.insert(event.text)
        else:
            return False
        return True

    def cut(self, start: int, end: int) -> None:
        """Take out what stands there; the cursor is where it was."""
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def before(self) -> int:
        """Return where the sign before the cursor begins."""
        last = 0
        for sign, _ in clusters(self.text[: self.cursor]):
            last = len(sign)
        return self.cursor - last

    def after(self) -> int:
        """Return where the sign after the cursor ends."""
        for sign, _ in clusters(self.text[self.cursor : self.cursor + 64]):
            return self.cursor + len(sign)
        return self.cursor

    def word_before(self) -> int:
        """Return where the word before the cursor begins."""
        kept = self.text[: self.cursor].rstrip()
        at = len(kept)
        while at and not kept[at - 1].isspace():
            at -= 1
        return at

    def word_after(self) -> int:
        """Return where the word after the cursor ends."""
        at = self.cursor
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        while at < len(self.text) and not self.text[at].isspace():
            at += 1
        return at

    def row(self, width: int, look: Look) -> tuple[Row, int]:
        """Return the part around the cursor, and the cell of the cursor in it: both at most ``width``."""
        if not self.text:
            return Row.of((self.asks_for, look.style(Role.MUTED))).cut(0, width), 0
        at = cells(self.text[: self.cursor])
        self._left = min(self._left, at)
        if at >= self._left + width:
            self._left = at - width + 1
        _, _, skipped = split_at(self.text, self._left)
        self._left = skipped
        whole = Row.of((self.text, look.style(Role.TEXT)))
        return whole.cut(self._left, self._left + width), min(at - self._left, width - 1)


def _edit(key: str) -> Callable[[Line], None] | None:
    """Return what a key does to a line: the readline keys that fingers know."""
    match key:
        case "backspace" | "ctrl+h" | "shift+backspace":
            return lambda line: line.cut(line.before(), line.cursor)
        case "delete":
            return lambda line: _keep(line, line.after())
        case "left" | "ctrl+b":
            return lambda line: setattr(line, "cursor", line.before())
        case "right" | "ctrl+f":
            return lambda line: setattr(line, "cursor", line.after())
        case "home" | "ctrl+a":
            return lambda line: setattr(line, "cursor", 0)
        case "end" | "ctrl+e":
            return lambda line: setattr(line, "cursor", len(line.text))
        case "ctrl+left" | "alt+left" | "alt+b":
            return lambda line: setattr(line, "cursor", line.word_before())
        case "ctrl+right" | "alt+right" | "alt+f":
            return lambda line: setattr(line, "cursor", line.word_after())
        case "ctrl+w" | "alt+backspace" | "ctrl+backspace":
            return lambda line: line.cut(line.word_before(), line.cursor)
        case "alt+d" | "ctrl+delete":
            return lambda line: _keep(line, line.word_after())
        case "ctrl+u":
            return lambda line: line.cut(0, line.cursor)
        case "ctrl+k":
            return lambda line: _keep(line, len(line.text))
    return None


def _keep(line: Line, end: int) -> None:
    line.cut(line.cursor, end)
