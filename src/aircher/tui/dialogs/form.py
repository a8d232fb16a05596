"""A dialog with something to read, answers to pick from, and a line to write in where an answer needs words.

Invariant: the text to read can be scrolled to its end however small the screen, with the answers in sight. A key that
came before the reader could see the question is handed back (`handle` returns ``False``), never heeded.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from aircher.tui.dialogs.asking import Asking, Hint, Host
from aircher.tui.dialogs.grace import Grace
from aircher.tui.dialogs.line import Line
from aircher.tui.dialogs.menu import Menu, Option
from aircher.tui.dialogs.scrolling import Scrolling
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.events import InputEvent, KeyPressed, MouseUsed, Pasted
from aircher.tui.terminal.rows import EMPTY, Row, wrap

AnswerT = TypeVar("AnswerT")

_ROOMY = 18
"""Rows from which on each answer has a row of its own."""

WHILE_GRACE = "one moment: keys still go to the prompt"


class Form(Asking[AnswerT]):
    """What permission, question and confirmation have in common.

    Attributes:
        menu: The answers; without options there is only the line.
        read: Draws what there is to read, into a width.
        grace: Until when keys are handed back; ``None`` = the person opened it themselves.
        notice: A sentence below the answers: what was wrong.
    """

    def __init__(self, title: str, host: Host, options: Sequence[Option], *, at: int | None = None) -> None:
        super().__init__(title, host)
        self.menu = Menu(options, at=at)
        self.read: Callable[[int, Look], Sequence[Row]] = lambda _, __: ()
        self.grace: Grace | None = None
        self.notice = ""
        self._scrolling = Scrolling()
        self._line: Line | None = None
        self._asked = ""
        self._written: Callable[[str], str | None] = lambda _: None
        self._drawn: tuple[int, Look, Sequence[Row]] | None = None
        self._menu_y = 0

    @property
    def hints(self) -> Sequence[Hint]:
        """Return the keys that do something now."""
        if self.is_waiting:
            return (Hint("", WHILE_GRACE),)
        pages = (Hint("PgDn", "read on"),) if self._scrolling.is_needed else ()
        if self._line is not None:
            return (Hint("Enter", "done"), Hint("Esc", "back" if self.menu.options else "close"), *pages)
        last = len(self.menu.options)
        return (Hint(f"1-{last}", "answer"), *pages, Hint("Enter", "take"), Hint("Esc", "close"))

    @property
    def is_waiting(self) -> bool:
        """Return whether keys are still handed back, because they may be meant for what was there before."""
        return self.grace is not None and not self.grace.is_over

    def write(self, asked: str, text: str, written: Callable[[str], str | None]) -> None:
        """Open a line.

        Args:
            asked: What is to be written.
            text: What stands in it already.
            written: Called with the text on Enter; it answers, or returns what is wrong with it.
        """
        self.notice = ""
        self._line, self._asked, self._written = Line(text), asked, written
        self.host.changed()

    def close_line(self) -> None:
        """Go back to the answers."""
        self.notice = ""
        self._line = None

    def forget_drawing(self) -> None:
        """Have what there is to read drawn anew: it says something else now."""
        self._drawn = None

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return what is to be read, and below it the answers or the line."""
        foot, at = self._foot(width, height, look)
        room = max(1, height - len(foot))
        drawn = self._drawn
        if drawn is None or drawn[0] != width or drawn[1] is not look:
            drawn = self._drawn = (width, look, self.read(width - 2, look))
        self._scrolling.fit(len(drawn[2]), room)
        head = self._scrolling.view(drawn[2], width, look)
        self._menu_y = len(head) + 1
        self.typing_at = None if at is None else Place(at.x, at.y + len(head))
        return [*head, *foot][:height]

    def handle(self, event: InputEvent) -> bool:
        """Take an event; ``False`` = it is the prompt's or the screen's."""
        if isinstance(event, MouseUsed):
            return self._point(event)
        if not isinstance(event, KeyPressed | Pasted):
            return False
        if self.grace is not None and not self.grace.takes_key():
            return False
        if self._line is not None:
            return self._write(event)
        if not isinstance(event, KeyPressed):
            return False
        self.notice = ""
        self.host.changed()
        if event.key == "escape":
            self.leave()
        elif not self.menu.press(event) and not self._scrolling.handle(event, arrows=False):
            if event.key != "enter" and not event.text:
                return False
            # whoever types past the answers should learn that it does nothing
            self.notice = f"pick an answer: 1 to {len(self.menu.options)}, or the arrows and Enter"
        return True

    def _write(self, event: KeyPressed | Pasted) -> bool:
        line = self._line
        key = event.key if isinstance(event, KeyPressed) else ""
        if line is None:
            return False
        if key == "enter":
            self.notice = self._written(line.text) or ""
        elif key == "escape":
            self.close_line()
            if not self.menu.options:
                self.leave()
        elif line.handle(event):
            self.notice = ""
        elif not isinstance(event, KeyPressed) or not self._scrolling.handle(event, arrows=True):
            return False
        self.host.changed()
        return True

    def _point(self, event: MouseUsed) -> bool:
        if self._scrolling.handle(event):
            self.host.changed()
            return True
        if self.is_waiting or self._line is not None:
            return False
        from dataclasses import replace  # most answers come from the keyboard

        return self.menu.point(replace(event, y=event.y - self._menu_y))

    def _foot(self, width: int, height: int, look: Look) -> tuple[list[Row], Place | None]:
        """Return the answers or the line, and where text is typed in them."""
        told = wrap([(self.notice, look.style(Role.WARNING))], width)[:2] if self.notice else []
        if self._line is None:
            menu = self.menu.rows(width, look)
            is_short = height < _ROOMY or len(menu) > height // 2
            return [EMPTY, *(self.menu.short_rows(width, look) if is_short else menu), *told], None
        asked = wrap([(self._asked, look.style(Role.MUTED))], width)[: 2 if height >= _ROOMY else 1]
        mark = Row.of((f"{look.glyphs.prompt} ", look.style(Role.PRIMARY)))
        typed, x = self._line.row(max(1, width - mark.width), look)
        rows = [EMPTY, *asked, mark.beside(typed)]
        return [*rows, *told], Place(mark.width + x, len(rows) - 1)
