"""``/provider``: who answers from now on."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice

COMMAND = Command(
    name="provider",
    summary="choose the provider",
    arguments="[NAME]",
    aliases=("providers",),
    run=offers(Choice.PROVIDER, "providers", "list"),
)
