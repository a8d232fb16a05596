"""``/context``: what fills the model's window."""

from aircher.commands.command import Command, CommandContext
from aircher.commands.outcome import Outcome, Switch, Toggled


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    return Toggled(switch=Switch.CONTEXT_PANEL)


COMMAND = Command(name="context", summary="show what fills the window, or hide it", run=_run)
