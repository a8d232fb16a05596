"""``/todo``: the model's list of what is to be done."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Outcome, Shown
from aircher.domain.display import TodoBlock


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    if not context.todo:
        return said("The model keeps no list at the moment.")
    return Shown(blocks=(TodoBlock(items=context.todo),))


COMMAND = Command(name="todo", summary="show the model's list of what is to be done", run=_run)
