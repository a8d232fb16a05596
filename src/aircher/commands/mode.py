"""``/mode``: what passes unasked."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice
from aircher.domain.levels import MODES

COMMAND = Command(
    name="mode",
    summary="choose the permission mode",
    arguments=f"[{'|'.join(MODES)}]",
    values=MODES,
    run=offers(Choice.MODE, "policy", "list"),
)
