"""The text of one paragraph, heading or cell: marks to styled spans.

Only addresses that a click may open safely become links; others are written behind their text, and so is an address
that differs from the one its text pretends.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from aircher.support.markdown_parser import Mark
from aircher.tui.markdown.palette import Palette
from aircher.tui.terminal.rows import Span, clean
from aircher.tui.terminal.styles import Style

SCHEMES = ("http://", "https://", "mailto:", "file://")

DEFINED = "]\x1f:"
"""Ends the name of a footnote or an address that is defined in this line: it stays text, on a line of its own."""

_EMPHASES = {
    "+Emphasis": Style(italic=True),
    "+Strong": Style(bold=True),
    "+Strikethrough": Style(strike=True),
}


class Inline:
    """Collects spans; `take` gives them away."""

    def __init__(self, palette: Palette) -> None:
        """Begin with the style of plain text."""
        self._palette = palette
        self._spans: list[Span] = []
        self._styles = [palette.text]
        self._links: list[tuple[str, int]] = []

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was collected."""
        return not self._spans

    def take(self) -> list[Span]:
        """Return what was collected, links found in it, and begin anew."""
        spans, self._spans = self._spans, []
        if any("://" in text for text, _ in spans):
            return [part for span in spans for part in _with_links(span, self._palette)]
        return spans

    def push(self, style: Style) -> None:
        """Lay a style over what follows."""
        self._styles.append(style.over(self._styles[-1]))

    def pop(self) -> None:
        """Take the last style away."""
        if len(self._styles) > 1:
            self._styles.pop()

    def raw(self, text: str, style: Style) -> None:
        """Add text that is no foreign one."""
        self._spans.append((text, style))

    def mark(self, mark: Mark) -> None:
        """Add what a mark stands for; marks of blocks are nothing here."""
        style = self._styles[-1]
        match mark.name:
            case "Text":
                if DEFINED in mark.text and mark.text.startswith("[") and self._spans and self._spans[-1][0] == " ":
                    self._spans[-1] = ("\n", style)
                self._add(mark.text, style)
            case "Code":
                self._add(mark.text, self._palette.inline_code.over(style))
            case "SoftBreak":
                self._spans.append((" ", style))
            case "HardBreak":
                self._spans.append(("\n", style))
            case "InlineMath":
                self._add(f"${mark.text}$", style)
            case "DisplayMath":
                self._lines(f"$${mark.text}$$", style)
            case "Html" | "InlineHtml":
                self._html(mark.text)
            case "+Emphasis" | "+Strong" | "+Strikethrough":
                self.push(_EMPHASES[mark.name])
            case "-Emphasis" | "-Strong" | "-Strikethrough":
                self.pop()
            case "+Link" | "+Image":
                self._begin_link(mark)
            case "-Link" | "-Image":
                self._end_link()
            case _:
                return

    def _add(self, text: str, style: Style) -> None:
        if text := clean(text):
            self._spans.append((text, style))

    def _lines(self, text: str, style: Style) -> None:
        for at, line in enumerate(text.split("\n")):
            if at:
                self._spans.append(("\n", style))
            self._add(line, style)

    def _html(self, text: str) -> None:
        if text.replace(" ", "").lower() in {"<br>", "<br/>"}:
            self._spans.append(("\n", self._styles[-1]))
        else:
            self._lines(text, self._palette.muted.over(self._styles[-1]))

    def _begin_link(self, mark: Mark) -> None:
        target = clean(mark.text)
        if mark.name == "+Image":
            self._spans.append(("image: ", self._palette.muted.over(self._styles[-1])))
        self._links.append((target, len(self._spans)))
        link = target if target.lower().startswith(SCHEMES) else ""
        self.push(self._palette.link._replace(link=link))

    def _end_link(self) -> None:
        self.pop()
        target, start = self._links.pop()
        said = "".join(text for text, _ in self._spans[start:]).strip()
        if _is_worth_telling(target, said):
            self._spans.append((f" ({target})", self._palette.muted.over(self._styles[-1])))


def _is_worth_telling(target: str, said: str) -> bool:
    """Return whether the address has to be written out: nobody could open it, or the text names another one."""
    if not target or target.startswith("#") or target == said:
        return False
    if not target.lower().startswith(SCHEMES):
        return True
    return "://" in said and said.rstrip("/") != target.rstrip("/")


def _with_links(span: Span, palette: Palette) -> Iterator[Span]:
    """Yield a span with the addresses in it as links."""
    text, style = span
    if style.link or "://" not in text:
        yield span
        return
    at = 0
    for match in _addresses().finditer(text):
        address = _trimmed(match[0])
        if match.start() > at:
            yield text[at : match.start()], style
        yield address, palette.link._replace(link=address).over(style)
        at = match.start() + len(address)
    if at < len(text):
        yield text[at:], style


@lru_cache(maxsize=1)
def _addresses() -> re.Pattern[str]:
    return re.compile(r"""\bhttps?://[^\s<>"`|]+""", re.IGNORECASE)


def _trimmed(address: str) -> str:
    """Return the address without what belongs to the sentence around it."""
    while True:
        short = address.rstrip(".,;:!?'*_~")
        if short.endswith(")") and short.count(")") > short.count("("):
            short = short[:-1]
        if short == address:
            return address
        address = short
