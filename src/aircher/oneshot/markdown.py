"""Markdown to styled terminal lines.

Pure: a source and a width in, lines with ANSI styles out. Not its job: when a line may be shown.
"""

import re
from collections.abc import Sequence
from dataclasses import field
from functools import lru_cache

from aircher.domain.records import dataclass
from aircher.support.highlighting import terminal_colors
from aircher.support.markdown_parser import events
from aircher.support.text import display_width, without_controls

BOLD, DIM, ITALIC, UNDERLINE, STRIKE = "\x1b[1m", "\x1b[2m", "\x1b[3m", "\x1b[4m", "\x1b[9m"
CYAN, YELLOW = "\x1b[36m", "\x1b[33m"
RESET = "\x1b[0m"

MAX_COLOURED_LINES = 400  # 73 µs a line, again with every line: longer blocks would slow the stream down

_INLINE_STYLES = {"Emphasis": ITALIC, "Strong": BOLD, "Strikethrough": STRIKE}
_PIECES = re.compile(r"\n|[^\S\n]+|[^\s]+")
_HEADING_STYLE = BOLD + CYAN


@dataclass(slots=True)
class _List:
    """An open list: the next number, or ``None`` for bullets."""

    number: int | None

    def marker(self) -> str:
        if self.number is None:
            return "• "
        self.number += 1
        return f"{self.number - 1}. "


@dataclass(slots=True)
class Renderer:
    """Walks a parser's events once; read `lines` afterwards."""

    width: int
    lines: list[str] = field(default_factory=list)
    _styles: list[str] = field(default_factory=list)
    _spans: list[tuple[str, str]] = field(default_factory=list)
    _prefixes: list[str] = field(default_factory=list)
    _marker: str | None = None
    _lists: list[_List] = field(default_factory=list)
    _code_language: str | None = None
    _rows: list[list[str]] | None = None
    _targets: list[str] = field(default_factory=list)

    def render(self, source: str) -> list[str]:
        """Return the lines of this source."""
        for event in events(source):
            self._take(event)
        return self.lines

    def _take(self, event: object) -> None:
        match event:
            case {"Start": start}:
                self._start(start)
            case {"End": end}:
                self._end(end)
            case {"Text": str(text)} if self._code_language is not None:
                self._spans.append(("", text))
            case {"Text": str(text)} | {"Html": str(text)} | {"InlineHtml": str(text)}:
                self._spans.append(("".join(self._styles), without_controls(text)))
            case {"Code": str(text)}:
                self._spans.append((YELLOW, without_controls(text)))
            case {"TaskListMarker": done}:
                self._spans.append(("", "[x] " if done else "[ ] "))
            case "SoftBreak":
                self._spans.append(("", " "))
            case "HardBreak":
                self._spans.append(("", "\n"))
            case "Rule":
                self._gap()
                self.lines.append(self._prefix() + DIM + "─" * min(40, self.width) + RESET)
            case _:
                return

    def _start(self, start: object) -> None:
        match start:
            case "Paragraph":
                self._gap()
            case {"Heading": {"level": str(level)}}:
                self._gap()
                self._styles.append(_HEADING_STYLE + (UNDERLINE if level == "H1" else ""))
            case {"List": number}:
                self._flush()
                if not self._lists:
                    self._gap()
                self._lists.append(_List(number if isinstance(number, int) else None))
            case "Item":
                self._marker = self._lists[-1].marker()
                self._prefixes.append(" " * len(self._marker))
            case {"CodeBlock": kind}:
                self._flush()
                self._gap()
                self._code_language = str(kind["Fenced"]) if isinstance(kind, dict) else ""
            case {"BlockQuote": _}:
                self._gap()
                self._prefixes.append(DIM + "│ " + RESET)
            case {"Table": _}:
                self._gap()
                self._rows = []
            case "TableHead" | "TableRow" if self._rows is not None:
                self._rows.append([])
            case {"Link": {"dest_url": str(url)}} | {"Image": {"dest_url": str(url)}}:
                self._targets.append(url)
                self._styles.append(UNDERLINE)
            case str(name) if name in _INLINE_STYLES:
                self._styles.append(_INLINE_STYLES[name])
            case _:
                return

    def _end(self, end: object) -> None:
        match end:
            case "Paragraph":
                self._flush()
            case {"Heading": _}:
                self._styles.pop()
                self._flush()
            case {"List": _}:
                self._lists.pop()
            case "Item":
                self._flush()
                self._prefixes.pop()
            case "CodeBlock":
                self._code()
            case {"BlockQuote": _}:
                self._prefixes.pop()
            case "TableCell" if self._rows is not None:
                self._rows[-1].append("".join(_styled(style, text) for style, text in self._spans))
                self._spans.clear()
            case "Table" if self._rows is not None:
                self.lines.extend(self._prefix() + line for line in _table(self._rows))
                self._rows = None
            case "Link" | "Image":
                self._end_link()
            case str(name) if name in _INLINE_STYLES:
                self._styles.pop()
            case _:
                return

    def _end_link(self) -> None:
        self._styles.pop()
        url = without_controls(self._targets.pop())
        if url and not (self._spans and self._spans[-1][1] == url):
            self._spans.append((DIM, f" ({url})"))

    def _gap(self) -> None:
        if self.lines and not self._lists and self.lines[-1]:
            self.lines.append("")

    def _prefix(self) -> str:
        if self._marker is None:
            return "".join(self._prefixes)
        prefix = "".join(self._prefixes[:-1]) + self._marker
        self._marker = None
        return prefix

    def _code(self) -> None:
        text = without_controls("".join(text for _, text in self._spans)).expandtabs(4)
        for line in highlight(text.removesuffix("\n"), self._code_language or ""):
            self.lines.append(self._prefix() + "    " + line)
        self._spans, self._code_language = [], None

    def _flush(self) -> None:
        if not self._spans:
            return
        room = max(16, self.width - sum(map(display_width, self._prefixes)))
        for line in wrap(self._spans, room):
            self.lines.append(self._prefix() + line)
        self._spans = []


