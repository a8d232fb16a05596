"""``/copy``: the last answer, for the clipboard."""

from aircher.commands.command import Command, CommandContext
from aircher.commands.outcome import Copied, Outcome
from aircher.domain.errors import UsageError


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    if not context.last_answer:
        raise UsageError("there is no answer to copy yet", hint="ask something first")
    return Copied(text=context.last_answer)


COMMAND = Command(name="copy", summary="copy the last answer", run=_run)
