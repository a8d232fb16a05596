"""``/model``: which model answers from now on."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice

COMMAND = Command(
    name="model",
    summary="choose the model",
    arguments="[NAME]",
    aliases=("models",),
    run=offers(Choice.MODEL, "models", "list"),
)
