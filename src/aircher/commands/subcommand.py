"""Commands that are a subcommand of the program by another name: one source of truth for both doors."""

import shlex

from aircher.commands.command import CommandContext, Run, said
from aircher.commands.outcome import Outcome
from aircher.domain.errors import UsageError


def runs(*before: str, is_of_session: bool = False) -> Run:
    """Return what runs ``aircher BEFORE… ARGUMENTS`` and shows what it prints.

    Args:
        before: The subcommand and its fixed arguments.
        is_of_session: Whether it takes ``--session``; then the open one is meant unless another is named.
    """

    async def run(context: CommandContext, arguments: str) -> Outcome:
        words = split(arguments)
        session = ("--session", context.session_id) if is_of_session and context.session_id else ()
        if "--session" in words:
            session = ()
        return said(await context.outside.subcommand(*before, *session, *words))

    return run


def split(arguments: str) -> list[str]:
    """Return the words of a command's arguments, as a shell would cut them.

    Raises:
        UsageError: A quote is not closed.
    """
    try:
        return shlex.split(arguments)
    except ValueError as exc:
        raise UsageError(
            f"the arguments {arguments!r} cannot be cut into words: {exc}", hint="close the quote"
        ) from exc
