"""A slash command as a prompt: ``aircher -p "/cost"`` does what ``/cost`` does in the interface, and prints it."""

import argparse
import asyncio
from typing import TYPE_CHECKING, assert_never

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.inner import printed
from aircher.commands.command import Command, CommandContext
from aircher.commands.outcome import Choice, Chosen, Copied, Left, Offered, Outcome, Saved, Shown, Toggled
from aircher.commands.registry import built_in_commands
from aircher.domain.errors import UsageError
from aircher.domain.provider import ToolSpec
from aircher.tui.composer.submission import SubmissionKind, kind_of

if TYPE_CHECKING:
    from aircher.app.options import SessionOptions


def command_in(prompt: str) -> tuple[Command, str] | None:
    """Return the command that a prompt names, and its arguments; ``None`` = the prompt is for a model.

    What is a command is told apart as the interface does it: a path such as ``/etc/hosts`` at the beginning is none.

    Raises:
        UsageError: It names one that there is not.
    """
    if kind_of(prompt) is not SubmissionKind.COMMAND:
        return None
    return built_in_commands().parse(prompt)


def run(found: tuple[Command, str], args: argparse.Namespace, options: "SessionOptions", context: CliContext) -> int:
    """Run it, print what it shows, and return the exit code.

    Raises:
        UsageError: It can only be had in the interface.
    """
    command, arguments = found
    outcome = asyncio.run(_outcome(command, arguments, options, context))
    text = _text(outcome, command, context)
    if args.output_format in {"json", "stream-json"}:
        context.print_json({"type": "command", "command": command.name, "text": text})
    else:
        context.print(text)
    return exit_codes.DONE


async def _outcome(command: Command, arguments: str, options: "SessionOptions", context: CliContext) -> Outcome:
    from aircher.app.outside import ProgramOutside

    config = context.load_config()
    specs: tuple[ToolSpec, ...] = ()
    session_id = ""
    if command.name == "tools" or options.resume or options.continue_last:
        from aircher.app.compose import open_session

        async with open_session(config, options, environ=context.environ, note=context.note) as session:
            specs, session_id = session.turns.tools, session.session_id
    outside = ProgramOutside(
        config=config,
        options=options,
        environ=context.environ,
        subcommand_text=lambda words: printed(words, context),
        specs=lambda: specs,
    )
    return await command.run(CommandContext(outside=outside, session_id=session_id), arguments)


def _text(outcome: Outcome, command: Command, context: CliContext) -> str:
    match outcome:
        case Shown(blocks=blocks):
            from aircher.oneshot.blocks import plain_text

            return "\n\n".join(plain_text(block) for block in blocks)
        case Offered(instead=("/help",)):
            return "\n".join(f"/{each.name:<12} {each.summary}" for each in built_in_commands())
        case Offered(instead=instead) if instead:
            return printed(instead, context).rstrip("\n")
        case Saved(name=name, value=value):
            return printed(("config", "set", name, value), context).rstrip("\n")
        case Copied(text=text):
            return text
        case Left():
            return ""
        case Toggled() | Offered(choice=Choice.THEME) | Chosen(choice=Choice.THEME):
            raise UsageError(
                f"/{command.name} changes the interface, and a one-shot run opens none",
                hint=f"aircher, and there /{command.name}",
            )
        case Offered() | Chosen():
            raise UsageError(
                f"/{command.name} changes an open conversation, and a one-shot run ends at once",
                hint=f"aircher, and there /{command.name}",
            )
    assert_never(outcome)
