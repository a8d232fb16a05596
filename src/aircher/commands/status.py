"""``/status``: what is in force."""

from aircher.commands.command import Command, CommandContext
from aircher.commands.outcome import Outcome, Shown
from aircher.domain.display import TableBlock


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    return Shown(blocks=(TableBlock(header=("what", "value"), rows=tuple(await context.outside.facts())),))


COMMAND = Command(name="status", summary="show provider, model, mode, sandbox, context and cost", run=_run)
