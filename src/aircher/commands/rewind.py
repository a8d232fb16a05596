"""``/rewind``: go back to before a prompt."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice

COMMAND = Command(
    name="rewind",
    summary="go back to before an earlier prompt",
    arguments="",
    run=offers(
        Choice.TURN,
    ),
)
