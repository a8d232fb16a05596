"""Says lines.

Invariant: foreign text is said without the sequences that would steer a terminal, and saying never fails.
"""

from collections.abc import Callable
from typing import TextIO

from aircher.commands.remedies import in_interface
from aircher.domain.errors import AircherError
from aircher.support.text import without_controls


class Voice:
    """A stream that somebody listens to.

    Args:
        out: The stream.
        lost: Called when nobody can be listening any more.
    """

    def __init__(self, out: TextIO, lost: Callable[[], None]) -> None:
        self._out = out
        self._lost = lost

    def say(self, text: str) -> None:
        """Say it, on lines of its own."""
        from aircher.tui.blocks.output import without_codes

        try:
            print(without_controls(without_codes(text)), file=self._out, flush=True)
        except OSError:  # the terminal is gone
            self._lost()

    def failed(self, error: AircherError) -> None:
        """Say what went wrong, and the remedy."""
        self.say(error_words(error.message, error.hint))


def error_words(message: str, hint: str | None) -> str:
    """Return a failure in sentences."""
    return f"Error: {message.rstrip('.')}." + (f" Remedy: {in_interface(hint).rstrip('.')}." if hint else "")
