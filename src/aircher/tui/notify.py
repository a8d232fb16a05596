"""Tells a person who looks elsewhere that a turn ended, or that a question waits.

Invariant: nobody who looks is disturbed; a terminal that never told whether it is looked at counts as looked at.
"""

from collections.abc import Callable
from typing import Protocol


class Teller(Protocol):
    """The terminal's ways to call somebody."""

    def notify(self, title: str, body: str) -> None:
        """Ring, and show a note of the desktop where the terminal can."""
        ...

    def set_title(self, text: str) -> None:
        """Name the window."""
        ...


class Notices:
    """Calls through the terminal while its window is not looked at.

    Args:
        teller: The terminal.
        place: The project's name, for the window's title.
        is_wanted: Whether the user wants to be called at all.
    """

    def __init__(self, teller: Teller, *, place: str, is_wanted: Callable[[], bool]) -> None:
        self._teller = teller
        self._place = place
        self._is_wanted = is_wanted
        self._has_focus = True
        self._title = ""

    def focus(self, *, has_focus: bool) -> None:
        """Note whether somebody looks."""
        self._has_focus = has_focus

    def state(self, text: str) -> None:
        """Show what happens in the window's title; empty = nothing does."""
        title = f"{text} - {self._place}" if text else f"aircher - {self._place}"
        if title != self._title:
            self._title = title
            self._teller.set_title(title)

    def call(self, text: str) -> None:
        """Call whoever does not look."""
        if not self._has_focus and self._is_wanted():
            self._teller.notify("Aircher", text)
