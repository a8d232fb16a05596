"""``/vim``: edit the prompt with vi keys, or not."""

from aircher.commands.command import Command, CommandContext
from aircher.commands.outcome import Outcome, Switch, Toggled


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    return Toggled(switch=Switch.VIM)


COMMAND = Command(name="vim", summary="switch the vi keys on or off", run=_run)
