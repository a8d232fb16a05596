"""What the mouse does in the composer: it takes choices of the popup, puts the cursor somewhere, and selects.

Invariant: while keys wait for something, the mouse moves nothing: they were typed for where the cursor is.
"""

from aircher.tui.composer.frame import Frame
from aircher.tui.composer.keys import Keys
from aircher.tui.parts import Changed
from aircher.tui.terminal.events import MouseUsed


class Pointing:
    """Takes the mouse's events, at cells of the composer's rows.

    Attributes:
        popup_rows: How many rows of a popup lie above these.
    """

    def __init__(self, keys: Keys, frame: Frame, changed: Changed) -> None:
        self.popup_rows = 0
        self._keys = keys
        self._frame = frame
        self._changed = changed
        self._pressed_at: int | None = None

    def handle(self, event: MouseUsed) -> bool:
        """Take an event; ``False`` = it means nothing here."""
        menu = self._keys.menu
        if menu is not None and -self.popup_rows <= event.y < 0 and self._pressed_at is None:
            match event.kind:
                case "press" if event.button == "left":
                    return self._keys.click(event.y + self.popup_rows)
                case "scroll_up" | "scroll_down":
                    menu.move(1 if event.kind == "scroll_down" else -1)
                    self._changed()
            return True
        match event.kind:
            case "press" if event.button == "left":
                return self._press(event)
            case "drag" if self._pressed_at is not None:
                self._go(event, anchor=self._pressed_at)
            case "release" if self._pressed_at is not None:
                self._pressed_at = None
            case _:
                return False
        return True

    def _press(self, event: MouseUsed) -> bool:
        self._pressed_at = None
        if not self._frame.holds_text(event.y):
            return False
        self._pressed_at = self._go(event, anchor=None)
        return True

    def _go(self, event: MouseUsed, *, anchor: int | None) -> int | None:
        """Put the cursor to a cell, and select from ``anchor`` on; return where it is in the text."""
        editor = self._frame.editor
        if editor is None or self._keys.hold.is_holding:
            return anchor
        at = self._frame.offset_at(event.x, event.y)
        editor.move_to(at, anchor=None if anchor == at else anchor)
        self._keys.follow()
        return at if anchor is None else anchor
