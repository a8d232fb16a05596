"""``/export``: the conversation as Markdown, in a file or to read."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Outcome
from aircher.commands.recorded import recorded_session
from aircher.commands.subcommand import split
from aircher.domain.errors import UsageError


async def _run(context: CommandContext, arguments: str) -> Outcome:
    session_id = recorded_session(context)
    words = split(arguments)
    if not words:
        return said(await context.outside.subcommand("sessions", "show", session_id))
    paths = [word for word in words if word != "--force"]
    if len(paths) != 1:
        raise UsageError(f"/export writes one file, and {len(paths)} are named", hint="/export FILE [--force]")
    force = ("--force",) if len(words) > 1 else ()
    await context.outside.subcommand("sessions", "export", session_id, f"--output={paths[0]}", *force)
    return said(f"The conversation is in {paths[0]}.")


COMMAND = Command(
    name="export",
    summary="show the conversation as Markdown, or write it as JSON lines",
    arguments="[FILE]",
    run=_run,
)