def _styled(style: str, text: str) -> str:
    return f"{style}{text}{RESET}" if style else text


def wrap(spans: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Return the styled pieces as lines of at most ``width`` cells; a longer word stays whole."""
    lines, line, used, gap = [], "", 0, ""
    for style, text in spans:
        for piece in _PIECES.findall(text):
            if piece == "\n":
                lines.append(line)
                line, used, gap = "", 0, ""
            elif piece.isspace():
                gap = " " if line else ""
            else:
                cells = display_width(piece)
                if line and gap and used + 1 + cells > width:
                    lines.append(line)
                    line, used, gap = "", 0, ""
                line += gap + _styled(style, piece)
                used += len(gap) + cells
                gap = ""
    return [*lines, line] if line or not lines else lines


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    columns = max(map(len, rows), default=0)
    widths = [max((display_width(row[at]) for row in rows if at < len(row)), default=0) for at in range(columns)]

    def line(row: Sequence[str]) -> str:
        cells = [cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=False)]
        return " │ ".join(cells).rstrip()

    head, *body = [line(row) for row in rows]
    return [BOLD + head + RESET, DIM + "─┼─".join("─" * width for width in widths) + RESET, *body]


def highlight(code: str, language: str) -> list[str]:
    """Return the lines of some code in colours; plain when the language is unknown.

    The last line is lexed alone: while a block streams, only what is finished is lexed anew, and only when a line ends.
    """
    finished, newline, last = code.rpartition("\n")
    lines = list(_coloured(finished, language)) if newline else []
    return [*lines, *_coloured(last, language)]


@lru_cache(maxsize=8)  # the open block is laid out again with every piece of it
def _coloured(code: str, language: str) -> tuple[str, ...]:
    lines = code.split("\n")
    coloured = None if len(lines) > MAX_COLOURED_LINES else terminal_colors(code, language)
    return tuple(lines) if coloured is None else tuple(coloured.split("\n")[: len(lines)])
