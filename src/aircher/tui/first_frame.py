"""The first picture, shown before anything else is loaded; what is typed meanwhile waits in the terminal.

Invariant: whoever shows it either hands it on to the interface or takes it back, and then the terminal is as before.
It imports next to nothing, because it is measured against an empty Python.
"""

import os
import sys

from aircher.tui.terminal.locales import is_plain

TYPE_CHECKING = False  # as `typing` has it, which takes longer to import than all else here
if TYPE_CHECKING:
    from aircher.tui.terminal.guard import Guard

_ENTER = "\x1b[?1049h\x1b[H\x1b[2J"
_LEAVE = "\x1b[?1049l\x1b[?25h"
_NOT_THE_SCREEN = ("-p", "--prompt", "-h", "--help", "--version", "--inline", "--screen-reader")


class FirstFrame:
    """A picture on the alternate screen."""

    def __init__(self, modes: list[object], guard: "Guard") -> None:
        """Have the terminal, whose modes were these before; the guard gives it back if this process is killed."""
        self._modes = modes
        self._guard = guard
        self._is_ours = True

    def hand_over(self) -> "tuple[list[object], Guard]":
        """Leave everything to another owner, who gets the terminal's earlier modes, and the guard with its charge."""
        self._is_ours = False
        return self._modes, self._guard

    def take_back(self) -> None:
        """Show what was there before, unless somebody else has it now."""
        if self._is_ours:
            from aircher.tui.terminal.line_discipline import restore

            self._is_ours = False
            os.write(1, _LEAVE.encode())
            restore(0, self._modes)
            self._guard.stop()


def show(arguments: list[str]) -> FirstFrame | None:
    """Show it if these arguments open the interface on this terminal; ``None`` = they do not, nothing was written.

    A first argument that is a word decides only after the commands are known; then the picture comes with the rest.
    """
    is_for_screen = not arguments or arguments[0].startswith("-")
    if not is_for_screen or any(word.split("=")[0] in _NOT_THE_SCREEN for word in arguments):
        return None
    if os.environ.get("TERM", "dumb") == "dumb" or not (os.isatty(0) and os.isatty(1)):
        return None
    from aircher.tui.terminal.line_discipline import make_raw

    modes = make_raw(0)
    width, height = os.get_terminal_size(1)
    is_utf8 = "utf" in (sys.stdout.encoding or "").lower() and not is_plain(os.environ)
    os.write(1, _picture(width, height, is_utf8=is_utf8))
    from aircher.tui.terminal.guard import Guard  # only now: the picture is not to wait for it

    guard = Guard(1, os.environ.get("PATH"))
    guard.watch(_LEAVE)
    return FirstFrame(modes, guard)


def _picture(width: int, height: int, *, is_utf8: bool) -> bytes:
    """Return the frame of an empty conversation: the prompt between two lines, and a line for the state."""
    line, sign = ("─", "❯") if is_utf8 else ("-", ">")
    rule = f"\x1b[2m{line * width}\x1b[0m"
    at = max(1, height - 3)
    lines = (rule, f"{sign} ", rule, "\x1b[2m starting\x1b[0m")
    text = "".join(f"\x1b[{at + number};1H{written}" for number, written in enumerate(lines))
    return f"{_ENTER}{text}\x1b[{at + 1};3H".encode()
