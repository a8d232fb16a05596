"""What is copied of rows: the text without signs that were drawn around it, lines whole again that were wrapped.

Rows do not say where they are from, but a block has its source: two rows are one line if the source has the end of
the first and the beginning of the second beside each other.
"""

from collections.abc import Iterator, Sequence

from aircher.tui.terminal.rows import Row, clean
from aircher.tui.viewport.contents import Held

SEAM_CHARS = 16
"""Of each row that are looked for in the source: enough to be found only where they belong."""
INDENT_CHARS = 12
"""At the left of a row that may be drawn and not meant: a bar, a number, an indent."""
_EMPHASIS = str.maketrans("", "", "*_`~\\")
"""What Markdown may have between two words without showing it. Read only."""


def plain(source: str) -> str:
    """Return a source as `seam` and `undecorated` look into it."""
    return "\n".join(clean(line) for line in source.translate(_EMPHASIS).split("\n"))


def seam(source: str, above: str, below: str) -> str | None:
    """Return what stood between two rows of one line, a space or nothing; ``None`` = they are two lines."""
    end = above.translate(_EMPHASIS).rstrip()[-SEAM_CHARS:]
    begin = below.translate(_EMPHASIS).lstrip()[:SEAM_CHARS]
    if not end or not begin:
        return None
    return next((between for between in (" ", "", "  ") if f"{end}{between}{begin}" in source), None)


def undecorated(source: str, text: str) -> str | None:
    """Return a row's text without what was only drawn; ``None`` = all of it was."""
    text = text.rstrip()
    bare = text.translate(_EMPHASIS)
    for at in range(min(INDENT_CHARS, len(bare)) + 1):
        if bare[at:] and bare[at:] in source:
            return _without_first(text, at)
        if at < len(bare) and bare[at].isalnum() and at >= INDENT_CHARS // 2:
            break
    return text.strip() if not text or any(char.isalnum() for char in text) else None


def _without_first(text: str, count: int) -> str:
    """Leave out the first characters, not counting those of emphasis."""
    for at, char in enumerate(text):
        if count == 0:
            return text[at:]
        count -= bool(char.translate(_EMPHASIS))
    return ""


def copied_lines(held: Held, pieces: Sequence[tuple[int, Row]]) -> Iterator[str]:
    """Yield the lines of one block: ``pieces`` are its selected rows with their numbers, cut where the selection is."""
    source = plain(held.block.source)
    line: str | None = None
    above = ""
    for at, row in pieces:
        text = row.text.rstrip()
        if at < len(held.rows) and row is held.rows[at]:
            stripped = undecorated(source, text)
            if stripped is None:
                continue
            text = stripped
        between = seam(source, above, text) if line is not None else None
        if line is None:
            line = text
        elif between is not None:
            line += between + text.lstrip()
        else:
            yield line
            line = text
        above = text
    if line is not None:
        yield line
