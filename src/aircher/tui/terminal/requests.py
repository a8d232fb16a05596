"""What a terminal can be asked to do besides showing text: keep a copy, notify, bear a title. Pure.

Invariant: text of others is cleaned and bounded, so it cannot end its sequence or be read as another one.

Source: xterm's ctlseqs (OSC 2, 52), iTerm2 (OSC 9), rxvt-unicode (OSC 777), the manuals of tmux and screen.
"""

from aircher.support.text import without_controls
from aircher.tui.terminal.capabilities import Capabilities

COPY_BYTES_AT_MOST = 74_994
"""What terminals commonly take: 100,000 characters of base64 with the sequence around them."""
NOTE_CHARS_AT_MOST = 200
TITLE_CHARS_AT_MOST = 120
_SCREEN_CHUNK_CHARS = 240
"""Older versions of screen drop longer strings."""


def copying(text: str, can: Capabilities) -> str:
    """Return what puts text into the clipboard of whoever sits at the terminal; empty = it does not take that much.

    Through tmux it is sent both ways: to tmux itself, and passed through, as its configuration allows one or the other.
    """
    from base64 import b64encode

    data = text.encode("utf-8", "replace")
    if can.is_dumb or can.is_console or len(data) > COPY_BYTES_AT_MOST:
        return ""
    sequence = f"\x1b]52;c;{b64encode(data).decode('ascii')}\x07"
    return sequence + passed_through(sequence, can) if can.multiplexer == "tmux" else passed_through(sequence, can)


def notifying(title: str, body: str, can: Capabilities) -> str:
    """Return what tells the user something while the terminal is not looked at, and a bell."""
    if can.is_dumb or can.is_console:
        return "\x07"
    head, text = _line(title, TITLE_CHARS_AT_MOST, can), _line(body, NOTE_CHARS_AT_MOST, can)
    if can.names_notifications:
        sequence = f"\x1b]777;notify;{head.replace(';', ',')};{text}\x07"
    else:
        sequence = f"\x1b]9;{head}: {text}\x07" if head else f"\x1b]9;- {text}\x07"
    return passed_through(sequence, can) + "\x07"


def titling(text: str, can: Capabilities) -> str:
    """Return what gives the terminal's window a title."""
    if can.is_dumb or can.is_console:
        return ""
    return f"\x1b]2;{_line(text, TITLE_CHARS_AT_MOST, can)}\x07"


def passed_through(sequence: str, can: Capabilities) -> str:
    """Return a sequence, which ends with BEL, so that it reaches the terminal behind a multiplexer."""
    if can.multiplexer == "tmux":
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if can.multiplexer == "screen":
        chunks = (sequence[at : at + _SCREEN_CHUNK_CHARS] for at in range(0, len(sequence), _SCREEN_CHUNK_CHARS))
        return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)
    return sequence


def _line(text: str, at_most: int, can: Capabilities) -> str:
    cleaned = " ".join(without_controls(text).split())[:at_most]
    return cleaned.encode(can.encoding, "replace").decode(can.encoding)
