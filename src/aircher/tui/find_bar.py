"""The line that asks what to find in the conversation; while it is open it gets the keys."""

from aircher.tui.dialogs.line import Line
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.events import InputEvent, KeyPressed
from aircher.tui.terminal.rows import Row
from aircher.tui.viewport.view import Viewport

_TITLE = " find: "


class FindBar:
    """Finds while it is typed.

    Attributes:
        is_open: Whether it is shown.
        place: Where its cursor was in the row last drawn.
    """

    def __init__(self) -> None:
        self.is_open = False
        self.place = Place(0, 0)
        self._line = Line()

    def open(self, view: Viewport) -> None:
        """Ask, and look again for what was looked for last."""
        self.is_open = True
        view.find(self._line.text)

    def handle(self, view: Viewport, event: InputEvent) -> bool:
        """Take a key: text is looked for at once, Enter and the arrows go from hit to hit, Escape ends it."""
        if isinstance(event, KeyPressed):
            match event.key:
                case "escape" | "ctrl+c":
                    self.is_open = False
                    view.find("")
                    return True
                case "enter" | "up" | "ctrl+p" | "shift+tab":
                    view.find_previous()
                    return True
                case "down" | "ctrl+n" | "tab" | "shift+enter":
                    view.find_next()
                    return True
        before = self._line.text
        is_taken = self._line.handle(event)
        if self._line.text != before:
            view.find(self._line.text)
        return is_taken

    def row(self, view: Viewport, width: int, look: Look) -> Row:
        """Return the bar: the text, which hit is seen, and the keys."""
        title = Row.of((_TITLE, look.style(Role.DIALOG_TITLE)))
        told = Row.of((f" {_told(view, look)}  Enter up, Tab down, Esc ends ", look.style(Role.MUTED)))
        room = max(4, width - title.width - told.width)
        text, at = self._line.row(room, look)
        self.place = Place(title.width + at, 0)
        return title.beside(text.fit(room)).beside(told).cut(0, width)


def _told(view: Viewport, look: Look) -> str:
    """Return which of how many hits is looked at, and how many are in turns that have yet to be read back."""
    finder = view.finder
    if not finder.is_active:
        return ""
    beyond, dots = finder.count_beyond(), look.glyphs.ellipsis
    here = [f"{finder.position}/{finder.tally.total}"] if finder.tally.total else []
    there = [f"{beyond.hits:,} earlier"] if beyond.hits else []
    told = ", ".join([*here, *there])
    if beyond.is_complete:
        return told or "not found"
    return f"{told or 'looking'} {dots}"
