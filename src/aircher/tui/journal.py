"""What people who change the interface want to know of it: which input took how long, and what each frame cost.

Invariant: names and figures only; what was typed, pasted or shown is never told.
"""

from typing import Protocol

from aircher.tui.keymap import Keymap
from aircher.tui.terminal.events import InputEvent, KeyPressed


class Journal(Protocol):
    """Takes notes."""

    def note(self, event: str, **figures: object) -> None:
        """Write down that this happened."""
        ...


def input_name(event: InputEvent, keymap: Keymap) -> str:
    """Return what an event is called without what is in it: the action of a key that has one, else its kind."""
    if isinstance(event, KeyPressed):
        action = keymap.action(event.key)
        if action is not None:
            return action.value
    return type(event).__name__
