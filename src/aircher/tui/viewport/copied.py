"""What is copied of rows: the text without signs that were drawn around it, lines whole again that were wrapped.

Rows do not say where they are from, but a block has its source: each row's text is looked up in it, from where the row
above ended. Rows between which the source has no newline are one line.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aircher.tui.terminal.rows import Row, clean
from aircher.tui.viewport.contents import Held

WINDOW_CHARS = 4_000
"""Of the source, behind the row above, in which a row's text is looked for: more than a folded or drawn-over part."""
INDENT_CHARS = 12
"""At the left of a row that may be drawn and not meant: a bar, a number, an indent."""
_EMPHASIS = str.maketrans("", "", "*_`~\\")
"""What Markdown may have between two words without showing it. Read only."""


class Line(NamedTuple):
    """What a row is in the source.

    Attributes:
        drawn: Characters at its left that are not in the source; ``None`` = all of it was only drawn.
        seam: What stood between it and the row above, a space or nothing; ``None`` = a line begins with it.
    """

    drawn: int | None
    seam: str | None


def lines_of(held: Held) -> list[Line]:
    """Return what each row of a block is in its source."""
    source = "\n".join(clean(line) for line in held.block.source.translate(_EMPHASIS).split("\n"))
    found: list[Line] = []
    end = -1
    for row in held.rows:
        text = row.text.rstrip()
        bare = text.translate(_EMPHASIS)
        drawn, at = _placed(source, bare, max(0, end))
        if at < 0:
            is_text = not text or any(char.isalnum() for char in text)
            found.append(Line(0 if is_text else None, None))
            continue
        between = source[end:at] if end >= 0 else "\n"
        seam = None if "\n" in between or not bare[drawn:] else " " if between or bare[drawn] == " " else ""
        found.append(Line(_with_emphasis(text, drawn), seam))
        end = at + len(bare) - drawn
    return found


def copied_lines(held: Held, pieces: Sequence[tuple[int, Row]]) -> Iterator[str]:
    """Yield the lines of one block: ``pieces`` are its selected rows with their numbers, cut where the selection is."""
    lines = lines_of(held)
    line: str | None = None
    for at, row in pieces:
        drawn, seam = lines[at]
        if drawn is None:
            continue
        is_whole = row.text == held.rows[at].text or held.rows[at].text.startswith(row.text)
        text = row.text.rstrip()[drawn if is_whole else 0 :]
        if line is not None and seam is not None:
            line += seam + text.lstrip()
            continue
        if line is not None:
            yield line
        line = text
    if line is not None:
        yield line


def _placed(source: str, bare: str, start: int) -> tuple[int, int]:
    """Return how much of a row is only drawn, and where the rest is in the source; -1 = nowhere."""
    stop = start + WINDOW_CHARS + len(bare)
    for drawn in range(min(INDENT_CHARS, len(bare) - 1) + 1):
        at = source.find(bare[drawn:], start, stop)
        if at >= 0:
            return drawn, at
    return 0, -1


def _with_emphasis(text: str, count: int) -> int:
    """Return how many characters the first ``count`` are, with those of emphasis between them."""
    for at, char in enumerate(text):
        if count == 0:
            return at
        count -= bool(char.translate(_EMPHASIS))
    return len(text)
