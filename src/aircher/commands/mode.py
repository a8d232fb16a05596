"""``/mode``: what passes unasked."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice

COMMAND = Command(
    name="mode",
    summary="choose the permission mode",
    arguments="[plan|ask|edit|auto]",
    values=(
        "plan",
        "ask",
        "edit",
        "auto",
    ),
    run=offers(Choice.MODE, "policy", "list"),
)
