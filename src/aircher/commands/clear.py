"""``/clear``: begin a new conversation."""

from aircher.commands.command import Command, CommandContext
from aircher.commands.outcome import Choice, Chosen, Outcome


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    return Chosen(choice=Choice.SESSION, value="")


COMMAND = Command(name="clear", summary="begin a new conversation; this one is kept", aliases=("new",), run=_run)
