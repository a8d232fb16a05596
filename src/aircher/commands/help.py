"""``/help``: keys and commands, or one command."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Choice, Offered, Outcome
from aircher.commands.registry import built_in_commands


async def _run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
    if not arguments:
        return Offered(choice=Choice.HELP, instead=("/help",))
    command, _ = built_in_commands().parse(arguments)
    usual = f"\nusual: {', '.join(command.values)}" if command.values else ""
    return said(f"/{command.name} {command.arguments}".rstrip() + f"\n{command.summary}{usual}")


COMMAND = Command(name="help", summary="show keys and commands", arguments="[COMMAND]", run=_run)
