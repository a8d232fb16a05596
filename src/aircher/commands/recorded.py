"""Which recorded conversation a command means."""

from aircher.commands.command import CommandContext
from aircher.domain.errors import UsageError


def recorded_session(context: CommandContext) -> str:
    """Return the open conversation's id.

    Raises:
        UsageError: None is open, or it is not recorded.
    """
    if not context.session_id:
        raise UsageError("no recorded conversation is open", hint="open one with /session, or aircher -c")
    return context.session_id
