"""The line discipline: every key comes at once and unchanged, or lines come as they did before.

Characters that were typed before stay in the queue: it is never changed with a flush. It imports next to nothing: the
first frame needs it. Source: termios(3).
"""

import termios

_IFLAG, _OFLAG, _CFLAG, _LFLAG, _CC = 0, 1, 2, 3, 6


def make_raw(fd: int) -> list[object]:
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


def restore(fd: int, attributes: list[object]) -> None:
    """Put back what `make_raw` returned; a terminal that is gone is left alone."""
    try:
        termios.tcsetattr(fd, termios.TCSANOW, attributes)  # type: ignore[arg-type]  # as tcgetattr made it
    except (termios.error, OSError):
        return
