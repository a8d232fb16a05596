"""What a terminal can do, as its environment tells. Pure; what only the terminal itself knows is asked in `terminal`.

Source: the variables that terminals set, https://no-color.org, https://github.com/termstandard/colors.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from aircher.domain.records import dataclass
from aircher.tui.terminal.encoding import Depth
from aircher.tui.terminal.locales import is_plain

Multiplexer: TypeAlias = Literal["", "tmux", "screen"]

_TRUE_PROGRAMS = frozenset(
    {"iterm.app", "wezterm", "ghostty", "vscode", "hyper", "warpterminal", "mintty", "rio", "tabby", "zed", "kitty"}
)
_TRUE_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm", "contour", "rio")
_SYNC_PROGRAMS = frozenset({"iterm.app", "wezterm", "ghostty", "mintty", "rio", "kitty"})
_SYNC_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm", "contour", "rio")
_COLORLESS_TERMS = ("vt100", "vt102", "vt220", "xterm-mono", "ansi-m")
_DUMB_TERMS = frozenset({"", "dumb", "unknown", "emacs"})
_TITLED_NOTIFIERS = frozenset({"wezterm", "ghostty", "foot", "rxvt", "vte"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What may be sent to a terminal.

    Attributes:
        depth: Colours.
        encoding: Of text in both directions, as Python names it.
        is_dumb: Whether it can do nothing but print lines.
        is_console: Whether it is the kernel's own, which prints what it does not understand.
        has_sync: Whether it is known to show a frame at once.
        has_links: Whether OSC 8 is understood, or at least swallowed.
        can_be_asked: Whether a question is answered or swallowed, never printed.
        reflows: Whether it breaks long lines anew when its width changes.
        multiplexer: What stands between.
        program: The terminal's name in small letters; empty = not known.
    """

    depth: Depth = Depth.NONE
    encoding: str = "utf-8"
    is_dumb: bool = False
    is_console: bool = False
    has_sync: bool = False
    has_links: bool = False
    can_be_asked: bool = True
    reflows: bool = True
    multiplexer: Multiplexer = ""
    program: str = ""

    @property
    def is_utf8(self) -> bool:
        """Return whether every character can be shown."""
        return self.encoding == "utf-8"

    @property
    def names_notifications(self) -> bool:
        """Return whether it takes a notification with a title (OSC 777) rather than a text alone (OSC 9)."""
        return self.program in _TITLED_NOTIFIERS

    def with_sync(self, *, has_sync: bool) -> "Capabilities":
        """Return the same, of a terminal that has told whether it shows a frame at once."""
        from dataclasses import replace

        return replace(self, has_sync=has_sync)


def capabilities(environ: Mapping[str, str]) -> Capabilities:
    """Return what a terminal with these variables can do."""
    term = environ.get("TERM", "").lower()
    program = _program(environ, term)
    multiplexer = _multiplexer(environ, term)
    is_console = term.startswith("linux")
    is_plain = is_console or term in _DUMB_TERMS
    return Capabilities(
        depth=_depth(environ, term, program, multiplexer),
        encoding=encoding_of(environ),
        is_dumb=term in _DUMB_TERMS,
        is_console=is_console,
        has_sync=not multiplexer and (program in _SYNC_PROGRAMS or term.startswith(_SYNC_TERMS)),
        has_links=not is_plain and multiplexer != "screen",
        can_be_asked=not is_plain and program != "apple_terminal",
        reflows=not is_console and program != "xterm" and multiplexer != "screen",
        multiplexer=multiplexer,
        program=program,
    )


def encoding_of(environ: Mapping[str, str]) -> str:
    """Return the encoding of the locale; without any locale UTF-8, as nearly every terminal has it today.

    ASCII stands for what is not named (``C``, ``de_DE``): then nothing is shown wrong.
    """
    if is_plain(environ):
        return "ascii"
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environ.get(name))), None)
    if locale is None:
        return "utf-8"
    import codecs

    try:
        return codecs.lookup(locale.partition(".")[2].partition("@")[0]).name
    except (LookupError, ValueError):
        return "ascii"


def _program(environ: Mapping[str, str], term: str) -> str:
    """Return which terminal it is, where it says so itself: within a multiplexer it is what that was started in."""
    if name := environ.get("TERM_PROGRAM", "").lower():
        return name if name != "tmux" else ""
    for variable, name in (
        ("KITTY_WINDOW_ID", "kitty"),
        ("WT_SESSION", "windows terminal"),
        ("KONSOLE_VERSION", "konsole"),
        ("VTE_VERSION", "vte"),
        ("XTERM_VERSION", "xterm"),
    ):
        if environ.get(variable):
            return name
    if term.startswith("xterm-") and term.partition("-")[2] in {"kitty", "ghostty"}:
        return term.partition("-")[2]
    return next((name for name in ("foot", "rxvt", "alacritty", "wezterm", "contour") if term.startswith(name)), "")


def _multiplexer(environ: Mapping[str, str], term: str) -> Multiplexer:
    if environ.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    return "screen" if environ.get("STY") or term.startswith("screen") else ""


def _depth(environ: Mapping[str, str], term: str, program: str, multiplexer: Multiplexer) -> Depth:
    if environ.get("NO_COLOR") or term in _DUMB_TERMS or term.startswith(_COLORLESS_TERMS):
        return Depth.NONE
    if multiplexer == "screen":  # takes 24-bit colours for other attributes
        return Depth.INDEXED if "256color" in term else Depth.BASIC
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"} or "direct" in term:
        return Depth.TRUE
    if not multiplexer and (
        program in _TRUE_PROGRAMS
        or program in {"windows terminal", "konsole"}
        or term.startswith(_TRUE_TERMS)
        or (environ.get("VTE_VERSION", "0").isdecimal() and int(environ.get("VTE_VERSION", "0")) >= 3600)
    ):
        return Depth.TRUE
    return Depth.INDEXED if "256color" in term else Depth.BASIC
