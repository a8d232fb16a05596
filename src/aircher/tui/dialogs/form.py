"""A dialog with something to read, answers to pick from, and a field to write in where an answer needs words.

Invariant: the text to read can be scrolled to its end however small the screen, with the answers in sight. A key that
came before the reader could see the question is handed back (`handle` returns ``False``), never heeded.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from aircher.tui.dialogs.asking import Asking, Hint, Host
from aircher.tui.dialogs.field import Field
from aircher.tui.dialogs.grace import Grace
from aircher.tui.dialogs.menu import Menu, Option
from aircher.tui.dialogs.scrolling import Scrolling
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.events import InputEvent, KeyPressed, MouseUsed, Pasted
from aircher.tui.terminal.rows import EMPTY, Row, wrap

AnswerT = TypeVar("AnswerT")

_ROOMY = 18
"""Rows from which on what is asked for may take two of them."""

WHILE_GRACE = "keys still go to the prompt"


class _Drawn(NamedTuple):
    """What there is to read, as long as nothing it depends on has changed."""

    width: int
    look: Look
    is_short: bool
    rows: Sequence[Row]


class Form(Asking[AnswerT]):
    """What permission, question and confirmation have in common.

    Attributes:
        menu: The answers; without options there is only the field.
        read: Draws what there is to read, into a width.
        grace: Until when keys are handed back; ``None`` = the person opened it themselves.
        notice: A sentence below the answers: what was wrong.
        escape: What Escape does, in words.
        more_hints: Keys of the screen that work here.
        is_short: Whether the answers have to do with few words, as so few rows are left for them.
    """

    def __init__(self, title: str, host: Host, options: Sequence[Option], *, at: int | None = None) -> None:
        super().__init__(title, host)
        self.menu = Menu(options, at=at)
        self.read: Callable[[int, Look], Sequence[Row]] = lambda _, __: ()
        self.grace: Grace | None = None
        self.notice = ""
        self.escape = "close"
        self.more_hints: Sequence[Hint] = ()
        self.is_short = False
        self._scrolling = Scrolling()
        self._field: Field | None = None
        self._asked = ""
        self._written: Callable[[str], str | None] = lambda _: None
        self._drawn: _Drawn | None = None
        self._foot_y = 0
        self._asked_rows = 0

    @property
    def hints(self) -> Sequence[Hint]:
        """Return the keys that do something now."""
        if self.is_waiting:
            return (Hint("", WHILE_GRACE),)
        pages = (Hint("PgDn", "read on"),) if self._scrolling.is_needed else ()
        if self._field is not None:
            lines = (Hint("Alt+Enter", "new line"),) if self._field.keeps_lines else ()
            back = Hint("Esc", "back" if self.menu.options else self.escape)
            return (Hint("Enter", "done"), back, *pages, *lines, *self.more_hints)
        last = len(self.menu.options)
        return (Hint(f"1-{last}", "answer"), *pages, Hint("Enter", "take"), Hint("Esc", self.escape), *self.more_hints)

    @property
    def is_waiting(self) -> bool:
        """Return whether keys are still handed back, because they may be meant for what was there before."""
        return self.grace is not None and not self.grace.is_over

    def ask_again(self, *, last_typed_at_s: float | None, is_wanted: bool) -> None:
        """Wait for an answer from now on, with what was written before.

        Keys answer at once if the person wanted to see it again, else after a moment only.
        """
        self.begin()
        self.grace = None if is_wanted else Grace(self.host, self.answered, last_typed_at_s=last_typed_at_s)

    def write(self, asked: str, text: str, written: Callable[[str], str | None], *, keeps_lines: bool = False) -> None:
        """Open a field.

        Args:
            asked: What is to be written.
            text: What stands in it already.
            written: Called with the text on Enter; it answers, or returns what is wrong with it.
            keeps_lines: Whether it may have several lines.
        """
        self.notice = ""
        self._field, self._asked, self._written = Field(text, keeps_lines=keeps_lines), asked, written
        self.host.changed()

    def close_field(self) -> None:
        """Go back to the answers."""
        self.notice = ""
        self._field = None

    def forget_drawing(self) -> None:
        """Have what there is to read drawn anew: it says something else now."""
        self._drawn = None

    def redraw(self) -> None:
        """Have it drawn anew at once."""
        self.forget_drawing()
        self.host.changed()

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return what is to be read, and below it the answers or the field."""
        foot, at = self._foot(width, height, look)
        drawn = self._drawn
        if drawn is None or drawn.width != width or drawn.look is not look or drawn.is_short != self.is_short:
            drawn = self._drawn = _Drawn(width, look, self.is_short, self.read(width - 2, look))
        head: list[Row] = []
        if drawn.rows:
            self._scrolling.fit(len(drawn.rows), max(1, height - len(foot) - 1))
            head = [*self._scrolling.view(drawn.rows, width, look), EMPTY]
        self._foot_y = len(head)
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
        if self._field is not None:
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
        field = self._field
        key = event.key if isinstance(event, KeyPressed) else ""
        if field is None:
            return False
        if key == "enter":
            self.notice = "" if field.break_line() else self._written(field.text) or ""
        elif key == "escape":
            self.close_field()
            if not self.menu.options:
                self.leave()
        elif field.handle(event):
            self.notice = ""
        elif not isinstance(event, KeyPressed) or not self._scrolling.handle(event, arrows=True):
            return False
        self.host.changed()
        return True

    def _point(self, event: MouseUsed) -> bool:
        if self._scrolling.handle(event):
            self.host.changed()
            return True
        if self.is_waiting:
            return False
        from dataclasses import replace  # most answers come from the keyboard

        below = replace(event, y=event.y - self._foot_y)
        if self._field is None:
            return self.menu.point(below)
        self.host.changed()
        return self._field.point(replace(below, y=below.y - self._asked_rows))

    def _foot(self, width: int, height: int, look: Look) -> tuple[list[Row], Place | None]:
        """Return the answers or the field, and where text is typed in them."""
        told = wrap([(self.notice, look.style(Role.WARNING))], width)[:2] if self.notice else []
        if self._field is None:
            menu = self.menu.rows(width, look)
            self.is_short = len(menu) > height // 2
            return [*(self.menu.short_rows(width, look) if self.is_short else menu), *told], None
        asked = wrap([(self._asked, look.style(Role.MUTED))], width)[: 2 if height >= _ROOMY else 1]
        typed, at = self._field.rows(width, height // 2 - len(asked) - len(told), look)
        self._asked_rows = len(asked)
        return [*asked, *typed, *told], Place(at.x, at.y + len(asked))
