"""``/quit``: leave."""

from aircher.commands.command import Command, CommandContext
from aircher.commands.outcome import Left, Outcome


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    return Left()


COMMAND = Command(name="quit", summary="leave", aliases=("exit",), run=_run)
