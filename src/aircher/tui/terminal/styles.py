"""How a piece of text looks. A style says what is wanted; `encoding` says what a terminal can do of it."""

from typing import NamedTuple, TypeAlias

Color: TypeAlias = int
"""``0xRRGGBB``."""


class Style(NamedTuple):
    """Colours (``None`` = the terminal's own) and attributes; ``link`` is a URL that the text leads to."""

    fg: Color | None = None
    bg: Color | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    strike: bool = False
    link: str = ""

    def over(self, below: "Style") -> "Style":
        """Return this style where ``below`` shines through: its colours where this one has none, its attributes too."""
        return Style(
            below.fg if self.fg is None else self.fg,
            below.bg if self.bg is None else self.bg,
            self.bold or below.bold,
            self.dim or below.dim,
            self.italic or below.italic,
            self.underline or below.underline,
            self.reverse or below.reverse,
            self.strike or below.strike,
            self.link or below.link,
        )


PLAIN = Style()
