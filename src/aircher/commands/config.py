"""``/config``: look at the configuration and change it."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Choice, Offered, Outcome, Saved
from aircher.commands.subcommand import split


async def _run(context: CommandContext, arguments: str) -> Outcome:
    key, *value = split(arguments) or [""]
    if not key:
        return Offered(choice=Choice.SETTINGS, instead=("config", "show"))
    if not value:
        return said(await context.outside.subcommand("config", "explain", key))
    return Saved(name=key, value=" ".join(value))


COMMAND = Command(
    name="config", summary="change settings, or show where one comes from", arguments="[KEY [VALUE]]", run=_run
)
