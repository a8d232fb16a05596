"""``/memory``: what is kept in AGENTS.md."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Outcome, Shown


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    blocks = tuple(await context.outside.memory())
    if not blocks:
        return said("This project has no AGENTS.md. /init writes one; a line that begins with # adds to it.")
    return Shown(blocks=blocks)


COMMAND = Command(name="memory", summary="show AGENTS.md; a line that begins with # adds to it", run=_run)
