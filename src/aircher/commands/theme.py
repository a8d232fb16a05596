"""``/theme``: how it looks."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice

COMMAND = Command(
    name="theme",
    summary="choose the colours",
    arguments="[NAME]",
    values=(
        "dark",
        "light",
        "high-contrast",
        "catppuccin",
    ),
    run=offers(Choice.THEME, "config", "get", "interface.color_theme"),
)
