"""Runs a subcommand inside of this process and returns what it prints: slash commands are made of these.

Not its job: which slash command is which subcommand (`aircher.commands`).
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

from aircher.cli import options
from aircher.cli.context import CliContext
from aircher.cli.main import COMMANDS, Parser, command_parser
from aircher.domain.errors import UsageError
from aircher.support.suggest import nearest


def printed(arguments: Sequence[str], context: CliContext) -> str:
    """Return what ``aircher ARGUMENTS`` writes, notes included; it reads an empty stdin.

    Raises:
        AircherError: As the command does.
    """
    name, *rest = arguments
    if name == "--help" or name not in COMMANDS:
        guess = nearest(name, COMMANDS)
        raise UsageError(f"{name!r} is not a command", hint=f"aircher {guess}" if guess else "aircher --help")
    parser = command_parser(name)
    if {"-h", "--help"}.intersection(rest):
        return parser.format_help()
    before = Parser(prog="aircher")
    options.add(before, options.SHARED)
    args = parser.parse_args(rest, before.parse_args([]))
    output = io.StringIO()
    seen_on = context.seen_on or context.stdout
    inner = replace(context, stdin=io.BytesIO(), stdout=output, stderr=output, seen_on=seen_on)
    import_module(f"aircher.cli.{name}").run(args, inner)
    return output.getvalue()
