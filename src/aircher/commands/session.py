"""``/session``: go to another conversation."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice

COMMAND = Command(
    name="session",
    summary="go to another conversation, or read its list",
    arguments="[ID]",
    aliases=(
        "sessions",
        "resume",
        "load",
    ),
    run=offers(Choice.SESSION, "sessions", "list"),
)
