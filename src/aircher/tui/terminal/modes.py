"""How a terminal is taken over and given back: the line discipline, and the sequences that switch modes.

Invariant: what `entering` switches on, `leaving` switches off, in the reverse order, and leaving twice does no harm.
Characters that were typed before stay in the queue: the line discipline is never changed with a flush.

Source: termios(3), xterm's ctlseqs, https://sw.kovidgoyal.net/kitty/keyboard-protocol/.
"""

import termios
from typing import Any, TypeAlias

from aircher.tui.terminal.capabilities import Capabilities

Attributes: TypeAlias = list[Any]
"""As `termios.tcgetattr` has them."""

BACKGROUND_QUESTION = "\x1b]11;?\x1b\\"

_IFLAG, _OFLAG, _CFLAG, _LFLAG, _CC = 0, 1, 2, 3, 6


def make_raw(fd: int) -> Attributes:
    """Have every key come at once and unchanged, and return the attributes from before."""
    before = termios.tcgetattr(fd)
    raw = list(before)
    raw[_IFLAG] &= ~(
        termios.IGNBRK
        | termios.BRKINT
        | termios.PARMRK
        | termios.ISTRIP
        | termios.INLCR
        | termios.IGNCR
        | termios.ICRNL
        | termios.IXON
    )
    raw[_OFLAG] &= ~termios.OPOST
    raw[_CFLAG] = raw[_CFLAG] & ~(termios.CSIZE | termios.PARENB) | termios.CS8
    raw[_LFLAG] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    raw[_CC] = list(before[_CC])
    raw[_CC][termios.VMIN], raw[_CC][termios.VTIME] = 1, 0
    termios.tcsetattr(fd, termios.TCSANOW, raw)
    return before


def restore(fd: int, attributes: Attributes) -> None:
    """Put back what `make_raw` returned; a terminal that is gone is left alone."""
    try:
        termios.tcsetattr(fd, termios.TCSANOW, attributes)
    except (termios.error, OSError):
        return


def entering(can: Capabilities, *, is_inline: bool) -> str:
    """Return what takes a terminal over.

    The keyboard protocol is pushed after the alternate screen is entered: that screen has a stack of its own, which
    goes with it.
    """
    if can.is_dumb:
        return ""
    parts = ["" if is_inline else "\x1b[?1049h\x1b[?7l"]
    parts.append("\x1b[?2004h")
    if can.is_console:
        return "".join(parts)
    parts.append("\x1b[22;2t\x1b[?1004h")
    if not is_inline:
        parts.append("\x1b[?1002h\x1b[?1006h")
    if can.can_be_asked:
        parts.append("\x1b[?2031h\x1b[>4;1m\x1b[>5u")
    return "".join(parts)


def leaving(can: Capabilities, *, is_inline: bool) -> str:
    """Return what gives a terminal back, whatever state a broken-off frame has left it in."""
    if can.is_dumb:
        return ""
    parts = ["\x1b[m"]
    if not can.is_console:
        parts.append("\x1b[?2026l")
        if can.has_links:
            parts.append("\x1b]8;;\x1b\\")
        if can.can_be_asked:
            parts.append("\x1b[<u\x1b[>4m\x1b[?2031l\x1b[m")
        if not is_inline:
            parts.append("\x1b[?1006l\x1b[?1002l")
        parts.append("\x1b[?1004l\x1b[23;2t")
    parts.append("\x1b[?2004l")
    parts.append("" if is_inline else "\x1b[r\x1b[?7h\x1b[?1049l")
    parts.append("\x1b[?25h")
    return "".join(parts)


def asking(can: Capabilities) -> str:
    """Return the questions to a terminal. The last one is answered by every terminal, after the others."""
    if not can.can_be_asked:
        return ""
    return BACKGROUND_QUESTION + ("" if can.has_sync else "\x1b[?2026$p") + "\x1b[c"
