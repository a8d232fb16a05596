"""How a terminal is taken over and given back: the sequences that switch modes.

Invariant: what `entering` switches on, `leaving` switches off, in the reverse order, and leaving twice does no harm.

Source: xterm's ctlseqs, https://sw.kovidgoyal.net/kitty/keyboard-protocol/.
"""

from aircher.tui.terminal.capabilities import Capabilities

BACKGROUND_QUESTION = "\x1b]11;?\x1b\\"


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


def covering(can: Capabilities) -> str:
    """Return what shows a screen of its own in a terminal that was taken over without one.

    Its cursor comes back with the screen below; the keyboard protocol is pushed for this screen as for any other.
    """
    return "\x1b[?1049h\x1b[?7l" + ("\x1b[>5u" if can.can_be_asked else "")


def uncovering(can: Capabilities) -> str:
    """Return what shows the screen below again, whatever state a broken-off frame has left this one in."""
    return "\x1b[m" + ("\x1b[<u" if can.can_be_asked else "") + "\x1b[r\x1b[?7h\x1b[?1049l"


def asking(can: Capabilities) -> str:
    """Return the questions to a terminal. The last one is answered by every terminal, after the others."""
    if not can.can_be_asked:
        return ""
    return BACKGROUND_QUESTION + ("" if can.has_sync else "\x1b[?2026$p") + "\x1b[c"
