"""The screen that a person would see, by an emulator that is not ours, and frames to be drawn on it."""

import unicodedata
from collections.abc import Sequence
from typing import Any

import pyte
from hypothesis import strategies as st

from aircher.tui.terminal.encoding import Depth, Encoder
from aircher.tui.terminal.ink import Ink, Inkwell, is_doubtful
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import PLAIN, Style

INKWELL = Inkwell(Encoder(Depth.TRUE))

STYLES = [
    PLAIN,
    Style(fg=0xCDD6F4),
    Style(fg=0x112233, bg=0x445566),
    Style(bold=True),
    Style(underline=True, fg=0x112233),
    Style(reverse=True),
    Style(bold=True, dim=True, italic=True, strike=True),
    Style(dim=True),
]
WORDS = [
    "a", "word", "the quick brown fox", "x" * 30, " ", "  ", " " * 20, "日本語", "漢", "e\u0301te\u0301", "─" * 12, "│",
    "✓", "😀", "👨‍👩‍👧", "❤️", "🇩🇪", "שלום", "مرحبا", "Ünïcödé", "\u200b", "\u0301", "한국어", "1️⃣",
]  # fmt: skip

rows = st.builds(lambda *spans: Row.of(*spans), st.tuples(st.sampled_from(WORDS), st.sampled_from(STYLES))) | st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(STYLES)), max_size=6
).map(lambda spans: Row.of(*spans))


class Screen(pyte.Screen):
    """A screen full of something else, without wrapping at the edge, as the program sets it."""

    def __init__(self, width: int, height: int, *, fill: str = "#") -> None:
        super().__init__(width, height)
        for y in range(height):
            for x in range(width):
                self.buffer[y][x] = self.buffer[y][x]._replace(data=fill)
        self._stream = pyte.ByteStream(self)
        self.feed(b"\x1b[?7l")

    def feed(self, data: bytes) -> None:
        self._stream.feed(data)

    def seen(self) -> list[list[tuple[Any, ...]]]:
        """Return every cell as it looks: the sign, and of its attributes those that can be seen."""
        return [[_seen_cell(self.buffer[y][x]) for x in range(self.columns)] for y in range(self.lines)]


class TwoScreens(pyte.Screen):
    """An emulator with an alternate screen, which pyte has not got: what was there before comes back after it."""

    _before: tuple[dict[int, dict[int, Any]], int, int] | None = None

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        super().set_mode(*modes, **kwargs)
        if kwargs.get("private") and 1049 in modes and self._before is None:
            lines = {y: dict(line) for y, line in self.buffer.items()}
            self._before = lines, self.cursor.x, self.cursor.y
            self.erase_in_display(2)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and 1049 in modes and self._before is not None:
            lines, self.cursor.x, self.cursor.y = self._before
            self._before = None
            self.erase_in_display(2)
            for y, line in lines.items():
                self.buffer[y].update(line)


def _seen_cell(char: Any) -> tuple[Any, ...]:
    seen = (char.bg, char.underscore, char.reverse, char.strikethrough)
    return (char.data, *seen) if char.data == " " else (char.data, *seen, char.fg, char.bold, char.italics)


def expected(frame: Sequence[Row], width: int, height: int) -> list[list[tuple[Any, ...]]]:
    """Return what `Screen.seen` has to say of a frame."""
    lines = [_expected_line(INKWELL.ink(row, width), width) for row in frame[:height]]
    return lines + [_expected_line([], width)] * (height - len(lines))


def _expected_line(ink: Ink, width: int) -> list[tuple[Any, ...]]:
    line: list[tuple[Any, ...]] = []
    for sign, pen in ink:
        bold, _dim, italic, underline, reverse, strike = pen.attributes
        seen = (_color(pen.bg), underline, reverse, strike)
        line.append((sign, *seen) if sign == " " else (sign, *seen, _color(pen.fg), bold, italic))
    return line + [(" ", "default", False, False, False)] * (width - len(line))


def _color(parameter: str) -> str:
    return "{:02x}{:02x}{:02x}".format(*map(int, parameter.split(";")[2:])) if parameter else "default"


def _is_beyond_emulator(sign: str, *, is_wide: bool) -> bool:
    """Return whether the emulator knows no such sign: sequences, and marks on a sign of two cells."""
    return is_doubtful(sign) or (is_wide and len(sign) > 1)


def difference(screen: Screen, frame: Sequence[Row]) -> str:
    """Return where the screen differs from the frame; what the emulator cannot draw is left out."""
    wanted = expected(frame, screen.columns, screen.lines)
    for y, (seen_line, wanted_line) in enumerate(zip(screen.seen(), wanted, strict=True)):
        for x, (seen, want) in enumerate(zip(seen_line, wanted_line, strict=True)):
            if _is_beyond_emulator(want[0] or wanted_line[x - 1][0], is_wide=not want[0]) or (
                wanted_line[x + 1 : x + 2] and not wanted_line[x + 1][0] and len(want[0]) > 1
            ):
                continue
            if seen != (unicodedata.normalize("NFC", want[0]), *want[1:]):
                return f"row {y}, column {x}: {seen} instead of {want}"
    return ""
