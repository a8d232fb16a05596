"""What the mouse does to the conversation: it scrolls, folds, selects, and pulls the scroll bar."""

from collections.abc import Callable

from aircher.tui.terminal.events import MouseUsed
from aircher.tui.viewport.scroller import Scroller
from aircher.tui.viewport.selecting import Selecting
from aircher.tui.viewport.walking import Spot

WHEEL_ROWS = 3
"""One notch of a wheel scrolls so much elsewhere, too."""


class Mouse:
    """Takes the mouse's events."""

    def __init__(self, scroller: Scroller, selecting: Selecting, copy: Callable[[str], object]) -> None:
        self._scroller = scroller
        self._selecting = selecting
        self._copy = copy
        self._pressed: tuple[int, int] | None = None
        self._pulls_bar = False

    def handle(self, event: MouseUsed, *, has_bar: bool) -> bool:
        """Take an event; ``False`` = it means nothing here."""
        match event.kind:
            case "scroll_up":
                self._scroller.scroll_by(-WHEEL_ROWS)
            case "scroll_down":
                self._scroller.scroll_by(WHEEL_ROWS)
            case "press" if event.button == "left":
                self._press(event, has_bar=has_bar)
            case "drag" if self._pulls_bar:
                self._pull_bar(event.y)
            case "drag" if self._pressed is not None:
                if (event.x, event.y) != self._pressed:
                    self._pressed = (-1, -1)
                    self._selecting.drag(event.x, event.y)
            case "release" if self._pulls_bar or self._pressed is not None:
                self._release()
            case _:
                return False
        return True

    def _press(self, event: MouseUsed, *, has_bar: bool) -> None:
        if has_bar and not self._scroller.is_at_end and event.x >= self._scroller.width:
            self._pulls_bar = True
            self._pull_bar(event.y)
            return
        self._pressed = (event.x, event.y)
        self._selecting.press(event.x, event.y)

    def _release(self) -> None:
        pressed, self._pressed = self._pressed, None
        self._selecting.pull = 0
        if self._pulls_bar or pressed is None:
            self._pulls_bar = False
            return
        text = self._selecting.text()
        if text:
            self._copy(text)
        elif pressed != (-1, -1):
            self._click(pressed[1])

    def _click(self, y: int) -> None:
        """Fold or unfold the block of which the first row was clicked, or one that stands for more of it."""
        self._selecting.clear()
        shown = self._scroller.shown
        if y >= len(shown):
            return
        held, at, row = shown[y]
        if held.rows and (at == 0 or row.stands_for_more):
            self._scroller.toggle(held)

    def _pull_bar(self, y: int) -> None:
        contents, height = self._scroller.contents, self._scroller.height
        hidden = max(0, contents.heights.total - 1 - height)
        index, row = contents.heights.find(hidden * max(0, y) // max(1, height - 1))
        if contents.items:
            self._scroller.scroll_to(Spot(contents.items[index], row))
