"""What an empty conversation says."""

from tests.tui.looks import LOOK

from aircher import __version__
from aircher.config.sections_interface import Shortcuts
from aircher.tui.dialogs.ports import CommandFacts
from aircher.tui.keymap import Keymap
from aircher.tui.welcome import Welcome

COMMANDS = (
    CommandFacts(name="init", summary="write an AGENTS.md"),
    CommandFacts(name="theme", summary="choose colours"),
    CommandFacts(name="session", summary="choose a conversation", aliases=("resume",)),
)


def test_it_names_the_project_and_the_keys_and_commands_in_force() -> None:
    keymap = Keymap.configured(Shortcuts(palette="ctrl+k", cycle_mode=""))
    rows = Welcome("zoo", lambda: COMMANDS).rows(60, 20, LOOK, keymap)
    assert [row.text for row in rows] == [
        "",
        f"  Aircher {__version__} · zoo",
        "",
        "  /init     write an AGENTS.md",
        "  /resume   choose a conversation",
        "  F1        help (? in an empty input)",
        "  Ctrl+K    palette: every command and action",
    ]


def test_it_keeps_within_the_screen_and_is_not_drawn_twice() -> None:
    welcome, keymap = Welcome("動物園" * 9, lambda: COMMANDS), Keymap.configured(Shortcuts())
    rows = welcome.rows(30, 4, LOOK, keymap)
    assert len(rows) == 4
    assert max(row.width for row in rows) <= 30
    assert all(row is again for row, again in zip(rows, welcome.rows(30, 4, LOOK, keymap), strict=True))
