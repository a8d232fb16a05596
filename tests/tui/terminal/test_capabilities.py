"""The environment tells what a terminal can do."""

import pytest

from aircher.tui.terminal.capabilities import Capabilities, capabilities, encoding_of
from aircher.tui.terminal.encoding import Depth
from aircher.tui.terminal.modes import asking, entering, leaving
from aircher.tui.terminal.requests import copying, notifying, titling

KITTY = Capabilities(depth=Depth.TRUE, has_sync=True, has_links=True, program="kitty")


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"TERM": "xterm-kitty"}, KITTY),
        ({"TERM": "xterm-256color"}, Capabilities(depth=Depth.INDEXED, has_links=True)),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Capabilities(depth=Depth.TRUE, has_links=True)),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Capabilities(depth=Depth.NONE, has_links=True)),
        ({"TERM": "xterm"}, Capabilities(depth=Depth.BASIC, has_links=True)),
        ({"TERM": "dumb"}, Capabilities(is_dumb=True, can_be_asked=False)),
        ({}, Capabilities(is_dumb=True, can_be_asked=False)),
        ({"TERM": "linux"}, Capabilities(depth=Depth.BASIC, is_console=True, can_be_asked=False, reflows=False)),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/x", "COLORTERM": "truecolor", "TERM_PROGRAM": "tmux"},
            Capabilities(depth=Depth.TRUE, has_links=True, multiplexer="tmux"),
        ),
        (
            {"TERM": "screen-256color", "STY": "1.x", "COLORTERM": "truecolor"},
            Capabilities(depth=Depth.INDEXED, multiplexer="screen", reflows=False),
        ),
        (
            {"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"},
            Capabilities(depth=Depth.INDEXED, has_links=True, can_be_asked=False, program="apple_terminal"),
        ),
        (
            {"TERM": "xterm-256color", "VTE_VERSION": "7600"},
            Capabilities(depth=Depth.TRUE, has_links=True, program="vte"),
        ),
        (
            {"TERM": "xterm-256color", "XTERM_VERSION": "XTerm(390)"},
            Capabilities(depth=Depth.INDEXED, has_links=True, program="xterm", reflows=False),
        ),
    ],
)
def test_a_terminal_is_known_by_its_variables(environ: dict[str, str], wanted: Capabilities) -> None:
    assert capabilities(environ) == wanted


@pytest.mark.parametrize(
    ("environ", "encoding"),
    [
        ({}, "utf-8"),
        ({"LANG": "de_DE.UTF-8"}, "utf-8"),
        ({"LANG": "C.utf8", "LC_ALL": ""}, "utf-8"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "ascii"),
        ({"LC_CTYPE": "POSIX", "LANG": "de_DE.UTF-8"}, "ascii"),
        ({"LANG": "de_DE.ISO-8859-15@euro"}, "iso8859-15"),
        ({"LANG": "ja_JP.eucJP"}, "euc_jp"),
        ({"LANG": "x.nonsense"}, "ascii"),
    ],
)
def test_the_locale_tells_the_encoding(environ: dict[str, str], encoding: str) -> None:
    assert encoding_of(environ) == encoding
    assert capabilities({"TERM": "xterm", **environ}).is_utf8 is (encoding == "utf-8")


def test_a_dumb_terminal_is_switched_to_nothing_and_a_console_is_asked_nothing() -> None:
    dumb, console = capabilities({"TERM": "dumb"}), capabilities({"TERM": "linux"})
    assert (entering(dumb, is_inline=False), leaving(dumb, is_inline=False), asking(dumb)) == ("", "", "")
    assert entering(console, is_inline=True) == "\x1b[?2004h"
    assert asking(console) == ""


def test_what_an_inline_terminal_is_left_with_is_what_it_had() -> None:
    assert "1049" not in entering(KITTY, is_inline=True) + leaving(KITTY, is_inline=True)
    assert "\x1b[?1002h" not in entering(KITTY, is_inline=True)


def test_copies_go_through_multiplexers() -> None:
    tmux, screen = Capabilities(multiplexer="tmux"), Capabilities(multiplexer="screen")
    plain = "\x1b]52;c;aGk=\x07"
    assert copying("hi", Capabilities()) == plain
    assert copying("hi", tmux) == f"{plain}\x1bPtmux;\x1b{plain}\x1b\\"
    assert copying("hi", screen) == f"\x1bP{plain}\x1b\\"
    long = copying("x" * 1_000, screen)
    assert "".join(part.removeprefix("\x1bP") for part in long.split("\x1b\\")) == copying("x" * 1_000, Capabilities())
    assert copying("x" * 75_000, Capabilities()) == ""
    assert copying("hi", Capabilities(is_dumb=True)) == ""


HOSTILE = "a\x1b]0;x\x07;b\n\x9bc\u202e"


def test_a_hostile_text_stays_text_in_titles_and_notifications() -> None:
    assert titling(HOSTILE, KITTY) == "\x1b]2;a]0;x;b c\x07"
    assert notifying(HOSTILE, HOSTILE, KITTY) == "\x1b]9;a]0;x;b c: a]0;x;b c\x07\x07"
    assert notifying("a;b", "c", Capabilities(program="ghostty")) == "\x1b]777;notify;a,b;c\x07\x07"
    assert notifying("", "4;1;50", KITTY) == "\x1b]9;- 4;1;50\x07\x07"
    assert notifying("a", "b", Capabilities(is_dumb=True)) == "\x07"
    assert titling("a", Capabilities(is_console=True)) == ""
    assert len(titling("x" * 1_000, KITTY)) < 130
    assert titling("日", Capabilities(encoding="ascii")) == "\x1b]2;?\x07"
