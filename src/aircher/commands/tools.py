"""``/tools``: what the model can do."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Outcome, Shown
from aircher.domain.display import TableBlock


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    tools = tuple(await context.outside.tools())
    if not tools:
        return said("The model has no tools here: the offline provider needs none.")
    return Shown(blocks=(TableBlock(header=("tool", "what it does"), rows=tools),))


COMMAND = Command(name="tools", summary="list the tools that the model has", run=_run)
