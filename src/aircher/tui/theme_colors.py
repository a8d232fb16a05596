"""The words that themes are written in: colours, and styles made of them.

A style is a line such as ``"bold blue on #202020"``: attributes and one colour in any order, and behind ``on`` the
colour of the ground. ``default`` is the terminal's own. With ``reverse`` the colours are those that are seen; where no
colours can be shown, the terminal's own two are exchanged, so that a selection is seen there, too.
"""

from collections.abc import Mapping

from aircher.tui.terminal.styles import Color, Style

_NAMED = (
    "black=000000 red=cd0000 green=00cd00 yellow=cdcd00 blue=0000ee magenta=cd00cd cyan=00cdcd white=e5e5e5 "
    "gray=7f7f7f grey=7f7f7f bright-black=7f7f7f bright-red=ff0000 bright-green=00ff00 bright-yellow=ffff00 "
    "bright-blue=5c5cff bright-magenta=ff00ff bright-cyan=00ffff bright-white=ffffff "
    "orange=ff8700 pink=ffafd7 purple=af87ff teal=008787 brown=af5f00"
)
"""The sixteen as xterm has them, and a few more that people think of."""

_BASIC = "black red green yellow blue magenta cyan white"
_STEPS = (0, 95, 135, 175, 215, 255)
_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike")


class ThemeWordError(Exception):
    """A word of a theme means nothing: ``message`` says which, ``remedy`` what could stand there."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def named_colors() -> dict[str, Color]:
    """Return every colour that has a name everywhere."""
    return {name: int(value, 16) for name, _, value in (item.partition("=") for item in _NAMED.split())}


def parse_color(word: str, palette: Mapping[str, Color]) -> Color:
    """Return the colour that is meant by ``#rgb``, ``#rrggbb``, a name, or a number from 0 to 255 (xterm's table).

    Raises:
        ThemeWordError: None is.
    """
    if word in palette:
        return palette[word]
    if word.startswith("#"):
        return _from_digits(word)
    if word.isdecimal():
        return _from_number(word)
    names = named_colors()
    found = names.get(word.replace("_", "-"))
    if found is None:
        from aircher.support.suggest import nearest

        like = nearest(word, [*palette, *names])
        raise ThemeWordError(
            f"{word!r} is no colour", f"did you mean {like}?" if like else "write #rrggbb, or a name such as blue"
        )
    return found


def parse_style(text: str, palette: Mapping[str, Color]) -> Style:
    """Return the style that a line of a theme describes.

    Raises:
        ThemeWordError: It holds an unknown word, or two colours of one kind.
    """
    colors: dict[bool, Color | None] = {}
    attributes: set[str] = set()
    is_ground = False
    for word in text.split():
        if word in _ATTRIBUTES:
            attributes.add(word)
        elif word == "on" and not is_ground:
            is_ground = True
        elif is_ground in colors:
            raise ThemeWordError(f"{word!r} is one colour too many", 'write "COLOUR on COLOUR"')
        else:
            colors[is_ground] = None if word == "default" else parse_color(word, palette)
    if is_ground and True not in colors:
        raise ThemeWordError("no colour stands behind 'on'", 'write "COLOUR on COLOUR"')
    fg, bg = colors.get(False), colors.get(True)
    if "reverse" in attributes:
        fg, bg = bg, fg
    return Style(
        fg,
        bg,
        bold="bold" in attributes,
        dim="dim" in attributes,
        italic="italic" in attributes,
        underline="underline" in attributes,
        reverse="reverse" in attributes,
        strike="strike" in attributes,
    )


def luminance(color: Color) -> float:
    """Return how bright the colour is, from 0 to 1. Source: WCAG 2.2, relative luminance."""
    red, green, blue = (_linear((color >> shift & 0xFF) / 255) for shift in (16, 8, 0))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours, from 1 to 21. Source: WCAG 2.2, contrast ratio."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _from_digits(word: str) -> Color:
    digits = word[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    try:
        if len(digits) == 6:
            return int(digits, 16)
    except ValueError:
        pass
    raise ThemeWordError(f"{word!r} is no colour", "write #rgb or #rrggbb with digits from 0 to f")


def _from_number(word: str) -> Color:
    number = int(word) if len(word) <= 3 else 256
    if number > 255:
        raise ThemeWordError(f"{word!r} is no colour", "a number goes from 0 to 255")
    if number < 16:
        return named_colors()["bright-" * (number > 7) + _BASIC.split()[number % 8]]
    if number >= 232:
        return 0x010101 * (8 + 10 * (number - 232))
    at = number - 16
    return _STEPS[at // 36] << 16 | _STEPS[at // 6 % 6] << 8 | _STEPS[at % 6]
