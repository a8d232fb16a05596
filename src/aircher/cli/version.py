"""``aircher version``."""

import argparse

from aircher import __version__
from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import add_json

EXAMPLE = "aircher version --json"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_json(parser)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the version."""
    if args.json:
        context.print_json({"version": __version__})
    else:
        context.print(f"aircher {__version__}")
    return exit_codes.DONE
