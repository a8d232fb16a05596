"""``/save``: give the conversation a name."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Outcome
from aircher.commands.recorded import recorded_session
from aircher.domain.errors import UsageError


async def _run(context: CommandContext, arguments: str) -> Outcome:
    session_id = recorded_session(context)
    if not arguments:
        raise UsageError("/save needs a name; the conversation itself is kept anyway", hint="/save the retry bug")
    await context.outside.subcommand("sessions", "rename", session_id, arguments)
    return said(f"This conversation is called {arguments!r} now.")


COMMAND = Command(name="save", summary="give this conversation a name", arguments="NAME", aliases=("rename",), run=_run)
