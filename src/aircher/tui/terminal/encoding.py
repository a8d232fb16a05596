"""What a style is on a given terminal: a pen, and the shortest bytes that change one pen into another.

Invariant: a pen holds only what the terminal can show, so two styles that look the same there have equal pens. A link
becomes part of a pen only if its address is nothing but printable ASCII of a known scheme.

Source: ECMA-48 (SGR), ITU-T T.416 (38;2, 38;5), the OSC 8 description at
https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from aircher.tui.terminal.styles import Color, Style

LINK_SCHEMES = ("https://", "http://", "file://", "mailto:")
LINK_LIMIT_CHARS = 2_000
"""Terminals cut or refuse longer ones."""
PENS_AT_MOST = 4_096
"""A theme makes hundreds; links and blended colours could make more, then the memory of them begins anew."""

_ON = ("1", "2", "3", "4", "7", "9")
_OFF = ("22", "22", "23", "24", "27", "29")
_STEPS = (0, 95, 135, 175, 215, 255)


class Depth(StrEnum):
    """How many colours a terminal shows."""

    NONE = "none"
    BASIC = "16"
    INDEXED = "256"
    TRUE = "true"


class Pen(NamedTuple):
    """What text is written with: SGR parameters of both colours (empty = the terminal's own), attributes, a link."""

    fg: str = ""
    bg: str = ""
    attributes: tuple[bool, ...] = (False,) * 6
    link: str = ""

    @property
    def is_plain(self) -> bool:
        """Return whether a space of it looks like a cell that was erased."""
        _, _, _, underline, reverse, strike = self.attributes
        return not (self.bg or underline or reverse or strike or self.link)


PLAIN_PEN = Pen()


class Encoder:
    """Pens for the styles of one terminal, and the way from one to another."""

    def __init__(self, depth: Depth, *, has_links: bool = False) -> None:
        """Encode for a terminal of this depth."""
        self.depth = depth
        self.has_links = has_links
        self._pens: dict[Style, Pen] = {}
        self._changes: dict[tuple[Pen, Pen], str] = {}

    def pen(self, style: Style) -> Pen:
        """Return the pen of a style; the same object for the same style."""
        found = self._pens.get(style)
        if found is None:
            if len(self._pens) >= PENS_AT_MOST:
                self._pens.clear()
            link = style.link if style.link and self.has_links and is_clean_link(style.link) else ""
            attributes = (style.bold, style.dim, style.italic, style.underline, style.reverse, style.strike)
            fg = style.fg if self.depth is not Depth.BASIC else apart(style.fg, style.bg)
            found = Pen(self._color(fg, 30), self._color(style.bg, 40), attributes, link)
            self._pens[style] = found = PLAIN_PEN if found == PLAIN_PEN else found
        return found

    def change(self, before: Pen, after: Pen) -> str:
        """Return what makes the terminal write with ``after`` when it wrote with ``before``."""
        if before is after:
            return ""
        found = self._changes.get((before, after))
        if found is None:
            if len(self._changes) >= PENS_AT_MOST:
                self._changes.clear()
            link = f"\x1b]8;;{after.link}\x1b\\" if after.link != before.link else ""
            self._changes[before, after] = found = _sgr(before, after) + link
        return found

    def _color(self, color: Color | None, offset: int) -> str:
        if color is None or self.depth is Depth.NONE:
            return ""
        red, green, blue = _parts(color)
        if self.depth is Depth.TRUE:
            return f"{offset + 8};2;{red};{green};{blue}"
        if self.depth is Depth.INDEXED:
            return f"{offset + 8};5;{nearest_indexed(red, green, blue)}"
        basic = nearest_basic(red, green, blue)
        return str(offset + basic if basic < 8 else offset + 52 + basic)


def is_clean_link(url: str) -> bool:
    """Return whether an address may be sent as a hyperlink: it cannot end the sequence, nor be taken for text."""
    return (
        len(url) <= LINK_LIMIT_CHARS
        and url.isascii()
        and url.isprintable()
        and " " not in url
        and url.lower().startswith(LINK_SCHEMES)
    )


def nearest_indexed(red: int, green: int, blue: int) -> int:
    """Return the nearest of the 240 colours whose look is fixed: a cube of 216 and 24 greys."""
    cube = [min(range(6), key=lambda step: abs(_STEPS[step] - part)) for part in (red, green, blue)]
    grey = max(0, min(23, round(((red + green + blue) / 3 - 8) / 10)))
    level = 8 + 10 * grey
    in_cube = _distance((red, green, blue), (_STEPS[cube[0]], _STEPS[cube[1]], _STEPS[cube[2]]))
    if _distance((red, green, blue), (level, level, level)) < in_cube:
        return 232 + grey
    return 16 + 36 * cube[0] + 6 * cube[1] + cube[2]


def nearest_basic(red: int, green: int, blue: int) -> int:
    """Return the nearest of the sixteen: greys by lightness, the others by hue, so that pale colours keep theirs."""
    high, low = max(red, green, blue), min(red, green, blue)
    if high - low < 40:
        return next(number for number, limit in ((0, 64), (8, 160), (7, 235), (15, 256)) if high < limit)
    middle = (high + low) / 2
    hue = sum(bit for bit, part in ((1, red), (2, green), (4, blue)) if part > middle)
    return hue + 8 * (high > 215)


def apart(color: Color | None, ground: Color | None) -> Color | None:
    """Return the colour of a text, or black or white if of sixteen colours both would get shades of the same."""
    if color is None or ground is None:
        return color
    below = nearest_basic(*_parts(ground))
    if nearest_basic(*_parts(color)) % 8 != below % 8:
        return color
    return 0x000000 if below >= 7 and below != 8 else 0xFFFFFF


def _parts(color: Color) -> tuple[int, int, int]:
    return color >> 16 & 255, color >> 8 & 255, color & 255


def _distance(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    return 3 * red * red + 4 * green * green + 2 * blue * blue


def _sgr(before: Pen, after: Pen) -> str:
    """Return the shorter of both ways: what differs, or a reset and all that is on."""
    step = ";".join(_steps(before, after))
    if not step:
        return ""
    whole = ";".join(_steps(PLAIN_PEN, after))
    return f"\x1b[{step}m" if len(step) <= len(whole) + 2 * bool(whole) else f"\x1b[0;{whole}m" if whole else "\x1b[m"


def _steps(before: Pen, after: Pen) -> Iterator[str]:
    """Yield the parameters that differ. 22 ends bold and dim at once, so what stays of them is set again."""
    ended: set[str] = set()
    for is_on, will_be, off in zip(before.attributes, after.attributes, _OFF, strict=True):
        if is_on and not will_be and off not in ended:
            ended.add(off)
            yield off
    for is_on, will_be, on, off in zip(before.attributes, after.attributes, _ON, _OFF, strict=True):
        if will_be and (not is_on or off in ended):
            yield on
    if after.fg != before.fg:
        yield after.fg or "39"
    if after.bg != before.bg:
        yield after.bg or "49"
