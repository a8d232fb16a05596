"""Where a key puts the cursor: what moving, selecting, erasing and cutting have in common. Rows are `wrapping`'s."""

from collections.abc import Callable, Mapping

from aircher.tui.editor.buffer import Buffer, line_end, line_start
from aircher.tui.editor.graphemes import border_after, border_before
from aircher.tui.editor.words import big_word_start_before, word_end_after, word_start_before


def left(buffer: Buffer) -> int:
    """Return the border before the cursor."""
    return border_before(buffer.text, buffer.cursor)


def right(buffer: Buffer) -> int:
    """Return the border behind the cursor."""
    return border_after(buffer.text, buffer.cursor)


def word_left(buffer: Buffer) -> int:
    """Return where the word begins that the cursor is in or behind."""
    return word_start_before(buffer.text, buffer.cursor)


def word_right(buffer: Buffer) -> int:
    """Return where the word ends that the cursor is in or before."""
    return word_end_after(buffer.text, buffer.cursor)


def big_word_left(buffer: Buffer) -> int:
    """Return where what stands between blanks begins."""
    return big_word_start_before(buffer.text, buffer.cursor)


def to_line_start(buffer: Buffer) -> int:
    """Return where the line begins."""
    return line_start(buffer.text, buffer.cursor)


def to_line_end(buffer: Buffer) -> int:
    """Return where the line ends."""
    return line_end(buffer.text, buffer.cursor)


def rest_of_line(buffer: Buffer) -> int:
    """Return the end of the line; at it, what is behind the newline."""
    end = line_end(buffer.text, buffer.cursor)
    return end if end > buffer.cursor else min(end + 1, len(buffer.text))


def lead_of_line(buffer: Buffer) -> int:
    """Return the start of the line; at it, what is before the newline."""
    start = line_start(buffer.text, buffer.cursor)
    return start if start < buffer.cursor else max(0, start - 1)


MOTIONS: Mapping[str, Callable[[Buffer], int]] = {
    key: motion
    for keys, motion in (
        ("left ctrl+b", left),
        ("right ctrl+f", right),
        ("ctrl+left alt+left alt+b", word_left),
        ("ctrl+right alt+right alt+f", word_right),
        ("home ctrl+a", to_line_start),
        ("end ctrl+e", to_line_end),
        ("ctrl+home alt+<", lambda _: 0),
        ("ctrl+end alt+>", lambda buffer: len(buffer.text)),
    )
    for key in keys.split()
}
"""Where a key puts the cursor; with shift it selects up to there."""

BY_ROWS: Mapping[str, int] = {"up": -1, "ctrl+p": -1, "down": 1, "ctrl+n": 1}
