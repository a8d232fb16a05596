"""``/permissions``: the rules in force, and what they say of a command line."""

from aircher.commands.command import Command, CommandContext, said
from aircher.commands.outcome import Outcome
from aircher.commands.subcommand import split
from aircher.domain.errors import UsageError

_EXPLAIN = "explain"


async def _run(context: CommandContext, arguments: str) -> Outcome:
    word, _, line = arguments.partition(" ")
    if word and word != _EXPLAIN and not word.startswith("-"):
        raise UsageError(f"/permissions {word} is not known", hint=f"/permissions {_EXPLAIN} {arguments}")
    if word == _EXPLAIN and not line.strip():
        raise UsageError("there is nothing to explain", hint=f"/permissions {_EXPLAIN} git push")
    mode = dict(await context.outside.facts()).get("mode", "")  # that of the conversation may be another by now
    options = ("--mode", mode) if mode else ()
    if word == _EXPLAIN:  # the line is one word, whatever signs of the shell are in it
        return said(await context.outside.subcommand("policy", _EXPLAIN, *options, "--", line.strip()))
    return said(await context.outside.subcommand("policy", "list", *options, *split(arguments)))


COMMAND = Command(
    name="permissions",
    summary="show the rules in force, or explain what a command would need",
    arguments="[explain COMMAND]",
    values=(_EXPLAIN,),
    run=_run,
)
