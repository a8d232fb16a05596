"""``/diff``: what changed in the project since the last commit."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Outcome, Shown


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    blocks = tuple(await context.outside.changes())
    return Shown(blocks=blocks) if blocks else said("Nothing differs from the last commit.")


COMMAND = Command(name="diff", summary="show what differs from the last commit", run=_run)
