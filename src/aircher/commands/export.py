"""``/export``: the conversation as Markdown, in a file or to read."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Outcome
from aircher.commands.recorded import recorded_session
from aircher.commands.subcommand import split


async def _run(context: CommandContext, arguments: str) -> Outcome:
    session_id = recorded_session(context)
    path, *more = split(arguments) or [""]
    if not path:
        return said(await context.outside.subcommand("sessions", "show", session_id))
    await context.outside.subcommand("sessions", "export", session_id, "--output", path, *more)
    return said(f"The conversation is in {path}.")


COMMAND = Command(
    name="export",
    summary="show the conversation as Markdown, or write it as JSON lines",
    arguments="[FILE]",
    run=_run,
)
