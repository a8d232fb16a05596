"""The first picture, shown before anything else is loaded; what is typed meanwhile waits in the terminal.

Invariant: whoever shows it either hands it on to the interface or takes it back, and then the terminal is as before.
It imports nothing that is not loaded anyway, because it is measured against an empty Python.
"""

import os
import sys
from collections.abc import Mapping, Sequence

_ENTER = "\x1b[?1049h\x1b[H\x1b[2J"
_LEAVE = "\x1b[?1049l\x1b[?25h"
_NOT_THE_SCREEN = ("-p", "--prompt", "-h", "--help", "--version", "--inline", "--screen-reader")


class FirstFrame:
    """A picture on the alternate screen, and the terminal's modes from before it.

    Attributes:
        modes: What `termios.tcgetattr` said before; whoever takes over restores these.
    """

    def __init__(self, modes: list[object]) -> None:
        self.modes = modes
        self.is_shown = True

    def hand_over(self) -> list[object]:
        """Leave everything to another owner, who gets the terminal's earlier modes."""
        self.is_shown = False
        return self.modes

    def take_back(self) -> None:
        """Show what was there before."""
        if self.is_shown:
            import termios

            self.is_shown = False
            os.write(1, _LEAVE.encode())
            termios.tcsetattr(0, termios.TCSANOW, self.modes)  # type: ignore[arg-type]  # what tcgetattr returned


def show(arguments: Sequence[str], environ: Mapping[str, str]) -> FirstFrame | None:
    """Show it if these arguments open the interface on this terminal; ``None`` = they do not, nothing was written.

    A first argument that is a word decides only after the commands are known; then the picture comes with the rest.
    """
    is_for_screen = not arguments or arguments[0].startswith("-")
    if not is_for_screen or any(word.split("=")[0] in _NOT_THE_SCREEN for word in arguments):
        return None
    if (
        environ.get("TERM", "dumb") == "dumb"
        or not (os.isatty(0) and os.isatty(1))
        or "AIRCHER_SCREEN_READER" in environ
    ):
        return None
    import termios

    modes: list[object] = termios.tcgetattr(0)
    typed = termios.tcgetattr(0)
    typed[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(0, termios.TCSANOW, typed)
    os.write(1, _picture(*os.get_terminal_size(1), is_utf8="utf" in (sys.stdout.encoding or "").lower()))
    return FirstFrame(modes)


def _picture(width: int, height: int, *, is_utf8: bool) -> bytes:
    """Return the frame of an empty conversation: a line above the prompt, the prompt, a line for the state."""
    line, sign = ("─", "❯") if is_utf8 else ("-", ">")
    text = f"{_ENTER}\x1b[{max(1, height - 2)};1H\x1b[2m{line * width}\x1b[0m\r\n{sign} "
    return f"{text}\x1b[{height};1H\x1b[2mstarting\x1b[0m\x1b[{max(1, height - 1)};3H".encode()
