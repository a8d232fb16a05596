"""What the model thinks: its last rows while it does, then one row, and all of it for who wants to see."""

from collections.abc import Callable, Sequence

from aircher.tui.blocks.growing import GrowingRows
from aircher.tui.blocks.kept import KeptRows
from aircher.tui.blocks.layout import INDENT, cut_line, indented
from aircher.tui.look import Look, Role
from aircher.tui.parts import Changed
from aircher.tui.quantities import duration_words, whole_seconds
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import cells

_LIVE_ROWS = 4
"""Enough to follow it; more would only move the conversation up, and down again at its end."""


class ThinkingBlock:
    """Reasoning that arrives in pieces; once it is over, it is folded to a row that says how long it took."""

    def __init__(self, changed: Changed, now_s: Callable[[], float]) -> None:
        self._changed = changed
        self._now_s = now_s
        self._started_s = now_s()
        self._took_s: float | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._is_toggled = False
        self._header = KeptRows()
        self._whole = KeptRows()
        self._text: tuple[int, Look, int, GrowingRows] | None = None

    def append(self, text: str) -> None:
        """Take more of it."""
        if text:
            self._pieces.append(text)
            self._length += len(text)
            self._changed()

    def finish(self) -> None:
        """The model begins to answer, or to act."""
        if self._took_s is None:
            self._took_s = self._now_s() - self._started_s
            self._changed()

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return the row, and below it the text if it is unfolded, or the end of a text that still grows."""
        has_text = bool(self.source.strip())
        is_open = has_text and (look.shows_thinking or look.is_full) != self._is_toggled
        words = self._words(look)
        sign = self._sign(look, is_open=is_open)
        header = self._header.get((width, look, words, sign), lambda: [_header(sign, words, width, look)])
        if not is_open and (self._took_s is not None or not has_text):
            return header
        text = self._laid_out(width, look)
        first = 0 if is_open else max(0, len(text.rows) - _LIVE_ROWS)
        return self._whole.get(
            (header[0], text, self._length, first),
            lambda: [*header, *indented(text.rows[first:], min(INDENT, width // 4))],
        )

    @property
    def source(self) -> str:
        """Return what was thought."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    @property
    def is_live(self) -> bool:
        """Return whether it goes on."""
        return self._took_s is None

    def toggle(self) -> bool:
        """Show or hide the text; there may be none, as some vendors keep it."""
        if not self.source.strip():
            return False
        self._is_toggled = not self._is_toggled
        self._changed()
        return True

    def _words(self, look: Look) -> str:
        if self._took_s is not None:
            return f"Thought for {duration_words(self._took_s)}"
        seconds = int(self._now_s() - self._started_s) if look.is_animated else 0
        return f"Thinking {look.glyphs.dot} {whole_seconds(seconds)}" if seconds else "Thinking"

    def _sign(self, look: Look, *, is_open: bool) -> str:
        if self._took_s is None:
            if not (look.is_animated and look.pulses_thinking):
                return look.glyphs.dot
            running = look.glyphs.running
            return running[int(self._now_s() - self._started_s) % len(running)]
        if not self.source.strip():
            return look.glyphs.dot
        return look.glyphs.unfolded if is_open else look.glyphs.folded

    def _laid_out(self, width: int, look: Look) -> GrowingRows:
        """Return the text's rows; what arrived since the last time is added, newlines once something follows them."""
        kept = self._text
        end = len(self.source.rstrip("\n"))
        if kept is None or kept[0] != width or kept[1] is not look:
            style = look.style(Role.MUTED)._replace(italic=True)
            rows = GrowingRows(self.source[:end].lstrip("\n"), max(2, width - min(INDENT, width // 4)), style)
        else:
            rows = kept[3]
            rows.append(self.source[kept[2] : end])
        self._text = (width, look, end, rows)
        return rows


def _header(sign: str, words: str, width: int, look: Look) -> Row:
    style = look.style(Role.MUTED)
    lead = Row(((f"{sign} ", style),), cells(sign) + 1)
    return lead.beside(cut_line(words, width - lead.width, style, look.glyphs)).cut(0, width)
