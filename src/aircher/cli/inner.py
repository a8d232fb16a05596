"""Runs a subcommand inside of this process and returns what it prints: slash commands are made of these.

Invariant: nothing is written to the process's own stdout, where the interface is, and nothing ends the process.
Not its job: which slash command is which subcommand (`aircher.commands`).
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import NoReturn

from aircher.cli import options
from aircher.cli.context import CliContext
from aircher.cli.main import COMMANDS, Parser, command_parser
from aircher.domain.errors import UsageError
from aircher.support.suggest import nearest


class _HelpAsked(Exception):
    """Help is to be shown instead."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _InnerParser(Parser):
    """argparse, without its own word to stdout and without an end of the process."""

    def print_help(self, file: object = None) -> NoReturn:  # noqa: ARG002 - argparse's own parameter
        """Raise `_HelpAsked`."""
        raise _HelpAsked(self.format_help())


def printed(arguments: Sequence[str], context: CliContext) -> str:
    """Return what ``aircher ARGUMENTS`` writes, notes included; it reads an empty stdin.

    Raises:
        AircherError: As the command does.
    """
    name, *rest = arguments
    if name == "--help" or name not in COMMANDS:
        guess = nearest(name, COMMANDS)
        raise UsageError(f"{name!r} is not a command", hint=f"aircher {guess}" if guess else "aircher --help")
    before = Parser(prog="aircher")
    options.add(before, options.SHARED)
    try:
        args = command_parser(name, _InnerParser).parse_args(rest, before.parse_args([]))
    except _HelpAsked as asked:
        return asked.text
    output = io.StringIO()
    seen_on = context.seen_on or context.stdout
    inner = replace(context, stdin=io.BytesIO(), stdout=output, stderr=output, seen_on=seen_on)
    import_module(f"aircher.cli.{name}").run(args, inner)
    return output.getvalue()
